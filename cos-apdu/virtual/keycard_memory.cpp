// Records and keys of a key card.
#include "cos-apdu/virtual/keycard_memory.h"

#include <algorithm>

#include "base/core/error.h"
#include "base/crypto/cipher.h"
#include "cos-apdu/virtual/door.h"
#include "derivation/level.h"
#include "derivation/tree.h"

namespace card::chip {
namespace {

using base::Fault;
using derivation::Purpose;

ByteView need(const Context& card, RecordId record, std::string_view what) {
  const ByteView value = card.nvm.get(record);
  if (value.empty()) base::fail(Fault::kWrongState, "the card has no {} yet", what);
  return value;
}

}  // namespace

KeycardRam& keycard_ram(Context& card) {
  return card.ram.of<KeycardRam>();
}

const crypto::PublicPoint& CardSet::at(layout::Seat wanted) const {
  if (layout::position_of(wanted) >= members.size())
    base::fail(Fault::kMalformed, "seat {} of a set of {}", layout::position_of(wanted),
               members.size());
  if (members.at(layout::position_of(wanted)) == layout::kEmptySeat)
    base::fail(Fault::kMalformed, "seat {} is empty", layout::position_of(wanted));
  return members.at(layout::position_of(wanted));
}

layout::PlanParts load_plan(const Context& card) {
  return layout::decode_plan_parts(need(card, record::kPlan, "plan"));
}

CardSet load_set(const Context& card) {
  CardSet set{{}, static_cast<layout::Seat>(need(card, record::kSeat, "set").front()), {}};
  base::Reader in(need(card, record::kSetMembers, "set"), "set");
  while (in.remaining() > 0) set.members.push_back(in.fixed<65>());
  set.fingerprint = layout::set_fingerprint(card.identity().plan_id, set.members);
  return set;
}

base::SecretBytes load_scalar(const Context& card) {
  return base::SecretBytes::copy_of(need(card, record::kP256Scalar, "key pair"));
}

crypto::PublicPoint load_point(const Context& card) {
  return base::fixed<65>(need(card, record::kP256Point, "key pair"), "point");
}

PairSecrets load_pair(const Context& card) {
  const auto identity = card.identity();
  const auto secrets = base::SecretBytes::copy_of(need(card, record::kPairSecrets, "pair"));
  return {{identity.pair_id, identity.generation},
          piece_of(secrets, 0, crypto::kKeyBytes),
          piece_of(secrets, crypto::kKeyBytes, crypto::kKeyBytes)};
}

void store_pair(Context& card, const PairSecrets& pair) {
  auto identity = card.identity();
  identity.pair_id = pair.name.id;
  identity.generation = pair.name.generation;
  identity.life_cycle = layout::LifeCycle::kInUse;
  store_identity(card.nvm, identity);
  store_secret(card.nvm, record::kPairSecrets, joined(pair.open, pair.share));
}

bool is_paired(const Context& card) {
  return card.nvm.holds(record::kPairSecrets);
}

crypto::Key load_stock_transport(const Context& card) {
  auto slot = load_slot(card.nvm, record::kStockTransportKey);
  if (!slot) base::fail(Fault::kNotFound, "the card has no stock transport key");
  return std::move(slot->key);
}

KeySlot load_leaf(const Context& card, Purpose purpose) {
  auto slot = load_slot(card.nvm, slot_record(purpose));
  if (!slot || slot->level != byte_of(derivation::Level::kDevice))
    base::fail(Fault::kNotFound, "the card has no leaf of purpose {}", byte_of(purpose));
  return std::move(*slot);
}

KeySlot load_own_key(Context& card, Purpose purpose) {
  auto slot = load_slot(card.nvm, slot_record(purpose, record::kHeldSlot));
  if (!slot) base::fail(Fault::kNotFound, "no key of purpose {}", byte_of(purpose));
  if (!is_paired(card)) return std::move(*slot);
  const auto& pair_key = keycard_ram(card).pair_key;
  if (pair_key.empty()) base::fail(Fault::kWrongState, "the pair is closed");
  slot->key = crypto::unwrap(transport_suite_of(card), pair_key,
                             card.nvm.get(slot_record(purpose, record::kPairedKey)));
  return std::move(*slot);
}

KeyInUse key_for(Context& card, Purpose purpose, ByteView factor_or_zeros) {
  auto own = load_own_key(card, purpose);
  const auto level = derivation::level_of_byte(own.level);
  if (std::ranges::all_of(factor_or_zeros, [](Byte byte) { return byte == 0; })) {
    auto key = own.key.duplicate();
    return {std::move(own), level, std::move(key)};
  }
  const auto factor = derivation::Factor::of_bytes(factor_or_zeros);
  if (!derivation::is_one_step_down(purpose, level, factor.level()))
    base::fail(Fault::kWrongState, "a derivation goes exactly one level down");
  auto key = derivation::derive_key(own.suite, purpose, own.key, factor);
  return {std::move(own), factor.level(), std::move(key)};
}

crypto::Key child_transport(Context& card, const derivation::Serial8& serial) {
  return key_for(card, Purpose::kTransport, derivation::Factor::of_device(serial).bytes()).key;
}

crypto::SuiteId transport_suite_of(const Context& card) {
  return derivation::transport_suite(card.suite());
}

FixedBytes<16> transport_mac(const Context& card, const crypto::Key& transport, ByteView message) {
  const auto suite = transport_suite_of(card);
  return crypto::cmac16(suite, crypto::transport_keys(suite, transport).authenticate, message);
}

void require_equal(ByteView expected, ByteView actual, std::string_view what) {
  if (!base::equal_in_constant_time(expected, actual))
    base::fail(Fault::kTampered, "{} does not hold", what);
}

base::Mode mode_of(const layout::CardStatus& identity) {
  return identity.has(layout::kFlagLive) ? base::Mode::kLive : base::Mode::kRehearsal;
}

base::SecretBytes piece_of(const base::SecretBytes& secret, std::size_t at, std::size_t count) {
  return base::SecretBytes::copy_of(secret.reveal(ChipMemoryDoor::open()).subspan(at, count));
}

base::SecretBytes joined(const base::SecretBytes& first, const base::SecretBytes& second) {
  base::SecretBytes out(first.size() + second.size());
  const auto to = out.reveal_for_writing(ChipMemoryDoor::open());
  const auto head = first.reveal(ChipMemoryDoor::open());
  const auto tail = second.reveal(ChipMemoryDoor::open());
  std::ranges::copy(head, to.begin());
  std::ranges::copy(tail, to.begin() + static_cast<std::ptrdiff_t>(head.size()));
  return out;
}

base::SecretBytes load_secret(const Nvm& nvm, RecordId record) {
  return base::SecretBytes::copy_of(nvm.get(record));
}

void store_secret(Nvm& nvm, RecordId record, const base::SecretBytes& secret) {
  nvm.put(record, secret.reveal(ChipMemoryDoor::open()));
}

bool holds_keys(const Context& card) {
  constexpr auto kLast = static_cast<RecordId>(record::kHeldSlot + derivation::kPurposes.size());
  return !card.nvm.ids(record::kHeldSlot, kLast).empty();
}

base::SecretBytes random_key(const Context& card, std::size_t count) {
  auto plain = card.random(count);
  auto out = base::SecretBytes::copy_of(plain);
  base::wipe(plain);
  return out;
}

ByteView take_act(Context& card, const CommandApdu& command, ActHeader kind) {
  constexpr std::size_t kTail = 4 + 16;
  constexpr std::size_t kHeader = 32;
  const ByteView data = command.data;
  if (data.size() < kTail) base::fail(Fault::kMalformed, "act: {} bytes", data.size());
  const auto body = data.first(data.size() - kTail);
  const auto act = base::Reader(data.subspan(body.size(), 4)).u32();
  const auto header = kind == ActHeader::kImportHeader
                          ? base::fixed<kHeader>(body.first(kHeader), "header")
                          : layout::act_header(command.ins, command.p1, command.p2, body);
  require_equal(layout::act_authorisation(keycard_ram(card).session, header, act), data.last(16),
                "authorisation");
  const auto next = base::Reader(card.nvm.get(record::kNextAct), "act number").u32();
  if (act != next) base::fail(Fault::kMalformed, "act {} is not the next one", act);
  card.nvm.put(record::kNextAct, base::Writer().u32(next + 1).view());
  card.commit_now();
  return body;
}

}  // namespace card::chip

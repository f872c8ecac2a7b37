// The master control card: four commitments, four reveals, one key per purpose.
#include <algorithm>

#include "base/core/error.h"
#include "cos-apdu/layout/keycard_seal.h"
#include "cos-apdu/virtual/door.h"
#include "cos-apdu/virtual/keycard_acts.h"
#include "cos-apdu/virtual/keycard_component.h"
#include "derivation/delivery.h"
#include "derivation/tree.h"

namespace card::chip::keycard {
namespace {

using base::Fault;
using derivation::Level;

constexpr std::size_t kOriginBytes = 16;
constexpr std::size_t kComponentBytes = 16;
constexpr std::size_t kNonceBytes = 32;

RecordId commitment_record(unsigned leader) {
  return static_cast<RecordId>(record::kCommitment + leader);
}

Bytes commitments_of(const Context& card) {
  Bytes all;
  for (unsigned leader = 1; leader <= layout::kLeaders; ++leader) {
    const ByteView one = card.nvm.get(commitment_record(leader));
    if (one.empty()) base::fail(Fault::kWrongState, "commitment {} is missing", leader);
    all.insert(all.end(), one.begin(), one.end());
  }
  return all;
}

Bytes check_values_of(Context& card) {
  base::Writer out;
  for (const auto& row : derivation::kPurposes)
    out.bytes(check_value_of(load_own_key(card, row.purpose), row.purpose).value);
  return out.take();
}

// Keeps the purpose keys below the combined master and answers their check values.
void store_purpose_keys(Context& card, const crypto::Key& master, Byte version,
                        base::Reader factors) {
  auto identity = card.identity();
  const auto origin = *keycard_ram(card).origin;
  for (const auto& row : derivation::kPurposes) {
    const auto factor = derivation::Factor::of_purpose(factors.fixed<6>(), version);
    KeySlot slot;
    slot.version = version;
    slot.generation = 1;
    slot.suite = identity.suite;
    slot.level = byte_of(Level::kMaster);
    slot.flags = static_cast<Byte>(kSlotExportable |
                                   (identity.has(layout::kFlagLive) ? kSlotLive : Byte{0}));
    slot.origin = base::fixed<4>(ByteView(origin).first(4));
    slot.key = derivation::derive_key(identity.suite, row.purpose, master, factor);
    store_slot(card.nvm, slot_record(row.purpose, record::kHeldSlot), slot);
  }
  identity.level = byte_of(Level::kMaster);
  identity.version = version;
  identity.life_cycle = layout::LifeCycle::kPersonalising;
  store_identity(card.nvm, identity);
}

}  // namespace

Answer put_commitment(Context& card, const CommandApdu& command) {
  load_set(card);
  if (command.p2 < 1 || command.p2 > layout::kLeaders) return refused(status::kWrongP1P2);
  const auto record = commitment_record(command.p2);
  const ByteView before = card.nvm.get(record);
  if (!before.empty() && !base::equal(before, command.data))
    return refused(status::kConditionNotSatisfied);
  card.nvm.put(record, command.data);
  return done();
}

Answer freeze(Context& card, const CommandApdu& command) {
  const auto set = load_set(card);
  const auto seat = leader_seat_of(command.p2);
  const auto commitments = commitments_of(card);
  card.nvm.put(record::kFrozen, Bytes{1});
  const Bytes context = base::Writer().bytes(set.fingerprint).u8(command.p2).take();
  const layout::Sealing sealing(load_scalar(card), set.at(seat), layout::seal_name::kFreeze,
                                context);
  const auto mac = sealing.mac(base::concat({card.identity().plan_id, commitments}));
  return done(base::concat({commitments, mac}));
}

Answer put_revealed(Context& card, const CommandApdu& command) {
  if (!card.nvm.holds(record::kFrozen) || holds_keys(card))
    return refused(status::kConditionNotSatisfied);
  const auto set = load_set(card);
  const auto seat = leader_seat_of(command.p2);
  const auto leader = layout::leader_of(seat);
  const auto origin = base::fixed<kOriginBytes>(ByteView(command.data).first(kOriginBytes));
  const Bytes context = base::Writer().bytes(set.fingerprint).u8(static_cast<Byte>(leader)).take();
  const layout::Sealing sealing(load_scalar(card), set.at(seat), layout::seal_name::kReveal,
                                context);
  const auto content = sealing.open(origin, ByteView(command.data).subspan(kOriginBytes));
  auto component = piece_of(content, 0, kComponentBytes);
  const auto nonce = piece_of(content, kComponentBytes, kNonceBytes);
  const auto commitment = layout::commitment(card.identity().plan_id, set.fingerprint, leader,
                                             nonce.reveal(ChipMemoryDoor::open()), component);
  require_equal(commitment, card.nvm.get(commitment_record(leader)), "commitment");

  auto& ram = keycard_ram(card);
  if (ram.origin && *ram.origin != origin) return refused(status::kWrongData);
  ram.origin = origin;
  ram.revealed.at(leader - 1) = std::move(component);
  return done();
}

Answer combine(Context& card, const CommandApdu& command) {
  auto& ram = keycard_ram(card);
  const bool complete = std::ranges::none_of(
      ram.revealed, [](const base::SecretBytes& component) { return component.empty(); });
  if (!complete || holds_keys(card)) return refused(status::kConditionNotSatisfied);
  base::Reader in(command.data, "purpose factors");
  const auto version = in.u8();
  if (version == 0) return refused(status::kWrongData);
  const auto identity = card.identity();
  const derivation::Origin origin{mode_of(identity), load_plan(card).set_id, *ram.origin};
  {
    const auto sum = derivation::combine(ram.revealed);
    const auto master = derivation::combined_master(identity.suite, sum, origin);
    store_purpose_keys(card, master, version, base::Reader(in.rest(), "purpose factors"));
  }
  for (auto& component : ram.revealed) component.clear();
  ram.origin.reset();
  return done(check_values_of(card));
}

Answer deliver(Context& card, const CommandApdu& command) {
  const auto purpose = derivation::purpose_of_byte(command.p2);
  const auto token = crypto::point_of_bytes(command.data);
  const auto expected = load_plan(card).token_key_hash;
  if (expected == crypto::Hash32{} || derivation::delivery_key_hash(token) != expected)
    return refused(status::kWrongData);
  const auto slot = load_own_key(card, purpose);
  const auto identity = card.identity();
  const derivation::DeliveryHeader header{.purpose = purpose,
                                          .suite = slot.suite,
                                          .flag = mode_of(identity),
                                          .version = slot.version,
                                          .origin = slot.origin,
                                          .check_value = check_value_of(slot, purpose),
                                          .plan_id = identity.plan_id};
  return done(derivation::encode(derivation::seal_delivery(header, token, slot.key)));
}

Answer sign_check_values(Context& card, const CommandApdu&) {
  const auto values = check_values_of(card);
  constexpr Byte kMethod = 0x01;
  const auto hash = crypto::sha256({Bytes{kMethod}, values});
  const auto digest =
      layout::signed_digest(card.identity().plan_id, layout::kStepCheckValues, hash);
  return done(base::concat({values, crypto::sign_digest(load_scalar(card), digest)}));
}

}  // namespace card::chip::keycard

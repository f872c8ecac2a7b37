// Making a pair of a mother card and a control card, and the keys that a lower card is given.
#include "base/core/error.h"
#include "base/crypto/cipher.h"
#include "cos-apdu/layout/export_matrix.h"
#include "cos-apdu/layout/keycard_commands.h"
#include "cos-apdu/layout/keycard_seal.h"
#include "cos-apdu/virtual/import_block.h"
#include "cos-apdu/virtual/keycard_acts.h"
#include "cos-apdu/virtual/keycard_memory.h"
#include "cos-apdu/virtual/life_cycle.h"

namespace card::chip::keycard {
namespace {

using derivation::CardKind;
using derivation::ExportHeader;
using derivation::Level;
using derivation::Purpose;

constexpr std::size_t kPairBytes = layout::kPairNameBytes;

bool is_lower(CardKind kind) {
  return (layout::bit_of(kind) & layout::kLowerKinds) != 0;
}

layout::PairName pair_name_of(ByteView bytes) {
  base::Reader in(bytes, "pair");
  layout::PairName pair;
  pair.id = in.fixed<8>();
  pair.generation = in.u16();
  return pair;
}

bool is_allowed_pair(const Context& card, ByteView pair) {
  const bool empty =
      pair_name_of(pair).id == layout::PairId{} || pair_name_of(pair).generation == 0;
  if (empty) return false;
  return !is_lower(card.identity().kind()) ||
         base::equal(card.nvm.get(record::kEndorsedPair), pair);
}

layout::PurposeSet purposes_held_by(CardKind kind) {
  return kind == CardKind::kStock ? layout::purposes(Purpose::kTransport)
                                  : layout::purposes_of_mother(kind);
}

// Every purpose, all of one version.
bool keys_are_complete(const Context& card) {
  const auto kind = card.identity().kind();
  std::optional<Byte> version;
  for (const auto& row : derivation::kPurposes) {
    if ((purposes_held_by(kind) & layout::bit_of(row.purpose)) == 0) continue;
    const auto slot = load_slot(card.nvm, slot_record(row.purpose, record::kHeldSlot));
    if (!slot || (version && *version != slot->version)) return false;
    version = slot->version;
  }
  return true;
}

// From here on the keys stand in the memory as ciphertext only.
void encrypt_keys(Context& card, const crypto::Key& pair_key) {
  for (const auto& row : derivation::kPurposes) {
    const auto record = slot_record(row.purpose, record::kHeldSlot);
    auto slot = load_slot(card.nvm, record);
    if (!slot) continue;
    card.nvm.put(slot_record(row.purpose, record::kPairedKey),
                 crypto::wrap(transport_suite_of(card), pair_key, slot->key));
    slot->key = base::SecretBytes(crypto::kKeyBytes);
    store_slot(card.nvm, record, *slot);
  }
}

layout::Sealing pair_sealing(const Context& card, const CardSet& set, layout::Seat other,
                             ByteView pair) {
  return {load_scalar(card), set.at(other), layout::seal_name::kPair,
          base::concat({set.fingerprint, pair})};
}

StatusWord judge_held(const Context& card, const ExportHeader& header) {
  const auto identity = card.identity();
  const auto level = layout::level_of_mother(identity.kind());
  const bool holds =
      level && *level == header.level &&
      (layout::purposes_of_mother(identity.kind()) & layout::bit_of(header.purpose)) != 0;
  if (!holds) return status::kWrongData;
  const bool first = identity.level == 0;
  return first || identity.county == header.county ? status::kOk : status::kWrongData;
}

// A key that the mother will hold for others; the first one says whose keys they are.
Answer import_held(Context& card, const derivation::ImportBlock& block) {
  const StatusWord held = judge_held(card, block.header);
  if (!held.is_ok()) return refused(held);
  const auto record = slot_record(block.header.purpose, record::kHeldSlot);
  const auto current = load_slot(card.nvm, record);
  const StatusWord word = judge_succession(current, block.header);
  if (!word.is_ok()) return refused(word);
  if (current && block.header.generation < current->generation)
    return refused(status::kConditionNotSatisfied);
  auto key = open_block(card.nvm, slot_record(Purpose::kTransport), block);
  store_slot(card.nvm, record, slot_of(block.header, std::move(key)));
  auto identity = card.identity();
  identity.level = byte_of(block.header.level);
  identity.county = block.header.county;
  identity.version = block.header.version;
  store_identity(card.nvm, identity);
  begin_personalising(card);
  return done();
}

// A key of the card's own: for its tag, and for void orders to it.
Answer import_leaf(Context& card, const derivation::ImportBlock& block) {
  if ((layout::kOwnLeaves & layout::bit_of(block.header.purpose)) == 0)
    return refused(status::kWrongData);
  const auto record = slot_record(block.header.purpose);
  const StatusWord word = judge_succession(load_slot(card.nvm, record), block.header);
  if (!word.is_ok()) return refused(word);
  auto key = open_block(card.nvm, slot_record(Purpose::kTransport), block);
  store_slot(card.nvm, record, slot_of(block.header, std::move(key)));
  auto identity = card.identity();
  if (!layout::level_of_mother(identity.kind())) {
    identity.level = byte_of(Level::kDevice);
    identity.county = block.header.county;
    identity.version = block.header.version;
    store_identity(card.nvm, identity);
  }
  begin_personalising(card);
  return done();
}

}  // namespace

Answer import_key(Context& card, const CommandApdu& command) {
  const auto block = derivation::decode_import_block(command.data);
  if (byte_of(block.header.purpose) != command.p2) return refused(status::kWrongP1P2);
  const StatusWord target = judge_target(card.identity(), block.header);
  if (!target.is_ok()) return refused(target);
  if (is_paired(card)) return refused(status::kConditionNotSatisfied);
  if (block.header.level != Level::kDevice) return import_held(card, block);
  return block.header.purpose == Purpose::kTransport ? import_transport_key(card, block)
                                                     : import_leaf(card, block);
}

Answer make_pair(Context& card, const CommandApdu& command) {
  const ByteView pair = command.data;
  const auto set = load_set(card);
  const auto package = card.nvm.get(record::kPairingPackage);
  if (is_paired(card)) {
    const bool again = !package.empty() && base::equal(pair, layout::encode(load_pair(card).name));
    if (!again) return refused(status::kConditionNotSatisfied);
    return done({package.begin(), package.end()});
  }
  if (!is_allowed_pair(card, pair) || !keys_are_complete(card))
    return refused(status::kConditionNotSatisfied);
  const auto open = random_key(card, crypto::kKeyBytes);
  const auto share_mother = random_key(card, crypto::kKeyBytes);
  const auto share_control = random_key(card, crypto::kKeyBytes);
  const auto slots = slot_summary(card.nvm, record::kHeldSlot);
  card.nvm.put(record::kSlotsHash, crypto::sha256(base::concat({slots, slot_summary(card.nvm)})));
  encrypt_keys(card, crypto::xor_of(share_mother, share_control));
  const auto sealed =
      pair_sealing(card, set, layout::Seat::kControl, pair).seal({}, joined(open, share_control));
  card.nvm.put(record::kPairingPackage, sealed);
  card.nvm.put(record::kOpenTries, Bytes{layout::kOpenTries});
  card.nvm.put(record::kNextAct, base::Writer().u32(1).view());
  store_pair(card, {pair_name_of(pair), open.duplicate(), share_mother.duplicate()});
  card.nvm.commit_afresh();  // the keys in clear leave the medium with the same write
  return done(sealed);
}

Answer take_pairing(Context& card, const CommandApdu& command) {
  const ByteView pair = ByteView(command.data).first(kPairBytes);
  const ByteView sealed = ByteView(command.data).subspan(kPairBytes);
  const auto set = load_set(card);
  const auto secrets = pair_sealing(card, set, layout::Seat::kMother, pair).open({}, sealed);
  if (is_paired(card)) {
    const bool again = base::equal(pair, layout::encode(load_pair(card).name));
    return again ? done() : refused(status::kConditionNotSatisfied);
  }
  if (!is_allowed_pair(card, pair)) return refused(status::kConditionNotSatisfied);
  store_pair(card, {pair_name_of(pair), piece_of(secrets, 0, crypto::kKeyBytes),
                    piece_of(secrets, crypto::kKeyBytes, crypto::kKeyBytes)});
  return done();
}

Answer endorse(Context& card, const CommandApdu& command) {
  base::Reader in(take_act(card, command, ActHeader::kHash), "endorsement");
  const auto target = derivation::Serial8::of_bytes(in.take(8));
  const auto endorsement = layout::decode_endorsement(base::concat({in.rest(), FixedBytes<16>{}}));
  const auto mac =
      transport_mac(card, child_transport(card, target), layout::mac_input(endorsement));
  return done({mac.begin(), mac.end()});
}

Answer take_endorsement(Context& card, const CommandApdu& command) {
  const auto endorsement = layout::decode_endorsement(command.data);
  const auto transport = load_leaf(card, Purpose::kTransport);
  require_equal(transport_mac(card, transport.key, layout::mac_input(endorsement)), endorsement.mac,
                "endorsement");
  require_equal(load_set(card).fingerprint, endorsement.fingerprint, "fingerprint");
  card.nvm.put(record::kEndorsedPair, layout::encode(endorsement.pair));
  return done();
}

}  // namespace card::chip::keycard

// Three of four: a leader's component in three parts with the other three leaders, who can so put it
// on a new card together when his are lost. All three parts are needed, and two say nothing.
//
//   drawn      dealing8 part48 part48, random; the third part is what is left of component16 nonce32
//   part       setId16 originId16 dealing8 part48, one for each of the other leaders
//   gathered   originId16 dealing8 part48, one for each giver, until the third
//
// dealing8 opens the id of the plan under which the component was parted: parts of two dealings make
// no component.
#include "base/core/error.h"
#include "base/crypto/cipher.h"
#include "cos-apdu/layout/keycard_seal.h"
#include "cos-apdu/virtual/door.h"
#include "cos-apdu/virtual/keycard_acts.h"
#include "cos-apdu/virtual/keycard_component.h"

namespace card::chip {

namespace {

using base::Fault;
using base::SecretBytes;

constexpr std::size_t kComponentBytes = 16;
constexpr std::size_t kNonceBytes = 32;
constexpr std::size_t kPartBytes = kComponentBytes + kNonceBytes;
constexpr std::size_t kDealingBytes = 8;
constexpr std::size_t kHeadBytes = 24;
constexpr unsigned kGivers = layout::kLeaders - 1;

using Dealing = FixedBytes<kDealingBytes>;

struct Part {
  FixedBytes<16> origin_id{};
  Dealing dealing{};
  SecretBytes value;
};

Dealing dealing_of(const Context& card) {
  return base::fixed<kDealingBytes>(ByteView(card.identity().plan_id).first(kDealingBytes));
}

RecordId part_of(unsigned leader) {
  return static_cast<RecordId>(record::kPart + leader);
}

RecordId gathered_from(unsigned leader) {
  return static_cast<RecordId>(record::kGathered + leader);
}

Bytes head_of(const Part& part) {
  return base::concat({part.origin_id, part.dealing});
}

void store_part(Context& card, RecordId record, ByteView before, const Part& part) {
  const Bytes head = base::concat({before, part.origin_id, part.dealing});
  store_secret(card.nvm, record, joined(SecretBytes::copy_of(head), part.value));
}

Part decode_part(base::Reader& in) {
  Part part;
  part.origin_id = in.fixed<16>();
  part.dealing = in.fixed<kDealingBytes>();
  part.value = SecretBytes::copy_of(in.take(kPartBytes));
  in.finish();
  return part;
}

// Another leader's own card: spares and cards that go hold no parts.
bool is_other_leader(const CardSet& set, layout::Seat seat) {
  return seat == layout::leader_seat(layout::leader_of(seat)) &&
         layout::leader_of(seat) != layout::leader_of(set.seat);
}

// 6985 outside of a plan that says three of four, 6A80 for a seat that is no other leader's.
StatusWord judge(const Context& card, const CardSet& set, layout::Seat seat) {
  if (load_plan(card).threshold != layout::Threshold::kThree) return status::kConditionNotSatisfied;
  return is_other_leader(set, seat) ? status::kOk : status::kWrongData;
}

Bytes sealed(const Context& card, const CardSet& set, layout::Seat taker, std::string_view name,
             const Part& part) {
  const layout::Sealing sealing(load_scalar(card), set.at(taker), name,
                                seats_context(set, set.seat, taker));
  const Bytes head = head_of(part);
  return base::concat({head, sealing.seal(head, part.value)});
}

Part opened(const Context& card, const CardSet& set, layout::Seat giver, std::string_view name,
            ByteView data) {
  const layout::Sealing sealing(load_scalar(card), set.at(giver), name,
                                seats_context(set, giver, set.seat));
  auto content = sealing.open(data.first(kHeadBytes), data.subspan(kHeadBytes));
  base::Reader head(data.first(kHeadBytes), "part");
  Part part;
  part.origin_id = head.fixed<16>();
  part.dealing = head.fixed<kDealingBytes>();
  part.value = std::move(content);
  return part;
}

// Drawn once under a plan, so that a part that is asked for again is the same.
SecretBytes drawn_parts(Context& card) {
  const auto dealing = dealing_of(card);
  if (card.nvm.holds(record::kDrawnParts)) {
    const auto drawn = load_secret(card.nvm, record::kDrawnParts);
    return piece_of(drawn, kDealingBytes, 2 * kPartBytes);
  }
  auto parts = random_key(card, 2 * kPartBytes);
  store_secret(card.nvm, record::kDrawnParts, joined(SecretBytes::copy_of(dealing), parts));
  return parts;
}

// The first two of the others get what was drawn, the last what is left.
SecretBytes part_for(Context& card, const HeldComponent& component, unsigned taker) {
  const auto drawn = drawn_parts(card);
  auto first = piece_of(drawn, 0, kPartBytes);
  auto second = piece_of(drawn, kPartBytes, kPartBytes);
  const unsigned place = taker < component.leader ? taker : taker - 1;
  if (place == 1) return first;
  if (place == 2) return second;
  const auto whole = joined(component.value, SecretBytes::copy_of(component.nonce));
  return crypto::xor_of(whole, crypto::xor_of(first, second));
}

std::vector<Part> gathered_by(const Context& card) {
  std::vector<Part> parts;
  for (unsigned leader = 1; leader <= layout::kLeaders; ++leader) {
    const ByteView bytes = card.nvm.get(gathered_from(leader));
    if (bytes.empty()) continue;
    base::Reader in(bytes, "gathered part");
    parts.push_back(decode_part(in));
  }
  return parts;
}

void assemble(Context& card, const CardSet& set, const std::vector<Part>& parts) {
  auto component = new_component(card, set);
  component.origin_id = parts.front().origin_id;
  const auto whole =
      crypto::xor_of(parts.at(0).value, crypto::xor_of(parts.at(1).value, parts.at(2).value));
  component.value = piece_of(whole, 0, kComponentBytes);
  const auto nonce = piece_of(whole, kComponentBytes, kNonceBytes);
  component.nonce = base::fixed<kNonceBytes>(nonce.reveal(ChipMemoryDoor::open()));
  store_component(card, component);
  for (unsigned leader = 1; leader <= layout::kLeaders; ++leader)
    card.nvm.erase(gathered_from(leader));
}

}  // namespace

void forget_dealing(Context& card) {
  card.nvm.erase(record::kDrawnParts);
  for (unsigned leader = 1; leader <= layout::kLeaders; ++leader)
    card.nvm.erase(gathered_from(leader));
}

void erase_parts(Context& card) {
  forget_dealing(card);
  for (unsigned leader = 1; leader <= layout::kLeaders; ++leader) card.nvm.erase(part_of(leader));
}

namespace keycard {

Answer part_component(Context& card, const CommandApdu& command) {
  const auto set = load_set(card);
  const auto taker = leader_seat_of(command.p2);
  const StatusWord word = judge(card, set, taker);
  if (!word.is_ok()) return refused(word);
  const auto component = load_component(card);
  if (!component) base::fail(Fault::kWrongState, "the card holds no component");
  const Part part{component->origin_id, dealing_of(card),
                  part_for(card, *component, layout::leader_of(taker))};
  return done(sealed(card, set, taker, layout::seal_name::kPart, part));
}

Answer take_part(Context& card, const CommandApdu& command) {
  const auto set = load_set(card);
  const auto giver = leader_seat_of(command.p2);
  const StatusWord word = judge(card, set, giver);
  if (!word.is_ok()) return refused(word);
  const auto part = opened(card, set, giver, layout::seal_name::kPart, command.data);
  store_part(card, part_of(layout::leader_of(giver)), load_plan(card).set_id, part);
  return done();
}

Answer give_part(Context& card, const CommandApdu& command) {
  const auto set = load_set(card);
  const auto taker = leader_seat_of(command.p2);
  const StatusWord word = judge(card, set, taker);
  if (!word.is_ok()) return refused(word);
  const ByteView bytes = card.nvm.get(part_of(layout::leader_of(taker)));
  if (bytes.empty()) base::fail(Fault::kNotFound, "the card holds no part of this component");
  base::Reader in(bytes, "part");
  if (in.fixed<16>() != load_plan(card).set_id) return refused(status::kConditionNotSatisfied);
  return done(sealed(card, set, taker, layout::seal_name::kPartBack, decode_part(in)));
}

// A part of another dealing than those before is refused: together they would make no component.
Answer gather_part(Context& card, const CommandApdu& command) {
  const auto set = load_set(card);
  const auto giver = leader_seat_of(command.p2);
  const StatusWord word = judge(card, set, giver);
  if (!word.is_ok()) return refused(word);
  if (load_component(card)) base::fail(Fault::kWrongState, "the card holds a component");
  const auto part = opened(card, set, giver, layout::seal_name::kPartBack, command.data);
  for (const Part& other : gathered_by(card))
    if (head_of(other) != head_of(part)) return refused(status::kWrongData);
  store_part(card, gathered_from(layout::leader_of(giver)), {}, part);
  const auto parts = gathered_by(card);
  if (parts.size() == kGivers) assemble(card, set, parts);
  return done({static_cast<Byte>(parts.size())});
}

}  // namespace keycard
}  // namespace card::chip

// The leader card: one component, committed to before any is revealed.
#include <algorithm>

#include "base/core/error.h"
#include "base/crypto/words.h"
#include "cos-apdu/layout/keycard_seal.h"
#include "cos-apdu/virtual/door.h"
#include "cos-apdu/virtual/keycard_acts.h"
#include "cos-apdu/virtual/keycard_component.h"

namespace card::chip {

std::optional<HeldComponent> load_component(const Context& card) {
  const ByteView bytes = card.nvm.get(record::kComponent);
  if (bytes.empty()) return std::nullopt;
  base::Reader in(bytes, "component");
  HeldComponent component;
  component.leader = in.u8();
  component.set_id = in.fixed<16>();
  component.origin_id = in.fixed<16>();
  component.nonce = in.fixed<32>();
  component.value = base::SecretBytes::copy_of(in.take(16));
  in.finish();
  return component;
}

void store_component(Context& card, const HeldComponent& component) {
  const Bytes head = base::Writer()
                         .u8(component.leader)
                         .bytes(component.set_id)
                         .bytes(component.origin_id)
                         .bytes(component.nonce)
                         .take();
  store_secret(card.nvm, record::kComponent,
               joined(base::SecretBytes::copy_of(head), component.value));
  auto identity = card.identity();
  identity.life_cycle = layout::LifeCycle::kInUse;
  store_identity(card.nvm, identity);
}

HeldComponent new_component(const Context& card, const CardSet& set) {
  if (load_component(card)) base::fail(base::Fault::kWrongState, "the card holds a component");
  HeldComponent component;
  component.leader = static_cast<Byte>(layout::leader_of(set.seat));
  component.set_id = load_plan(card).set_id;
  component.origin_id = base::fixed<16>(ByteView(card.identity().plan_id).first(16));
  component.nonce = base::fixed<32>(card.random(32));
  return component;
}

Bytes seats_context(const CardSet& set, layout::Seat giver, layout::Seat taker) {
  return base::Writer()
      .bytes(set.fingerprint)
      .u8(static_cast<Byte>(giver))
      .u8(static_cast<Byte>(taker))
      .take();
}

layout::Seat leader_seat_of(Byte p2) {
  const auto seat = static_cast<layout::Seat>(p2);
  if (!layout::is_leader(seat)) base::fail(base::Fault::kMalformed, "seat {} is no leader's", p2);
  return seat;
}

namespace keycard {
namespace {

using base::Fault;

constexpr std::size_t kComponentBytes = 16;
constexpr std::size_t kNonceBytes = 32;
constexpr std::size_t kOriginBytes = 16;
constexpr std::size_t kPutHeadBytes = 22;
constexpr std::size_t kCommitmentsBytes = 32 * layout::kLeaders;

HeldComponent need_component(const Context& card) {
  auto component = load_component(card);
  if (!component) base::fail(Fault::kWrongState, "the card holds no component");
  return std::move(*component);
}

Bytes sealed_for(const HeldComponent& component, const layout::Sealing& sealing) {
  const auto content = joined(component.value, base::SecretBytes::copy_of(component.nonce));
  return base::concat({component.origin_id, sealing.seal(component.origin_id, content)});
}

// The header of a typed component against this card's set.
StatusWord judge_header(const Context& card, const CardSet& set, base::Reader& in) {
  const auto identity = card.identity();
  const bool right_flags = in.u8() == (identity.flags & layout::kFlagLive);
  const bool right_leader = in.u8() == layout::leader_of(set.seat);
  const bool right_suite = in.u8() == static_cast<Byte>(identity.suite);
  const bool right_set = in.u24() == crypto::set_tag_of(load_plan(card).set_id);
  return right_flags && right_leader && right_suite && right_set ? status::kOk : status::kWrongData;
}

Bytes commitment_of(const Context& card, const CardSet& set, const HeldComponent& component) {
  const auto hash = layout::commitment(card.identity().plan_id, set.fingerprint, component.leader,
                                       component.nonce, component.value);
  return {hash.begin(), hash.end()};
}

}  // namespace

Answer generate_component(Context& card, const CommandApdu&) {
  auto component = new_component(card, load_set(card));
  component.value = random_key(card, kComponentBytes);
  store_component(card, component);
  return done();
}

Answer put_component(Context& card, const CommandApdu& command) {
  const auto set = load_set(card);
  const ByteView data = command.data;
  const ByteView head = data.first(kPutHeadBytes);
  base::Reader in(head, "component header");
  const StatusWord word = judge_header(card, set, in);
  if (!word.is_ok()) return refused(word);
  auto component = new_component(card, set);
  const auto origin = in.fixed<kOriginBytes>();
  if (origin != FixedBytes<kOriginBytes>{}) component.origin_id = origin;
  const Bytes context = base::Writer().bytes(set.fingerprint).u8(component.leader).take();
  component.value = layout::open_sealed_to(load_scalar(card), layout::seal_name::kComponent,
                                           context, head, data.subspan(kPutHeadBytes));
  store_component(card, component);
  const auto value = crypto::component_check_value(card.suite(), component.value);
  return done({value.begin(), value.end()});
}

Answer copy_component(Context& card, const CommandApdu& command) {
  const auto component = need_component(card);
  const auto set = load_set(card);
  const auto spare = leader_seat_of(command.p2);
  if (spare == set.seat || layout::leader_of(spare) != component.leader)
    return refused(status::kWrongData);
  const layout::Sealing sealing(load_scalar(card), set.at(spare), layout::seal_name::kCopy,
                                seats_context(set, set.seat, spare));
  return done(sealed_for(component, sealing));
}

Answer take_copy(Context& card, const CommandApdu& command) {
  const auto set = load_set(card);
  const auto giver = leader_seat_of(command.p2);
  if (giver == set.seat || layout::leader_of(giver) != layout::leader_of(set.seat))
    return refused(status::kWrongData);
  auto component = new_component(card, set);
  component.origin_id = base::fixed<kOriginBytes>(ByteView(command.data).first(kOriginBytes));
  const layout::Sealing sealing(load_scalar(card), set.at(giver), layout::seal_name::kCopy,
                                seats_context(set, giver, set.seat));
  const auto content =
      sealing.open(component.origin_id, ByteView(command.data).subspan(kOriginBytes));
  component.value = piece_of(content, 0, kComponentBytes);
  const auto nonce = piece_of(content, kComponentBytes, kNonceBytes);
  component.nonce = base::fixed<kNonceBytes>(nonce.reveal(ChipMemoryDoor::open()));
  store_component(card, component);
  return done();
}

Answer erase_component(Context& card, const CommandApdu&) {
  need_component(card);
  card.nvm.erase(record::kComponent);
  erase_parts(card);
  auto identity = card.identity();
  identity.life_cycle = layout::LifeCycle::kPersonalising;
  store_identity(card.nvm, identity);
  return done();
}

Answer commit(Context& card, const CommandApdu&) {
  return done(commitment_of(card, load_set(card), need_component(card)));
}

Answer reveal(Context& card, const CommandApdu& command) {
  const auto set = load_set(card);
  const auto component = need_component(card);
  const ByteView commitments = ByteView(command.data).first(kCommitmentsBytes);
  const auto scalar = load_scalar(card);
  const Bytes freezing =
      base::Writer().bytes(set.fingerprint).u8(static_cast<Byte>(set.seat)).take();
  const auto& mcc = set.at(layout::Seat::kMother);
  const auto mac = layout::Sealing(scalar, mcc, layout::seal_name::kFreeze, freezing)
                       .mac(base::concat({card.identity().plan_id, commitments}));
  require_equal(mac, ByteView(command.data).subspan(kCommitmentsBytes), "freezing");
  const auto own = commitments.subspan(std::size_t{component.leader - 1U} * 32, 32);
  require_equal(commitment_of(card, set, component), own, "commitment");

  const auto frozen = crypto::sha256(commitments);
  const ByteView before = card.nvm.get(record::kRevealedFor);
  if (!before.empty() && !base::equal(before, frozen))
    return refused(status::kConditionNotSatisfied);
  card.nvm.put(record::kRevealedFor, frozen);
  const Bytes revealing = base::Writer().bytes(set.fingerprint).u8(component.leader).take();
  const layout::Sealing sealing(scalar, mcc, layout::seal_name::kReveal, revealing);
  return done(sealed_for(component, sealing));
}

}  // namespace keycard
}  // namespace card::chip

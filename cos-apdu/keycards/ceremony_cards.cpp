// Leader cards and the master control card.
#include "cos-apdu/keycards/ceremony_cards.h"

#include "base/core/error.h"
#include "cos-apdu/keycards/exchange.h"
#include "cos-apdu/layout/keycard_seal.h"

namespace card::keycards {
namespace {

Byte byte_of(layout::Seat seat) {
  return static_cast<Byte>(seat);
}

// flags1 leader1 suite1 setTag3 originId16
Bytes component_head(const layout::CardStatus& status, const crypto::ComponentHeader& header,
                     const FixedBytes<16>& origin_id) {
  constexpr Byte kSuiteNibble = 0x0F;
  const bool same_suite = (static_cast<Byte>(status.suite) & kSuiteNibble) == header.suite;
  if (!same_suite)
    base::fail(base::Fault::kRefused, "component: suite {}, the card's is {}", header.suite,
               static_cast<Byte>(status.suite));
  return base::Writer()
      .u8(header.live ? layout::kFlagLive : Byte{0})
      .u8(header.index)
      .u8(static_cast<Byte>(status.suite))
      .u24(header.set_tag)
      .bytes(origin_id)
      .take();
}

CheckValues check_values_of(base::Reader& in) {
  CheckValues values;
  for (auto& value : values) value = crypto::kcv_of_bytes(in.take(3));
  return values;
}

}  // namespace

void LeaderCard::generate_component() {
  exchange(session(), KeycardCommandId::kGenerateComponent);
}

FixedBytes<5> LeaderCard::put_component(const crypto::ComponentHeader& header,
                                        const FixedBytes<16>& origin_id,
                                        const base::SecretBytes& component) {
  const auto head = component_head(status(), header, origin_id);
  const auto context = base::Writer().bytes(set_fingerprint()).u8(header.index).take();
  const auto sealed =
      layout::seal_to(public_point(), layout::seal_name::kComponent, context, head, component);
  return base::fixed<5>(
      exchange(session(), KeycardCommandId::kPutComponent, base::concat({head, sealed})),
      "check value");
}

SealedComponent LeaderCard::copy_for(layout::Seat spare) {
  return {base::fixed<88>(exchange(session(), KeycardCommandId::kCopyComponent, {}, byte_of(spare)),
                          "component")};
}

void LeaderCard::take_copy(const SealedComponent& copy, layout::Seat from) {
  exchange(session(), KeycardCommandId::kTakeCopy, copy.bytes, byte_of(from));
}

SealedPart LeaderCard::part_for(layout::Seat taker) {
  return {base::fixed<96>(exchange(session(), KeycardCommandId::kPartComponent, {}, byte_of(taker)),
                          "part")};
}

void LeaderCard::take_part(const SealedPart& part, layout::Seat from) {
  exchange(session(), KeycardCommandId::kTakePart, part.bytes, byte_of(from));
}

SealedPart LeaderCard::give_part(layout::Seat to) {
  return {
      base::fixed<96>(exchange(session(), KeycardCommandId::kGivePart, {}, byte_of(to)), "part")};
}

unsigned LeaderCard::gather_part(const SealedPart& part, layout::Seat from) {
  return exchange(session(), KeycardCommandId::kGatherPart, part.bytes, byte_of(from)).at(0);
}

crypto::Hash32 LeaderCard::commit() {
  return base::fixed<32>(exchange(session(), KeycardCommandId::kCommit), "commitment");
}

SealedComponent LeaderCard::reveal(const FrozenCommitments& frozen) {
  base::Writer data;
  for (const auto& commitment : frozen.commitments) data.bytes(commitment);
  data.bytes(frozen.mac);
  return {
      base::fixed<88>(exchange(session(), KeycardCommandId::kReveal, data.view()), "component")};
}

void LeaderCard::erase_component() {
  exchange(session(), KeycardCommandId::kEraseComponent);
}

crypto::Hash32 hash_of(const CheckValues& values) {
  constexpr Byte kMethod = 0x01;
  base::Writer list;
  list.u8(kMethod);
  for (const auto& value : values) list.bytes(value.value);
  return crypto::sha256(list.view());
}

void MasterControlCard::put_commitment(unsigned leader, const crypto::Hash32& commitment) {
  exchange(session(), KeycardCommandId::kPutCommitment, commitment, static_cast<Byte>(leader));
}

FrozenCommitments MasterControlCard::freeze(layout::Seat leader_card) {
  const auto answer = exchange(session(), KeycardCommandId::kFreeze, {}, byte_of(leader_card));
  base::Reader in(answer, "frozen commitments");
  FrozenCommitments frozen;
  for (auto& commitment : frozen.commitments) commitment = in.fixed<32>();
  frozen.mac = in.fixed<16>();
  in.finish();
  return frozen;
}

void MasterControlCard::put_revealed(layout::Seat leader_card, const SealedComponent& component) {
  exchange(session(), KeycardCommandId::kPutRevealed, component.bytes, byte_of(leader_card));
}

CheckValues MasterControlCard::combine(const PurposeFactors& factors, std::uint8_t version) {
  base::Writer data;
  data.u8(version);
  for (const auto& factor : factors) data.bytes(factor);
  const auto answer = exchange(session(), KeycardCommandId::kCombine, data.view());
  base::Reader in(answer, "check values");
  const auto values = check_values_of(in);
  in.finish();
  return values;
}

SignedCheckValues MasterControlCard::signed_check_values() {
  const auto answer = exchange(session(), KeycardCommandId::kSignCheckValues);
  base::Reader in(answer, "signed check values");
  SignedCheckValues signed_values;
  signed_values.values = check_values_of(in);
  signed_values.signature = in.fixed<64>();
  in.finish();
  return signed_values;
}

derivation::Delivery MasterControlCard::deliver(derivation::Purpose purpose,
                                                const crypto::PublicPoint& token) {
  return derivation::decode_delivery(
      exchange(session(), KeycardCommandId::kDeliver, token, derivation::byte_of(purpose)));
}

}  // namespace card::keycards

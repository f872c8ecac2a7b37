// Void orders: how a card that has lost its partner learns that it is void.
#include <algorithm>

#include "base/core/error.h"
#include "cos-apdu/layout/keycard_commands.h"
#include "cos-apdu/layout/keycard_seal.h"
#include "cos-apdu/virtual/keycard_acts.h"
#include "cos-apdu/virtual/keycard_memory.h"

namespace card::chip::keycard {
namespace {

using derivation::Purpose;

constexpr std::size_t kSerialBytes = 8;
constexpr std::size_t kMacBytes = 16;

layout::VoidOrder order_of(ByteView body) {
  base::Reader in(body, "void order");
  layout::VoidOrder order;
  order.pair.id = in.fixed<8>();
  order.pair.generation = in.u16();
  order.log_index = in.u64();
  order.proof.assign(in.rest().begin(), in.rest().end());
  return order;
}

bool two_officers_signed(const Context& card, const layout::VoidOrder& order) {
  const ByteView officers = card.nvm.get(record::kOfficers);
  const auto digest = layout::signed_digest(card.identity().plan_id, layout::kStepVoidPair,
                                            layout::void_order_hash(order));
  base::Reader in(order.proof, "signatures");
  std::optional<Byte> first;
  for (std::size_t count = 0; count < layout::kVoidOrderOfficers; ++count) {
    const auto number = in.u8();
    const auto signature = in.fixed<64>();
    if (number == first || (number + std::size_t{1}) * layout::kPointBytes > officers.size())
      return false;
    const auto point =
        base::fixed<65>(officers.subspan(number * layout::kPointBytes, layout::kPointBytes));
    if (!crypto::verify_digest(point, digest, signature)) return false;
    first = number;
  }
  return true;
}

bool leaf_signed(const Context& card, const layout::VoidOrder& order) {
  const auto leaf = load_leaf(card, Purpose::kCardControl);
  const auto expected = crypto::cmac16(leaf.suite, leaf.key, layout::void_order_message(order));
  return base::equal_in_constant_time(expected, order.proof);
}

// Of a void card nothing is left that opens a key, even in the hands of who can read its memory and
// that of its partner.
void erase_keys(Nvm& nvm) {
  nvm.erase(record::kPairSecrets);
  nvm.erase(record::kPairingPackage);
  for (const auto& row : derivation::kPurposes) {
    nvm.erase(slot_record(row.purpose, record::kPairedKey));
  }
}

}  // namespace

Answer put_officers(Context& card, const CommandApdu& command) {
  if (is_paired(card)) return refused(status::kConditionNotSatisfied);
  base::Reader in(command.data, "officers");
  std::vector<crypto::PublicPoint> officers;
  while (in.remaining() > 0) officers.push_back(crypto::point_of_bytes(in.take(65)));
  for (std::size_t i = 1; i < officers.size(); ++i)
    if (std::find(officers.begin(), officers.begin() + static_cast<std::ptrdiff_t>(i),
                  officers.at(i)) != officers.begin() + static_cast<std::ptrdiff_t>(i))
      return refused(status::kWrongData);
  card.nvm.put(record::kOfficers, command.data);
  return done();
}

Answer make_void_order(Context& card, const CommandApdu& command) {
  const ByteView body = take_act(card, command, ActHeader::kHash);
  const auto target = derivation::Serial8::of_bytes(body.first(kSerialBytes));
  const auto leaf =
      key_for(card, Purpose::kCardControl, derivation::Factor::of_device(target).bytes());
  const auto mac = crypto::cmac16(leaf.own.suite, leaf.key,
                                  layout::void_order_message(order_of(body.subspan(kSerialBytes))));
  return done({mac.begin(), mac.end()});
}

Answer apply_void_order(Context& card, const CommandApdu& command) {
  const auto order = order_of(command.data);
  auto identity = card.identity();
  if (order.pair.id != identity.pair_id || order.pair.generation != identity.generation)
    return refused(status::kWrongData);
  const bool lower = order.proof.size() == kMacBytes;
  const bool top =
      order.proof.size() == layout::kVoidOrderOfficers * layout::kOfficerSignatureBytes;
  const bool is_top_card = (layout::bit_of(identity.kind()) & layout::kTopKinds) != 0;
  if (!lower && !top) return refused(status::kWrongLength);
  if (top != is_top_card) return refused(status::kWrongData);
  if (!(top ? two_officers_signed(card, order) : leaf_signed(card, order)))
    return refused(status::kMacWrong);
  identity.flags |= layout::kFlagVoid;
  identity.life_cycle = layout::LifeCycle::kVoid;
  store_identity(card.nvm, identity);
  erase_keys(card.nvm);
  auto& ram = keycard_ram(card);
  ram.session.clear();
  ram.pair_key.clear();
  card.ram.pair_open = false;
  return done();
}

}  // namespace card::chip::keycard

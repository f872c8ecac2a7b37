// Blanks, and what every key card understands.
#include "cos-apdu/keycards/key_card.h"

#include "base/core/error.h"
#include "cos-apdu/keycards/exchange.h"

namespace card::keycards {
namespace {

using base::Fault;

Bytes points_of(std::span<const crypto::PublicPoint> points) {
  base::Writer writer;
  for (const auto& point : points) writer.bytes(point);
  return writer.take();
}

void require_right(std::string_view name, const PinAnswer& answer) {
  if (!answer.right()) refuse_keycard(name, answer.status);
}

// The common commands refuse in their own way; here 6A88 is kNotFound like everywhere.
template <typename Call>
auto with_keycard_faults(Call&& call) {
  try {
    return call();
  } catch (const Refusal& refusal) {
    refuse_keycard("key pair", refusal.status());
  }
}

}  // namespace

crypto::PublicPoint Blank::make_key_pair() {
  return with_keycard_faults([&] { return generate_key_pair(session_); });
}

crypto::PublicPoint Blank::public_point() {
  return with_keycard_faults([&] { return get_public_point(session_); });
}

void Blank::install_transport_key(const layout::InstallPackage& package) {
  exchange(session_, KeycardCommandId::kInstallTransportKey, package);
}

void Blank::import_block(const derivation::ImportBlockBytes& block) {
  const auto purpose = derivation::decode_import_block(block).header.purpose;
  exchange(session_, KeycardCommandId::kImportBlock, block, derivation::byte_of(purpose));
}

void Blank::set_pin(const base::SecretBytes& digits) {
  require_right("PIN CHANGE", card::change_pin(session_, {}, digits));
}

CardTag Blank::tag() {
  const auto answer = exchange(session_, KeycardCommandId::kGetTag);
  base::Reader in(answer, "tag");
  CardTag tag;
  tag.slots = in.fixed<32>();
  tag.tag = in.fixed<8>();
  in.finish();
  return tag;
}

void KeyCard::verify_pin(const base::SecretBytes& digits) {
  require_right("VERIFY PIN", card::verify_pin(session(), digits));
}

void KeyCard::change_pin(const base::SecretBytes& old_digits, const base::SecretBytes& new_digits) {
  require_right("PIN CHANGE", card::change_pin(session(), old_digits, new_digits));
}

crypto::Hash32 KeyCard::put_plan(const layout::PlanParts& parts) {
  const auto answer = exchange(session(), KeycardCommandId::kPutPlan, layout::encode(parts));
  const auto computed = base::fixed<32>(answer, "plan id");
  const auto expected = layout::plan_id(parts);
  if (computed != expected)
    base::fail(Fault::kTampered, "PUT PLAN: the card computed plan id {}, expected {}",
               base::to_hex(computed), base::to_hex(expected));
  return computed;
}

crypto::Hash32 KeyCard::put_set(std::span<const crypto::PublicPoint> members) {
  return base::fixed<32>(exchange(session(), KeycardCommandId::kPutSet, points_of(members)),
                         "fingerprint");
}

crypto::Hash32 KeyCard::set_fingerprint() {
  return base::fixed<32>(exchange(session(), KeycardCommandId::kGetSetFingerprint), "fingerprint");
}

FixedBytes<64> KeyCard::sign(base::Byte step, const crypto::Hash32& hash) {
  const auto data = base::Writer().u8(step).bytes(hash).take();
  return base::fixed<64>(exchange(session(), KeycardCommandId::kSign, data), "signature");
}

void KeyCard::put_officers(std::span<const crypto::PublicPoint> officers) {
  exchange(session(), KeycardCommandId::kPutOfficers, points_of(officers));
}

void KeyCard::put_log_key(const crypto::Ed25519Public& key, std::string_view origin) {
  exchange(session(), KeycardCommandId::kPutLogKey, base::Writer().bytes(key).text(origin).view());
}

void KeyCard::put_head(const layout::SignedHead& head) {
  exchange(session(), KeycardCommandId::kPutHead, layout::encode(head));
}

layout::Head KeyCard::head() {
  return layout::decode_head(exchange(session(), KeycardCommandId::kGetHead));
}

void KeyCard::apply_void_order(const layout::VoidOrder& order) {
  exchange(session(), KeycardCommandId::kApplyVoidOrder,
           base::concat({layout::void_order_body(order), order.proof}));
}

}  // namespace card::keycards

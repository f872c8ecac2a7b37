// The token's end of DELIVER.
#include "derivation/hsm/reception.h"

#include "base/core/error.h"
#include "derivation/hsm/key_shape.h"
#include "derivation/hsm/token_vault.h"

namespace derivation {
namespace {

using base::Fault;

constexpr const char* kDeliveryLabel = "WK delivery";

void require_header(const ReceptionPlan& plan, const DeliveryHeader& header) {
  const auto require = [&](bool equal, std::string_view field) {
    if (!equal)
      base::fail(Fault::kRefused, "delivery of {}: its {} is not the plan's",
                 row_of(header.purpose).id, field);
  };
  require(header.plan_id == plan.plan_id, "plan id");
  require(header.suite == plan.suite, "suite");
  require(header.flag == plan.flag, "mode");
  require(header.version == plan.version, "key version");
  require(header.origin == plan.origin, "origin");
}

hsm::SessionKey labelled(hsm::Session& session, const hsm::SessionKey& agreed,
                         const Delivery& delivery, DeliveryKey which, hsm::Usage usage) {
  const auto hash =
      crypto::sha256(delivery_label(which, delivery.header.plan_id, delivery.header.purpose));
  return {session,
          session.derive(agreed.handle(), hsm::Usage::kDeriveAes, base::ByteView(hash).first(16),
                         {hsm::KeyType::kAes128, usage, hsm::Lifetime::kSession,
                          hsm::Extraction::kNever, ""})};
}

// A ceremony that was cut off delivers again.
crypto::Kcv require_same(hsm::Session& session, const std::string& label,
                         const hsm::KeyRules& rules, const DeliveryHeader& header) {
  const auto key = session.find_secret_key(label);
  session.require_rules(key, rules);
  const crypto::Kcv found{session.check_value(key, rules.usage)};
  if (found != header.check_value)
    base::fail(Fault::kConflict, "the token already has another key {}", label);
  return found;
}

}  // namespace

crypto::PublicPoint Reception::prepare() {
  const auto point = token_.session().generate_agreement_pair(kDeliveryLabel);
  token_.commit();
  return point;
}

crypto::PublicPoint Reception::delivery_point() {
  return token_.session().agreement_point(kDeliveryLabel);
}

crypto::Kcv Reception::receive(const ReceptionPlan& plan, const Delivery& delivery) {
  const auto& header = delivery.header;
  require_header(plan, header);
  auto& session = token_.session();
  const auto label = token_label(header.purpose, header.version);
  const auto rules = parent_rules(header.suite, header.purpose, hsm::Lifetime::kToken, label);
  if (session.has_object(label)) return require_same(session, label, rules, header);
  const hsm::SessionKey agreed(session, session.agree(kDeliveryLabel, delivery.ephemeral));
  const auto mac_key = labelled(session, agreed, delivery, DeliveryKey::kMac, hsm::Usage::kSign);
  session.require_cmac(mac_key.handle(), mac_input(delivery), delivery.mac);
  const auto unwrapping =
      labelled(session, agreed, delivery, DeliveryKey::kWrapping, hsm::Usage::kUnwrap);
  const auto key = session.unwrap(unwrapping.handle(), delivery.wrapped, rules);
  const crypto::Kcv found{session.check_value(key, rules.usage)};
  if (found != header.check_value) {
    session.destroy(key);
    base::fail(Fault::kTampered, "delivery of {}: check value is {}, expected {}",
               row_of(header.purpose).id, crypto::format(found),
               crypto::format(header.check_value));
  }
  token_.commit();
  return found;
}

void Reception::require_complete(const ReceptionPlan& plan, const CheckValueList& signed_list) {
  auto& session = token_.session();
  for (const auto& row : kPurposes) {
    const auto label = token_label(row.purpose, plan.version);
    const auto key = session.find_secret_key(label);
    session.require_rules(key, parent_rules(plan.suite, row.purpose, hsm::Lifetime::kToken, label));
    const crypto::Kcv found{session.check_value(key, derive_usage(plan.suite, row.purpose))};
    const auto& expected = signed_list.at(std::size_t{byte_of(row.purpose)} - 1);
    if (found != expected)
      base::fail(Fault::kTampered, "key {} of the token: check value is {}, the card signed {}",
                 row.id, crypto::format(found), crypto::format(expected));
  }
}

void Reception::close() {
  token_.session().destroy_pair(kDeliveryLabel);
  token_.reopen();
  if (token_.session().has_object(kDeliveryLabel))
    base::fail(Fault::kTampered, "the delivery key is still in the token after its destruction");
  token_.commit();
}

}  // namespace derivation

// The home of keys inside a PKCS#11 token.
#include "derivation/hsm/token_vault.h"

#include <fmt/format.h>

#include "base/core/error.h"
#include "base/hsm/probe.h"
#include "derivation/hsm/key_shape.h"

namespace derivation {
namespace {

using base::Fault;

constexpr base::Byte kEncipherByte = 0x31;
constexpr base::Byte kAuthenticateByte = 0x32;

// F8 | not F8
base::FixedBytes<16> derivation_data(const Factor& factor) {
  base::FixedBytes<16> data{};
  for (std::size_t i = 0; i < factor.bytes().size(); ++i) {
    data.at(i) = factor.bytes().at(i);
    data.at(i + 8) = static_cast<base::Byte>(~factor.bytes().at(i));
  }
  return data;
}

hsm::KeyRules transport_rules(hsm::Usage usage) {
  return {hsm::KeyType::kAes128, usage, hsm::Lifetime::kSession, hsm::Extraction::kNever, ""};
}

// B(KT, which | 0…)
hsm::SessionKey transport_part(hsm::Session& session, const hsm::SessionKey& transport,
                               base::Byte which, hsm::Usage usage) {
  base::FixedBytes<16> data{};
  data.front() = which;
  return {session,
          session.derive(transport.handle(), hsm::Usage::kDeriveAes, data, transport_rules(usage))};
}

}  // namespace

std::string token_label(Purpose purpose, std::uint8_t version) {
  return fmt::format("WK {} {}", version, row_of(purpose).id);
}

TokenVault::TokenVault(hsm::Token& token, const Holding& holding, unsigned verbs_of_one_opening)
    : token_(token), holding_(holding), verbs_of_one_opening_(verbs_of_one_opening) {
  find_keys();
  for (const auto& row : kPurposes)
    paths_.emplace(next_++, Path{{row.purpose, holding.level}, {}, {}});
}

void TokenVault::find_keys() {
  hsm::require_suite(session(), holding_.suite);
  for (const auto& row : kPurposes) {
    const auto label = token_label(row.purpose, holding_.version);
    const auto key = session().find_secret_key(label);
    session().require_rules(
        key, parent_rules(holding_.suite, row.purpose, hsm::Lifetime::kToken, label));
    objects_.insert_or_assign(row.purpose, key);
  }
}

void TokenVault::begin_verb() {
  if (verbs_++ < verbs_of_one_opening_) return;
  token_.reopen();
  find_keys();
  verbs_ = 1;
}

const TokenVault::Path& TokenVault::path(KeyHandle handle) const {
  const auto found = paths_.find(handle.value);
  if (found == paths_.end()) base::fail(Fault::kNotFound, "no key behind this handle");
  return found->second;
}

KeyHandle TokenVault::held(Purpose purpose) const {
  return {byte_of(purpose)};
}

KeyHandle TokenVault::derive(KeyHandle parent, const Factor& factor) {
  auto next = path(parent);
  require_one_step_down(next.identity, factor);
  next.identity.level = factor.level();
  next.factors.push_back(factor);
  next.seen.reset();
  paths_.emplace(next_, std::move(next));
  return {next_++};
}

hsm::SessionKey TokenVault::child(hsm::ObjectHandle parent, Purpose purpose, const Factor& factor,
                                  const hsm::KeyRules& rules) {
  return {session(), session().derive(parent, derive_usage(holding_.suite, purpose),
                                      derivation_data(factor), rules)};
}

hsm::SessionKey TokenVault::walked(const Path& path, const hsm::KeyRules& last) {
  const auto purpose = path.identity.purpose;
  const auto between = parent_rules(holding_.suite, purpose, hsm::Lifetime::kSession, "");
  const auto& rules_of_first = path.factors.size() == 1 ? last : between;
  auto key = child(objects_.at(purpose), purpose, path.factors.front(), rules_of_first);
  for (std::size_t i = 1; i < path.factors.size(); ++i)
    key = child(key.handle(), purpose, path.factors.at(i),
                i + 1 == path.factors.size() ? last : between);
  return key;
}

crypto::Kcv TokenVault::agreed_check_value(KeyHandle key, hsm::ObjectHandle walked) {
  auto& of = paths_.at(key.value);
  const auto usage = derive_usage(holding_.suite, of.identity.purpose);
  const auto value = session().check_value(walked, usage);
  if (of.seen && *of.seen != value)
    base::fail(Fault::kTampered, "key of purpose {}: two derivations of it differ",
               row_of(of.identity.purpose).id);
  of.seen = value;
  return {value};
}

crypto::Kcv TokenVault::check_value(KeyHandle key) {
  begin_verb();
  const auto& of = path(key);
  const auto look = [&] {
    if (of.factors.empty()) return agreed_check_value(key, objects_.at(of.identity.purpose));
    const auto object =
        walked(of, parent_rules(holding_.suite, of.identity.purpose, hsm::Lifetime::kSession, ""));
    return agreed_check_value(key, object.handle());
  };
  if (!of.seen) look();
  return look();
}

ImportBlockBytes TokenVault::export_to(KeyHandle key, KeyHandle issuer_transport,
                                       const ExportHeader& header) {
  begin_verb();
  const auto& content = path(key);
  auto transport_path = path(issuer_transport);
  require_exportable_as(content.identity, transport_path.identity, holding_, header);
  if (content.factors.empty())
    base::fail(Fault::kRefused, "a key that the token holds of its own never leaves it");
  transport_path.factors.push_back(Factor::of_device(header.target));
  const auto transport = walked(transport_path, transport_rules(hsm::Usage::kDeriveAes));
  const auto encipher = transport_part(session(), transport, kEncipherByte, hsm::Usage::kWrap);
  const auto authenticate =
      transport_part(session(), transport, kAuthenticateByte, hsm::Usage::kSign);
  auto rules = parent_rules(holding_.suite, content.identity.purpose, hsm::Lifetime::kSession, "");
  rules.extraction = hsm::Extraction::kWrapped;
  const auto leaving = walked(content, rules);
  ImportBlock block{header, agreed_check_value(key, leaving.handle()), {}, {}};
  block.wrapped =
      base::fixed<24>(session().wrap(encipher.handle(), leaving.handle()), "wrapped key");
  block.mac = session().cmac(authenticate.handle(), mac_input(block));
  return encode(block);
}

hsm::SessionKey TokenVault::order_key(KeyHandle key) {
  const auto& of = path(key);
  require_order_key(of.identity);
  if (of.factors.empty())
    base::fail(Fault::kRefused, "a key that the token holds of its own only derives");
  if (holding_.suite != crypto::SuiteId::kAes128)
    base::fail(Fault::kRefused, "MACs of suite {} are made in cards, not in the token",
               crypto::suite(holding_.suite).name);
  return walked(of, transport_rules(hsm::Usage::kSign));
}

base::FixedBytes<16> TokenVault::mac(KeyHandle key, base::ByteView message) {
  begin_verb();
  const auto made = session().cmac(order_key(key).handle(), message);
  session().require_cmac(order_key(key).handle(), message, made);
  return made;
}

void TokenVault::verify(KeyHandle key, base::ByteView message, const base::FixedBytes<16>& mac) {
  begin_verb();
  session().require_cmac(order_key(key).handle(), message, mac);
}

AuditTag TokenVault::tag(KeyHandle issuer_audit_tag, const TagInput& input) {
  begin_verb();
  auto leaf = path(issuer_audit_tag);
  require_tag_key(leaf.identity);
  require_one_step_down(leaf.identity, input.card);
  if (holding_.suite != crypto::SuiteId::kAes128)
    base::fail(Fault::kRefused, "audit tags of suite {} are made in cards, not in the token",
               crypto::suite(holding_.suite).name);
  leaf.factors.push_back(input.card);
  const auto key = walked(leaf, transport_rules(hsm::Usage::kSign));
  return base::fixed<8>(base::ByteView(session().cmac(key.handle(), encode(input))).first(8),
                        "audit tag");
}

void TokenVault::destroy(KeyHandle key) {
  if (path(key).factors.empty())
    base::fail(Fault::kRefused, "the vault's own key of purpose {} is not destroyed by a verb",
               row_of(path(key).identity.purpose).id);
  paths_.erase(key.value);
}

}  // namespace derivation

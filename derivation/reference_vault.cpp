// The pure home.
#include "derivation/reference_vault.h"

#include "base/core/error.h"
#include "derivation/tree.h"
#include "derivation/vault_rules.h"

namespace derivation {

using base::Fault;

void ReferenceVault::put(Purpose purpose, crypto::Key key) {
  if (!held_.emplace(purpose, next_).second)
    base::fail(Fault::kConflict, "the vault already holds a key of purpose {}", row_of(purpose).id);
  entries_.emplace(next_++, Entry{{purpose, holding_.level}, std::move(key)});
}

void ReferenceVault::put_all(const crypto::Key& combined, const Profile& profile) {
  for (const auto& row : kPurposes)
    put(row.purpose, derive_key(holding_.suite, row.purpose, combined,
                                profile.purpose_factor(row.purpose, holding_.version)));
}

const ReferenceVault::Entry& ReferenceVault::entry(KeyHandle handle) const {
  const auto found = entries_.find(handle.value);
  if (found == entries_.end()) base::fail(Fault::kNotFound, "no key behind this handle");
  return found->second;
}

KeyHandle ReferenceVault::held(Purpose purpose) const {
  const auto found = held_.find(purpose);
  if (found == held_.end())
    base::fail(Fault::kNotFound, "the vault holds no key of purpose {}", row_of(purpose).id);
  return {found->second};
}

KeyHandle ReferenceVault::derive(KeyHandle parent, const Factor& factor) {
  const auto& from = entry(parent);
  require_one_step_down(from.identity, factor);
  const auto purpose = from.identity.purpose;
  entries_.emplace(next_, Entry{{purpose, factor.level()},
                                derive_key(holding_.suite, purpose, from.key, factor)});
  return {next_++};
}

crypto::Kcv ReferenceVault::check_value(KeyHandle key) {
  const auto& of = entry(key);
  return crypto::check_value(key_suite(holding_.suite, of.identity.purpose), of.key);
}

ImportBlockBytes ReferenceVault::export_to(KeyHandle key, KeyHandle issuer_transport,
                                           const ExportHeader& header) {
  const auto& content = entry(key);
  const auto& issuer = entry(issuer_transport);
  require_exportable_as(content.identity, issuer.identity, holding_, header);
  const auto transport =
      derive_key(holding_.suite, Purpose::kTransport, issuer.key, Factor::of_device(header.target));
  return encode(seal_import_block(transport, header, content.key));
}

base::FixedBytes<16> ReferenceVault::mac(KeyHandle key, base::ByteView message) {
  const auto& with = entry(key);
  require_order_key(with.identity);
  return crypto::cmac16(holding_.suite, with.key, message);
}

void ReferenceVault::verify(KeyHandle key, base::ByteView message,
                            const base::FixedBytes<16>& mac) {
  if (!base::equal_in_constant_time(this->mac(key, message), mac))
    base::fail(Fault::kTampered, "the MAC does not hold");
}

AuditTag ReferenceVault::tag(KeyHandle issuer_audit_tag, const TagInput& input) {
  const auto& issuer = entry(issuer_audit_tag);
  require_tag_key(issuer.identity);
  require_one_step_down(issuer.identity, input.card);
  const auto leaf = derive_key(holding_.suite, Purpose::kAuditTag, issuer.key, input.card);
  return audit_tag(holding_.suite, leaf, input);
}

void ReferenceVault::destroy(KeyHandle key) {
  for (const auto& [purpose, handle] : held_)
    if (handle == key.value)
      base::fail(Fault::kRefused, "the vault's own key of purpose {} is not destroyed by a verb",
                 row_of(purpose).id);
  if (entries_.erase(key.value) == 0) base::fail(Fault::kNotFound, "no key behind this handle");
}

}  // namespace derivation

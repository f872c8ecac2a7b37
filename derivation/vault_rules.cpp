// The refusals that every home of keys shares.
#include "derivation/vault_rules.h"

#include "base/core/error.h"

namespace derivation {

using base::Fault;

void require_one_step_down(const KeyIdentity& parent, const Factor& factor) {
  if (!is_one_step_down(parent.purpose, parent.level, factor.level()))
    base::fail(Fault::kRefused,
               "a {} key of purpose {} has no {} child: one derivation goes exactly one level down",
               row_of(parent.level).english, row_of(parent.purpose).id,
               row_of(factor.level()).english);
}

void require_exportable_as(const KeyIdentity& key, const KeyIdentity& issuer_transport,
                           const Holding& holding, const ExportHeader& header) {
  if (header.purpose != key.purpose || header.level != key.level || header.suite != holding.suite)
    base::fail(Fault::kRefused,
               "export of a {} key of purpose {}: the header says {} {}, or another suite",
               row_of(key.level).english, row_of(key.purpose).id, row_of(header.level).english,
               row_of(header.purpose).id);
  if (header.flag != holding.flag)
    base::fail(Fault::kRefused, "export of a {} key with a header that says {}",
               base::name_of(holding.flag), base::name_of(header.flag));
  if (issuer_transport.purpose != Purpose::kTransport)
    base::fail(Fault::kRefused, "export under a key of purpose {}, expected transport",
               row_of(issuer_transport.purpose).id);
}

void require_order_key(const KeyIdentity& key) {
  if (!authenticates_orders(key.purpose))
    base::fail(Fault::kRefused, "a key of purpose {} authenticates no orders",
               row_of(key.purpose).id);
}

void require_tag_key(const KeyIdentity& key) {
  if (key.purpose != Purpose::kAuditTag)
    base::fail(Fault::kRefused, "a key of purpose {} makes no audit tags", row_of(key.purpose).id);
}

}  // namespace derivation

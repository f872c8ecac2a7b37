// The refusals that every home of keys shares, in one place.
#pragma once

#include "derivation/factor.h"
#include "derivation/import_block.h"
#include "derivation/key_vault.h"

namespace derivation {

// What a home knows of a key besides its value.
struct KeyIdentity {
  Purpose purpose;
  Level level;
  bool operator==(const KeyIdentity&) const = default;
};

// All throw kRefused.
void require_one_step_down(const KeyIdentity& parent, const Factor& factor);
void require_exportable_as(const KeyIdentity& key, const KeyIdentity& issuer_transport,
                           const Holding& holding, const ExportHeader& header);
void require_order_key(const KeyIdentity& key);
void require_tag_key(const KeyIdentity& key);

}  // namespace derivation

// Which keys a job carries into a card: read from the export matrix, in the order in which they are
// written.
#pragma once

#include <optional>
#include <vector>

#include "cos-apdu/layout/export_matrix.h"
#include "derivation/factor.h"
#include "derivation/profile.h"
#include "issuance/engine/order.h"

namespace issuance {

struct Carried {
  derivation::Purpose purpose;
  card::layout::ExportHow how;
};

std::vector<Carried> carried_keys(derivation::CardKind mother, derivation::CardKind target);

// The level of a key that is carried so from a mother of `level`.
derivation::Level level_after(card::layout::ExportHow how, derivation::Level mother);

// Nothing for a copy.
std::optional<derivation::Factor> factor_of(card::layout::ExportHow how, const Order& order,
                                            const derivation::Serial8& target,
                                            const derivation::Profile& profile);

}  // namespace issuance

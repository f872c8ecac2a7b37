#include "issuance/engine/exports.h"

#include "base/core/error.h"
#include "cos-apdu/layout/card_files.h"
#include "derivation/profile.h"

namespace issuance {

using card::layout::ExportHow;
using derivation::Factor;
using derivation::Level;

namespace {

// Some keys reach a card inside an order, to be used once and forgotten.
bool has_slot(derivation::CardKind target, derivation::Purpose purpose) {
  return card::layout::keys_of(target).empty() ||
         card::layout::find_key(target, purpose) != nullptr;
}

// A PSAM with the terminal key is bound to its desk, and no desk is handed its copy yet.
bool is_handed_out(derivation::CardKind target, derivation::Purpose purpose) {
  return target != derivation::CardKind::kPsam || purpose != derivation::Purpose::kHandheld;
}

}  // namespace

std::vector<Carried> carried_keys(derivation::CardKind mother, derivation::CardKind target) {
  std::vector<Carried> carried;
  for (const auto& row : card::layout::kExportMatrix) {
    if (row.mother != mother || row.target != target) continue;
    for (const auto& purpose : derivation::kPurposes) {
      if ((row.purposes & card::layout::bit_of(purpose.purpose)) == 0) continue;
      if (!has_slot(target, purpose.purpose) || !is_handed_out(target, purpose.purpose)) continue;
      carried.push_back({purpose.purpose, row.how});
    }
  }
  return carried;
}

Level level_after(ExportHow how, Level mother) {
  switch (how) {
    case ExportHow::kCopy:
      return mother;
    case ExportHow::kChild:
      return mother == Level::kMaster ? Level::kProvince : Level::kCounty;
    case ExportHow::kLeafOfSerial:
      return Level::kDevice;
    case ExportHow::kLeafOfNumber:
      return Level::kUser;
  }
  return mother;
}

std::optional<Factor> factor_of(ExportHow how, const Order& order,
                                const derivation::Serial8& target,
                                const derivation::Profile& profile) {
  switch (how) {
    case ExportHow::kCopy:
      return std::nullopt;
    case ExportHow::kChild:
      return order.county ? profile.county_factor(*order.county, order.version)
                          : profile.province_factor(order.version);
    case ExportHow::kLeafOfSerial:
      return Factor::of_device(target);
    case ExportHow::kLeafOfNumber:
      if (!order.number) base::fail(base::Fault::kMalformed, "expected the user card's number");
      return Factor::of_user_card(*order.number);
  }
  return std::nullopt;
}

}  // namespace issuance

// Which key may leave which mother card for which kind of card, and how it is made on the way: the
// single truth of who holds what (key-protocol §3, §7).
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "derivation/kind.h"
#include "derivation/level.h"
#include "derivation/purpose.h"

namespace card::layout {

using derivation::CardKind;
using derivation::Level;
using derivation::Purpose;

enum class ExportHow : std::uint8_t {
  kCopy,          // the mother's own key, same level
  kChild,         // one level down by the factor of a province or county
  kLeafOfSerial,  // down to the target by its serial8
  kLeafOfNumber,  // down to a user card by its number
};

// A set of purposes, bit = purpose byte.
using PurposeSet = std::uint16_t;

constexpr PurposeSet bit_of(Purpose purpose) {
  return static_cast<PurposeSet>(1U << derivation::byte_of(purpose));
}

template <typename... Purposes>
constexpr PurposeSet purposes(Purposes... each) {
  return static_cast<PurposeSet>((0U | ... | bit_of(each)));
}

inline constexpr PurposeSet kAllPurposes = 0xFFFE;
inline constexpr PurposeSet kUserCardPurposes = purposes(
    Purpose::kLoad, Purpose::kPurchase, Purpose::kTac, Purpose::kUnload, Purpose::kPinUnblock,
    Purpose::kPinReload, Purpose::kMaintenance, Purpose::kCardControl);

// Keys of its own that every card gets from its issuer; the third of them, the transport key,
// comes by RELAY and REBASE only.
inline constexpr PurposeSet kOwnLeaves = purposes(Purpose::kCardControl, Purpose::kAuditTag);

struct ExportRow {
  CardKind mother;
  CardKind target;
  ExportHow how;
  PurposeSet purposes;
};

inline constexpr std::array kExportMatrix = {
    ExportRow{CardKind::kMasterMother, CardKind::kProvincialMother, ExportHow::kChild,
              kAllPurposes},
    ExportRow{CardKind::kMasterMother, CardKind::kProvincialMother, ExportHow::kLeafOfSerial,
              kOwnLeaves},
    ExportRow{CardKind::kMasterMother, CardKind::kProvincialControl, ExportHow::kLeafOfSerial,
              kOwnLeaves},
    ExportRow{CardKind::kProvincialMother, CardKind::kCountyMother, ExportHow::kChild,
              kAllPurposes},
    ExportRow{CardKind::kProvincialMother, CardKind::kCountyMother, ExportHow::kLeafOfSerial,
              kOwnLeaves},
    ExportRow{CardKind::kProvincialMother, CardKind::kCountyControl, ExportHow::kLeafOfSerial,
              kOwnLeaves},
    ExportRow{CardKind::kCountyMother, CardKind::kUserMother, ExportHow::kCopy,
              kUserCardPurposes | purposes(Purpose::kTransport, Purpose::kAuditTag)},
    ExportRow{CardKind::kCountyMother, CardKind::kUserMother, ExportHow::kLeafOfSerial, kOwnLeaves},
    ExportRow{CardKind::kCountyMother, CardKind::kUserControl, ExportHow::kLeafOfSerial,
              kOwnLeaves},
    ExportRow{CardKind::kCountyMother, CardKind::kPsam, ExportHow::kCopy,
              purposes(Purpose::kLoad, Purpose::kPurchase, Purpose::kTac)},
    ExportRow{CardKind::kCountyMother, CardKind::kPsam, ExportHow::kLeafOfSerial,
              purposes(Purpose::kPsamControl, Purpose::kHandheld, Purpose::kAuditTag)},
    // Inside a release package only: the PSAM has no slot for it.
    ExportRow{CardKind::kCountyMother, CardKind::kPsam, ExportHow::kLeafOfNumber,
              purposes(Purpose::kUnload)},
    ExportRow{CardKind::kCountyMother, CardKind::kEsam, ExportHow::kCopy,
              purposes(Purpose::kPurchase)},
    ExportRow{CardKind::kCountyMother, CardKind::kEsam, ExportHow::kLeafOfSerial,
              purposes(Purpose::kMeterParameters, Purpose::kTool, Purpose::kHandheld,
                       Purpose::kEsamControl, Purpose::kAuditTag)},
    ExportRow{CardKind::kCountyMother, CardKind::kModify, ExportHow::kLeafOfSerial, kOwnLeaves},
    ExportRow{CardKind::kCountyMother, CardKind::kRestore, ExportHow::kLeafOfSerial, kOwnLeaves},
    ExportRow{CardKind::kCountyMother, CardKind::kTool, ExportHow::kCopy,
              purposes(Purpose::kTool, Purpose::kMeterParameters)},
    ExportRow{CardKind::kCountyMother, CardKind::kTool, ExportHow::kLeafOfSerial, kOwnLeaves},
    ExportRow{CardKind::kUserMother, CardKind::kUser, ExportHow::kLeafOfNumber,
              static_cast<PurposeSet>(kUserCardPurposes | purposes(Purpose::kAuditTag))},
};

// How an exported key of `key` level came to be, seen from the mother's own level; nullopt when the
// step is none of the four.
constexpr std::optional<ExportHow> how_of(Level mother, Level key) {
  if (key == mother) return ExportHow::kCopy;
  switch (key) {
    case Level::kMaster:
      return std::nullopt;
    case Level::kProvince:
    case Level::kCounty:
      return ExportHow::kChild;
    case Level::kDevice:
      return ExportHow::kLeafOfSerial;
    case Level::kUser:
      return ExportHow::kLeafOfNumber;
  }
  return std::nullopt;
}

constexpr bool may_export(CardKind mother, CardKind target, ExportHow how, Purpose purpose) {
  for (const auto& row : kExportMatrix)
    if (row.mother == mother && row.target == target && row.how == how &&
        (row.purposes & bit_of(purpose)) != 0)
      return true;
  return false;
}

// The level of the keys that a mother of this kind holds; nullopt for every other kind.
constexpr std::optional<Level> level_of_mother(CardKind kind) {
  switch (kind) {
    case CardKind::kMasterMother:
      return Level::kMaster;
    case CardKind::kProvincialMother:
      return Level::kProvince;
    case CardKind::kCountyMother:
    case CardKind::kUserMother:
      return Level::kCounty;
    default:
      return std::nullopt;
  }
}

// The purposes that a mother of this kind must hold before it is paired.
constexpr PurposeSet purposes_of_mother(CardKind kind) {
  return kind == CardKind::kUserMother
             ? static_cast<PurposeSet>(kUserCardPurposes |
                                       purposes(Purpose::kTransport, Purpose::kAuditTag))
             : kAllPurposes;
}

// No ESAM ever gets a key that makes money or a certificate, no PSAM one that takes money out.
static_assert(!may_export(CardKind::kCountyMother, CardKind::kEsam, ExportHow::kCopy,
                          Purpose::kLoad));
static_assert(!may_export(CardKind::kCountyMother, CardKind::kEsam, ExportHow::kCopy,
                          Purpose::kTac));
static_assert(!may_export(CardKind::kCountyMother, CardKind::kPsam, ExportHow::kCopy,
                          Purpose::kUnload));
static_assert(!may_export(CardKind::kMasterMother, CardKind::kCountyMother, ExportHow::kChild,
                          Purpose::kLoad));

}  // namespace card::layout

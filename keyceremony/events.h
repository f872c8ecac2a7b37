// What a journal line can say, and which act of the audit log it is.
#pragma once

#include <array>
#include <string_view>

#include "audit/act.h"
#include "base/core/error.h"

namespace keyceremony {

struct EventRow {
  std::string_view id;
  audit::Act act;
};

// Lines that stand beside an arrow: one for each person, card or value it concerns.
namespace event {
inline constexpr std::string_view kOpened = "opened";
inline constexpr std::string_view kResumed = "resumed";
inline constexpr std::string_view kCondition = "condition";
inline constexpr std::string_view kSoftware = "software";
inline constexpr std::string_view kRoom = "room";
inline constexpr std::string_view kPresent = "present";
inline constexpr std::string_view kBagOpened = "bag-opened";
inline constexpr std::string_view kPoint = "card-point";
inline constexpr std::string_view kFingerprint = "fingerprint-read";
inline constexpr std::string_view kBegun = "component-begun";
inline constexpr std::string_view kCheckValue = "check-value";
inline constexpr std::string_view kValueSeen = "values-seen";
inline constexpr std::string_view kSpare = "spare-proved";
inline constexpr std::string_view kParts = "parts-taken";
inline constexpr std::string_view kErased = "component-erased";
inline constexpr std::string_view kVoidOrdered = "void-ordered";
inline constexpr std::string_view kCardVoid = "card-void";
inline constexpr std::string_view kBagSealed = "bag-sealed";
inline constexpr std::string_view kSignature = "signature";
inline constexpr std::string_view kException = "exception";
inline constexpr std::string_view kAborted = "aborted";
inline constexpr std::string_view kApprovalAsked = "approval-asked";
inline constexpr std::string_view kApproval = "approval";
inline constexpr std::string_view kSafeOpened = "safe-opened";
inline constexpr std::string_view kSafeClosed = "safe-closed";
inline constexpr std::string_view kBreakSealed = "break-bag-sealed";
inline constexpr std::string_view kBreakOpened = "break-bag-opened";
inline constexpr std::string_view kStayed = "stayed-in-room";
inline constexpr std::string_view kGivenUp = "given-up";
inline constexpr std::string_view kUnsigned = "not-signed";
}  // namespace event

inline constexpr std::array kEvents = {
    EventRow{event::kOpened, audit::Act::kCeremonyOpened},
    EventRow{event::kResumed, audit::Act::kCeremonyResumed},
    EventRow{event::kCondition, audit::Act::kRoomConfirmed},
    EventRow{event::kSoftware, audit::Act::kSoftwareConfirmed},
    EventRow{event::kRoom, audit::Act::kRoomConfirmed},
    EventRow{event::kPresent, audit::Act::kPersonPresent},
    EventRow{event::kBagOpened, audit::Act::kBagChecked},
    EventRow{event::kPoint, audit::Act::kCardSetConfirmed},
    EventRow{event::kFingerprint, audit::Act::kCardSetConfirmed},
    EventRow{event::kBegun, audit::Act::kComponentEntered},
    EventRow{event::kCheckValue, audit::Act::kCombined},
    EventRow{event::kValueSeen, audit::Act::kCheckValueConfirmed},
    EventRow{event::kSpare, audit::Act::kSpareProved},
    EventRow{event::kParts, audit::Act::kPartsTaken},
    EventRow{event::kErased, audit::Act::kComponentDestroyed},
    EventRow{event::kVoidOrdered, audit::Act::kPairVoid},
    EventRow{event::kCardVoid, audit::Act::kCardDestroyed},
    EventRow{event::kBagSealed, audit::Act::kBagSealed},
    EventRow{event::kSignature, audit::Act::kTranscriptSigned},
    EventRow{event::kException, audit::Act::kCeremonyException},
    EventRow{event::kApprovalAsked, audit::Act::kApprovalAsked},
    EventRow{event::kApproval, audit::Act::kApprovalGiven},
    EventRow{event::kSafeOpened, audit::Act::kBagChecked},
    EventRow{event::kSafeClosed, audit::Act::kBagSealed},
    EventRow{event::kBreakSealed, audit::Act::kBagSealed},
    EventRow{event::kBreakOpened, audit::Act::kBagChecked},
    EventRow{event::kStayed, audit::Act::kRoomConfirmed},
    EventRow{event::kGivenUp, audit::Act::kCeremonyAborted},
    EventRow{event::kUnsigned, audit::Act::kCeremonyException},
    // What two people approve, by the ids of approvals.h.
    EventRow{"exception-accepted", audit::Act::kExceptionAccepted},
    EventRow{"break", audit::Act::kCeremonyBreak},
    EventRow{"break-ended", audit::Act::kCeremonyResumed},
    EventRow{"deputy-seated", audit::Act::kDeputyPresent},
    EventRow{"bag-accepted", audit::Act::kBagAccepted},
    EventRow{"administrator-bag-accepted", audit::Act::kBagAccepted},
    EventRow{"witness-bag-accepted", audit::Act::kBagAccepted},
    EventRow{event::kAborted, audit::Act::kCeremonyAborted},
    // The arrows, by the name of the state they reach.
    EventRow{"environment-checked", audit::Act::kRoomConfirmed},
    EventRow{"roles-present", audit::Act::kPersonPresent},
    EventRow{"bags-checked", audit::Act::kBagChecked},
    EventRow{"set-made", audit::Act::kCardSetConfirmed},
    EventRow{"set-confirmed", audit::Act::kCardSetConfirmed},
    EventRow{"entered-1", audit::Act::kComponentEntered},
    EventRow{"entered-2", audit::Act::kComponentEntered},
    EventRow{"entered-3", audit::Act::kComponentEntered},
    EventRow{"entered-4", audit::Act::kComponentEntered},
    EventRow{"committed-1", audit::Act::kComponentCommitted},
    EventRow{"committed-2", audit::Act::kComponentCommitted},
    EventRow{"committed-3", audit::Act::kComponentCommitted},
    EventRow{"committed-4", audit::Act::kComponentCommitted},
    EventRow{"frozen", audit::Act::kComponentsFrozen},
    EventRow{"revealed-1", audit::Act::kComponentRevealed},
    EventRow{"revealed-2", audit::Act::kComponentRevealed},
    EventRow{"revealed-3", audit::Act::kComponentRevealed},
    EventRow{"revealed-4", audit::Act::kComponentRevealed},
    EventRow{"combined", audit::Act::kCombined},
    EventRow{"values-confirmed", audit::Act::kCheckValueConfirmed},
    EventRow{"paired", audit::Act::kPairBorn},
    EventRow{"proved", audit::Act::kProvedByUse},
    EventRow{"pair-voided", audit::Act::kPairVoid},
    EventRow{"spares-proved", audit::Act::kSpareProved},
    EventRow{"predecessor-erased", audit::Act::kLeaderReplaced},
    EventRow{"delivered", audit::Act::kDelivered},
    EventRow{"bags-sealed", audit::Act::kBagSealed},
    EventRow{"signed", audit::Act::kTranscriptSigned},
    EventRow{"checkpointed", audit::Act::kClosingCheckpoint},
    EventRow{"closed", audit::Act::kCeremonyClosed},
};

inline const EventRow& row_of_event(std::string_view id) {
  for (const auto& row : kEvents) {
    if (row.id == id) return row;
  }
  base::fail(base::Fault::kTampered, "journal: event '{}' is not known", id);
}

}  // namespace keyceremony

// What an entry of the log means for a card and for a pair: the register knows nothing else.
#pragma once

#include <array>
#include <optional>

#include "audit/entry.h"
#include "issuance/register/states.h"

namespace issuance {

struct CardEventRow {
  audit::Act act;
  audit::Outcome outcome;
  CardEvent event;
};

// An act with another outcome than here (a refusal) moves no card.
inline constexpr std::array kCardEvents = {
    CardEventRow{audit::Act::kCardReceived, audit::Outcome::kDone, CardEvent::kAnnounce},
    CardEventRow{audit::Act::kTransportKeyInstalled, audit::Outcome::kDone, CardEvent::kReceive},
    CardEventRow{audit::Act::kCardReturned, audit::Outcome::kDone, CardEvent::kWithdraw},
    CardEventRow{audit::Act::kIssuePending, audit::Outcome::kDone, CardEvent::kReserve},
    CardEventRow{audit::Act::kIssuePending, audit::Outcome::kFailed, CardEvent::kRelease},
    CardEventRow{audit::Act::kIssueDone, audit::Outcome::kDone, CardEvent::kFinish},
    CardEventRow{audit::Act::kSpareProved, audit::Outcome::kDone, CardEvent::kServe},
    CardEventRow{audit::Act::kTranscriptSigned, audit::Outcome::kDone, CardEvent::kServe},
    CardEventRow{audit::Act::kCardDestroyed, audit::Outcome::kDone, CardEvent::kSpoil},
    CardEventRow{audit::Act::kIssueRejected, audit::Outcome::kDone, CardEvent::kSpoil},
};

constexpr std::optional<CardEvent> card_event_of(audit::Act act, audit::Outcome outcome) {
  for (const CardEventRow& row : kCardEvents) {
    if (row.act == act && row.outcome == outcome) return row.event;
  }
  return std::nullopt;
}

struct PairEventRow {
  audit::Act act;
  audit::Outcome outcome;
  PairEvent event;
};

// A batch that is opened with a pair's id makes that pair.
inline constexpr std::array kPairEvents = {
    PairEventRow{audit::Act::kBatchOpened, audit::Outcome::kDone, PairEvent::kBegin},
    PairEventRow{audit::Act::kPairBorn, audit::Outcome::kDone, PairEvent::kFinish},
    PairEventRow{audit::Act::kBatchClosed, audit::Outcome::kFailed, PairEvent::kAbandon},
    PairEventRow{audit::Act::kPairVoid, audit::Outcome::kDone, PairEvent::kVoid},
    PairEventRow{audit::Act::kPairRetired, audit::Outcome::kDone, PairEvent::kRetire},
    PairEventRow{audit::Act::kPairDestroyed, audit::Outcome::kDone, PairEvent::kDestroy},
};

constexpr std::optional<PairEvent> pair_event_of(audit::Act act, audit::Outcome outcome) {
  for (const PairEventRow& row : kPairEvents) {
    if (row.act == act && row.outcome == outcome) return row.event;
  }
  return std::nullopt;
}

}  // namespace issuance

// The head of the log on the cards of a pair: a disk that was set back is caught at the first card.
#pragma once

#include "audit/log.h"
#include "cos-apdu/session.h"

namespace issuance {

// Throws kTampered when the card remembers a head of this log that the log does not extend. A card
// that remembers none, or another log's, says nothing.
void require_log_extends_card(audit::Log& log, card::Session& session);

// The card checks the signature and keeps the newest head. Does nothing for a card without a log
// key, or with another log's.
void remember_head(audit::Log& log, card::Session& session);

}  // namespace issuance

// A card that the library holds: the way to it, the conversation, and who it says it is.
#pragma once

#include <memory>

#include "cos-apdu/layout/card_status.h"
#include "cos-apdu/layout/purse_files.h"
#include "cos-apdu/link.h"
#include "cos-apdu/reader/failure.h"
#include "cos-apdu/session.h"

namespace card::reader {

class HeldCard {
 public:
  // Asks the card for its status.
  explicit HeldCard(std::unique_ptr<Link> link);

  Session& session() { return session_; }

  const layout::CardStatus& status() const { return status_; }

  // Power off and on. Throws Failure WELLKEY_OTHER_CARD when another chip lies there afterwards.
  void restart();

 private:
  std::unique_ptr<Link> link_;
  Session session_;
  layout::CardStatus status_;
};

// For an act that finds out itself what it has done: when an answer is lost the card is restarted and
// the act runs again, at most three times in all. Throws what the last one threw.
template <typename Act>
void repeat_until_heard(HeldCard& card, Act act) {
  constexpr int kTimes = 3;
  for (int time = 1;; ++time) {
    try {
      return act();
    } catch (const base::Error& error) {
      if (!is_loss(error) || time == kTimes) throw;
    }
    card.restart();
  }
}

// Throws Failure WELLKEY_NOT_OPEN_FOR_USE.
void require_in_use(const HeldCard& card);

// Files 15 and 16 of a user card.
layout::ApplicationInfo read_application_info(Session& session);
layout::Holder read_holder(Session& session);

}  // namespace card::reader

// Takes a card into a job's hands: the usable one, or the reason against the one that is there.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "cos-apdu/session.h"
#include "issuance/engine/workplace.h"

namespace issuance {

struct CardWish {
  std::string english;
  std::string chinese;
  std::function<bool(const card::layout::CardStatus&)> is_meant;
  // Nothing when the card may be used.
  std::function<std::optional<std::string>(const card::layout::CardStatus&)> objection;
};

// A card in its reader, ours until the object goes.
struct CardInHand {
  explicit CardInHand(std::unique_ptr<card::Link> in_reader);

  // What the card says now.
  void ask_again();

  std::unique_ptr<card::Link> link;
  card::Session session;
  card::layout::CardStatus status;
};

// Throws kRefused with the objection when only cards are there that may not be used; otherwise says
// what is wanted and waits as long as the finder does.
CardInHand take_card(Workplace& place, const CardWish& wish);

}  // namespace issuance

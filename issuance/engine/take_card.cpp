#include "issuance/engine/take_card.h"

#include "cos-apdu/keycards/read_status.h"

namespace issuance {

using card::layout::CardStatus;

CardInHand::CardInHand(std::unique_ptr<card::Link> in_reader)
    : link(std::move(in_reader)), session(*link), status(card::keycards::read_status(session)) {}

void CardInHand::ask_again() {
  status = card::keycards::read_status(session);
}

CardInHand take_card(Workplace& place, const CardWish& wish) {
  const Wanted usable{wish.english, [&](const CardStatus& status) {
                        return wish.is_meant(status) && !wish.objection(status);
                      }};
  if (auto link = place.cards.look(usable)) return CardInHand(std::move(link));
  std::optional<std::string> reason;
  const Wanted unusable{wish.english, [&](const CardStatus& status) {
                          if (!wish.is_meant(status)) return false;
                          reason = wish.objection(status);
                          return reason.has_value();
                        }};
  if (place.cards.look(unusable)) {
    base::fail(base::Fault::kRefused, "{}: {}", wish.english, *reason);
  }
  place.people.say({"Wanted next: " + wish.english, "请放入：" + wish.chinese});
  return CardInHand(place.cards.find(usable));
}

}  // namespace issuance

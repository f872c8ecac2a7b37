#include "issuance/engine/blanks.h"

#include <fmt/format.h>

#include "base/terminal/new_pin.h"
#include "cos-apdu/card_commands.h"
#include "cos-apdu/keycards/key_card.h"

namespace issuance {

namespace {

using card::layout::CardStatus;
using card::layout::LifeCycle;

std::vector<Half> halves_of(const Order& order) {
  if (order.kind.form == Form::kPair) return {Half::kMother, Half::kControl};
  return {Half::kSingle};
}

std::optional<std::string> objection_of_register(Workplace& place, const CardStatus& status) {
  const CardRow row = place.ledger.book().card(status.serial);
  switch (row.state) {
    case CardState::kStock:
      return std::nullopt;
    case CardState::kOutside:
      return fmt::format("card {} was never received here", format(status.serial));
    default:
      return fmt::format("card {} is {} in the register, expected stock", format(status.serial),
                         name_of(row.state));
  }
}

std::string english_of(CardKind kind) {
  return std::string(derivation::row_of(kind).english);
}

}  // namespace

std::optional<std::string> objection_to_blank(Workplace& place, const CardStatus& status) {
  if (status.life_cycle == LifeCycle::kManufactured) {
    return fmt::format("card {} has no transport key yet: receive it into stock first",
                       format(status.serial));
  }
  const base::Mode mode =
      status.has(card::layout::kFlagLive) ? base::Mode::kLive : base::Mode::kRehearsal;
  if (mode != place.mode) {
    return fmt::format("a {} card at a {} station", name_of(mode), name_of(place.mode));
  }
  if (status.life_cycle != LifeCycle::kBlank && status.life_cycle != LifeCycle::kAllotted) {
    return fmt::format("card {} is {}, expected a blank: it was used before", format(status.serial),
                       format(status.life_cycle));
  }
  if (status.suite != place.profile.suite) {
    return fmt::format("card {} is of suite {}, the profile of {}", format(status.serial),
                       crypto::suite(status.suite).name, crypto::suite(place.profile.suite).name);
  }
  return objection_of_register(place, status);
}

std::vector<CardInHand> take_blanks(Workplace& place, const Order& order,
                                    const std::vector<CardRow>& pending) {
  std::vector<CardInHand> cards;
  for (const Half half : halves_of(order)) {
    const CardKind kind = card_kind(order.kind, half);
    const auto is_of_job = [&](const CardStatus& status) {
      return std::any_of(pending.begin(), pending.end(),
                         [&](const CardRow& row) { return row.serial == status.serial; });
    };
    cards.push_back(take_card(
        place, {.english = pending.empty() ? "blank for a " + english_of(kind)
                                           : "interrupted " + english_of(kind),
                .chinese = std::string(derivation::row_of(kind).chinese) + "空白卡",
                .is_meant =
                    [&](const CardStatus& status) {
                      return status.kind() == kind && (pending.empty() || is_of_job(status));
                    },
                .objection = [&](const CardStatus& status) -> std::optional<std::string> {
                  if (!pending.empty()) return std::nullopt;
                  return objection_to_blank(place, status);
                }}));
  }
  return cards;
}

std::string pin_question(const Order& order, Half half) {
  std::string stem = question_stem(order.kind.id, order.county_digits());
  if (!order.device.empty()) stem += "-" + order.device;
  if (half == Half::kMother) stem += ".mother";
  if (half == Half::kControl) stem += ".control";
  return stem + ".pin";
}

NewPins ask_new_pins(Workplace& place, const Order& order) {
  NewPins pins;
  if (order.kind.pin == PinKeeper::kNobody) return pins;
  for (const Half half : halves_of(order)) {
    const auto& row = derivation::row_of(card_kind(order.kind, half));
    pins.push_back(
        terminal::ask_new_pin(place.people, pin_question(order, half),
                              {fmt::format("new PIN of the {}{}{}", row.english,
                                           order.device.empty() ? "" : " ", order.device),
                               fmt::format("设置{}密码", row.chinese)}));
  }
  return pins;
}

void give_pin(CardInHand& card, const base::SecretBytes& pin) {
  card::keycards::KeyCard owner(card.session);
  if (card.status.pin_tries == card::layout::kNoPin) {
    owner.set_pin(pin);
    card.ask_again();
  }
  owner.verify_pin(pin);
}

void give_pin(CardInHand& card, const NewPins& pins) {
  if (!pins.empty()) give_pin(card, pins.front());
}

}  // namespace issuance

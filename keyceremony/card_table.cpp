#include "keyceremony/card_table.h"

#include "base/core/error.h"
#include "base/terminal/new_pin.h"
#include "base/terminal/tries.h"
#include "cos-apdu/keycards/key_card.h"

namespace keyceremony {

namespace {

void give_pin(terminal::Terminal& terminal, const HeldCard& held, card::Session& session) {
  const auto pin = terminal::ask_new_pin(
      terminal, held.id + ".pin",
      {fmt::format("{}: a new PIN for the card {}, 6 to 12 digits", held.name, held.id),
       fmt::format("{}：为 {} 卡设置密码，6 至 12 位数字", held.name, held.id)});
  card::keycards::KeyCard card(session);
  card.set_pin(pin);
  card.verify_pin(pin);
}

// Hasty fingers block a card for good: before the last try somebody has to mean it.
void guard_tries(terminal::Terminal& terminal, const HeldCard& held, card::Session& session) {
  const auto left = card::keycards::read_status(session).pin_tries;
  if (left == 0)
    base::fail(
        base::Fault::kWrongState,
        "the PIN of the card {} of {} is blocked for good: the runbook on PINs says who helps",
        held.id, held.name);
  if (left > 1) return;
  terminal.confirm(
      {held.id + ".last-try",
       {fmt::format("{}: one try is left, a wrong PIN blocks the card for good", held.name),
        fmt::format("{}：只剩最后一次，输错后卡将永久锁死", held.name)}},
      "LAST");
}

}  // namespace

base::SecretBytes present_pin(terminal::Terminal& terminal, const HeldCard& held,
                              card::Session& session) {
  return terminal::with_tries(terminal, [&] {
    guard_tries(terminal, held, session);
    auto pin = terminal::ask_pin(terminal, held.id + ".pin",
                                 {fmt::format("{}: PIN of the card {}", held.name, held.id),
                                  fmt::format("{}：{} 卡的密码", held.name, held.id)});
    card::keycards::KeyCard(session).verify_pin(pin);
    return pin;
  });
}

CardTable::Visit& CardTable::visit_to(const HeldCard& held, Others others) {
  if (others == Others::kPutAway) {
    std::erase_if(visits_, [&](Visit& visit) {
      if (visit.serial != held.serial) visit.link->reset();
      return visit.serial != held.serial;
    });
  }
  for (Visit& visit : visits_) {
    if (visit.serial == held.serial) return visit;
  }
  const auto& kind = derivation::row_of(held.serial.kind());
  terminal_.say(
      {fmt::format("{}: put the {} {} on the reader.", held.name, kind.english,
                   format(held.serial)),
       fmt::format("{}：请将{} {} 放在读卡器上。", held.name, kind.chinese, format(held.serial))});
  visits_.emplace_back(held.serial, find_(held.serial, held.id, patience_));
  return visits_.back();
}

card::Session& CardTable::visit(const HeldCard& held, Others others) {
  return visit_to(held, others).session;
}

card::Session& CardTable::visit_with_pin(const HeldCard& held, Others others) {
  Visit& visit = visit_to(held, others);
  if (visit.pin_presented) return visit.session;
  if (card::keycards::read_status(visit.session).pin_tries == card::layout::kNoPin) {
    give_pin(terminal_, held, visit.session);
  } else {
    present_pin(terminal_, held, visit.session);
  }
  visit.pin_presented = true;
  return visit.session;
}

base::SecretBytes CardTable::ask_pin(const HeldCard& held) {
  return terminal::ask_pin(terminal_, held.id + ".pin",
                           {fmt::format("{}: PIN of the card {}", held.name, held.id),
                            fmt::format("{}：{} 卡的密码", held.name, held.id)});
}

void CardTable::put_away() {
  for (Visit& visit : visits_) visit.link->reset();
  visits_.clear();
}

}  // namespace keyceremony

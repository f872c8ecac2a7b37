#include "keyceremony/card_table.h"

#include "base/terminal/new_pin.h"
#include "base/terminal/tries.h"
#include "cos-apdu/keycards/key_card.h"

namespace keyceremony {

namespace {

void present_pin(terminal::Terminal& terminal, const HeldCard& held, card::Session& session) {
  terminal::with_tries(terminal, [&] {
    card::keycards::KeyCard(session).verify_pin(
        terminal::ask_pin(terminal, held.id + ".pin",
                          {fmt::format("{}: PIN of the card {}", held.name, held.id),
                           fmt::format("{}：{} 卡的密码", held.name, held.id)}));
  });
}

void give_pin(terminal::Terminal& terminal, const HeldCard& held, card::Session& session) {
  const auto pin = terminal::ask_new_pin(
      terminal, held.id + ".pin",
      {fmt::format("{}: a new PIN for the card {}, 6 to 12 digits", held.name, held.id),
       fmt::format("{}：为 {} 卡设置密码，6 至 12 位数字", held.name, held.id)});
  card::keycards::KeyCard card(session);
  card.set_pin(pin);
  card.verify_pin(pin);
}

}  // namespace

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

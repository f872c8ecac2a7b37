#include "issuance/engine/pair_in_hand.h"

#include <fmt/format.h>

#include "base/terminal/new_pin.h"
#include "cos-apdu/keycards/read_status.h"
#include "issuance/engine/entries.h"
#include "issuance/engine/heads.h"
#include "issuance/pairs/adoption.h"

namespace issuance {

using card::layout::CardStatus;
using card::layout::LifeCycle;

namespace {

bool is_control(const CardStatus& status) {
  return status.has(card::layout::kFlagControlRole);
}

bool is_paired(const CardStatus& status) {
  return status.life_cycle >= LifeCycle::kInUse;
}

CardInHand take_mother(Workplace& place, const PairName& name, const std::string& county) {
  adopt_born_in_ceremony(place, name);
  return take_card(
      place, {.english = "mother card of the " + called(name, county),
              .chinese = fmt::format("{}{}母卡", county, name.chinese),
              .is_meant =
                  [&](const CardStatus& status) {
                    return status.kind() == name.mother && !is_control(status) &&
                           is_paired(status) &&
                           (county.empty() || base::to_hex(status.county) == county);
                  },
              .objection = [&](const CardStatus& status) { return objection(place, status); }});
}

CardInHand take_control(Workplace& place, const PairName& name, const std::string& county,
                        const CardStatus& mother) {
  return take_card(
      place, {.english = "control card of the " + called(name, county),
              .chinese = fmt::format("{}{}控制卡", county, name.chinese),
              .is_meant =
                  [&](const CardStatus& status) {
                    return status.kind() == name.control && is_control(status) && is_paired(status);
                  },
              .objection = [&](const CardStatus& status) -> std::optional<std::string> {
                if (status.pair_id != mother.pair_id) {
                  return fmt::format("it belongs to pair {}, the mother card to pair {}",
                                     base::to_hex(status.pair_id), base::to_hex(mother.pair_id));
                }
                return objection(place, status);
              }});
}

}  // namespace

std::string called(const PairName& name, const std::string& county) {
  return county.empty() ? std::string(name.english) : fmt::format("{} {}", name.english, county);
}

std::optional<std::string> objection(Workplace& place, const CardStatus& status) {
  const auto pair = place.ledger.book().pair(status.pair_id);
  if (pair && pair->state == PairState::kVoid) {
    return fmt::format("pair {} is void since log entry {} ({}): a new pair is needed",
                       base::to_hex(pair->id), pair->void_entry.value_or(0), pair->lost);
  }
  if (status.life_cycle == LifeCycle::kVoid || status.has(card::layout::kFlagVoid)) {
    return "the card is void: it has taken a void order";
  }
  if (status.life_cycle != LifeCycle::kInUse) {
    return fmt::format("the card is {}, expected in use", format(status.life_cycle));
  }
  const base::Mode mode =
      status.has(card::layout::kFlagLive) ? base::Mode::kLive : base::Mode::kRehearsal;
  if (mode != place.mode) {
    return fmt::format("a {} card at a {} station", name_of(mode), name_of(place.mode));
  }
  if (!pair) return fmt::format("pair {} is not in this register", base::to_hex(status.pair_id));
  if (pair->state != PairState::kActive && pair->state != PairState::kRetired) {
    return fmt::format("pair {} is {}, expected active", base::to_hex(pair->id),
                       name_of(pair->state));
  }
  if (pair->generation != status.generation) {
    return fmt::format("pair {} has generation {} in the register, {} on the card",
                       base::to_hex(pair->id), pair->generation, status.generation);
  }
  return std::nullopt;
}

PairInHand::PairInHand(Workplace& place, const PairName& name, const std::string& county)
    : name_(name),
      county_(county),
      mother_(take_mother(place, name, county)),
      control_(take_control(place, name, county, mother_.status)) {}

card::keycards::OpenPair& PairInHand::open(Workplace& place,
                                           const card::keycards::BatchOrder& order,
                                           const People& by, const std::string& run) {
  audit::Log& log = place.ledger.log();
  for (CardInHand* half : {&mother_, &control_}) require_log_extends_card(log, half->session);
  const std::string stem = question_stem(name_.id, county_);
  const std::string pair = called(name_, county_);
  const auto pin_of = [&](std::string_view half, std::string_view chinese) {
    return terminal::ask_pin(place.people, fmt::format("{}.{}.pin", stem, half),
                             {fmt::format("PIN of the {} card of the {}", half, pair),
                              fmt::format("{}{}密码", name_.chinese, chinese)});
  };
  const base::SecretBytes mother = pin_of("mother", "母卡");
  const base::SecretBytes control = pin_of("control", "控制卡");
  open_.emplace(mother_.session, control_.session, card::keycards::PairPins{mother, control},
                order);
  place.ledger.record(
      log_entry(audit::Act::kPairOpened, run, by,
                {audit::kind(derivation::byte_of(name_.mother)),
                 audit::pair(mother_.status.pair_id), audit::generation(mother_.status.generation),
                 audit::hash(order.hash), audit::count(order.count)}));
  for (CardInHand* half : {&mother_, &control_}) remember_head(log, half->session);
  return *open_;
}

}  // namespace issuance

#include "keyceremony/void_order.h"

#include <filesystem>

#include <fmt/format.h>

#include "base/core/error.h"
#include "cos-apdu/keycards/key_card.h"
#include "keyceremony/journal.h"

namespace keyceremony {

namespace {

using base::Fault;
using card::keycards::KeyCard;
using card::layout::LifeCycle;

void require_loss(audit::Log& log, const Plan& plan, std::uint64_t log_index) {
  const audit::Entry entry = audit::parse_entry(log.archive().entry(log_index)).entry;
  const auto pair = audit::pair(plan.pair_name().id);
  const bool names_it = std::ranges::any_of(entry.object, [&](const auto& item) {
    return item.field() == pair.field() && item.value() == pair.value();
  });
  if (entry.act == audit::Act::kPairVoid && entry.outcome == audit::Outcome::kDone && names_it) {
    return;
  }
  base::fail(Fault::kRefused, "log entry {}: expected the loss of pair {} (issuance void-pair)",
             log_index, base::to_hex(plan.pair_name().id));
}

void require_no_ceremony(const station::Station& station) {
  for (const auto& entry : std::filesystem::directory_iterator(station.ceremonies())) {
    if (!std::filesystem::exists(entry.path() / "journal")) continue;
    const Plan plan = read_plan(entry.path() / "plan.toml");
    if (is_end(Journal(entry.path() / "journal", plan.id()).state())) continue;
    base::fail(Fault::kWrongState,
               "ceremony {} is under way and needs the role cards as they are: end it first",
               plan.short_id());
  }
}

}  // namespace

card::layout::VoidOrder sign_void_order(CardTable& cards, const Plan& plan,
                                        std::uint64_t log_index) {
  card::layout::VoidOrder order{plan.pair_name(), log_index, {}};
  const auto hash = card::layout::void_order_hash(order);
  base::Writer proof;
  for (base::Byte number = 0; number < card::layout::kVoidOrderOfficers; ++number) {
    const Person& officer = plan.seat(fmt::format("officer-{}", number + 1));
    KeyCard card(cards.visit_with_pin(card_of(officer)));
    if (card.status().plan_id != plan.id()) card.put_plan(plan.parts());
    proof.u8(number).bytes(card.sign(card::layout::kStepVoidPair, hash));
  }
  order.proof = proof.take();
  return order;
}

void give_void_order(CardTable& cards, const HeldCard& held, const card::layout::VoidOrder& order) {
  KeyCard card(cards.visit(held));
  card.apply_void_order(order);
  if (const auto status = card.status(); status.life_cycle != LifeCycle::kVoid) {
    base::fail(Fault::kTampered, "{}: took its void order and says that it is {}", held.id,
               card::layout::format(status.life_cycle));
  }
}

void void_survivor(const station::Station& station, const Plan& plan, audit::Log& log,
                   CardTable& cards, const HeldCard& survivor, std::uint64_t log_index) {
  require_loss(log, plan, log_index);
  require_no_ceremony(station);
  const auto status = KeyCard(cards.visit(survivor)).status();
  if (status.pair_id != plan.pair_name().id) {
    base::fail(Fault::kRefused, "{}: it belongs to pair {}, expected {}", survivor.id,
               base::to_hex(status.pair_id), base::to_hex(plan.pair_name().id));
  }
  if (status.life_cycle == LifeCycle::kVoid) return;
  give_void_order(cards, survivor, sign_void_order(cards, plan, log_index));
  cards.put_away();
  log.append({audit::Act::kPairVoid,
              {{"keyceremony", audit::Role::kProgram}},
              {audit::serial(survivor.serial.bytes()), audit::index(log_index)},
              audit::Outcome::kDone,
              "order taken by the surviving card",
              {}});
}

}  // namespace keyceremony

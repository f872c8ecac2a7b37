#include "keyceremony/bags.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <tuple>

#include <fmt/format.h>

#include "base/core/error.h"
#include "base/terminal/tries.h"
#include "keyceremony/approvals.h"
#include "keyceremony/events.h"

namespace keyceremony {

namespace {

namespace fs = std::filesystem;
using base::Fault;

bool has_fact(const Record& record, const std::string& key, const std::string& value) {
  return std::ranges::find(record.facts, Facts::value_type{key, value}) != record.facts.end();
}

// A bag is used once: neither one that was opened today nor one sealed a minute ago.
void check_new_bag(const Scene& scene, const std::string& number) {
  if (number.empty()) base::fail(Fault::kMalformed, "a bag has a number");
  for (const auto& record : scene.journal().records()) {
    if (has_fact(record, "bag", number)) {
      base::fail(Fault::kRefused, "bag {} was used in this ceremony", number);
    }
  }
}

const Record* last_sealing(const Journal& journal, const derivation::Serial8& serial) {
  const auto& records = journal.records();
  const auto found = std::find_if(records.rbegin(), records.rend(), [&](const Record& record) {
    return (record.event == event::kBagSealed || record.event == event::kBreakSealed) &&
           has_fact(record, "card", format(serial));
  });
  return found == records.rend() ? nullptr : &*found;
}

// Two people's number for this holder, given after the bag that `bag` names was expected.
const std::string* accepted_bag(const Scene& scene, const HeldCard& card, const std::string& bag) {
  const Record* const record =
      scene.journal().find(row_of(bag_operation_of(card.id)).id, {{"holder", card.id}});
  if (record == nullptr || record->fact("expected") != bag) return nullptr;
  return &record->fact("bag");
}

std::string read_bag(Scene& scene, const HeldCard& card, std::string_view question,
                     const std::string& expected) {
  const auto* const accepted = accepted_bag(scene, card, expected);
  std::string right = accepted == nullptr ? expected : *accepted;
  terminal::with_tries(scene.terminal(), [&] {
    const std::string read = scene.terminal().ask(
        {fmt::format("{}.{}", card.id, question),
         {fmt::format("{}: read the number of the bag of {}", card.name, card.id),
          fmt::format("{}：请读出 {} 的封袋号", card.name, card.id)}});
    if (read != right) {
      base::fail(Fault::kRefused, "{}: this is not the bag of the plan", card.id);
    }
  });
  return right;
}

// Where a card was put away last, by the journals of the other ceremonies of this station.
struct LastBag {
  std::string bag;
  std::string ceremony;  // its short id
};

std::optional<LastBag> last_bag_of(const Scene& scene, const derivation::Serial8& serial) {
  std::optional<LastBag> newest;
  std::tuple<base::UtcTime, fs::file_time_type> when;
  for (const auto& entry : fs::directory_iterator(scene.station().ceremonies())) {
    const fs::path path = entry.path() / "journal";
    if (entry.path() == scene.folder() || !fs::exists(path)) continue;
    const Journal journal(path, read_plan(entry.path() / "plan.toml").id());
    const Record* const record = last_sealing(journal, serial);
    if (record == nullptr) continue;
    const std::tuple sealed{record->time, fs::last_write_time(path)};
    if (newest && sealed < when) continue;
    when = sealed;
    newest = LastBag{record->fact("bag"), entry.path().filename().string()};
  }
  return newest;
}

// A pack that was changed since then has another number, and the plan may have been written after.
void compare_with_last(const Scene& scene, const HeldCard& card) {
  const auto last = last_bag_of(scene, card.serial);
  if (!last || last->bag == card.bag || accepted_bag(scene, card, card.bag) != nullptr) return;
  base::fail(
      Fault::kRefused,
      "{}: ceremony {} put the card {} into bag {}, the plan says {}: it takes two approvals "
      "(keyceremony accept-bag)",
      card.id, last->ceremony, format(card.serial), last->bag, card.bag);
}

// The newest line about where this card lies; nullptr while its bag of the plan is closed.
const Record* last_move(const Journal& journal, const HeldCard& card) {
  constexpr std::array kMoves = {event::kBagOpened, event::kBagSealed, event::kBreakSealed,
                                 event::kBreakOpened};
  const auto& records = journal.records();
  const auto found = std::find_if(records.rbegin(), records.rend(), [&](const Record& record) {
    return std::ranges::find(kMoves, record.event) != kMoves.end() &&
           has_fact(record, "holder", card.id);
  });
  return found == records.rend() ? nullptr : &*found;
}

bool is_last_move(const Journal& journal, const HeldCard& card, std::string_view event) {
  const Record* const move = last_move(journal, card);
  return move != nullptr && move->event == event;
}

}  // namespace

bool lies_on_table(const Journal& journal, const HeldCard& card) {
  return is_last_move(journal, card, event::kBagOpened) ||
         is_last_move(journal, card, event::kBreakOpened);
}

bool is_sealed_for_good(const Journal& journal, const HeldCard& card) {
  return is_last_move(journal, card, event::kBagSealed);
}

void open_bag(Scene& scene, const HeldCard& card) {
  const Record* const move = last_move(scene.journal(), card);
  if (move == nullptr) {
    compare_with_last(scene, card);
    scene.note(event::kBagOpened, {{"holder", card.id},
                                   {"bag", read_bag(scene, card, "bag", card.bag)},
                                   {"card", format(card.serial)}});
  } else if (move->event == event::kBreakSealed) {
    const std::string bag = read_bag(scene, card, "break-bag", move->fact("bag"));
    scene.note(event::kBreakOpened,
               {{"holder", card.id}, {"bag", bag}, {"card", format(card.serial)}});
  }
}

void seal_bag(Scene& scene, const HeldCard& card, std::string_view event) {
  const std::string_view question = event == event::kBreakSealed ? "break-seal" : "seal";
  const std::string number = terminal::with_tries(scene.terminal(), [&] {
    std::string typed = scene.terminal().ask(
        {fmt::format("{}.{}", card.id, question),
         {fmt::format("{}: number of the new bag that {} goes into", card.name, card.id),
          fmt::format("{}：{} 装入的新封袋号", card.name, card.id)}});
    check_new_bag(scene, typed);
    return typed;
  });
  scene.note(event, {{"holder", card.id}, {"bag", number}, {"card", format(card.serial)}});
}

bool is_on_break(const Journal& journal) {
  const Record* const begun = journal.find(row_of(Operation::kBreak).id);
  const Record* const ended = journal.find(row_of(Operation::kBreakEnd).id);
  return begun != nullptr && (ended == nullptr || ended->number < begun->number);
}

bool is_half_sealed(const Scene& scene) {
  return !is_on_break(scene.journal()) &&
         std::ranges::any_of(scene.plan().all_cards(), [&](const HeldCard& card) {
           return is_last_move(scene.journal(), card, event::kBreakSealed);
         });
}

std::optional<std::string> bag_expected(const Scene& scene, const HeldCard& card) {
  const Record* const move = last_move(scene.journal(), card);
  if (move == nullptr) return card.bag;
  if (move->event != event::kBreakSealed) return std::nullopt;
  return move->fact("bag");
}

void seal_for_break(Scene& scene) {
  for (const HeldCard& card : scene.plan().all_cards()) {
    if (lies_on_table(scene.journal(), card)) seal_bag(scene, card, event::kBreakSealed);
  }
}

void open_after_break(Scene& scene) {
  for (const HeldCard& card : scene.plan().all_cards()) {
    if (is_last_move(scene.journal(), card, event::kBreakSealed)) open_bag(scene, card);
  }
}

}  // namespace keyceremony

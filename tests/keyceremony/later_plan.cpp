#include "tests/keyceremony/later_plan.h"

#include <fmt/format.h>

#include "keyceremony/events.h"
#include "tests/support/replaced.h"

using keyceremony::Journal;
using keyceremony::Plan;
using support::replaced;

namespace room {

namespace {

std::string table_of(const EmulatedRoom& given, std::string_view name) {
  std::string values;
  for (const auto& value : values_in(journal_of(given, given.plan())))
    values += (values.empty() ? "" : " ") + value;
  return fmt::format("\n[{}]\nborn = \"{}\"\ngeneration = \"2\"\ncheck_values = \"{}\"\n", name,
                     base::to_hex(given.plan().id()), values);
}

}  // namespace

Journal journal_of(const EmulatedRoom& given, const Plan& plan) {
  return {given.station().ceremonies() / plan.short_id() / "journal", plan.id()};
}

std::vector<std::string> values_in(const Journal& journal) {
  std::vector<std::string> values;
  for (const auto& row : derivation::kPurposes) {
    const auto* const record =
        journal.find(keyceremony::event::kCheckValue, {{"purpose", std::string(row.id)}});
    REQUIRE(record != nullptr);
    values.push_back(record->fact("value"));
  }
  return values;
}

std::string text_with_another_pair(EmulatedRoom& given) {
  std::string text = given.plan().text;
  text = replaced(text, "2300000000000001", "2300000000000002");
  text = replaced(text, "HB-M1", "HB-M2");
  text = replaced(text, "2400000000000001", "2400000000000002");
  text = replaced(text, "HB-C1", "HB-C2");
  given.answer_for_card("master-mother", "HB-M2");
  given.answer_for_card("master-control", "HB-C2");
  return text;
}

std::string text_with_sealed_bags(EmulatedRoom& given, std::string text) {
  for (const auto& card : given.plan().all_cards()) {
    if (card.id.starts_with("master-")) continue;
    text = replaced(text, fmt::format("bag = \"{}\"", card.bag),
                    fmt::format("bag = \"{}-sealed\"", card.bag));
    given.answer_for_card(card.id, card.bag + "-sealed");
  }
  return text;
}

std::string rebuilding_text(EmulatedRoom& given, std::string_view table) {
  std::string text = text_with_sealed_bags(given, text_with_another_pair(given));
  for (const char* const typed : {"words", "hex"}) {
    text = replaced(text, fmt::format("source = \"{}\"", typed), "source = \"card\"");
  }
  return replaced(text, "\n[[person]]", table_of(given, table) + "\n[[person]]");
}

std::string with_card(EmulatedRoom& given, const std::string& text, unsigned leader,
                      std::string_view serial, std::string_view suffix) {
  const std::string id = fmt::format("leader-{}", leader);
  given.answer_for_card(id, fmt::format("HB-{}{}", serial, suffix));
  const auto old = format(given.plan().leader(leader).card);
  return replaced(
      replaced(text, fmt::format("card = \"{}\"", old), fmt::format("card = \"{}\"", serial)),
      fmt::format("bag = \"HB-{}-sealed\"", old), fmt::format("bag = \"HB-{}{}\"", serial, suffix));
}

std::string without_spares(const EmulatedRoom& given, std::string text) {
  for (unsigned leader = 1; leader <= keyceremony::kLeaders; ++leader) {
    const auto spare = format(spare_of(given.plan().leader(leader)).serial);
    text =
        replaced(text, fmt::format("spare = \"{0}\"\nspare_bag = \"HB-{0}-sealed\"\n", spare), "");
  }
  return text;
}

}  // namespace room

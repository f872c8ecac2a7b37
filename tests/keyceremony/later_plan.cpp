#include "tests/keyceremony/later_plan.h"

#include <fmt/format.h>

#include "tests/support/replaced.h"

using support::replaced;

namespace room {

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

}  // namespace room

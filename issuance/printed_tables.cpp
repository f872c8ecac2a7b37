#include "issuance/printed_tables.h"

#include <fmt/format.h>

#include "issuance/engine/validity.h"
#include "issuance/register/events.h"

namespace issuance {

namespace {

// The entry of the log that moves a pair along this arrow.
std::string entry_for(PairEvent event) {
  for (const PairEventRow& row : kPairEvents) {
    if (row.event != event) continue;
    return fmt::format("{}, {}", audit::row_of(row.act).name,
                       audit::kOutcomeNames.at(static_cast<std::size_t>(row.outcome)));
  }
  return {};
}

std::string arrows() {
  std::string out = "\n## A pair\n\n| from | entry of the log | to |\n| --- | --- | --- |\n";
  for (const PairArrow& arrow : kPairArrows) {
    out += fmt::format("| {} | {} | {} |\n", name_of(arrow.from), entry_for(arrow.event),
                       name_of(arrow.to));
  }
  return out;
}

std::string keys_of_a_pair() {
  std::string out =
      "\n## Its keys\n\n| pair | keys before its day | keys from its day on |\n| --- | --- | --- "
      "|\n";
  for (const KeyStateRow& row : kKeyStates) {
    out += fmt::format("| {} | {} | {} |\n", name_of(row.pair), name_of(row.within),
                       name_of(row.past));
  }
  return out;
}

std::string what_keys_do() {
  std::string out =
      "\n## What is done with them\n\n| keys | 密钥状态 | what |\n| --- | --- | --- |\n";
  for (const KeyStateName& row : kKeyStateNames) {
    out += fmt::format("| {} | {} | {} |\n", row.name, row.chinese, row.may);
  }
  return out;
}

}  // namespace

std::string printed_key_states() {
  return "# States of keys\n\n"
         "Printed from `issuance/register/states.h` and `events.h` and "
         "`issuance/engine/validity.h`. "
         "The state of a\npair follows from the log; that of its keys from the pair and its "
         "age.\n" +
         arrows() + keys_of_a_pair() + what_keys_do();
}

}  // namespace issuance

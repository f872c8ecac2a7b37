// Printing the dictionary.
#include "tests/fuzz/dictionary.h"

#include <set>

#include <fmt/format.h>

#include "cos-apdu/virtual/command.h"
#include "cos-apdu/virtual/identity.h"

namespace fuzz {
namespace {

// CLA INS P1 P2 and, where the row wants one exact length, Lc.
std::string word_of(const card::chip::Command& row) {
  std::string word = fmt::format("\\x{:02X}\\x{:02X}\\x{:02X}\\x{:02X}", row.cla, row.ins,
                                 row.params.p1, row.params.p2);
  const bool exact = row.lc.least == row.lc.most && row.lc.most > 0 && row.lc.most < 256;
  if (exact) word += fmt::format("\\x{:02X}", row.lc.most);
  return word;
}

}  // namespace

std::string printed_dictionary() {
  std::set<std::string> words;
  const auto add = [&words](const std::vector<card::chip::CommandTable>& tables) {
    for (const auto& table : tables)
      for (const auto& row : table) words.insert(word_of(row));
  };
  for (const auto& kind : derivation::kCardKinds) add(card::chip::tables_of(kind.kind));
  add(card::chip::tables_of(derivation::CardKind::kUser, card::chip::CardForm::kInteroperability));
  std::string out = "# Printed from the command tables; a test holds the two equal.\n";
  for (const auto& word : words) out += fmt::format("\"{}\"\n", word);
  return out;
}

}  // namespace fuzz

// The commands of key cards in Markdown.
#include <fmt/format.h>

#include "cos-apdu/layout/keycard_commands.h"
#include "cos-apdu/layout/printed_tables.h"

namespace card::layout {
namespace {

struct KindSetName {
  KindSet kinds;
  std::string_view name;
};

constexpr std::array kKindSetNames = {
    KindSetName{kAllKinds, "every card"},
    KindSetName{kKeyCardKinds, "every key card"},
    KindSetName{kPairKinds, "mother and control cards"},
    KindSetName{kPairKinds | kLeaderKind, "pairs, leader cards"},
    KindSetName{kMothers, "mother cards, stock pair"},
    KindSetName{kControls, "control cards, stock pair"},
    KindSetName{kMotherKinds, "mother cards"},
    KindSetName{kControlKinds, "control cards"},
    KindSetName{kLowerKinds, "pairs below the master control pair"},
    KindSetName{kTopKinds, "stock and master control pair"},
    KindSetName{kStockKind, "stock pair"},
    KindSetName{kLeaderKind, "leader cards"},
    KindSetName{kRoleKind, "role cards"},
    KindSetName{kMasterMotherKind, "master control card"},
};

std::string_view name_of_kinds(KindSet kinds) {
  for (const auto& row : kKindSetNames)
    if (row.kinds == kinds) return row.name;
  return "several";
}

std::string names_of_cycles(LifeCycleSet cycles) {
  if (cycles == kEveryCycle) return "every";
  std::string out;
  for (const auto& row : kLifeCycles) {
    if ((unsigned{cycles} >> static_cast<unsigned>(row.value) & 1U) == 0) continue;
    if (!out.empty()) out += ", ";
    out += row.name;
  }
  return out;
}

std::string_view text_of_gate(KeycardGate gate) {
  for (const auto& row : kKeycardGates)
    if (row.gate == gate) return row.text;
  return "";
}

std::string params_of(const KeycardCommand& row) {
  return row.p2 == kAnyP2 ? fmt::format("{:02X} xx", row.p1)
                          : fmt::format("{:02X} {:02X}", row.p1, row.p2);
}

std::string lengths_of(const KeycardCommand& row) {
  return row.least == row.most ? fmt::format("{}", row.least)
                               : fmt::format("{}–{}", row.least, row.most);
}

constexpr std::string_view kHead =
    "# Commands of key cards\n"
    "\n"
    "Printed from `cos-apdu/layout/keycard_commands.h`. Integers are big-endian. Clauses are those "
    "of\n"
    "the key protocol. What every card answers beside these stands in [commands.md](commands.md).\n"
    "\n"
    "- `eph65` is a P-256 point made for one message, `wrapped` an AES key wrap under a labelled "
    "key\n"
    "  of the agreed x coordinate, `mac16` beside it the CMAC under the other labelled key.\n"
    "- `act4 mac16` at the end of a command is the number of the act and the control card's word "
    "for\n"
    "  it: CMAC under the opening's key over header32 and act4. The header of EXPORT is the "
    "import\n"
    "  block's with a check value of zeros; for every other act it is\n"
    "  SHA-256(\"WK/act1\" INS P1 P2 data before act4).\n"
    "- Data of more than 255 bytes is chained (class bit 10).\n"
    "\n"
    "| status word | meaning on a key card |\n"
    "| --- | --- |\n"
    "| 6982 | PIN not verified, or pair not open |\n"
    "| 6985 | wrong life cycle or order of steps, not in the export matrix, order used up |\n"
    "| 6988 | a MAC, commitment, signature or sealed key does not hold |\n"
    "| 6A80 | data contradicts the card: mode, suite, set, header, act number |\n"
    "| 6A81 | the card is void or dead |\n"
    "| 6A88 | no such key, share or head |\n"
    "| 63Cx | OPEN 3: not this mother's control card, x tries left; VERIFY PIN: wrong PIN |\n"
    "| 6983 | PIN blocked, or ten wrong control cards in a row |\n"
    "| 9403 | IMPORT BLOCK: the version does not follow |\n"
    "\n";

}  // namespace

std::string printed_key_card_commands() {
  std::string out(kHead);
  out +=
      "| command | CLA INS P1 P2 | bytes | data | answer | cards | life cycle | state needed | "
      "after | clause |\n"
      "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n";
  for (const auto& row : kKeycardCommands)
    out +=
        fmt::format("| {} | `{:02X} {:02X} {}` | {} | {} | {} | {} | {} | {} | {} | {} |\n",
                    row.name, class_of(row.id), row.ins, params_of(row), lengths_of(row), row.data,
                    row.answer, name_of_kinds(row.kinds), names_of_cycles(row.life_cycles),
                    text_of_gate(row.gate), row.after, row.clause);
  return out;
}

}  // namespace card::layout

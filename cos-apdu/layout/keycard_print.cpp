// docs/formats/key-cards.md, printed from the tables.
#include <fmt/format.h>

#include "cos-apdu/layout/export_matrix.h"
#include "cos-apdu/layout/keycard_commands.h"

namespace card::layout {
namespace {

using derivation::row_of;

struct KindSetName {
  KindSet kinds;
  std::string_view name;
};

constexpr std::array kKindSetNames = {
    KindSetName{kAllKinds,                "every card"                         },
    KindSetName{kKeyCardKinds,            "every key card"                     },
    KindSetName{kPairKinds,               "mother and control cards"           },
    KindSetName{kPairKinds | kLeaderKind, "pairs, leader cards"                },
    KindSetName{kMothers,                 "mother cards, stock pair"           },
    KindSetName{kControls,                "control cards, stock pair"          },
    KindSetName{kMotherKinds,             "mother cards"                       },
    KindSetName{kControlKinds,            "control cards"                      },
    KindSetName{kLowerKinds,              "pairs below the master control pair"},
    KindSetName{kTopKinds,                "stock and master control pair"      },
    KindSetName{kStockKind,               "stock pair"                         },
    KindSetName{kLeaderKind,              "leader cards"                       },
    KindSetName{kRoleKind,                "role cards"                         },
    KindSetName{kMasterMotherKind,        "master control card"                },
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
    if ((cycles >> static_cast<unsigned>(row.value) & 1U) == 0) continue;
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

constexpr std::string_view name_of(ExportHow how) {
  switch (how) {
    case ExportHow::kCopy:
      return "copy";
    case ExportHow::kChild:
      return "child by the region's factor";
    case ExportHow::kLeafOfSerial:
      return "leaf by serial number";
    case ExportHow::kLeafOfNumber:
      return "leaf by card number";
  }
  return "";
}

std::string names_of_purposes(PurposeSet purposes) {
  if (purposes == kAllPurposes) return "all fifteen";
  std::string out;
  for (const auto& row : derivation::kPurposes) {
    if ((purposes & bit_of(row.purpose)) == 0) continue;
    if (!out.empty()) out += ", ";
    out += row.id;
  }
  return out;
}

}  // namespace

std::string printed_keycard_commands() {
  std::string out =
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

std::string printed_export_matrix() {
  std::string out = "| from | to | how | purposes |\n| --- | --- | --- | --- |\n";
  for (const auto& row : kExportMatrix)
    out +=
        fmt::format("| {} | {} | {} | {} |\n", row_of(row.mother).english,
                    row_of(row.target).english, name_of(row.how), names_of_purposes(row.purposes));
  return out;
}

}  // namespace card::layout

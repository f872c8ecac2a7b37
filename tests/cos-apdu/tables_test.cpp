// The command tables are free of contradictions.
#include <doctest/doctest.h>

#include "cos-apdu/virtual/command.h"

using card::chip::Command;
using derivation::CardKind;

namespace {

bool overlap(const card::chip::Params& a, const card::chip::Params& b) {
  const auto p1 = a.p1_mask & b.p1_mask;
  const auto p2 = a.p2_mask & b.p2_mask;
  return (a.p1 & p1) == (b.p1 & p1) && (a.p2 & p2) == (b.p2 & p2);
}

}  // namespace

TEST_CASE("no two rows answer the same command on user card, PSAM, ESAM or a field card") {
  for (const auto kind : {CardKind::kUser, CardKind::kPsam, CardKind::kEsam, CardKind::kTool,
                          CardKind::kModify, CardKind::kRestore}) {
    std::vector<Command> rows;
    for (const auto& table : card::chip::tables_of(kind))
      rows.insert(rows.end(), table.begin(), table.end());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      for (std::size_t j = i + 1; j < rows.size(); ++j) {
        CAPTURE(std::string(rows[i].name));
        CAPTURE(std::string(rows[j].name));
        const bool same = rows[i].cla == rows[j].cla && rows[i].ins == rows[j].ins;
        CHECK_FALSE((same && overlap(rows[i].params, rows[j].params)));
      }
    }
  }
}

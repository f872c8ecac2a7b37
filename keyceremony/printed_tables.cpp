#include "keyceremony/printed_tables.h"

#include <fmt/format.h>

#include "keyceremony/acts.h"
#include "keyceremony/approvals.h"
#include "keyceremony/roles.h"
#include "keyceremony/transitions.h"

namespace keyceremony {

namespace {

std::string roles() {
  std::string out = "## Roles\n\n| role | 角色 | in a plan |\n| --- | --- | --- |\n";
  for (const auto& row : kRoles) {
    out += fmt::format("| {} | {} | {} |\n", row.english, row.chinese,
                       row.least == row.most ? fmt::to_string(row.least)
                                             : fmt::format("{} to {}", row.least, row.most));
  }
  return out;
}

std::string forbidden_pairs() {
  std::string out =
      "\n## One person never has both roles\n\nA deputy counts as the seat that he may take.\n\n"
      "| role | role | because |\n| --- | --- | --- |\n";
  for (const auto& pair : kForbiddenPairs) {
    out += fmt::format("| {} | {} | {} |\n", row_of(pair.one).english, row_of(pair.other).english,
                       pair.why);
  }
  return out;
}

std::string operations() {
  std::string out =
      "\n## What two people approve with their cards\n\nNobody approves a number on his own "
      "bag.\n\n"
      "| line of the journal | what | 事项 | first | second |\n| --- | --- | --- | --- | --- |\n";
  for (const auto& row : kOperations) {
    out += fmt::format(
        "| {} | {} | {} | {} | {} |\n", row.id, row.english, row.chinese,
        row_of(row.first == First::kAdministrator ? Role::kAdministrator : Role::kInternalWitness)
            .english,
        row.second == Second::kExternalWitness ? "external witness"
                                               : "internal or external witness");
  }
  return out;
}

std::string courses_of(const Transition& row) {
  if (row.courses == kEvery) return "all";
  std::string out;
  const auto add = [&](Course course, std::string_view name) {
    if (lies_on(row, course)) out += (out.empty() ? "" : ", ") + std::string(name);
  };
  add(Course::kCards, "cards alone");
  add(Course::kToken, "cards and token");
  add(Course::kDrill, "drill");
  add(Course::kReplacement, "replacement");
  return out;
}

std::string transitions() {
  std::string out =
      "\n## What follows what\n\nAbort is possible everywhere before the close.\n\n"
      "| state | step | 步骤 | next state | in plans |\n| --- | --- | --- | --- | --- |\n";
  for (const auto& row : kTransitions) {
    out += fmt::format("| {} | {} | {} | {} | {} |\n", row_of(row.from).id, row_of(row.act).english,
                       row_of(row.act).chinese, row_of(row.to).id, courses_of(row));
  }
  return out;
}

}  // namespace

std::string printed_ceremony() {
  return "# The ceremony\n\n" + roles() + forbidden_pairs() + operations() + transitions();
}

}  // namespace keyceremony

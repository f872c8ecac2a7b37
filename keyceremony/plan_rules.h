// What a plan must keep although each of its fields is right: who may sit beside whom, and which card
// may stand where.
#pragma once

#include <string_view>
#include <vector>

#include "base/core/findings.h"
#include "keyceremony/plan.h"

namespace keyceremony {

struct ReadPerson {
  Person person;
  unsigned line;  // of the file
};

struct ReadPair {
  PlannedCard mother;
  unsigned mother_line;
  PlannedCard control;
  unsigned control_line;
};

struct ReadKind {
  std::string_view table;  // that makes the plan rebuild a key: "recovery", "drill", "replacement"
  card::layout::Threshold threshold;
};

// People in the order of the table of roles; no table where the plan makes a key. Adds what is wrong
// to `findings`.
void check_rules(const std::vector<ReadPerson>& people, const ReadPair& pair, const ReadKind& kind,
                 base::Findings& findings);

}  // namespace keyceremony

// What one test program has cut, held against the command tables.
#pragma once

#include "tests/completeness/cases.h"
#include "tests/tear/explorer.h"

namespace tear {

struct Tally {
  std::size_t sequences = 0;
  std::size_t cuts = 0;
  std::size_t implied = 0;
  std::set<std::string> commands{};
};

// Of all sequences explored in this process.
const Tally& tally();

// Prints a line for each sequence; every finding fails the running test.
void explore_all(const std::vector<Sequence>& sequences);

// The last line: how many sequences and cut points. Fails the running test when a write was passed by.
void sum_up();

// One bit more than the kinds have: user cards of the interoperability profile.
inline constexpr completeness::Kinds kInteroperability = 0x20000;

// Fails the running test for every row of these kinds' command tables that no sequence has cut, unless
// it stands in the list by hand of rows that change nothing (unchanging_rows.h); and for a row of that
// list that did write.
void check_rows(completeness::Kinds kinds);

}  // namespace tear

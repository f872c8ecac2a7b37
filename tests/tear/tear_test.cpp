// Power cut at every write of every sequence: it happened or it did not, and the terminal knows which.
#include <cstdio>

#include <doctest/doctest.h>

#include "tests/tear/sequences.h"

using namespace tear;

namespace {

struct Tally {
  std::size_t sequences = 0;
  std::size_t cuts = 0;
  std::size_t implied = 0;
};

Tally& tally() {
  static Tally tally;
  return tally;
}

void explore_all(const std::vector<Sequence>& sequences) {
  const Depth depth = usual_depth();
  for (const auto& sequence : sequences) {
    const Report report = explore(sequence, depth);
    std::puts(summary_of(report).c_str());
    for (const auto& finding : report.findings) FAIL_CHECK(finding);
    CHECK(report.writes > 0);
    CHECK(report.cuts >= report.implied);
    CHECK(report.happened > 0);
    CHECK(report.happened + report.did_not_happen == report.cuts);
    ++tally().sequences;
    tally().cuts += report.cuts;
    tally().implied += report.implied;
  }
}

}  // namespace

TEST_CASE("a load cut at any write is done or not done, and the card can tell which [R179]") {
  explore_all(money_sequences());
}

TEST_CASE("an unload and a composite purchase are cut into nothing or all of it [R179]") {
  explore_all(host_sequences());
}

TEST_CASE(
    "a settlement cut at any write leaves grey or settled, and grey takes the same debit again "
    "[R179] [R180] [R181]") {
  explore_all(lock_sequences());
}

TEST_CASE("a cut may cost a try of a PIN and never gives one back [R179]") {
  explore_all(pin_sequences());
}

TEST_CASE("the last wrong MAC and what it blocks are one, whatever is cut [R179]") {
  explore_all(blocking_sequences());
}

TEST_CASE("a card cut on its way from blank to use is taken up where it stands [R179] [R184]") {
  explore_all(personalising_sequences());
}

TEST_CASE("an order to a card in use is cut into nothing or all of it [R179]") {
  explore_all(order_sequences());
}

TEST_CASE("a field card cut at a meter serves it once, and its list says which [R144] [R179]") {
  explore_all(field_sequences());
}

TEST_CASE("a cut of key cards leaves a step to be done again, or done [R134] [R179]") {
  explore_all(key_card_sequences());
}

TEST_CASE("a ceremony cut at any write of any card comes to the same key [R134] [R179]") {
  explore_all(ceremony_sequences());
}

TEST_CASE("before, inside and after: every write of every sequence was cut [R179]") {
  std::printf("%zu sequences, cut points tried: %zu\n", tally().sequences, tally().cuts);
  CHECK(tally().implied > 0);
  CHECK(tally().cuts >= tally().implied);
}

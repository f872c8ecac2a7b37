// Power cut at every write of every sequence: it happened or it did not, and the terminal knows which.
#include <algorithm>
#include <array>
#include <cstdio>

#include <doctest/doctest.h>

#include "tests/tear/sequences.h"

using namespace tear;

namespace {

struct Tally {
  std::size_t sequences = 0;
  std::size_t cuts = 0;
  std::size_t implied = 0;
  std::set<std::string> commands{};
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
    tally().commands.insert(report.commands.begin(), report.commands.end());
  }
}

bool was_cut(std::string_view command) {
  return std::any_of(tally().commands.begin(), tally().commands.end(),
                     [&](const std::string& one) { return one.starts_with(command); });
}

// Every command that writes, by kind of card (i: interoperability profile), CLA, INS and as much of P1 P2 as tells it apart; from
// docs/tables, by hand.
constexpr std::array kWriting = {
    // user card
    "40 00200000", "40 04D6", "40 805E00", "40 805E01", "40 80520000", "40 80540100", "40 80540300",
    "40 8416", "40 8418", "40 841E0000", "40 841E0001", "40 8424", "40 84D8", "40 84F10000",
    "40 E07C", "40 E07E08", "40 E07E09", "40 E0CA01",
    // user card, tdes2 interoperability profile
    "40i 00200000", "40i 00820000", "40i 00D0", "40i 00D2", "40i 00D6", "40i 00DC", "40i 00E2",
    "40i 04D0", "40i 04D2", "40i 04D6", "40i 04DC", "40i 04E2", "40i 800E", "40i 80520000",
    "40i 80540100", "40i 80540300", "40i 80580000", "40i 805E0000", "40i 805E0100", "40i 80D4",
    "40i 80E0", "40i 8424", "40i 84D4", "40i E07C", "40i E07E08", "40i E07E09", "40i E0CA01",
    // PSAM
    "2B 00200000", "2B 00460000", "2B 04D6", "2B 805E01", "2B 8070", "2B 8072", "2B 8074",
    "2B 8076", "2B 8078", "2B 807A", "2B 807C", "2B 80A0", "2B 84D8", "2B 84F10000", "2B 84F101",
    // ESAM
    "2C 0082", "2C 04D6", "2C 8082", "2C 80DA0001", "2C 84D8", "2C 84F10000", "2C 84F101",
    "2C 84F2", "2C E040", "2C E042", "2C E044",
    // modify, restore and tool card
    "2D 80E2", "2D 80F6", "2D 80F8", "2D 84FE", "2E 80F6", "2E 80F8", "2F 0082", "2F 00E2",
    "2F 84FE",
    // stock, leader, role, mother and control cards
    "20 80A1", "20 80A2", "20 80A30000", "20 80B302", "20 80B4", "21 80A700", "21 80A702",
    "21 80A703", "21 80A8", "21 80AC", "22 80BA00", "22 80BA02", "22 80BD00", "22 80BD02",
    "23 80A4", "23 80A5", "23 80AA", "23 80AB", "23 80AE", "23 80B100", "23 80B2", "23 80B304",
    "23 80B6", "23 80B800", "23 80B900", "24 80B101", "25 80B201", "25 80B901", "25 84D8",
    "26 80B201", "27 80A301", "27 80B6"};

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

TEST_CASE(
    "what is put into a key card before it works is there whole or not at all [R134] [R179]") {
  explore_all(setup_sequences());
}

TEST_CASE(
    "a host's order to a purse is cut into nothing or all of it, and the proof says which [R179]") {
  explore_all(purse_sequences());
}

TEST_CASE(
    "an interoperability card cut while it is made, or its keys, files and PIN are written, is as "
    "before or as after [R14] [R179] [R184]") {
  explore_all(interoperability_sequences());
}

TEST_CASE("every command that changes a card's memory was cut [R179]") {
  CHECK_FALSE(was_cut("40 80CA"));  // GET CARD STATUS writes nothing
  for (const std::string_view command : kWriting) {
    CAPTURE(command);
    CHECK(was_cut(command));
  }
}

TEST_CASE("before, inside and after: every write of every sequence was cut [R179]") {
  std::printf("%zu sequences, cut points tried: %zu\n", tally().sequences, tally().cuts);
  CHECK(tally().implied > 0);
  CHECK(tally().cuts >= tally().implied);
}

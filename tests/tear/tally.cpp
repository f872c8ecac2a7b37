#include "tests/tear/tally.h"

#include <algorithm>
#include <cstdio>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/completeness/rows.h"
#include "tests/tear/unchanging_rows.h"

namespace tear {

namespace {

using card::chip::CardForm;
using card::chip::Command;
using completeness::Kinds;

Tally& tried() {
  static Tally tally;
  return tally;
}

// "40 80520000" and "40i 80520000": the header of a command that wrote, of this kind and form.
bool is_of(const std::string& command, const std::string& card, const Command& row) {
  if (!command.starts_with(card)) return false;
  const auto header = base::from_hex(command.substr(card.size()));
  return header[0] == row.cla && header[1] == row.ins && row.params.hold(header[2], header[3]);
}

bool was_cut(const std::string& card, const Command& row) {
  return std::any_of(tally().commands.begin(), tally().commands.end(),
                     [&](const std::string& command) { return is_of(command, card, row); });
}

bool changes_nothing(const std::string& text, Kinds kind) {
  return std::ranges::any_of(unchanging_rows(), [&](const Unchanging& one) {
    return one.row == text && (one.kinds & kind) != 0;
  });
}

void check_table(derivation::CardKind kind, CardForm form, Kinds bit) {
  const bool own = form == CardForm::kInteroperability;
  const std::string card = base::to_hex(Bytes{derivation::byte_of(kind)}) + (own ? "i " : " ");
  for (const auto& [text, row] : completeness::rows_of(kind, form)) {
    const bool unchanging = changes_nothing(text, bit);
    const bool cut = was_cut(card, row);
    if (!unchanging && !cut) FAIL_CHECK(card << text << ": no sequence cuts what it writes");
    if (unchanging && cut) FAIL_CHECK(card << text << ": it changes nothing, and yet it wrote");
  }
}

}  // namespace

const Tally& tally() {
  return tried();
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
    ++tried().sequences;
    tried().cuts += report.cuts;
    tried().implied += report.implied;
    tried().commands.insert(report.commands.begin(), report.commands.end());
  }
}

void sum_up() {
  fmt::print("{} sequences, cut points tried: {}\n", tally().sequences, tally().cuts);
  CHECK(tally().implied > 0);
  CHECK(tally().cuts >= tally().implied);
}

void check_rows(Kinds kinds) {
  for (const auto& row : derivation::kCardKinds)
    if (const Kinds bit = completeness::of(row.kind); (kinds & bit) != 0)
      check_table(row.kind, CardForm::kNative, bit);
  if ((kinds & kInteroperability) != 0)
    check_table(derivation::CardKind::kUser, CardForm::kInteroperability, kInteroperability);
}

}  // namespace tear

// The rows that only a user card of the interoperability profile has: card reference §3.1, §7. The
// gates are tried in the order of cases.h.
#include "cos-apdu/virtual/interoperability.h"

#include <set>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "cos-apdu/virtual/chip.h"
#include "cos-apdu/virtual/command.h"
#include "cos-apdu/virtual/records.h"
#include "tests/completeness/interoperability_cases.h"
#include "tests/completeness/trial.h"

namespace {

using namespace completeness;

struct Row {
  std::string_view row;
  std::string_view wrong_params;
  std::size_t below;  // a length that is too short; above alone when 0 is right
  std::size_t above;
  bool needs_challenge;
};

// clang-format off
constexpr std::array kRows = {
    Row{"00 20 00 xx VERIFY PIN", "01 00", 1, 9, false},
    Row{"00 82 00 xx EXTERNAL AUTHENTICATE", "01 00", 7, 9, true},
    Row{"00 88 00 xx INTERNAL AUTHENTICATE", "03 00", 7, 249, false},
    Row{"00 88 01 xx INTERNAL AUTHENTICATE", "04 00", 7, 249, false},
    Row{"00 88 02 xx INTERNAL AUTHENTICATE", "05 00", 0, 256, false},
    Row{"00 A4 04 02 SELECT next by name", "04 03", 0, 17, false},
    Row{"00 D0 xx xx UPDATE BINARY", "", 0, 256, false},
    Row{"00 D6 xx xx UPDATE BINARY", "", 0, 256, false},
    Row{"04 D0 xx xx UPDATE BINARY protected", "", 4, 256, true},
    Row{"04 D6 xx xx UPDATE BINARY protected", "", 4, 256, true},
    Row{"00 D2 xx xx UPDATE RECORD", "", 0, 256, false},
    Row{"00 DC xx xx UPDATE RECORD", "", 0, 256, false},
    Row{"04 D2 xx xx UPDATE RECORD protected", "", 4, 256, true},
    Row{"04 DC xx xx UPDATE RECORD protected", "", 4, 256, true},
    Row{"00 E2 xx xx APPEND RECORD", "", 0, 256, false},
    Row{"04 E2 xx xx APPEND RECORD protected", "", 4, 256, true},
    Row{"80 5E 01 xx PIN CHANGE", "02 00", 2, 18, false},
    Row{"80 D4 xx xx WRITE KEY", "", 6, 22, false},
    Row{"84 D4 xx xx WRITE KEY protected", "", 10, 29, true},
    Row{"80 E0 xx xx CREATE FILE", "", 6, 25, false},
};
// clang-format on

// ERASE DF is the one that takes no data.
constexpr Row kEraseDf{"80 0E 00 00 ERASE DF", "00 01", 0, 1, false};

std::vector<Row> rows() {
  std::vector<Row> all(kRows.begin(), kRows.end());
  all.push_back(kEraseDf);
  return all;
}

std::size_t least(const Row& row) {
  return row.row == kEraseDf.row ? 0 : row.below + 1;
}

base::WipedBytes image() {
  const auto made = card::chip::interoperability_image(derivation::Serial8::of(CardKind::kUser, 17),
                                                       card::chip::usual_transport_key(), {});
  return {made.begin(), made.end()};
}

base::WipedBytes blocked_image() {
  auto medium = std::make_shared<base::WipedBytes>(image());
  card::chip::Nvm nvm(std::make_unique<card::chip::MemoryStorage>(medium));
  nvm.put(card::chip::record::kBlocked, Bytes{0x01});
  nvm.commit();
  return *medium;
}

void check(const base::WipedBytes& card, ByteView header, std::size_t length, int expected) {
  CHECK(fmt::format("{:04X}", word_for(card, header, length)) == fmt::format("{:04X}", expected));
}

}  // namespace

TEST_CASE("every row that only the interoperability card has is in the list by hand") {
  const auto native = rows_of(CardKind::kUser, card::chip::CardForm::kNative);
  auto own = rows_of(CardKind::kUser, card::chip::CardForm::kInteroperability);
  for (const auto& [text, row] : native) {
    CAPTURE(text);
    const auto shared = own.find(text);
    if (shared == own.end()) continue;
    // The cases by hand of native cards are those of this row, too.
    const bool same = shared->second.run == row.run;
    CHECK(same);
    own.erase(shared);
  }
  for (const auto& row : rows()) {
    CAPTURE(std::string(row.row));
    const auto found = own.find(std::string(row.row));
    REQUIRE(found != own.end());
    CHECK((found->second.gate.check != nullptr) == row.needs_challenge);
    const bool any_params = found->second.params.p1_mask == 0 && found->second.params.p2_mask == 0;
    CHECK(any_params == row.wrong_params.empty());
    own.erase(found);
  }
  for (const auto& [text, row] : own) FAIL_CHECK(text << ": a row without a case");
}

TEST_CASE("every row that only the interoperability card has accepts its case by hand [R14]") {
  std::set<std::string_view> accepted;
  for (const auto& one : accepting_conversations()) {
    CAPTURE(std::string(one.row));
    const auto said = converse(one);
    CHECK(said.answer == joined(one.answer));
    CHECK(said.after == joined(one.after_answer));
    accepted.insert(one.row);
  }
  for (const auto& row : rows()) {
    CAPTURE(std::string(row.row));
    CHECK(accepted.contains(row.row));
  }
}

TEST_CASE("commands of the interoperability card are refused in the words of their own rules") {
  for (const auto& one : refusing_conversations()) {
    CAPTURE(std::string(one.row));
    CHECK(converse(one).answer == joined(one.answer));
  }
}

TEST_CASE("every row of the interoperability card refuses at each of its gates") {
  const auto card = image();
  const auto blocked = blocked_image();
  for (const auto& row : rows()) {
    CAPTURE(std::string(row.row));
    auto header = header_of(row.row);
    check(card, Bytes{0xA0, header[1], header[2], header[3]}, least(row), 0x6E00);
    check(card, Bytes{header[0], 0x0A, header[2], header[3]}, least(row), 0x6D00);
    if (!row.wrong_params.empty()) {
      const Bytes params = bytes_of_hex(row.wrong_params);
      check(card, Bytes{header[0], header[1], params[0], params[1]}, least(row), 0x6A86);
    }
    check(card, header, row.above, 0x6700);
    if (least(row) > 0) check(card, header, row.below, 0x6700);
    check(in_cycle(card, LifeCycle::kPersonalising), header, least(row), 0x6985);
    check(in_cycle(card, LifeCycle::kDead), header, least(row), 0x6A81);
    check(blocked, header, least(row), 0x6A81);
    if (row.needs_challenge) check(card, header, least(row), 0x6984);
  }
}

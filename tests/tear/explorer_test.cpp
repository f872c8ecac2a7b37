// The explorer finds what it is there to find.
#include <algorithm>

#include <doctest/doctest.h>

#include "cos-apdu/user_card.h"
#include "tests/tear/broken_memory.h"
#include "tests/tear/sequences.h"

using namespace tear;

namespace {

constexpr Depth kDeep{.inside = 12, .in_recovery = 1};

Sequence load() {
  return money_sequences().front();
}

bool mentions(const Report& report, std::string_view what) {
  return std::any_of(report.findings.begin(), report.findings.end(),
                     [&](const std::string& text) { return text.find(what) != std::string::npos; });
}

// The flag of a settled card is cleared, by a terminal that recovers as it is told.
Report cleared_by(const std::function<Ending()>& recover) {
  auto sequence = lock_sequences().at(4);
  REQUIRE(sequence.name == "clear TAC flag");
  return explore(scripted(sequence.name, sequence.cards,
                          [&](Table& table) {
                            return Steps{
                                [&table] { card::clear_tac_unread(table.session(0)); }, recover,
                                [&table](Ending ending, Findings& findings) {
                                  const auto state = card::get_lock_proof(table.session(0)).state;
                                  const bool clear = state == card::LockState::kClear;
                                  findings.expect(clear == (ending == Ending::kHappened), "flag");
                                }};
                          }),
                 kDeep);
}

}  // namespace

TEST_CASE("the explorer finds a memory that commits record by record") {
  const Report report = explore(load(), kDeep, record_by_record);
  CHECK(mentions(report, "the memory is neither old nor new"));
  CHECK(report.cuts >= report.implied);
}

TEST_CASE("the explorer finds a memory that takes half a commit for a whole one") {
  CHECK(mentions(explore(load(), kDeep, without_checksum), "the memory is neither old nor new"));
}

TEST_CASE("the explorer finds a terminal that takes a torn command for done, or for not done") {
  CHECK(mentions(cleared_by([] { return Ending::kHappened; }), "flag"));
  CHECK(mentions(cleared_by([] { return Ending::kDidNotHappen; }), "flag"));
}

TEST_CASE("the explorer finds a counter that fell") {
  const auto user = loaded_card(1000);
  const Placed earlier = placed("user card", *user);
  const auto psam = test::issue_psam(county(), test::usual_ceiling());
  REQUIRE(card::verify_pin(psam->session(), test::secret(test::kPsamPin)).right());
  test::load(user->session(), psam->session(), test::user_number(county()),
             base::Amount::fen(1000));
  const auto report = explore(scripted("an old image put back", {placed("user card", *user)},
                                       [&](Table& table) {
                                         return Steps{[] {},
                                                      [&] {
                                                        table.card(0).put_back(earlier.image);
                                                        return Ending::kHappened;
                                                      },
                                                      [](Ending, Findings&) {}};
                                       }),
                              kDeep);
  CHECK(mentions(report, "online number of the wallet fell"));
}

TEST_CASE("what a complete write leaves behind is told by hand as the engine tells it") {
  // Image head, then one frame of two records, written down from the format's page.
  const auto sound = base::from_hex("574B434152440001");
  const Dump before{{0x0001, {0xAA}}, {0x0002, {0xBB}}};
  const auto payload = base::from_hex(
      "0001000000020102"
      "0002FFFFFFFF");
  auto frame = base::concat({base::from_hex("0000000E00000001"
                                            "00000000"),
                             payload, Bytes(8)});
  CHECK(after_write(before, frame) == Dump{{0x0001, {0x01, 0x02}}});
  CHECK(after_write(before, base::concat({sound, frame})) == Dump{{0x0001, {0x01, 0x02}}});
}

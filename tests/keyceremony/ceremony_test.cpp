// Whole ceremonies on emulated cards.
#include "keyceremony/ceremony.h"

#include <algorithm>
#include <map>

#include <doctest/doctest.h>

#include "base/core/durable_file.h"
#include "base/crypto/cipher.h"
#include "keyceremony/components.h"
#include "keyceremony/events.h"
#include "tests/keyceremony/emulated_room.h"
#include "tests/support/shell.h"

using namespace keyceremony;

namespace {

constexpr room::Sources kMixed = {Source::kWords, Source::kDice, Source::kCard, Source::kCard};

Journal journal_of(const room::EmulatedRoom& given) {
  return {given.station().ceremonies() / given.plan().short_id() / "journal", given.plan().id()};
}

constexpr room::Sources kTyped = {Source::kWords, Source::kDice, Source::kHex, Source::kDice};

struct Killed {};

std::map<std::string, std::string> check_values(const room::EmulatedRoom& given) {
  std::map<std::string, std::string> values;
  const Journal journal = journal_of(given);
  for (const Record& record : journal.records()) {
    if (record.event == event::kCheckValue) values[record.fact("purpose")] = record.fact("value");
  }
  return values;
}

// Runs until the journal's n-th write of this run, and is killed there: before the line is on disk,
// or after it and before anybody is told. False when the run ended before.
enum class Cut { kBefore, kAfter };

bool run_killed_at(room::EmulatedRoom& given, unsigned nth, Cut cut) {
  unsigned writes = 0;
  try {
    given.run([&](const std::filesystem::path& path, std::string_view line) {
      const bool now = ++writes == nth;
      if (now && cut == Cut::kBefore) throw Killed{};
      append_line_durably(path, line);
      if (now) throw Killed{};
    });
  } catch (const Killed&) {
    return true;
  }
  return false;
}

}  // namespace

TEST_CASE(
    "four leaders make the master control pair through their cards [R132] [R137] [R138] [R150] "
    "[R154]") {
  room::EmulatedRoom given(kMixed);
  CHECK(given.run() == State::kClosed);
  const Journal journal = journal_of(given);
  CHECK(journal.find("entered-1")->fact("source") == "words");
  CHECK(journal.find("entered-2")->fact("source") == "dice");
  CHECK(journal.find("entered-3")->fact("source") == "card");
  CHECK(journal.find("proved")->fact("values") == "equal");
}

TEST_CASE("the keys are those that the four components give on paper [R132] [R150]") {
  room::EmulatedRoom given({Source::kWords, Source::kHex, Source::kWords, Source::kHex});
  REQUIRE(given.run() == State::kClosed);
  base::Bytes sum(16);
  for (unsigned leader = 1; leader <= kLeaders; ++leader) {
    const auto component = room::EmulatedRoom::component_of(leader);
    for (std::size_t at = 0; at < sum.size(); ++at) sum[at] ^= component[at];
  }
  // key-protocol.md §2, written out: CMAC under the sum of a fixed text, then E(K, F8 | not F8).
  const auto id = given.plan().id();
  const auto input = base::Writer()
                         .u8(0x01)
                         .text("WK/MCK0")
                         .u8(0x00)
                         .u8(0x00)
                         .bytes(given.plan().set_id)
                         .bytes(base::ByteView(id).first(16))
                         .u16(0x0080)
                         .take();
  const auto master = base::SecretBytes::copy_of(
      crypto::cmac(crypto::Cipher::kAes128, base::SecretBytes::copy_of(sum), input));
  const auto values = check_values(given);
  for (const auto& row : derivation::kPurposes) {
    const auto factor = given.profile().purpose_factor(row.purpose, given.profile().first_version);
    const auto key = crypto::diversify(crypto::SuiteId::kAes128, master, factor.bytes());
    CHECK(values.at(std::string(row.id)) ==
          crypto::format(crypto::check_value(crypto::SuiteId::kAes128, key)));
  }
}

TEST_CASE("no component byte is anywhere in the station's folder [R132]") {
  room::EmulatedRoom given(kTyped);
  REQUIRE(given.run() == State::kClosed);
  for (const unsigned leader : {1U, 3U}) {
    const auto component = room::EmulatedRoom::component_of(leader);
    for (const auto& file :
         std::filesystem::recursive_directory_iterator(given.station().folder())) {
      if (!file.is_regular_file()) continue;
      const base::Bytes content = base::read_file(file.path());
      const std::string text = base::text_of(content);
      CAPTURE(file.path().string());
      for (std::size_t at = 0; at + 8 <= component.size(); ++at) {
        const auto piece = base::ByteView(component).subspan(at, 8);
        CHECK(std::ranges::search(content, piece).empty());
        CHECK(std::ranges::search(content, base::reversed(piece)).empty());
        CHECK(text.find(base::to_hex(piece)) == std::string::npos);
        CHECK(text.find(base::to_hex(piece, base::HexCase::kLower)) == std::string::npos);
      }
      if (given.plan().leader(leader).source != Source::kWords) continue;
      for (unsigned word = 3; word + 1 <= crypto::kComponentWords; ++word) {
        CHECK(text.find(given.answer_to(fmt::format("leader-{}.word-{:02}", leader, word)) + " " +
                        given.answer_to(fmt::format("leader-{}.word-{:02}", leader, word + 1))) ==
              std::string::npos);
      }
    }
  }
}

TEST_CASE("a stranger checks the evidence with openssl, and finds a changed line") {
  room::EmulatedRoom given(kMixed);
  REQUIRE(given.run() == State::kClosed);
  const auto folder = given.station().ceremonies() / given.plan().short_id() / "evidence";
  const std::string check = "bash '" + (folder / "check.sh").string() + "'";
  CHECK(support::shell(check).status == 0);
  for (const char* name : {"transcript.txt", "journal.txt", "plan.toml", "checkpoint"}) {
    CAPTURE(name);
    const std::string whole = base::read_text_file(folder / name);
    std::string changed = whole;
    const std::size_t at = changed.find_last_of("123456789", changed.size() / 2);
    changed.at(at) = changed.at(at) == '1' ? '2' : '1';
    base::write_durably(folder / name, changed);
    CHECK(support::shell(check).status != 0);
    base::write_durably(folder / name, whole);
  }
  CHECK(support::shell(check).status == 0);
}

TEST_CASE("every line of the journal is one entry of the audit log") {
  room::EmulatedRoom given(kMixed);
  REQUIRE(given.run() == State::kClosed);
  const Journal journal = journal_of(given);
  audit::Log log = given.open_log();
  std::size_t at = 0;
  log.archive().each_entry(0, [&](std::uint64_t, std::string_view bytes) {
    const auto entry = audit::parse_entry(bytes).entry;
    CHECK(entry.run == given.plan().short_id());
    const auto hash = crypto::sha256(base::bytes_of(journal.records().at(at).line));
    CHECK(std::string(bytes).find(base::to_hex(hash)) != std::string::npos);
    ++at;
  });
  CHECK(at == journal.records().size());
}

TEST_CASE("y does not confirm the fingerprint, and the ceremony stays where it was") {
  room::EmulatedRoom given(kMixed);
  given.answer("leader-3.fingerprint", "y");
  CHECK_THROWS_WITH_AS(given.run(), doctest::Contains("expected the word SAME"), base::Error);
  CHECK(journal_of(given).state() == State::kSetMade);
  CHECK(journal_of(given).find(event::kException) != nullptr);
  given.answer("leader-3.fingerprint", "SAME");
  CHECK(given.run() == State::kClosed);
}

TEST_CASE("a bag that is not the plan's stops the ceremony [R130]") {
  room::EmulatedRoom given(kMixed);
  given.answer("leader-2.bag", "HB-9999");
  CHECK_THROWS_WITH_AS(given.run(), doctest::Contains("not the bag of the plan"), base::Error);
}

TEST_CASE("a wrong word is named by its position and never by its content") {
  room::EmulatedRoom given(kTyped);
  given.answer("leader-1.word-07", "zzzzzzzz");
  CHECK_THROWS_WITH_AS(given.run(), "word 7 is not in the list", base::Error);
  given.answer("leader-1.word-07", given.answer_to("leader-1.again.word-07"));
  given.answer("leader-1.again.word-09", given.answer_to("leader-1.word-10"));
  CHECK_THROWS_WITH_AS(given.run(), doctest::Contains("read back differ"), base::Error);
  CHECK(journal_of(given).state() == State::kSetConfirmed);
}

TEST_CASE("an aborted ceremony is recorded with its reason and never goes on") {
  room::EmulatedRoom given(kMixed);
  given.answer("leader-4.present", "no");
  given.answer("exception.decision", "ABORT");
  CHECK(given.run() == State::kAborted);
  CHECK(journal_of(given).find(event::kAborted)->fact("text").find("PRESENT") != std::string::npos);
  CHECK_THROWS_WITH_AS(given.run(), doctest::Contains("this ceremony is aborted"), base::Error);
}

TEST_CASE("a ceremony killed at any write of its journal goes on to the same end") {
  room::EmulatedRoom given(kTyped, base::Mode::kRehearsal, room::Spares::kEach);
  REQUIRE(given.run() == State::kClosed);
  const auto expected = check_values(given);
  REQUIRE(expected.size() == derivation::kPurposes.size());
  for (const Cut cut : {Cut::kBefore, Cut::kAfter}) {
    for (unsigned nth = 1;; ++nth) {
      given.start_over();
      if (!run_killed_at(given, nth, cut)) break;
      CAPTURE(nth);
      // The cut after the very last line leaves nothing to go on with.
      if (journal_of(given).state() != State::kClosed) REQUIRE(given.run() == State::kClosed);
      CHECK(check_values(given) == expected);
    }
  }
}

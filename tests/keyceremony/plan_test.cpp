// Plans: what they must say, and that one changed byte is another ceremony.
#include "keyceremony/plan.h"

#include <algorithm>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "keyceremony/ceremony.h"
#include "tests/keyceremony/emulated_room.h"
#include "tests/support/replaced.h"

using namespace keyceremony;
using support::replaced;

namespace {

constexpr room::Sources kCards = {Source::kCard, Source::kCard, Source::kCard, Source::kCard};

}  // namespace

TEST_CASE("one changed byte of a plan is another ceremony") {
  const room::EmulatedRoom given(kCards);
  const std::string text = given.plan().text;
  CHECK(parse_plan(text, "plan").id() == given.plan().id());
  CHECK(parse_plan(text + "\n", "plan").id() != given.plan().id());
  CHECK(parse_plan(replaced(text, "HB-M1", "HB-M2"), "plan").id() != given.plan().id());
}

TEST_CASE("forbidden pairs of roles, doubled cards and missing people are refused") {
  const room::EmulatedRoom given(kCards);
  const std::string text = given.plan().text;
  const auto refuses = [](const std::string& changed, const char* why) {
    CHECK_THROWS_WITH_AS(parse_plan(changed, "plan"), doctest::Contains(why), base::Error);
  };
  refuses(replaced(text, "Wang Fang", "Zhang Wei"), "each component has a keeper of its own");
  refuses(replaced(text, "Yang Min", "Zhang Wei"), "has no part in its key");
  refuses(replaced(text, "Yang Min", "Chen Jie"), "nobody attests his own script");
  refuses(replaced(text, "Huang Yu", "Yang Min"), "one witness is of the house and one is not");
  refuses(replaced(text, "Xu Ping", "Li Na"), "does not hold its safe");
  refuses(replaced(text, "Xu Ping", "Sun Li"), "does not hold its safe");
  refuses(replaced(text, "card = \"2100000000000002\"", "card = \"2100000000000001\""),
          "expected a card and a bag of its own; 2100000000000001 is of leader-1 too");
  refuses(replaced(text, "role = \"leader-4\"", "role = \"leader-5\""),
          "expected leader-4, which is missing");
  refuses(replaced(text, "role = \"internal-witness-1\"", "role = \"internal-witness-2\""),
          "expected internal-witness-1, which is missing");
  refuses(replaced(text, "source = \"card\"", "source = \"paper\""),
          "expected card, words, dice, hex or parts");
  refuses(replaced(text, "suite = \"aes128\"", "suite = \"aes128\"\nquorum = \"3\""),
          "quorum: expected no such field here");
  CHECK_NOTHROW(parse_plan(replaced(text, "Zhao Lei", "Chen Jie"), "plan"));
}

TEST_CASE("a plan's errors name file, line and field, all at once") {
  const room::EmulatedRoom given(kCards);
  auto text = given.plan().text;
  text = replaced(text, "suite = \"aes128\"", "suite = \"des\"");
  text = replaced(text, "mode = \"rehearsal\"", "mode = \"test\"");
  text = replaced(text, "card = \"2100000000000002\"", "card = \"2200000000000009\"");
  text = replaced(text, "role = \"officer-2\"", "role = \"clerk-1\"");
  std::string error;
  try {
    parse_plan(text, "plan.toml");
  } catch (const base::Error& refused) {
    CHECK(refused.fault() == base::Fault::kMalformed);
    error = refused.what();
  }
  const auto line_of = [&](std::string_view part) {
    const auto at = text.find(part);
    REQUIRE(at != std::string::npos);
    return std::to_string(
        std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n') + 1);
  };
  CHECK(error.starts_with("plan.toml: 4 errors 有4处错误\n"));
  for (const auto& line :
       {"plan.toml:" + line_of("\"test\"") + ": mode: expected live or rehearsal; 应为",
        "plan.toml:" + line_of("\"des\"") + ": suite: expected tdes2, sm4 or aes128; 应为",
        "plan.toml:" + line_of("2200000000000009") +
            ": person[6].card: expected the serial of a leader card: 16 hex digits that begin "
            "with 21",
        "plan.toml:" + line_of("clerk-1") +
            ": person[10].role: expected administrator, internal-witness, external-witness, "
            "safe-controller, "
            "leader or officer with a number"}) {
    CAPTURE(line);
    CAPTURE(error);
    CHECK(error.find("\n" + line) != std::string::npos);
  }
}

TEST_CASE("all broken rules of a plan are named, with the line of the person") {
  const room::EmulatedRoom given(kCards);
  auto text = replaced(given.plan().text, "Wang Fang", "Zhang Wei");
  text = replaced(text, "role = \"internal-witness-1\"", "role = \"internal-witness-2\"");
  try {
    parse_plan(text, "plan.toml");
    FAIL("accepted");
  } catch (const base::Error& refused) {
    CHECK(refused.fault() == base::Fault::kRefused);
    const std::string error = refused.what();
    CAPTURE(error);
    CHECK(error.starts_with("plan.toml: 2 errors"));
    CHECK(error.find("person.name: expected two people as leader-1 and leader-2: each component") !=
          std::string::npos);
    CHECK(error.find("person.role: expected internal-witness-1, which is missing") !=
          std::string::npos);
  }
}

TEST_CASE("a plan asks for four leaders or for three, and another threshold is refused by name") {
  const room::EmulatedRoom given(kCards);
  const auto with = [&](const char* threshold) {
    return replaced(given.plan().text, "master_mother = ",
                    fmt::format("threshold = \"{}\"\nmaster_mother = ", threshold));
  };
  CHECK(parse_plan(with("4 of 4"), "plan.toml").threshold == card::layout::Threshold::kFour);
  CHECK(parse_plan(with("3 of 4"), "plan.toml").threshold == card::layout::Threshold::kThree);
  for (const char* const other : {"2 of 4", "4 of 5", "4", ""}) {
    CHECK_THROWS_WITH_AS(parse_plan(with(other), "plan.toml"),
                         doctest::Contains("threshold: expected 4 of 4"), base::Error);
  }
}

TEST_CASE("what is no plan at all is refused by its line") {
  const auto refuses = [](const std::string& text, const char* why) {
    CHECK_THROWS_WITH_AS(parse_plan(text, "plan.toml"), doctest::Contains(why), base::Error);
  };
  refuses("", "plan.toml:1: format: expected 1");
  refuses("format = 1\ntitle = ", "plan.toml:2: expected TOML: ");
  refuses("format = 1\n", "person: expected one [[person]] for each who takes part");
  CHECK_THROWS_AS(read_plan("/dev/null"), base::Error);
}

TEST_CASE("a live ceremony refuses a sample profile and names its rows [R146] [R147]") {
  const room::TemporaryFolder folder;
  const auto profile = derivation::load_profile(std::filesystem::path(WELLKEY_SOURCE_DIR) /
                                                "derivation/profiles/hebei-sample.toml");
  room::EmulatedRoom given(kCards);
  const auto live = station::Station::init(folder.path() / "live", base::Mode::kLive,
                                           "test.example/live", "/usr/lib/softhsm/libsofthsm2.so");
  const Plan plan =
      parse_plan(replaced(given.plan().text, "mode = \"rehearsal\"", "mode = \"live\""), "plan");
  const auto refused = [&](const station::Station& station, const char* why) {
    CHECK_THROWS_WITH_AS(given.hold(station, plan), doctest::Contains(why), base::Error);
  };
  refused(live, "purpose.load");
  refused(given.station(), "the plan is live, the station is rehearsal");
  CHECK_THROWS_AS(derivation::refuse_sample_values(profile), base::Error);
}

// Plans: what they must say, and that one changed byte is another ceremony.
#include "keyceremony/plan.h"

#include <doctest/doctest.h>

#include "keyceremony/ceremony.h"
#include "tests/keyceremony/emulated_room.h"

using namespace keyceremony;

namespace {

constexpr room::Sources kCards = {Source::kCard, Source::kCard, Source::kCard, Source::kCard};

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

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
  refuses(replaced(text, "card = \"2100000000000002\"", "card = \"2100000000000001\""),
          "stands twice");
  refuses(replaced(text, "role = \"leader-4\"", "role = \"leader-5\""), "leader-4 is missing");
  refuses(replaced(text, "role = \"witness-1\"", "role = \"witness-2\""), "witness-1 is missing");
  refuses(replaced(text, "source = \"card\"", "source = \"paper\""),
          "expected card, words, dice or hex");
  refuses(replaced(text, "suite = \"aes128\"", "suite = \"aes128\"\nquorum = \"3\""),
          "is not a value of a plan");
  CHECK_NOTHROW(parse_plan(replaced(text, "Zhao Lei", "Chen Jie"), "plan"));
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

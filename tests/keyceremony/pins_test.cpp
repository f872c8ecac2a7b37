// Wrong PINs in the middle of a ceremony.
#include <doctest/doctest.h>

#include "cos-apdu/keycards/key_card.h"
#include "tests/keyceremony/emulated_room.h"

using namespace keyceremony;

namespace {

constexpr room::Sources kInCards = {Source::kCard, Source::kCard, Source::kCard, Source::kCard};

// At the fingerprint: every card has its PIN, no component exists.
room::EmulatedRoom& begun(room::EmulatedRoom& given) {
  given.answer("leader-3.fingerprint", "y");
  CHECK_THROWS_WITH_AS(given.run(), doctest::Contains("expected the word SAME"), base::Error);
  given.answer("leader-3.fingerprint", "SAME");
  return given;
}

base::Byte tries_of(room::EmulatedRoom& given, unsigned leader) {
  const auto link = given.drawer().link(given.plan().leader(leader).card);
  card::Session session(*link);
  return card::keycards::read_status(session).pin_tries;
}

}  // namespace

TEST_CASE("before the last try of a PIN somebody has to mean it [R154]") {
  room::EmulatedRoom given(kInCards);
  const std::string right = begun(given).answer_to("leader-2.pin");
  given.answer("leader-2.pin", "482913");
  CHECK_THROWS_WITH_AS(given.run(), doctest::Contains("leader-2.last-try"), base::Error);
  CHECK(tries_of(given, 2) == 1);
  given.answer("leader-2.pin", right);
  given.answer("leader-2.last-try", "LAST");
  CHECK(given.run() == State::kClosed);
  CHECK(tries_of(given, 2) == 3);
}

TEST_CASE("a PIN that is wrong three times blocks its card for good, and the ceremony says so") {
  room::EmulatedRoom given(kInCards);
  const std::string right = begun(given).answer_to("leader-2.pin");
  given.answer("leader-2.pin", "482913");
  given.answer("leader-2.last-try", "LAST");
  CHECK_THROWS_AS(given.run(), base::Error);
  CHECK(tries_of(given, 2) == 0);
  given.answer("leader-2.pin", right);
  CHECK_THROWS_WITH_AS(given.run(), doctest::Contains("blocked for good"), base::Error);
  given.answer("exception.decision", "ABORT");
  CHECK(given.run() == State::kAborted);
}

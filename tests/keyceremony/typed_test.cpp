// A live ceremony at a pseudo-terminal, typed as people would: whoever types sees the screen and
// nothing else.
#include <cstdlib>
#include <ctime>
#include <thread>

#include <doctest/doctest.h>

#include "base/core/harden.h"
#include "base/crypto/hex_groups.h"
#include "base/terminal/tty_terminal.h"
#include "tests/keyceremony/typist.h"
#include "tests/terminal/person.h"

using namespace keyceremony;

TEST_CASE("a live ceremony is typed at a terminal that shows no secret [R132] [R154]") {
  base::harden_process();
  setenv("TZ", "UTC", 1);
  tzset();
  room::EmulatedRoom given({Source::kWords, Source::kDice, Source::kHex, Source::kCard},
                           base::Mode::kLive);
  ::Person people;
  State reached = State::kPlanned;
  std::string failure;
  std::thread ceremony([&, inner = people.inner()] {
    terminal::TtyTerminal tty(inner);
    try {
      reached = given.hold_at(tty, given.station(), given.plan(), append_line_durably);
    } catch (const base::Error& error) {
      failure = error.what();
    }
    tty.say({"the end", "全部结束"});
  });
  while (people.waits_for_prompt("全部结束", room::asks_openly)) {
    people.types(room::typed_answer_to(people.prompt(), given) + "\n");
  }
  ceremony.join();
  CHECK(failure.empty());
  CHECK(reached == State::kClosed);
  CHECK(people.screen().find("LIVE: ") != std::string::npos);
  CHECK(people.screen().find(room::kTypedPin) == std::string::npos);
  CHECK(people.screen().find(given.answer_to("leader-2.dice")) == std::string::npos);
  for (unsigned word = 1; word <= crypto::kComponentWords; ++word) {
    const auto& typed = given.answer_to(fmt::format("leader-1.word-{:02}", word));
    CHECK(people.screen().find(" " + typed + "\r") == std::string::npos);
  }
  for (std::size_t group = 1; group <= crypto::kHexGroups; ++group) {
    const auto& typed = given.answer_to(fmt::format("leader-3.group-{}", group));
    CHECK(people.screen().find(typed) == std::string::npos);
  }
}

TEST_CASE("a live ceremony refuses a machine with a network") {
  room::EmulatedRoom given({Source::kCard, Source::kCard, Source::kCard, Source::kCard},
                           base::Mode::kLive);
  const auto interface = given.folder() / "machine/sys/class/net/eth0";
  std::filesystem::create_directories(interface);
  CHECK_THROWS_WITH_AS(given.run(), doctest::Contains("network: expected none"), base::Error);
}

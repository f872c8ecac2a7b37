// What is refused at entry: weak, foreign, doubled and misread components.
#include "keyceremony/components.h"

#include <fstream>

#include <doctest/doctest.h>

#include "base/terminal/alphabet.h"
#include "base/terminal/scripted_terminal.h"
#include "tests/keyceremony/emulated_room.h"

using namespace keyceremony;

namespace {

terminal::SecretAnswer rolls(std::string_view digits) {
  terminal::SecretAnswer answer{base::SecretBytes::copy_of(base::bytes_of(digits)), {}};
  answer.shape = terminal::shape_of(answer.text);
  return answer;
}

base::SecretBytes secret(std::string_view hex) {
  return base::SecretBytes::copy_of(base::from_hex(hex));
}

base::SecretBytes secret_text(std::string_view digits) {
  return base::SecretBytes::copy_of(base::bytes_of(digits));
}

}  // namespace

TEST_CASE("dice give the first 16 bytes of the SHA-256 of their digits [R132]") {
  const std::string digits = "362514615234632155462133654211653441526325143625143625";
  // printf %s … | sha256sum
  CHECK(crypto::sha256_of_secret({}, component_of_rolls(rolls(digits))) ==
        crypto::sha256(base::ByteView(crypto::sha256(base::bytes_of(digits))).first(16)));
}

TEST_CASE("too few rolls, and rolls that are no chance, are refused") {
  CHECK_THROWS_WITH_AS(
      component_of_rolls(rolls("3625146152346321554621336542116534415263251436251")),
      doctest::Contains("49 rolls"), base::Error);
  CHECK_THROWS_WITH_AS(component_of_rolls(rolls(std::string(60, '4'))), doctest::Contains("bias"),
                       base::Error);
  std::string counting;
  for (int round = 0; round < 10; ++round) counting += "123456";
  CHECK_THROWS_WITH_AS(component_of_rolls(rolls(counting)), doctest::Contains("bias"), base::Error);
  std::string loaded = "12345123451234512345";
  loaded += "6665666466636662666166656664666366626661";
  CHECK_THROWS_WITH_AS(component_of_rolls(rolls(loaded)), doctest::Contains("bias"), base::Error);
}

TEST_CASE("digits of a leader's own choice that are no chance are refused [R132]") {
  for (const char* const chosen :
       {"13571357135713571357135713571357", "20261122202611222026112220261122",
        "00000001234567890123456789ABCDEF", "1012101310141015101610171018101A",
        "11223344112233441122334411223344"}) {
    CAPTURE(chosen);
    CHECK_THROWS_WITH_AS(component_of_own_digits(secret_text(chosen)), doctest::Contains("bias"),
                         base::Error);
  }
  // od -An -N16 -tx1 /dev/urandom
  CHECK_NOTHROW(component_of_own_digits(secret_text("9B4D61F07A3CE8521DB5604F9E27C3A8")));
}

TEST_CASE("values that repeat or count are refused") {
  CHECK_THROWS_AS(check_not_weak(secret("00000000000000000000000000000000")), base::Error);
  CHECK_THROWS_AS(check_not_weak(secret("A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5")), base::Error);
  CHECK_THROWS_AS(check_not_weak(secret("000102030405060708090A0B0C0D0E0F")), base::Error);
  CHECK_THROWS_AS(check_not_weak(secret("00112233445566778899AABBCCDDEEFF")), base::Error);
  CHECK_NOTHROW(check_not_weak(secret("00112233445566778899AABBCCDDEEFE")));
}

TEST_CASE("a component of another set, mode, leader or suite is refused by name") {
  const crypto::ComponentHeader expected{0x12345, 1, true, 2, 4, 5};
  const auto refusal = [&](crypto::ComponentHeader found) {
    try {
      check_header(found, expected);
    } catch (const base::Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  CHECK(refusal(expected).empty());
  CHECK(refusal({0x12346, 1, true, 2, 4, 5}) == "this component belongs to another set");
  CHECK(refusal({0x12345, 1, false, 2, 4, 5}) ==
        "this is a rehearsal component, the ceremony is live");
  CHECK(refusal({0x12345, 1, true, 3, 4, 5}) == "this is component 3 of 4, expected 2 of 4");
  CHECK(refusal({0x12345, 1, true, 2, 4, 4}) == "this component is of another version or suite");
}

TEST_CASE("the same dice for two leaders are refused") {
  room::EmulatedRoom given({Source::kCard, Source::kDice, Source::kCard, Source::kDice});
  given.answer("leader-4.dice", given.answer_to("leader-2.dice"));
  given.answer("leader-4.again.dice", given.answer_to("leader-2.dice"));
  CHECK_THROWS_WITH_AS(given.run(), doctest::Contains("entered before"), base::Error);
}

TEST_CASE("a leader whose card failed him enters his component again, and nobody else does") {
  const room::EmulatedRoom given({Source::kCard, Source::kDice, Source::kCard, Source::kDice});
  const auto path = given.folder() / "dice";
  std::ofstream file(path);
  for (const char* const id :
       {"leader-2.dice", "leader-2.again.dice", "leader-4.dice", "leader-4.again.dice"})
    file << id << " = " << given.answer_to("leader-2.dice") << "\n";
  file.close();
  terminal::ScriptedTerminal terminal(path, base::Mode::kRehearsal);
  EntryDesk desk(terminal, given.plan());
  for (int round = 0; round < 2; ++round) CHECK_NOTHROW(desk.enter(given.plan().leader(2)));
  CHECK_THROWS_WITH_AS(desk.enter(given.plan().leader(4)), doctest::Contains("entered before"),
                       base::Error);
}

TEST_CASE("words of another set are refused at the second word") {
  room::EmulatedRoom given({Source::kWords, Source::kCard, Source::kCard, Source::kCard});
  given.answer("leader-1.word-02", given.answer_to("leader-1.word-09"));
  CHECK_THROWS_WITH_AS(given.run(), doctest::Contains("words 1 and 2"), base::Error);
}

TEST_CASE("a wrong group of hex is named by its position, and groups are read back [R132]") {
  room::EmulatedRoom given({Source::kCard, Source::kHex, Source::kCard, Source::kCard});
  const std::string right = given.answer_to("leader-2.group-5");
  given.answer("leader-2.group-5", given.answer_to("leader-2.group-6"));
  CHECK_THROWS_WITH_AS(given.run(), "group 5: its check character does not fit", base::Error);
  given.answer("leader-2.group-5", right);
  given.answer("leader-2.again.group-1", "00001");
  CHECK_THROWS_WITH_AS(given.run(), doctest::Contains("read back differ"), base::Error);
  given.answer("leader-2.again.group-1", given.answer_to("leader-2.group-1"));
  CHECK(given.run() == State::kClosed);
}

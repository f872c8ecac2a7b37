// What a trace says, and what it never says.
#include <doctest/doctest.h>

#include "base/core/error.h"
#include "cos-apdu/virtual/apdu_trace.h"
#include "tests/cos-apdu/issued_cards.h"

using namespace test;
using card::chip::ApduTrace;
using card::chip::traced;

namespace {

// Passes on what is said to a chip, and keeps the trace of it.
class TracedLink : public card::Link {
 public:
  explicit TracedLink(card::chip::Chip& chip) : chip_(chip) {}

  Bytes transmit(ByteView apdu) override {
    text += trace_.command(apdu) + "\n";
    sent.insert(sent.end(), apdu.begin(), apdu.end());
    Bytes response = chip_.transmit(apdu);
    text += trace_.answer(response) + "\n";
    return response;
  }

  void reset() override { chip_.reset(); }

  std::string name() const override { return "traced"; }

  std::string text;
  Bytes sent;

 private:
  card::chip::Chip& chip_;
  ApduTrace trace_;
};

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a command is named, its fields are told, and its status word is in words") {
  CHECK(traced("> 80 50 00 02 0B 01 00 00 03 E8 00 00 00 00 10 01\n"
               "< 00 00 00 00 00 07 01 03 1A 2B 3C 4D DE AD BE EF 90 00 : Normal processing.\n") ==
        "> INITIALIZE FOR LOAD 80 50 00 02: keyIndex 01, amount 000003E8, terminal 000000001001\n"
        "< 9000, done: balance 00000000, onlineSN 0007, keyVersion 01, algorithm 03, random "
        "1A2B3C4D, "
        "MAC1 DEADBEEF\n");
  CHECK(traced("> 80 5C 00 02 04\n< 69 85\n") ==
        "> GET BALANCE 80 5C 00 02\n< 6985, condition of use is not satisfied\n");
}

TEST_CASE("secrets, unknown commands and data of another length are shown as their place only") {
  CHECK(traced("> 00 20 00 00 03 13 57 90\n< 63 C2\n") ==
        "> VERIFY PIN 00 20 00 00: PIN (hidden)\n< 63C2, wrong value, one try less (2 left)\n");
  CHECK(traced("> 00 C1 00 00 02 13 57\n< 6D 00\n") ==
        "> unknown command 00 C1 00 00: 2 bytes (hidden)\n< 6D00, unknown instruction\n");
  CHECK(traced("> 80 52 00 00 02 13 57\n< 67 00\n") ==
        "> CREDIT FOR LOAD 80 52 00 00: 2 bytes (hidden)\n< 6700, wrong length\n");
  CHECK(traced("> 00 B0 96 00 02\n< 41 42 90 00\n") ==
        "> READ BINARY 00 B0 96 00\n< 9000, done: holder (hidden)\n");
}

TEST_CASE("what lies in the selected file, or goes into a file under secure messaging, is hidden") {
  CHECK(traced("> 00 A4 00 00 02 00 16 00\n< 6F 00 90 00\n> 00 B0 00 00 02\n< 41 42 90 00\n") ==
        "> SELECT by file id 00 A4 00 00: fileId 0016\n< 9000, done: FCI 6F00\n"
        "> READ BINARY 00 B0 00 00\n< 9000, done: content (hidden)\n");
  CHECK(traced("> 04 B0 7F FF 04 01 02 03 04\n< 41 42 05 06 07 08 90 00\n") ==
        "> READ BINARY protected 04 B0 7F FF: MAC 01020304\n< 9000, done: content (hidden)\n");
  CHECK(traced("> 00 B0 95 00 02\n< 41 42 90 00\n") ==
        "> READ BINARY 00 B0 95 00\n< 9000, done: content 4142\n");
  // Interoperability card: a MAC of four bytes behind a name of sixteen.
  CHECK(traced("> 04 D6 96 02 14 4C 49 20 53 49 20 20 20 20 20 20 20 20 20 20 20 01 02 03 04\n"
               "< 90 00\n") == "> UPDATE BINARY 04 D6 96 02: content (hidden)\n< 9000, done\n");
  CHECK(traced("> 00 E2 00 B8 02 41 42\n< 90 00\n") ==
        "> APPEND RECORD 00 E2 00 B8: record (hidden)\n< 9000, done\n");
}

TEST_CASE("an answer that GET RESPONSE fetches, and a chain, are told as one") {
  CHECK(traced("> E0 46 00 00 04 00 00 00 01\n< 61 08\n> 00 C0 00 00 08\n"
               "< 01 02 03 04\n05 06 07 08 90 00 : ok\n") ==
        "> GET GMAC E0 46 00 00: terminalSN 00000001\n< 6108, answer bytes wait\n"
        "> GET RESPONSE 00 C0 00 00\n< 9000, done: GMAC 01020304, samTAC 05060708\n");
  CHECK(traced(
            "> 90 BA 02 00 02 01 02\n< 90 00\n"
            "> 80 BA 02 00 1F 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F 10 11 12 13 14 15 16 17 18 19 "
            "1A 1B 1C 1D 1E 1F 20 61\n< 69 82\n") ==
        "> PUT LOG KEY 90 BA 02 00: part of a chain, 2 bytes (hidden)\n< 9000, done\n"
        "> PUT LOG KEY 80 BA 02 00: key "
        "0102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F20, origin 61\n"
        "< 6982, security state is not satisfied\n");
}

TEST_CASE("lines of a recording that are no APDU stay, and one that is damaged is named") {
  CHECK(traced("# the desk\n> 00 84 00 00 04\n< 01 02 03 04 90 00\n\nend\n") ==
        "# the desk\n> GET CHALLENGE 00 84 00 00\n< 9000, done: challenge 01020304\n\nend\n");
  CHECK_THROWS_WITH_AS(traced("# x\n> 00 2z\n"), "line 2: expected hexadecimal bytes", base::Error);
}

TEST_CASE("a trace of a shift and of an import never holds the PIN or the wrapped key") {
  const County county(crypto::SuiteId::kAes128);
  const auto psam = issue_psam(county, usual_ceiling());
  const auto user = issue_user_card(county);
  TracedLink link(psam->chip());
  card::Session session(link);
  card::verify_pin(session, secret(kPsamPin));
  card::change_pin(session, secret(kPsamPin), secret("271828"));
  const auto block = derivation::encode(psam->block(Purpose::kLoad, derivation::Level::kCounty,
                                                    county.key(Purpose::kLoad, 2), 2, 2,
                                                    derivation::ImportMode::kUpdate));
  card::import_block(session, block);
  load(user->session(), session, user_number(county), Amount::fen(700));

  const auto wrapped = ByteView(block).subspan(32, 24);
  const auto sent = base::to_hex(link.sent);
  REQUIRE(holds(sent, "314159"));
  REQUIRE(holds(sent, base::to_hex(wrapped)));
  CHECK_FALSE(holds(link.text, "314159"));
  CHECK_FALSE(holds(link.text, "271828"));
  CHECK_FALSE(holds(link.text, base::to_hex(wrapped)));
  CHECK(holds(link.text, "> VERIFY PIN 00 20 00 00: PIN (hidden)\n< 9000, done\n"));
  CHECK(holds(link.text, "wrapped (hidden)"));
  CHECK(holds(link.text, "> INIT SAM FOR LOAD 80 74 00 00: cardRandom "));
  CHECK(holds(link.text, "amount 000002BC"));
}

// Every profile row: what a card does by default, and with each alternative.
#include <doctest/doctest.h>

#include "base/core/error.h"
#include "tests/cos-apdu/trace_card.h"

using namespace test;
using base::Amount;
using derivation::Purpose;

namespace {

constexpr std::string_view kKey = "11223344556677888877665544332211";
constexpr std::string_view kTacKey = "CAA6025290114BFCC3C9043F70F7A07A";

TraceCard card_with(std::string_view row) {
  Trace trace{.keys = {{Purpose::kLoad, kKey},
                       {Purpose::kPurchase, "E058E06798EED4B65F46842D8D04D97A"},
                       {Purpose::kUnload, kKey},
                       {Purpose::kPinUnblock, kKey},
                       {Purpose::kMaintenance, kKey},
                       {Purpose::kTac, kTacKey}},
              .draw = "A1B2C3D4",
              .record = {.balance = Amount::fen(0x2710), .offline_sn = 5, .online_sn = 3}};
  if (!row.empty()) trace.profile.set(row);
  return TraceCard(trace);
}

void start_lock(TraceCard& card) {
  CHECK(card.send("E07A 08 02 07 01 000000001234 0F").size() == 34);
}

constexpr std::string_view kLock = "E07C 08 00 13 00000042 55667788 20240715 083000 0BA17ED4 08";
constexpr std::string_view kSettle =
    "E07E 08 02 1B 000005DC 0006 000000001234 00000043 20240715 111500 61042FD2 04";

std::string locked(std::string_view row) {
  auto card = card_with(row);
  start_lock(card);
  return card.send(kLock);
}

std::string first_number(std::string_view row) {
  auto card = card_with(row);
  start_lock(card);
  card.send(kLock);
  card.send(kSettle);
  return card.send("00B2 01 C4 17").substr(0, 4);
}

}  // namespace

TEST_CASE("record-sn: the number after the transaction, or before it") {
  CHECK(first_number("") == "0006");
  CHECK(first_number("record-sn=after") == "0006");
  CHECK(first_number("record-sn=before") == "0005");
}

TEST_CASE("grey-mac2-sn: two bytes of the number under MAC2, or one") {
  CHECK(locked("") == "F0E3520F226C7B319000");
  CHECK(locked("grey-mac2-sn=1") == "F0E3520F170453DB9000");
}

TEST_CASE("gtac: over balance and number, or as a debit of amount zero") {
  CHECK(locked("gtac=balance-and-sn") == "F0E3520F226C7B319000");
  CHECK(locked("gtac=amount-zero") == "71A166EC226C7B319000");
}

TEST_CASE("never-locked: a proof of zeros, or 6985") {
  CHECK(card_with("").send("E0CA 00 00 1E") == std::string(60, '0') + "9000");
  auto card = card_with("never-locked=6985");
  CHECK(card.send("E0CA 00 00 1E") == "6985");
  start_lock(card);
  card.send(kLock);
  CHECK(card.send("E0CA 00 00 1E").substr(0, 2) == "01");
}

TEST_CASE("tac-unread-lock: a settled card waits for its TAC to be read, or takes a lock at once") {
  for (const auto& [row, answer] : {std::pair{"", "6985"}, {"tac-unread-lock=allowed", "9000"}}) {
    auto card = card_with(row);
    start_lock(card);
    card.send(kLock);
    CHECK(card.send(kSettle) == "500B170D9000");
    const auto word = card.send("E07A 08 02 07 01 000000001234 0F");
    CHECK(word.substr(word.size() - 4) == answer);
  }
}

TEST_CASE("blocked-select: a blocked application answers its FCI with 6A81, or with 6283") {
  for (const auto& [row, answer] : {std::pair{"", "6A81"}, {"blocked-select=6283", "6283"}}) {
    auto card = card_with(row);
    for (int i = 0; i < 3; ++i) {
      card.send("8050 00 02 0B 01 00000001 000000001234 10");
      CHECK(card.send("8052 00 00 0B 20240715 083000 00000000 04") == "9302");
    }
    const auto fci = card.send("00A4 04 00 09 F0574B015055525345");
    CHECK(fci.substr(0, 2) == "6F");
    CHECK(fci.substr(fci.size() - 4) == answer);
  }
}

TEST_CASE("composite-suffix: MAC1 with the security code behind it, or without") {
  // Both MACs by an independent computation: PSAM number 1, terminal 000000001234.
  constexpr std::string_view kWith = "8054 01 00 0F 00000001 20240715 083000 8E274665 08";
  constexpr std::string_view kWithout = "8054 01 00 0F 00000001 20240715 083000 D954C872 08";
  for (const auto& [row, good, bad] :
       {std::tuple{"", kWith, kWithout}, {"composite-suffix=none", kWithout, kWith}}) {
    auto card = card_with(row);
    CHECK(card.send("8050 03 02 0B 01 00000064 000000001234 0F").size() == 34);
    CHECK(card.send(bad) == "9302");
    CHECK(card.send("8050 03 02 0B 01 00000064 000000001234 0F").size() == 34);
    const auto answer = card.send(good);
    CHECK(answer.substr(answer.size() - 4) == "9000");
  }
}

TEST_CASE("pin-unblock-id: in P1 or P2, in one of them, or in none") {
  struct Row {
    const char* row;
    bool p1;
    bool p2;
  };

  for (const auto& [row, p1, p2] :
       {Row{"", true, true}, Row{"pin-unblock-id=p1", true, false},
        Row{"pin-unblock-id=p2", false, true}, Row{"pin-unblock-id=none", false, false}}) {
    CAPTURE(row);
    auto card = card_with(row);
    const auto word = [&](std::string_view params) {
      card.send("0084 00 00 04");
      return card.send("8424" + std::string(params) + "0C" + std::string(24, '0'));
    };
    CHECK(word("0100") == (p1 ? "6988" : "6A86"));
    CHECK(word("0001") == (p2 ? "6988" : "6A86"));
    CHECK(word("0101") == "6A86");
    if (!p1 && !p2) CHECK(word("0000") == "6988");
  }
}

TEST_CASE("balance-pin: the deposit's balance after the PIN only, or always") {
  for (const auto& [row, answer] : {std::pair{"", "6982"}, {"balance-pin=never", "000000009000"}}) {
    Trace with_pin{.keys = {{Purpose::kPinReload, kKey}}, .draw = "A1B2C3D4"};
    if (*row != 0) with_pin.profile.set(row);
    TraceCard locked_card(with_pin);
    CHECK(locked_card.send("805E 00 00 06 1234 D2AFFB82") == "9000");
    CHECK(locked_card.send("805C 00 01 04") == answer);
  }
}

TEST_CASE("mac-tries: three wrong MAC2 block the application, or none ever does") {
  for (const auto& [row, answer] :
       {std::pair{"", "6A81"}, {"mac-tries=unlimited", "000027109000"}}) {
    auto card = card_with(row);
    for (int i = 0; i < 4; ++i) {
      card.send("8050 00 02 0B 01 00000001 000000001234 10");
      card.send("8052 00 00 0B 20240715 083000 00000000 04");
    }
    CHECK(card.send("805C 00 02 04") == answer);
  }
}

TEST_CASE("a profile keeps to its rows") {
  card::CosProfile profile;
  CHECK_THROWS_AS(profile.set("record-sn"), base::Error);
  CHECK_THROWS_AS(profile.set("record-sn=never"), base::Error);
  CHECK_THROWS_AS(profile.set("no-such-row=1"), base::Error);
  CHECK_THROWS_AS(card::decode_cos_profile(base::from_hex("05")), base::Error);
  CHECK_THROWS_AS(card::decode_cos_profile(base::Bytes(card::kCosRowCount + 1)), base::Error);
  CHECK(card::decode_cos_profile({}) == profile);
  profile.set("gtac=amount-zero");
  CHECK(card::decode_cos_profile(encode(profile)) == profile);
  CHECK(profile.choice(2) == "amount-zero");
}

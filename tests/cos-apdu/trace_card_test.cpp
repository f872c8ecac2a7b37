// Whole conversations with known answers: published traces, a real card's, and computations by an
// independent program (Python, OpenSSL ciphers) where nothing is published.
#include "tests/cos-apdu/trace_card.h"

#include <doctest/doctest.h>

using namespace test;
using base::Amount;
using derivation::Purpose;

namespace {

constexpr std::string_view kArticleKey = "11223344556677888877665544332211";
constexpr std::string_view kRealTacKey = "CAA6025290114BFCC3C9043F70F7A07A";

// Balance 0x2000 fen, both numbers as given.
Trace article_card(card::Purse purse, card::CardSn offline_sn, card::CardSn online_sn) {
  return {.keys = {{Purpose::kLoad, kArticleKey},
                   {Purpose::kPurchase, kArticleKey},
                   {Purpose::kUnload, kArticleKey},
                   {Purpose::kTac, kRealTacKey}},
          .draw = "11223344",
          .purse = purse,
          .record = {.balance = Amount::fen(0x2000),
                     .offline_sn = offline_sn,
                     .online_sn = online_sn,
                     .overdraft = 0}};
}

}  // namespace

TEST_CASE("the published load of a deposit (load-ed-1) goes through the card [R13]") {
  auto trace = article_card(card::Purse::kDeposit, 0, 0);
  trace.record.balance = {};
  TraceCard card(trace);
  CHECK(card.send("8050 00 01 0B 01 00001000 001122334455 10") ==
        "000000000000"
        "0100"
        "11223344"
        "2988AE5A"
        "9000");
  CHECK(card.send("8052 00 00 0B 20111221 214822 3A845BF0 04") == "0FBB34239000");
  CHECK(card.send("805C 00 01 04") == "000010009000");
}

TEST_CASE("the published purchase of a wallet (purchase-ep-1) goes through the card [R20]") {
  TraceCard card(article_card(card::Purse::kWallet, 0, 0));
  CHECK(card.send("8050 01 02 0B 01 00001000 001122334455 0F") ==
        "000020000000"
        "000000"
        "0100"
        "112233449000");
  CHECK(card.send("8054 01 00 0F 00000001 20120229 135100 F15CAB75 08") == "FB9985B356988A139000");
  CHECK(card.send("805C 00 02 04") == "000010009000");
}

TEST_CASE("a real card's load gives the MAC1 and TAC of its trace [R13]") {
  TraceCard card(
      {.keys = {{Purpose::kLoad, "374598B5C0B0EAE1E1D06609AC5BB369"}, {Purpose::kTac, kRealTacKey}},
       .draw = "CDEF4F20"});
  CHECK(card.send("8050 00 02 0B 01 00001C37 000001000050 10") ==
        "000000000000"
        "0100"
        "CDEF4F20"
        "06B1BEF5"
        "9000");
  CHECK(card.send("8052 00 00 0B 20140825 103100 0641DCD8 04") == "ED0F87559000");
  CHECK(card.send("00B2 01 C4 17") ==
        "0001"
        "000000"
        "00001C37"
        "02"
        "000001000050"
        "20140825"
        "103100"
        "9000");
}

TEST_CASE("a real card's composite purchase (purchase-capp-realcard) goes through the card [R20]") {
  TraceCard card({.keys = {{Purpose::kPurchase, "A338D92A10C8285411E761445C831C22"},
                           {Purpose::kTac, kRealTacKey}},
                  .draw = "9AC87503",
                  .record = {.balance = Amount::fen(0x1C37)},
                  .serial = 0x88D32B76});
  CHECK(card.send("80CA 00 00 09") == "8588D32B7688D32B769000");
  CHECK(card.send("8050 03 02 0B 01 00001C37 000000000001 0F") ==
        "00001C370000"
        "000000"
        "0100"
        "9AC875039000");
  CHECK(card.send("8054 01 00 0F 00000001 20110919 204812 303D735D 08") == "44A8E04A350AC4809000");
  CHECK(card.send("805C 00 02 04") == "000000009000");
}

TEST_CASE("unload: MAC1, MAC2 and MAC3 of an independent computation") {
  TraceCard card(article_card(card::Purse::kDeposit, 0, 7));
  CHECK(card.send("8050 05 01 0B 01 00000600 001122334455 10") ==
        "000020000007"
        "0100"
        "11223344"
        "16A301E5"
        "9000");
  CHECK(card.send("8054 03 00 0B 20111221 214822 C6C00F63 04") == "C8D5BA2B9000");
  CHECK(card.send("805C 00 01 04") == "00001A009000");
  CHECK(card.send("805A 00 03 02 0007 08") == "C8D5BA2B000000009000");
  CHECK(card.send("00B2 01 C4 17").substr(0, 20) == "00080000000000060003");
}

TEST_CASE("cash: MAC1, MAC2 and TAC of an independent computation") {
  TraceCard card(article_card(card::Purse::kDeposit, 9, 0));
  CHECK(card.send("8050 02 01 0B 01 00000500 001122334455 0F") ==
        "000020000009"
        "000000"
        "0100"
        "112233449000");
  CHECK(card.send("8054 01 00 0F 00000001 20111221 214822 42DF527F 08") == "2AC7AC6C616DC81D9000");
  CHECK(card.send("805A 00 04 02 0009 08") == "616DC81D2AC7AC6C9000");
}

TEST_CASE("grey lock: lock, debit and release of an independent computation") {
  const Trace trace{.keys = {{Purpose::kPurchase, "E058E06798EED4B65F46842D8D04D97A"},
                             {Purpose::kUnload, kArticleKey},
                             {Purpose::kTac, kRealTacKey}},
                    .draw = "A1B2C3D4",
                    .record = {.balance = Amount::fen(0x2710), .offline_sn = 5, .online_sn = 3}};
  const auto lock = [](TraceCard& card) {
    CHECK(card.send("E07A 08 02 07 01 000000001234 0F") ==
          "000027100005"
          "000000"
          "0100"
          "A1B2C3D49000");
    CHECK(card.send("E07C 08 00 13 00000042 55667788 20240715 083000 0BA17ED4 08") ==
          "F0E3520F226C7B319000");
  };
  SUBCASE("settled") {
    TraceCard card(trace);
    lock(card);
    CHECK(card.send(
              "E07E 08 02 1B 000005DC 0006 000000001234 00000043 20240715 111500 61042FD2 04") ==
          "500B170D9000");
    CHECK(card.send("805A 00 94 02 0006 08") == "61042FD2500B170D9000");
    CHECK(card.send("805C 00 02 04") == "000021349000");
  }
  SUBCASE("released by its issuer") {
    TraceCard card(trace);
    lock(card);
    CHECK(card.send("E07A 09 02 07 01 000000001234 12") ==
          "000027100006"
          "0003"
          "0100"
          "A1B2C3D4"
          "650A61949000");
    CHECK(card.send("E07E 09 00 0F 000005DC 20240715 111500 E878266A 04") == "746325929000");
    CHECK(card.send("E0CA 00 00 1E").substr(0, 6) == "009602");
    CHECK(card.send("805A 00 96 02 0003 08") == "74632592000000009000");
    CHECK(card.send("805C 00 02 04") == "000021349000");
  }
}

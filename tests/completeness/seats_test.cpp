// Gates that need more than a life cycle to be reached: the seat in a pair, and power.
#include <doctest/doctest.h>

#include "cos-apdu/keycards/key_card.h"
#include "tests/completeness/trial.h"
#include "tests/hostile/guarded_card.h"

namespace {

using namespace completeness;
using hostile::Deck;
using hostile::GuardedCard;

std::uint16_t said(GuardedCard& card, std::string_view hex, std::size_t zeros = 0) {
  Bytes apdu = bytes_of_hex(hex);
  apdu.resize(apdu.size() + zeros);
  const auto word = card::decode_response(card.said_to(apdu)).status.value();
  words_seen().insert(word);
  return word;
}

constexpr std::string_view kVerifyPin = "00 20 00 00 03 12 34 56";

}  // namespace

TEST_CASE("a control card in the mother's seat is refused with 6985, and the other way round") {
  GuardedCard control(Deck::get().at("stock control card").image);
  REQUIRE(said(control, kVerifyPin) == 0x9000);
  CHECK(said(control, "80 B3 00 00 22", 34) == 0x6985);
  CHECK(said(control, "80 B1 00 00 0A", 10) == 0x6985);
  CHECK(said(control, "80 B3 02 00 61", 97) == 0x6985);
  GuardedCard mother(Deck::get().at("stock mother card").image);
  REQUIRE(said(mother, kVerifyPin) == 0x9000);
  CHECK(said(mother, "80 B3 01 00 7D", 125) == 0x6985);
  CHECK(said(mother, "80 B1 01 00 42", 66) == 0x6985);
  CHECK(said(mother, "80 B3 03 00 10", 16) == 0x6985);
}

TEST_CASE("three wrong PINs block a card, and what the PIN opened is closed again") {
  GuardedCard card(Deck::get().at("PSAM").image);
  CHECK(said(card, "00 20 00 00 03 00 00 00") == 0x63C2);
  CHECK(said(card, "00 20 00 00 03 00 00 00") == 0x63C1);
  CHECK(said(card, "00 20 00 00 03 00 00 00") == 0x63C0);
  CHECK(said(card, kVerifyPin) == 0x6983);
  CHECK(said(card, "80 74 00 00 24", 36) == 0x6982);
}

// Power cut at every write of every sequence of key cards.
#include <doctest/doctest.h>

#include "tests/tear/sequences.h"
#include "tests/tear/tally.h"

using namespace tear;

TEST_CASE("a cut of key cards leaves a step to be done again, or done [R134] [R179]") {
  explore_all(key_card_sequences());
}

TEST_CASE("a ceremony cut at any write of any card comes to the same key [R134] [R179]") {
  explore_all(ceremony_sequences());
}

TEST_CASE(
    "what is put into a key card before it works is there whole or not at all [R134] [R179]") {
  explore_all(setup_sequences());
}

TEST_CASE(
    "pairs of every level cut while they are made, at work and voided come to one end [R179]") {
  explore_all(pair_sequences());
}

TEST_CASE("a blank key card of any kind cut on its way to its issuer is taken up [R184]") {
  explore_all(blank_key_card_sequences());
}

TEST_CASE("every command that changes a key card's memory was cut [R179]") {
  check_rows(completeness::kKeyCards);
}

TEST_CASE("before, inside and after: every write of a key card was cut [R179]") {
  sum_up();
}

// Power cut at every write of every sequence: it happened or it did not, and the terminal knows which.
#include <doctest/doctest.h>

#include "tests/tear/sequences.h"
#include "tests/tear/tally.h"

using namespace tear;

TEST_CASE("a load cut at any write is done or not done, and the card can tell which [R179]") {
  explore_all(money_sequences());
}

TEST_CASE("an unload and a composite purchase are cut into nothing or all of it [R179]") {
  explore_all(host_sequences());
}

TEST_CASE(
    "a settlement cut at any write leaves grey or settled, and grey takes the same debit again "
    "[R179] [R180] [R181]") {
  explore_all(lock_sequences());
}

TEST_CASE("a cut may cost a try of a PIN and never gives one back [R179]") {
  explore_all(pin_sequences());
}

TEST_CASE("the last wrong MAC and what it blocks are one, whatever is cut [R179]") {
  explore_all(blocking_sequences());
}

TEST_CASE("a card cut on its way from blank to use is taken up where it stands [R179] [R184]") {
  explore_all(personalising_sequences());
}

TEST_CASE("an order to a card in use is cut into nothing or all of it [R179]") {
  explore_all(order_sequences());
}

TEST_CASE("a field card cut at a meter serves it once, and its list says which [R144] [R179]") {
  explore_all(field_sequences());
}

TEST_CASE("a deposit is locked, settled and withdrawn from like a wallet, whatever is cut [R179]") {
  explore_all(native_purse_sequences());
}

TEST_CASE("a blank of any kind cut on its way to a county is taken up where it stands [R184]") {
  explore_all(blank_sequences());
}

TEST_CASE("every command that changes a card's memory was cut [R179]") {
  using namespace completeness;
  check_rows(kUser | kPsam | kEsam | kField);
}

TEST_CASE("before, inside and after: every write of every sequence was cut [R179]") {
  sum_up();
}

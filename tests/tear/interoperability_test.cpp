// Power cut at every write of every sequence of a card of the interoperability profile.
#include <doctest/doctest.h>

#include "tests/tear/sequences.h"
#include "tests/tear/tally.h"

using namespace tear;

TEST_CASE(
    "a host's order to a purse is cut into nothing or all of it, and the proof says which [R179]") {
  explore_all(purse_sequences());
}

TEST_CASE(
    "an interoperability card cut while it is made, or its keys and PIN are written, is as before "
    "or "
    "as after [R14] [R179] [R184]") {
  explore_all(interoperability_sequences());
}

TEST_CASE(
    "a file of an interoperability card cut while it is written has its old or its new content, "
    "whatever protects it [R14] [R179]") {
  explore_all(file_sequences());
}

TEST_CASE(
    "an interoperability card cut while it is blocked or unblocked is as before or as after "
    "[R14] [R179]") {
  explore_all(interoperability_blocking_sequences());
}

TEST_CASE("every command that changes an interoperability card's memory was cut [R179]") {
  check_rows(kInteroperability);
}

TEST_CASE("before, inside and after: every write of an interoperability card was cut [R179]") {
  sum_up();
}

// The tables of the key cards and the page that is printed from them.
#include <cstdlib>

#include <doctest/doctest.h>

#include "base/core/durable_file.h"
#include "cos-apdu/layout/export_matrix.h"
#include "cos-apdu/layout/keycard_commands.h"

// WELLKEY_REPRINT=1 writes the page anew.
TEST_CASE("docs/formats/key-cards.md is what the tables print") {
  const auto path = std::string(WELLKEY_SOURCE_DIR) + "/docs/formats/key-cards.md";
  const auto page = card::layout::printed_key_card_page();
  if (std::getenv("WELLKEY_REPRINT") != nullptr) base::write_durably(path, std::string_view(page));
  CHECK(base::read_text_file(path) == page);
}

TEST_CASE("no two rows of the key-card table answer the same command on the same card") {
  using card::layout::kKeycardCommands;
  for (const auto& one : kKeycardCommands) {
    for (const auto& other : kKeycardCommands) {
      if (&one == &other) continue;
      const bool same = class_of(one.id) == class_of(other.id) && one.ins == other.ins &&
                        one.p1 == other.p1 && (one.kinds & other.kinds) != 0;
      CHECK(!same);
    }
  }
}

// The command table of the key cards is free of contradictions.
#include <doctest/doctest.h>

#include "cos-apdu/layout/keycard_commands.h"

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

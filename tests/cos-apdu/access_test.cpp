// Access bytes against the two security registers, each case written down by hand.
#include "cos-apdu/layout/access.h"

#include <doctest/doctest.h>

using card::layout::permits;

namespace {

struct Case {
  card::layout::Byte access;
  card::layout::SecurityState state;
  bool permitted;
};

}  // namespace

TEST_CASE("an access byte compares the directory register, or the master register when X is 0") {
  constexpr Case kCases[] = {
      // F0 is always, in every state.
      {0xF0, {0x0, 0x0}, true},
      {0xF0, {0x0, 0xF}, true},
      {0xF0, {0xF, 0x0}, true},
      // 00: the master register is never below 0.
      {0x00, {0x0, 0x0}, true},
      {0x00, {0x0, 0x7}, true},
      // EF and other bytes with X below Y are never.
      {0xEF, {0xF, 0x0}, false},
      {0xEF, {0xF, 0xE}, false},
      {0xEF, {0xF, 0xF}, false},
      {0x12, {0xF, 0x1}, false},
      {0x12, {0xF, 0x2}, false},
      // AA: exactly state A of the directory.
      {0xAA, {0x0, 0x9}, false},
      {0xAA, {0x0, 0xA}, true},
      {0xAA, {0x0, 0xB}, false},
      {0xAA, {0xA, 0x0}, false},
      // F1: from 1 upwards; 31: 1 to 3.
      {0xF1, {0x0, 0x0}, false},
      {0xF1, {0x0, 0x1}, true},
      {0xF1, {0x0, 0xF}, true},
      {0x31, {0x0, 0x3}, true},
      {0x31, {0x0, 0x4}, false},
      {0x31, {0xF, 0x0}, false},
      // 0A: the master register from A upwards, whatever the directory's is.
      {0x0A, {0x9, 0xF}, false},
      {0x0A, {0xA, 0x0}, true},
      {0x0A, {0xF, 0x0}, true},
      {0x0F, {0xE, 0xF}, false},
      {0x0F, {0xF, 0x0}, true},
  };
  for (const auto& row : kCases) {
    CAPTURE(static_cast<int>(row.access));
    CAPTURE(static_cast<int>(row.state.master));
    CAPTURE(static_cast<int>(row.state.directory));
    CHECK(permits(row.access, row.state) == row.permitted);
  }
}

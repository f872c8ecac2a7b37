// Access bytes and the two security registers: who may use a file or a key of an interoperability
// card.
//
// An access byte XY is two 4-bit numbers. X other than 0: Y <= directory register <= X, so F0 is
// always, AA is state A alone, and X below Y (EF) is never. X = 0: master file register >= Y.
#pragma once

#include "base/core/bytes.h"

namespace card::layout {

using base::Byte;

inline constexpr Byte kAccessAlways = 0xF0;
inline constexpr Byte kAccessNever = 0xEF;

// Both 0 after power-on and reset.
struct SecurityState {
  Byte master = 0;
  Byte directory = 0;

  bool operator==(const SecurityState&) const = default;
};

constexpr bool permits(Byte access, SecurityState state) {
  const unsigned x = access >> 4U;
  const unsigned y = access & 0x0FU;
  if (x == 0) return state.master >= y;
  return y <= state.directory && state.directory <= x;
}

}  // namespace card::layout

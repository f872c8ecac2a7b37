// A sales desk at the explorer's table: the reader library over two emulated cards.
#pragma once

#include "cos-apdu/reader/port.h"
#include "tests/tear/sequences.h"

namespace tear {

inline constexpr std::size_t kUser = 0;
inline constexpr std::size_t kSam = 1;

// The library's port, opened anew as after a start of the desk's computer; the PSAM's PIN is verified.
std::unique_ptr<wellkey_port> open_desk(Table& table);

// Whether the desk's PSAM finds this certificate right. A PSAM whose tries are used up says no.
bool psam_verifies(Table& table, const card::Mac4& tac, const base::Bytes& input);

}  // namespace tear

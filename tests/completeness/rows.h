// The rows of the command tables as the lists by hand name them.
#pragma once

#include <map>
#include <string>

#include "cos-apdu/virtual/command.h"
#include "tests/completeness/cases.h"

namespace completeness {

using base::Bytes;
using base::ByteView;

// "80 50 00 01 INITIALIZE FOR LOAD": the four bytes of the header, 00 for xx.
Bytes header_of(std::string_view row);

// The rows of a kind's tables by their text in the form of Case::row. A second row with the header of
// an earlier one is never reached.
std::map<std::string, card::chip::Command> rows_of(CardKind kind, card::chip::CardForm form);

// "00 03"
Bytes bytes_of_hex(std::string_view spaced);

}  // namespace completeness

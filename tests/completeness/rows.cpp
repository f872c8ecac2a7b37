// The rows of the command tables, as text.
#include "tests/completeness/rows.h"

#include <fmt/format.h>

namespace completeness {
namespace {

std::string text_of(const card::chip::Command& row) {
  const auto param = [](card::Byte value, card::Byte mask) {
    return mask == 0 ? std::string("xx") : fmt::format("{:02X}", value);
  };
  return fmt::format("{:02X} {:02X} {} {} {}", row.cla, row.ins,
                     param(row.params.p1, row.params.p1_mask),
                     param(row.params.p2, row.params.p2_mask), row.name);
}

}  // namespace

std::map<std::string, card::chip::Command> rows_of(CardKind kind, card::chip::CardForm form) {
  std::map<std::string, card::chip::Command> rows;
  for (const auto& table : card::chip::tables_of(kind, form))
    for (const auto& row : table) rows.emplace(text_of(row), row);
  return rows;
}

Bytes bytes_of_hex(std::string_view spaced) {
  std::string digits;
  for (const char letter : spaced)
    if (letter != ' ') digits += letter == 'x' ? '0' : letter;
  return base::from_hex(digits);
}

Bytes header_of(std::string_view row) {
  return bytes_of_hex(row.substr(0, 11));
}

}  // namespace completeness

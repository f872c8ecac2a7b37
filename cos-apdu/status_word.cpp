// Status words in words.
#include "cos-apdu/status_word.h"

#include <fmt/format.h>

namespace card {
namespace {

constexpr bool every_word_has_one_row() {
  for (std::size_t i = 0; i < kStatusRows.size(); ++i) {
    const auto& row = kStatusRows.at(i);
    if ((row.value & row.mask) != row.value) return false;
    for (std::size_t j = i + 1; j < kStatusRows.size(); ++j) {
      const auto& other = kStatusRows.at(j);
      const unsigned common = row.mask & other.mask;
      if ((row.value & common) == (other.value & common)) return false;
    }
  }
  return true;
}

static_assert(every_word_has_one_row());

}  // namespace

const StatusRow* find_row(StatusWord word) {
  for (const auto& row : kStatusRows)
    if ((word.value() & row.mask) == row.value) return &row;
  return nullptr;
}

std::string format(StatusWord word) {
  return fmt::format("{:04X}", word.value());
}

std::string describe(StatusWord word) {
  const StatusRow* row = find_row(word);
  if (row == nullptr) return format(word) + ", a status word that is not in the table";
  const std::string text = fmt::format("{:04X}, {}", word.value(), row->english);
  return word.counts_tries() ? fmt::format("{} ({} left)", text, word.tries_left()) : text;
}

std::string describe_in_chinese(StatusWord word) {
  const StatusRow* row = find_row(word);
  if (row == nullptr) return format(word) + "，未知状态字";
  const std::string text = fmt::format("{:04X}，{}", word.value(), row->chinese);
  return word.counts_tries() ? fmt::format("{}{}", text, word.tries_left()) : text;
}

}  // namespace card

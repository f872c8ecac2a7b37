#include "base/core/whole_number.h"

#include <charconv>

#include "base/core/error.h"

namespace base {

std::uint64_t parse_whole_number(std::string_view text, std::string_view what, std::uint64_t least,
                                 std::uint64_t most) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  const bool is_number = error == std::errc() && rest == end;
  const bool is_padded = text.size() > 1 && text.front() == '0';
  if (is_number && !is_padded && number >= least && number <= most) return number;
  if (most == std::numeric_limits<std::uint64_t>::max()) {
    fail(Fault::kMalformed, "{} is '{}', expected a whole number from {}", what, text, least);
  }
  fail(Fault::kMalformed, "{} is '{}', expected a whole number from {} to {}", what, text, least,
       most);
}

}  // namespace base

// All that is wrong with a file that people write.
#include "base/core/findings.h"

#include <algorithm>

#include <fmt/format.h>

namespace base {

void Findings::add(unsigned line, std::string_view field, const Expected& expected) {
  const auto shown = std::max(line, 1U);
  rows_.push_back({shown, fmt::format("{}:{}: {}: expected {}; 应为{}", file_, shown, field,
                                      expected.english, expected.chinese)});
}

void Findings::refuse(Fault fault) const {
  if (rows_.empty()) return;
  auto rows = rows_;
  std::ranges::stable_sort(rows, {}, &Row::line);
  std::string text;
  if (rows.size() > 1)
    text = fmt::format("{}: {} errors 有{}处错误\n", file_, rows.size(), rows.size());
  for (const auto& row : rows) text += row.text + "\n";
  text.pop_back();
  fail(fault, "{}", text);
}

}  // namespace base

#include "cos-apdu/reader/failure.h"

#include <algorithm>

namespace card::reader {

namespace {

std::string sentence(const ResultRow& row, const std::string& detail) {
  const std::string both = fmt::format("{} / {}", row.chinese, row.english);
  return detail.empty() ? both : fmt::format("{}: {}", both, detail);
}

}  // namespace

const ResultRow& row_of(wellkey_result result) {
  const auto* const found = std::find_if(kResults.begin(), kResults.end(), [&](const auto& row) {
    return row.result == result;
  });
  if (found == kResults.end()) base::fail(Fault::kMalformed, "no such result: {}", int{result});
  return *found;
}

Failure::Failure(wellkey_result result, const std::string& detail)
    : base::Error(row_of(result).fault, sentence(row_of(result), detail)), result_(result) {}

}  // namespace card::reader

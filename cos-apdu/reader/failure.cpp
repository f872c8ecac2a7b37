#include "cos-apdu/reader/failure.h"

namespace card::reader {

namespace {

std::string sentence(const ResultRow& row, const std::string& detail) {
  const std::string both = fmt::format("{} / {}", row.chinese, row.english);
  return detail.empty() ? both : fmt::format("{}: {}", both, detail);
}

}  // namespace

Failure::Failure(wellkey_result result, const std::string& detail)
    : base::Error(row_of(result).fault, sentence(row_of(result), detail)), result_(result) {}

}  // namespace card::reader

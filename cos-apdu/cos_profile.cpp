// Names and bytes of the profile rows.
#include "cos-apdu/cos_profile.h"

#include <algorithm>

#include "base/core/error.h"

namespace card {
namespace {

std::size_t column_of(const CosRow& row, std::string_view choice) {
  const auto found = std::find(row.choices.begin(), row.choices.end(), choice);
  if (choice.empty() || found == row.choices.end())
    base::fail(base::Fault::kMalformed, "profile row {}: {} is none of its choices", row.name,
               choice);
  return static_cast<std::size_t>(found - row.choices.begin());
}

}  // namespace

void CosProfile::set(std::string_view text) {
  const auto separator = text.find('=');
  const auto name = text.substr(0, separator);
  const auto row = std::find_if(kCosRows.begin(), kCosRows.end(),
                                [&](const CosRow& each) { return each.name == name; });
  if (row == kCosRows.end() || separator == std::string_view::npos)
    base::fail(base::Fault::kMalformed, "profile row {}: expected a row's name, = and its choice",
               text);
  columns_.at(static_cast<std::size_t>(row - kCosRows.begin())) =
      static_cast<Byte>(column_of(*row, text.substr(separator + 1)));
}

Bytes encode(const CosProfile& profile) {
  return {profile.columns_.begin(), profile.columns_.end()};
}

CosProfile decode_cos_profile(ByteView bytes) {
  CosProfile profile;
  if (bytes.size() > kCosRowCount)
    base::fail(base::Fault::kMalformed, "profile of {} rows, expected at most {}", bytes.size(),
               kCosRowCount);
  for (std::size_t row = 0; row < bytes.size(); ++row) {
    const std::size_t column = bytes[row];
    if (column >= kMostCosChoices || kCosRows.at(row).choices.at(column).empty())
      base::fail(base::Fault::kMalformed, "profile row {}: choice {}", kCosRows.at(row).name,
                 column);
    profile.columns_.at(row) = bytes[row];
  }
  return profile;
}

}  // namespace card

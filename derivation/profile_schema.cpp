// The schema of the scheme profile in words.
#include "derivation/profile_schema.h"

#include <fmt/format.h>

namespace derivation {
namespace {

std::string suite_names(std::string_view last) {
  std::string names;
  for (std::size_t i = 0; i < crypto::kSuites.size(); ++i) {
    if (i > 0) names += i + 1 == crypto::kSuites.size() ? last : ", ";
    names += crypto::kSuites.at(i).name;
  }
  return names;
}

template <typename Fields>
std::string printed(const Fields& fields, std::string_view prefix) {
  std::string out;
  for (const auto& field : fields) {
    const bool optional = field.form == FieldForm::kText && field.least == 0;
    out +=
        fmt::format("| `{}{}` | {}{} | {} | {} |\n", prefix, field.path, expected_of(field).english,
                    optional ? ", or no field" : "", field.english, field.chinese);
  }
  return out;
}

}  // namespace

base::Expected expected_of(FieldForm form, std::uint64_t least, std::uint64_t most) {
  switch (form) {
    case FieldForm::kText:
      return {
          fmt::format("one line of 1 to {} bytes without quotes, backslashes, invisible "
                      "characters or blanks at its ends",
                      most),
          fmt::format("一行文字，1 到 {} 字节，不含引号、反斜线、不可见字符，首尾无空格", most)};
    case FieldForm::kIdentifier:
      return {fmt::format("{} to {} lower-case letters, digits or hyphens", least, most),
              fmt::format(" {} 到 {} 个小写字母、数字或连字符", least, most)};
    case FieldForm::kDigits:
      return {fmt::format("{} digits in quotes", most), fmt::format("引号内的 {} 位数字", most)};
    case FieldForm::kSuite:
      return {suite_names(" or "), " " + suite_names(" 或 ")};
    case FieldForm::kNumber:
      return {fmt::format("a whole number from {} to {}", least, most),
              fmt::format(" {} 到 {} 的整数", least, most)};
    case FieldForm::kMarked:
      return {fmt::format("{{ value = \"{} hex digits, not all zeros\", sample = true or false }}",
                          most * 2),
              fmt::format(" {{ value = \"{} 位十六进制数，不全为零\", sample = true 或 false }}",
                          most * 2)};
  }
  base::fail(base::Fault::kMalformed, "field form {}: not in the table", static_cast<int>(form));
}

std::string printed_profile_schema() {
  return fmt::format(
      "# The scheme profile, field by field\n\n"
      "Each field must be there, save where the table says otherwise; a field that is not in the "
      "table is\nrefused. Bytes and hash: [../formats/scheme-profile.md]"
      "(../formats/scheme-profile.md).\n\n"
      "| field | expected | meaning | 含义 |\n| --- | --- | --- | --- |\n"
      "| `format` | {} | number of the format | 格式号 |\n{}\n"
      "Each `[[{}]]`, at least one; ids stand once:\n\n"
      "| field | expected | meaning | 含义 |\n| --- | --- | --- | --- |\n{}\n"
      "Each row of `{}`, at least one, as a list of three texts; codes begin with `province.code` "
      "and stand\nonce:\n\n"
      "| cell | expected | meaning | 含义 |\n| --- | --- | --- | --- |\n{}\n"
      "Between fields:\n\n"
      "- No two purposes have one value.\n"
      "- `most` of a PIN is at least its `least`. A holder without a PIN has three zeros; one with "
      "a PIN\n  has at least 4 digits and 1 try.\n"
      "- `ceiling.single_load_fen` is no more than `ceiling.purse_fen`.\n",
      kProfileFormat, printed(kProfileFields, ""), kPriceList, printed(kPriceFields, ""),
      kCountyList, printed(kCountyFields, ""));
}

}  // namespace derivation

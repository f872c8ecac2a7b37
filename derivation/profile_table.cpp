// One table of a scheme profile while it is read.
#include "derivation/profile_table.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/core/error.h"

namespace derivation {
namespace {

bool is_plain_text(std::string_view text) {
  return std::ranges::none_of(text, [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\' || c == 0x7F;
  });
}

}  // namespace

ProfileTable::ProfileTable(const toml::table& table, std::string source, std::string path)
    : table_(table), source_(std::move(source)), path_(std::move(path)) {}

std::string ProfileTable::name_of(std::string_view field) const {
  return path_.empty() ? std::string(field) : fmt::format("{}.{}", path_, field);
}

void ProfileTable::refuse(std::string_view field, std::string_view expected) const {
  const auto* node = table_.get(field);
  const auto line = node != nullptr ? node->source().begin.line : table_.source().begin.line;
  base::fail(base::Fault::kMalformed, "{}:{}: {}: expected {}", source_, std::max(line, 1U),
             name_of(field), expected);
}

const toml::node& ProfileTable::need(std::string_view field, std::string_view expected) {
  asked_.emplace(field);
  const auto* node = table_.get(field);
  if (node == nullptr) refuse(field, fmt::format("{}, but the field is missing", expected));
  return *node;
}

std::string ProfileTable::text(std::string_view field) {
  constexpr std::string_view kExpected = "a text of one line without quotes, not empty";
  const auto value = need(field, kExpected).value_exact<std::string>();
  if (!value || value->empty() || !is_plain_text(*value)) refuse(field, kExpected);
  return *value;
}

std::string ProfileTable::text_or_empty(std::string_view field) {
  asked_.emplace(field);
  return table_.contains(field) ? text(field) : std::string();
}

std::uint64_t ProfileTable::number(std::string_view field, std::uint64_t least,
                                   std::uint64_t most) {
  const auto expected = fmt::format("a whole number from {} to {}", least, most);
  const auto value = need(field, expected).value_exact<std::int64_t>();
  if (!value || *value < 0) refuse(field, expected);
  const auto number = static_cast<std::uint64_t>(*value);
  if (number < least || number > most) refuse(field, expected);
  return number;
}

ProfileTable ProfileTable::table(std::string_view field) {
  const auto* inner = need(field, "a table").as_table();
  if (inner == nullptr) refuse(field, "a table");
  return {*inner, source_, name_of(field)};
}

const toml::array& ProfileTable::array(std::string_view field) {
  const auto* inner = need(field, "a list").as_array();
  if (inner == nullptr || inner->empty()) refuse(field, "a list that is not empty");
  return *inner;
}

base::Bytes ProfileTable::hex(std::string_view field, std::size_t count) {
  const auto expected = fmt::format("{} hex digits, not all zeros", count * 2);
  const auto value = need(field, expected).value_exact<std::string>();
  constexpr std::string_view kHexDigits = "0123456789ABCDEFabcdef";
  if (!value || value->size() != count * 2 ||
      value->find_first_not_of(kHexDigits) != std::string::npos)
    refuse(field, expected);
  auto bytes = base::from_hex(*value);
  if (std::ranges::all_of(bytes, [](base::Byte byte) { return byte == 0; }))
    refuse(field, expected);
  return bytes;
}

ValueState ProfileTable::state() {
  const auto value = need("sample", "true or false").value_exact<bool>();
  if (!value) refuse("sample", "true or false");
  return *value ? ValueState::kSample : ValueState::kDecided;
}

void ProfileTable::finish() const {
  for (const auto& [key, node] : table_)
    if (!asked_.contains(key.str())) refuse(key.str(), "no such field here");
}

}  // namespace derivation

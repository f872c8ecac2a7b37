// One table of a plan file: each value is asked for once, and what is left over is refused.
#pragma once

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include <toml++/toml.h>

#include "base/core/error.h"
#include "base/core/findings.h"
#include "derivation/plain_text.h"

namespace keyceremony {

class PlanSection {
 public:
  // `path` is the table's own name with a dot, "" for the root. What is wrong goes to `findings`.
  PlanSection(const toml::table& table, std::string path, base::Findings& findings)
      : table_(table), path_(std::move(path)), findings_(findings) {}

  const toml::node* node(std::string_view key) {
    known_.emplace(key);
    return table_.get(key);
  }

  bool has(std::string_view key) const { return table_.contains(key); }

  std::optional<std::string> text(std::string_view key) {
    return parsed(key,
                  {"one line of text without quotes, backslashes or bars",
                   "一行文字，不含引号、反斜线、竖线"},
                  [](const std::string& text) { return text; });
  }

  // The value as `parse` takes it; nothing, and a finding, when it throws or there is no such text.
  template <typename Parse>
  auto parsed(std::string_view key, const base::Expected& expected, const Parse& parse)
      -> std::optional<decltype(parse(std::string()))> {
    const auto* found = node(key);
    const auto text = found == nullptr ? std::nullopt : found->value_exact<std::string>();
    try {
      if (text && derivation::is_plain_line(*text)) return parse(*text);
    } catch (const base::Error&) {
    }
    refuse(key, found == nullptr ? base::Expected{expected.english + ", but it is missing",
                                                  expected.chinese + "，但此项缺失"}
                                 : expected);
    return std::nullopt;
  }

  void refuse(std::string_view key, const base::Expected& expected) {
    findings_.add(line_of(key), path_ + std::string(key), expected);
  }

  // Of the value, or of the table when the value is missing.
  unsigned line_of(std::string_view key) const {
    const auto* found = table_.get(key);
    return (found == nullptr ? table_.source() : found->source()).begin.line;
  }

  void finish() {
    for (const auto& [key, value] : table_)
      if (!known_.contains(key.str())) refuse(key.str(), {"no such field here", "此处无此项"});
  }

 private:
  const toml::table& table_;
  std::string path_;
  base::Findings& findings_;
  std::set<std::string, std::less<>> known_;
};

}  // namespace keyceremony

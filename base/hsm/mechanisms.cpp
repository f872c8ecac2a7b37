// The map of mechanisms, from its file.
#include "base/hsm/mechanisms.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "base/core/durable_file.h"
#include "base/core/error.h"
#include "base/core/findings.h"
#include "base/core/format_version.h"

namespace hsm {
namespace {

using base::Fault;

constexpr std::string_view kTable = "mechanisms";
constexpr std::int64_t kMost = 0xFFFFFFFF;

constexpr bool stands_at_its_place() {
  for (std::size_t at = 0; at < kMechanisms.size(); ++at)
    if (static_cast<std::size_t>(kMechanisms.at(at).mechanism) != at) return false;
  return true;
}

static_assert(stands_at_its_place());

unsigned line_of(const toml::node& node) {
  return node.source().begin.line;
}

std::string path_of(std::string_view field) {
  return fmt::format("{}.{}", kTable, field);
}

toml::table parsed(std::string_view text, const std::string& source) {
  try {
    return toml::parse(text, std::string_view(source));
  } catch (const toml::parse_error& error) {
    base::fail(Fault::kMalformed, "{}:{}: {}", source, error.source().begin.line,
               error.description());
  }
}

const MechanismRow* row_of(std::string_view field) {
  const auto* const found = std::ranges::find(kMechanisms, field, &MechanismRow::field);
  return found == kMechanisms.end() ? nullptr : found;
}

// Nothing, and a finding, for what is no number of a mechanism.
std::optional<std::uint32_t> number_in(const toml::node& node, std::string_view field,
                                       base::Findings& findings) {
  const auto value = node.value_exact<std::int64_t>();
  if (value && *value >= 0 && *value <= kMost) return static_cast<std::uint32_t>(*value);
  findings.add(line_of(node), path_of(field),
               {"a number from 0 to 0xFFFFFFFF", "0 到 0xFFFFFFFF 的数"});
  return std::nullopt;
}

}  // namespace

MechanismMap::MechanismMap() {
  std::ranges::transform(kMechanisms, numbers_.begin(), &MechanismRow::number);
}

MechanismMap MechanismMap::parse(std::string_view text, const std::string& source) {
  const toml::table root = parsed(text, source);
  base::require_format(source, root["format"].value_exact<std::int64_t>(), kFormat);
  base::Findings findings(source);
  MechanismMap map;
  for (const auto& [key, node] : root) {
    if (key.str() == "format" || (key.str() == kTable && node.is_table())) continue;
    findings.add(line_of(node), key.str(),
                 {"format and the table mechanisms alone", "只有 format 和表 mechanisms"});
  }
  const toml::table none;
  const toml::table* const found = root[kTable].as_table();
  for (const auto& [key, node] : found == nullptr ? none : *found) {
    const MechanismRow* const row = row_of(key.str());
    if (row == nullptr) {
      findings.add(line_of(node), path_of(key.str()),
                   {"a mechanism of the table", "表中的机制名称"});
    } else if (const auto number = number_in(node, key.str(), findings)) {
      map.numbers_.at(static_cast<std::size_t>(row->mechanism)) = *number;
    }
  }
  for (const MechanismRow& row : kMechanisms) {
    const auto own = map.number(row.mechanism);
    const auto first = std::ranges::find(map.numbers_, own) - map.numbers_.begin();
    const auto& other = kMechanisms.at(static_cast<std::size_t>(first));
    if (other.mechanism == row.mechanism) continue;
    const auto* const node = found == nullptr ? nullptr : found->get(row.field);
    findings.add(node == nullptr ? 1 : line_of(*node), path_of(row.field),
                 {fmt::format("another number than that of {}", other.field),
                  fmt::format("与 {} 不同的数", other.field)});
  }
  findings.refuse(Fault::kMalformed);
  return map;
}

MechanismMap MechanismMap::of_file(const std::filesystem::path& path) {
  if (!std::filesystem::exists(path)) return {};
  return parse(base::read_text_file(path), path.filename().string());
}

crypto::Hash32 MechanismMap::hash() const {
  std::string text = fmt::format("wellkey mechanisms {}\n", kFormat);
  for (const MechanismRow& row : kMechanisms)
    text += fmt::format("{}=0x{:08X}\n", row.field, number(row.mechanism));
  return crypto::sha256(base::bytes_of(text));
}

}  // namespace hsm

// The scheme profile from TOML: every value is checked where it stands, and all errors are named.
#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "base/core/durable_file.h"
#include "base/core/format_version.h"
#include "derivation/plain_text.h"
#include "derivation/profile_schema.h"
#include "derivation/toml_text.h"

namespace derivation {
namespace {

unsigned line_of(const toml::node& node) {
  return node.source().begin.line;
}

bool all_of(std::string_view text, std::string_view allowed) {
  return text.find_first_not_of(allowed) == std::string_view::npos;
}

constexpr std::string_view kDecimal = "0123456789";

// Takes a value into its slot; false when it is not what the form and range ask for.
class Taker {
 public:
  Taker(const toml::node& node, FieldForm form, std::uint64_t least, std::uint64_t most)
      : node_(node), form_(form), least_(least), most_(most) {}

  bool operator()(std::string* slot) const {
    const auto text = node_.value_exact<std::string>();
    if (!text || !has_form(*text)) return false;
    *slot = *text;
    return true;
  }

  bool operator()(crypto::SuiteId* slot) const {
    const auto name = node_.value_exact<std::string>();
    if (!name || std::ranges::count(crypto::kSuites, *name, &crypto::Suite::name) != 1)
      return false;
    *slot = crypto::parse_suite(*name);
    return true;
  }

  bool operator()(base::Amount* slot) const {
    std::int64_t fen = 0;
    if (!take_number(fen)) return false;
    *slot = base::Amount::fen(fen);
    return true;
  }

  template <std::size_t N>
  bool operator()(Marked<base::FixedBytes<N>>* slot) const {
    const auto* table = node_.as_table();
    if (table == nullptr || table->size() != 2) return false;
    const auto hex = (*table)["value"].value_exact<std::string>();
    const auto sample = (*table)["sample"].value_exact<bool>();
    if (!hex || !sample || hex->size() != 2 * N || !all_of(*hex, "0123456789ABCDEFabcdef"))
      return false;
    slot->value = base::fixed<N>(base::from_hex(*hex), "value");
    slot->state = *sample ? ValueState::kSample : ValueState::kDecided;
    return slot->value != base::FixedBytes<N>{};
  }

  template <typename Integer>
  bool operator()(Integer* slot) const {
    return take_number(*slot);
  }

 private:
  bool has_form(std::string_view text) const {
    switch (form_) {
      case FieldForm::kIdentifier:
        return text.size() >= least_ && text.size() <= most_ &&
               all_of(text, "abcdefghijklmnopqrstuvwxyz0123456789-");
      case FieldForm::kDigits:
        return text.size() == most_ && all_of(text, kDecimal);
      default:
        return text.size() <= most_ && is_plain_line(text);
    }
  }

  template <typename Integer>
  bool take_number(Integer& slot) const {
    const auto number = node_.value_exact<std::int64_t>();
    if (!number || *number < 0 || static_cast<std::uint64_t>(*number) < least_ ||
        static_cast<std::uint64_t>(*number) > most_ ||
        static_cast<std::uint64_t>(*number) >
            static_cast<std::uint64_t>(std::numeric_limits<Integer>::max()))
      return false;
    slot = static_cast<Integer>(*number);
    return true;
  }

  const toml::node& node_;
  FieldForm form_;
  std::uint64_t least_;
  std::uint64_t most_;
};

const base::Expected kNoField{"no such field here", "此处无此项"};
const base::Expected kTable{"a table", "一个表"};
const base::Expected kList{"a list that is not empty", "非空列表"};

class ProfileReader {
 public:
  ProfileReader(const toml::table& root, std::string_view source)
      : root_(root), findings_(std::string(source)) {
    profile_.source.file = source;
  }

  Profile read() {
    require_own_format();
    for (const auto& field : kProfileFields) read_field(field);
    read_prices();
    read_counties();
    refuse_unknown(root_, "");
    check_purposes();
    check_pins();
    check_ceilings();
    findings_.refuse(base::Fault::kMalformed);
    return std::move(profile_);
  }

 private:
  void require_own_format() {
    const auto* node = root_.get("format");
    const auto number = node == nullptr ? std::nullopt : node->value_exact<std::int64_t>();
    if (!number)
      findings_.add(node == nullptr ? 1 : line_of(*node), "format",
                    {fmt::to_string(kProfileFormat), fmt::format(" {}", kProfileFormat)});
    else
      base::require_format("profile", number, kProfileFormat);
  }

  // The node at a dotted path; without one, a finding that says what is missing, at the nearest line.
  const toml::node* find(std::string_view path, const base::Expected& expected) {
    const toml::table* table = &root_;
    for (std::size_t start = 0;;) {
      const auto dot = std::min(path.find('.', start), path.size());
      const auto* node = table->get(path.substr(start, dot - start));
      if (node == nullptr) {
        findings_.add(
            line_of(*table), path,
            {expected.english + ", but it is missing", expected.chinese + "，但此项缺失"});
        return nullptr;
      }
      if (dot == path.size()) return node;
      if (node->as_table() == nullptr) {
        if (no_tables_.emplace(path.substr(0, dot)).second)
          findings_.add(line_of(*node), path.substr(0, dot), kTable);
        return nullptr;
      }
      table = node->as_table();
      start = dot + 1;
    }
  }

  void read_field(const ProfileField& field) {
    const bool optional = field.form == FieldForm::kText && field.least == 0;
    if (optional && !root_.contains(field.path)) return;
    const auto expected = expected_of(field);
    const auto* node = find(field.path, expected);
    if (node != nullptr && take(*node, field, profile_, field.path))
      profile_.source.lines.emplace(field.path, line_of(*node));
  }

  template <typename Owner>
  bool take(const toml::node& node, const Field<Owner>& field, Owner& owner,
            std::string_view name) {
    if (std::visit(Taker(node, field.form, field.least, field.most), field.slot(owner)))
      return true;
    findings_.add(line_of(node), name, expected_of(field));
    return false;
  }

  const toml::array* list(std::string_view path) {
    const auto* node = find(path, kList);
    if (node == nullptr) return nullptr;
    const auto* array = node->as_array();
    if (array != nullptr && !array->empty()) return array;
    findings_.add(line_of(*node), path, kList);
    return nullptr;
  }

  void read_prices() {
    const auto* nodes = list(kPriceList);
    std::map<std::string, unsigned> seen;
    for (std::size_t i = 0; nodes != nullptr && i < nodes->size(); ++i)
      read_price((*nodes)[i], fmt::format("{}[{}]", kPriceList, i + 1), seen);
    std::ranges::sort(profile_.prices, {}, &PriceDefault::id);
  }

  void read_price(const toml::node& node, const std::string& name,
                  std::map<std::string, unsigned>& seen) {
    const auto* table = node.as_table();
    if (table == nullptr) return findings_.add(line_of(node), name, kTable);
    PriceDefault price;
    for (const auto& field : kPriceFields) {
      const auto path = fmt::format("{}.{}", name, field.path);
      const auto* cell = table->get(field.path);
      if (cell != nullptr)
        take(*cell, field, price, path);
      else
        findings_.add(line_of(node), path, expected_of(field));
    }
    for (const auto& [key, value] : *table)
      if (std::ranges::count(kPriceFields, key.str(), &Field<PriceDefault>::path) == 0)
        findings_.add(line_of(value), fmt::format("{}.{}", name, key.str()), kNoField);
    if (!price.id.empty()) add_once(seen, price.id, line_of(node), name + ".id");
    profile_.prices.push_back(price);
  }

  void read_counties() {
    const auto* nodes = list(kCountyList);
    std::map<std::string, unsigned> seen;
    for (std::size_t i = 0; nodes != nullptr && i < nodes->size(); ++i)
      read_county((*nodes)[i], fmt::format("{}[{}]", kCountyList, i + 1), seen);
    std::ranges::sort(profile_.counties, {}, &County::code);
  }

  void read_county(const toml::node& node, const std::string& name,
                   std::map<std::string, unsigned>& seen) {
    const auto* row = node.as_array();
    if (row == nullptr || row->size() != kCountyFields.size())
      return findings_.add(line_of(node), name,
                           {"[\"code\", \"name\", \"city\"]", " [\"代码\", \"县名\", \"市名\"]"});
    CountyCells cells;
    bool whole = true;
    for (std::size_t i = 0; i < kCountyFields.size(); ++i) {
      const auto& field = kCountyFields.at(i);
      whole = take((*row)[i], field, cells, fmt::format("{}.{}", name, field.path)) && whole;
    }
    if (!whole) return;
    if (!cells.code.starts_with(profile_.province_code) || cells.code.front() == '0')
      return findings_.add(line_of(node), name + ".code",
                           {fmt::format("a code of province {}", profile_.province_code),
                            fmt::format("省级代码 {} 之下的县代码", profile_.province_code)});
    if (add_once(seen, cells.code, line_of(node), name + ".code"))
      profile_.counties.push_back({base::CountyCode::parse(cells.code), cells.name, cells.city});
  }

  bool add_once(std::map<std::string, unsigned>& seen, const std::string& value, unsigned line,
                std::string_view name) {
    const auto [place, is_new] = seen.emplace(value, line);
    if (!is_new)
      findings_.add(line, name,
                    {fmt::format("a value of its own; it stands in line {} too", place->second),
                     fmt::format("不重复的值，第 {} 行已有此值", place->second)});
    return is_new;
  }

  void refuse_unknown(const toml::table& table, const std::string& prefix) {
    for (const auto& [key, node] : table) {
      const auto path = prefix + std::string(key.str());
      if (path == "format" || path == kPriceList || path == kCountyList ||
          std::ranges::count(kProfileFields, path, &ProfileField::path) > 0)
        continue;
      const auto inside = path + ".";
      const bool is_branch = kCountyList.starts_with(inside) ||
                             std::ranges::any_of(kProfileFields, [&](const auto& field) {
                               return field.path.starts_with(inside);
                             });
      if (!is_branch)
        findings_.add(line_of(node), path, kNoField);
      else if (node.as_table() != nullptr)
        refuse_unknown(*node.as_table(), inside);
    }
  }

  // nullopt for a field that was not there or not what its form asks for.
  std::optional<unsigned> line_of_field(std::string_view path) const {
    const auto found = profile_.source.lines.find(path);
    if (found == profile_.source.lines.end()) return std::nullopt;
    return found->second;
  }

  void check_purposes() {
    std::map<std::string, unsigned> seen;
    for (const auto& row : kPurposes) {
      const auto path = fmt::format("purpose.{}", row.id);
      const auto& value = profile_.purposes.at(std::size_t{byte_of(row.purpose)} - 1).value;
      if (const auto line = line_of_field(path)) add_once(seen, base::to_hex(value), *line, path);
    }
  }

  void check_pins() {
    for (const auto& field : kProfileFields) {
      if (!field.path.starts_with("pin.") || !field.path.ends_with(".least")) continue;
      const auto holder =
          field.path.substr(0, field.path.size() - std::string_view(".least").size());
      const auto value_of = [&](std::string_view part) -> std::optional<unsigned> {
        const auto path = fmt::format("{}.{}", holder, part);
        if (!line_of_field(path)) return std::nullopt;
        const auto row = std::ranges::find(kProfileFields, path, &ProfileField::path);
        return *std::get<std::uint8_t*>(row->slot(profile_));
      };
      check_pin(holder, value_of("least"), value_of("most"), value_of("tries"));
    }
  }

  void check_pin(std::string_view holder, std::optional<unsigned> least,
                 std::optional<unsigned> most, std::optional<unsigned> tries) {
    const auto path = fmt::format("{}.most", holder);
    const auto line = line_of_field(path);
    if (!least || !most || !tries || !line) return;
    if (*most < *least)
      findings_.add(*line, path,
                    {fmt::format("at least {}, the value of \"least\"", *least),
                     fmt::format("不小于 least 的值 {}", *least)});
    const bool has_none = *least == 0 && *most == 0 && *tries == 0;
    if (!has_none && (*least < kLeastPinDigits || *tries == 0))
      findings_.add(*line, holder,
                    {"at least 4 digits and 1 try, or three zeros for no PIN",
                     "至少 4 位、1 次，或全零表示无PIN"});
  }

  void check_ceilings() {
    constexpr std::string_view kLoad = "ceiling.single_load_fen";
    const auto load = line_of_field(kLoad);
    if (load && line_of_field("ceiling.purse_fen") &&
        profile_.ceilings.single_load > profile_.ceilings.purse)
      findings_.add(
          *load, kLoad,
          {fmt::format("no more than ceiling.purse_fen, {}", profile_.ceilings.purse.fen()),
           fmt::format("不大于 ceiling.purse_fen 的值 {}", profile_.ceilings.purse.fen())});
  }

  const toml::table& root_;
  base::Findings findings_;
  std::set<std::string, std::less<>> no_tables_;
  Profile profile_;
};

}  // namespace

Profile parse_profile(std::string_view toml, std::string_view source) {
  return ProfileReader(parse_toml(toml, source), source).read();
}

Profile load_profile(const std::filesystem::path& path) {
  return parse_profile(base::read_handed_in(path, kMostProfileBytes), path.string());
}

}  // namespace derivation

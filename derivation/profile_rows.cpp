// A scheme profile as rows of text, and what is made of them: canonical text, hash, TOML, differences.
#include "derivation/profile_rows.h"

#include <map>

#include <fmt/format.h>

#include "derivation/profile_schema.h"

namespace derivation {
namespace {

constexpr std::string_view kCanonicalTitle = "wellkey scheme profile";

struct Shown {
  std::string value;
  std::optional<ValueState> state;
};

struct ShowSlot {
  Shown operator()(const std::string* text) const { return {*text, {}}; }

  Shown operator()(const base::Amount* amount) const { return {fmt::to_string(amount->fen()), {}}; }

  Shown operator()(const crypto::SuiteId* id) const {
    return {std::string(crypto::suite(*id).name), {}};
  }

  template <typename Value>
  Shown operator()(const Marked<Value>* marked) const {
    return {base::to_hex(marked->value), marked->state};
  }

  template <typename Integer>
  Shown operator()(const Integer* number) const {
    return {fmt::to_string(*number), {}};
  }
};

template <typename Owner, typename Fields>
void add_rows(std::vector<ProfileRow>& rows, const Fields& fields, Owner owner,
              const std::string& prefix) {
  for (const auto& field : fields) {
    const auto shown = std::visit(ShowSlot{}, field.slot(owner));
    if (shown.value.empty()) continue;
    rows.push_back(
        {prefix + std::string(field.path), shown.value, shown.state, field.english, field.chinese});
  }
}

std::string toml_value(const ProfileField& field, const Shown& shown) {
  if (shown.state)
    return fmt::format("{{ value = \"{}\", sample = {} }}", shown.value,
                       *shown.state == ValueState::kSample);
  return field.form == FieldForm::kNumber ? shown.value : fmt::format("\"{}\"", shown.value);
}

// Fields of one table stand together in the schema. A field's slot may be written, hence the copy.
std::string toml_fields(Profile profile) {  // NOLINT(performance-unnecessary-value-param)
  std::string text = fmt::format("format = {}\n", kProfileFormat);
  std::string_view table;
  for (const auto& field : kProfileFields) {
    const auto shown = std::visit(ShowSlot{}, field.slot(profile));
    if (shown.value.empty()) continue;
    const auto dot = field.path.rfind('.');
    const auto own = dot == std::string_view::npos ? "" : field.path.substr(0, dot);
    if (own != table) text += fmt::format("\n[{}]\n", own);
    table = own;
    text += fmt::format("{} = {}\n", field.path.substr(dot + 1), toml_value(field, shown));
  }
  return text;
}

}  // namespace

std::vector<ProfileRow> rows_of(const Profile& profile) {
  std::vector<ProfileRow> rows;
  add_rows(rows, kProfileFields, profile, "");
  for (const auto& price : profile.prices)
    add_rows(rows, kPriceFields, price, fmt::format("price.{}.", price.id));
  for (const auto& county : profile.counties)
    add_rows(rows, kCountyFields, CountyCells{county.code.digits(), county.name, county.city},
             fmt::format("county.list.{}.", county.code.digits()));
  return rows;
}

std::string value_and_mark(const ProfileRow& row) {
  return row.state == ValueState::kSample ? row.value + " sample" : row.value;
}

std::string canonical_text(const Profile& profile) {
  std::map<std::string, std::string> lines{{"format", fmt::to_string(kProfileFormat)}};
  for (const auto& row : rows_of(profile)) {
    if (row.state) {
      lines[row.field + ".value"] = row.value;
      lines[row.field + ".sample"] = row.state == ValueState::kSample ? "true" : "false";
    } else {
      lines[row.field] = row.value;
    }
  }
  auto text = fmt::format("{}\n", kCanonicalTitle);
  for (const auto& [field, value] : lines) text += fmt::format("{} = {}\n", field, value);
  return text;
}

crypto::Hash32 hash_of(const Profile& profile) {
  return crypto::sha256(base::bytes_of(canonical_text(profile)));
}

bool operator==(const Profile& one, const Profile& other) {
  return canonical_text(one) == canonical_text(other);
}

std::string format_toml(const Profile& profile) {
  auto text = toml_fields(profile);
  text += "list = [\n";
  for (const auto& county : profile.counties)
    text += fmt::format("  [\"{}\", \"{}\", \"{}\"],\n", county.code.digits(), county.name,
                        county.city);
  text += "]\n";
  for (const auto& price : profile.prices)
    text += fmt::format("\n[[price]]\nid = \"{}\"\nname = \"{}\"\nprice = {}\n", price.id,
                        price.name, price.price);
  return text;
}

std::vector<ProfileDifference> differences(const Profile& one, const Profile& other) {
  std::map<std::string, ProfileDifference> by_field;
  for (const auto& row : rows_of(one))
    by_field[row.field] = {row.field, value_and_mark(row), "", row.english, row.chinese};
  for (const auto& row : rows_of(other)) {
    auto& both = by_field[row.field];
    both = {row.field, both.one, value_and_mark(row), row.english, row.chinese};
  }
  std::vector<ProfileDifference> found;
  for (const auto& [field, difference] : by_field)
    if (difference.one != difference.other) found.push_back(difference);
  return found;
}

}  // namespace derivation

// The scheme profile from TOML and back.
#include <algorithm>
#include <iterator>
#include <limits>
#include <map>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "base/core/durable_file.h"
#include "base/core/error.h"
#include "base/core/format_version.h"
#include "derivation/profile.h"
#include "derivation/profile_table.h"

namespace derivation {
namespace {

using base::Fault;

constexpr std::uint64_t kMostFormat = 999;
constexpr std::uint64_t kMostDays = 36500;
constexpr std::uint64_t kMostFen = static_cast<std::uint64_t>(base::Amount::kMostOnCard);
constexpr std::uint64_t kMostPinDigits = 12;
constexpr std::uint64_t kMostTries = 15;
constexpr std::uint64_t kMostPrice = 1'000'000;  // 100 yuan per kWh

struct PinRow {
  std::string_view id;
  PinRule PinRules::*rule;
  bool optional;
};

constexpr std::array kPinRows = {
    PinRow{"leader", &PinRules::leader, false}, PinRow{"role", &PinRules::role, false},
    PinRow{"pair", &PinRules::pair, false},     PinRow{"psam", &PinRules::psam, false},
    PinRow{"tool", &PinRules::tool, true},      PinRow{"user", &PinRules::user, true},
};

struct DaysRow {
  std::string_view id;
  std::uint32_t Validity::*days;
};

constexpr std::array kDaysRows = {
    DaysRow{"pair_days", &Validity::pair_days},
    DaysRow{"psam_days", &Validity::psam_days},
    DaysRow{"tool_days", &Validity::tool_days},
    DaysRow{"user_days", &Validity::user_days},
};

template <typename Integer>
Integer number(ProfileTable& table, std::string_view field, std::uint64_t least,
               std::uint64_t most = std::numeric_limits<Integer>::max()) {
  return static_cast<Integer>(table.number(field, least, most));
}

base::Amount amount(ProfileTable& table, std::string_view field) {
  return base::Amount::fen(number<std::int64_t>(table, field, 1, kMostFen));
}

PinRules read_pins(ProfileTable table) {
  PinRules pins;
  for (const auto& row : kPinRows) {
    auto inner = table.table(row.id);
    const std::uint64_t least = row.optional ? 0 : 4;
    PinRule rule{number<std::uint8_t>(inner, "least", least, kMostPinDigits),
                 number<std::uint8_t>(inner, "most", least, kMostPinDigits),
                 number<std::uint8_t>(inner, "tries", row.optional ? 0 : 1, kMostTries)};
    if (rule.most < rule.least) inner.refuse("most", "at least the value of \"least\"");
    if (rule.most > 0 && (rule.least < 4 || rule.tries == 0))
      inner.refuse("least", "at least 4 digits and 1 try, or zeros for no PIN");
    inner.finish();
    pins.*row.rule = rule;
  }
  table.finish();
  return pins;
}

Ceilings read_ceilings(ProfileTable table) {
  Ceilings ceilings{amount(table, "psam_money_fen"), number<std::uint32_t>(table, "psam_count", 1),
                    amount(table, "single_load_fen"), amount(table, "purse_fen"),
                    number<std::uint16_t>(table, "order_uses", 1)};
  if (ceilings.single_load > ceilings.purse)
    table.refuse("single_load_fen", "no more than purse_fen");
  table.finish();
  return ceilings;
}

Validity read_validity(ProfileTable table) {
  Validity validity;
  for (const auto& row : kDaysRows)
    validity.*row.days = number<std::uint32_t>(table, row.id, 1, kMostDays);
  table.finish();
  return validity;
}

std::array<Marked<FactorValue>, kPurposes.size()> read_purposes(ProfileTable table) {
  std::array<Marked<FactorValue>, kPurposes.size()> purposes{};
  std::map<FactorValue, std::string_view> seen;
  for (const auto& row : kPurposes) {
    auto& slot = purposes.at(std::size_t{byte_of(row.purpose)} - 1);
    slot = table.marked<6>(row.id);
    const auto [place, is_new] = seen.emplace(slot.value, row.id);
    if (!is_new)
      table.refuse(row.id,
                   fmt::format("a value of its own; it is the value of {} too", place->second));
  }
  table.finish();
  return purposes;
}

std::vector<PriceDefault> read_prices(ProfileTable& root) {
  std::vector<PriceDefault> prices;
  for (const auto& node : root.array("price")) {
    if (node.as_table() == nullptr) root.refuse("price", "a list of tables");
    ProfileTable table(*node.as_table(), root.source(), "price");
    prices.push_back({table.text("id"), table.text("name"),
                      number<std::uint32_t>(table, "price", 1, kMostPrice)});
    if (std::ranges::count(prices, prices.back().id, &PriceDefault::id) > 1)
      table.refuse("id", "an id that no other price has");
    table.finish();
  }
  return prices;
}

std::vector<County> read_counties(ProfileTable table, std::string_view province_code) {
  std::vector<County> counties;
  for (const auto& node : table.array("list")) {
    const auto refuse = [&] {
      base::fail(
          Fault::kMalformed,
          "{}:{}: county.list: expected [\"code\", \"name\", \"city\"], codes of province {} "
          "ascending",
          table.source(), node.source().begin.line, province_code);
    };
    const auto* row = node.as_array();
    if (row == nullptr || row->size() != 3) refuse();
    std::array<std::string, 3> cells;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      cells.at(i) = (*row)[i].value_exact<std::string>().value_or("");
      if (cells.at(i).empty()) refuse();
    }
    if (cells[0].size() != 6 || cells[0].find_first_not_of("0123456789") != std::string::npos ||
        !cells[0].starts_with(province_code))
      refuse();
    const auto code = base::CountyCode::parse(cells[0]);
    if (!counties.empty() && counties.back().code >= code) refuse();
    counties.push_back({code, cells[1], cells[2]});
  }
  return counties;
}

toml::table parsed(std::string_view text, std::string_view source) {
  try {
    return toml::parse(text, std::string(source));
  } catch (const toml::parse_error& error) {
    base::fail(Fault::kMalformed, "{}:{}: {}", source, error.source().begin.line,
               error.description());
  }
}

void read_scheme(Profile& profile, ProfileTable& root) {
  base::require_format("profile", static_cast<std::int64_t>(root.number("format", 0, kMostFormat)),
                       kProfileFormat);
  profile.name = root.text("name");
  const auto suite = root.text("suite");
  if (std::ranges::count(crypto::kSuites, suite, &crypto::Suite::name) != 1)
    root.refuse("suite", "tdes2, sm4 or aes128");
  profile.suite = crypto::parse_suite(suite);
  profile.tdes2_exception = root.text_or_empty("tdes2_exception");
  profile.first_version = number<std::uint8_t>(root, "first_version", 1);
}

void read_places(Profile& profile, ProfileTable& root) {
  auto province = root.table("province");
  profile.province_code = province.text("code");
  if (profile.province_code.size() != 2 ||
      profile.province_code.find_first_not_of("0123456789") != std::string::npos)
    province.refuse("code", "two digits of GB/T 2260, such as \"13\"");
  profile.province_name = province.text("name");
  profile.province = province.marked<6>("factor");
  province.finish();
  auto county = root.table("county");
  profile.county_tail = county.marked<3>("tail");
  profile.county_source = county.text("source");
  profile.counties = read_counties(county, profile.province_code);
  county.array("list");
  county.finish();
}

template <typename Value>
std::string toml_of(const Marked<Value>& marked) {
  return fmt::format("{{ value = \"{}\", sample = {} }}", base::to_hex(marked.value),
                     marked.state == ValueState::kSample);
}

}  // namespace

Profile parse_profile(std::string_view toml, std::string_view source) {
  const auto tree = parsed(toml, source);
  ProfileTable root(tree, std::string(source), "");
  Profile profile;
  read_scheme(profile, root);
  profile.purposes = read_purposes(root.table("purpose"));
  read_places(profile, root);
  profile.pins = read_pins(root.table("pin"));
  profile.ceilings = read_ceilings(root.table("ceiling"));
  profile.validity = read_validity(root.table("validity"));
  profile.prices = read_prices(root);
  root.finish();
  return profile;
}

Profile load_profile(const std::filesystem::path& path) {
  return parse_profile(base::read_text_file(path), path.string());
}

std::string format_toml(const Profile& profile) {
  std::string text;
  const auto out = std::back_inserter(text);
  fmt::format_to(out, "format = {}\nname = \"{}\"\nsuite = \"{}\"\nfirst_version = {}\n",
                 kProfileFormat, profile.name, crypto::suite(profile.suite).name,
                 profile.first_version);
  if (!profile.tdes2_exception.empty())
    fmt::format_to(out, "tdes2_exception = \"{}\"\n", profile.tdes2_exception);
  fmt::format_to(out, "\n[purpose]\n");
  for (const auto& row : kPurposes)
    fmt::format_to(out, "{} = {}\n", row.id,
                   toml_of(profile.purposes.at(std::size_t{byte_of(row.purpose)} - 1)));
  fmt::format_to(out, "\n[province]\ncode = \"{}\"\nname = \"{}\"\nfactor = {}\n",
                 profile.province_code, profile.province_name, toml_of(profile.province));
  fmt::format_to(out, "\n[pin]\n");
  for (const auto& row : kPinRows) {
    const auto& rule = profile.pins.*row.rule;
    fmt::format_to(out, "{} = {{ least = {}, most = {}, tries = {} }}\n", row.id, rule.least,
                   rule.most, rule.tries);
  }
  fmt::format_to(out,
                 "\n[ceiling]\npsam_money_fen = {}\npsam_count = {}\nsingle_load_fen = {}\n"
                 "purse_fen = {}\norder_uses = {}\n",
                 profile.ceilings.psam_money.fen(), profile.ceilings.psam_count,
                 profile.ceilings.single_load.fen(), profile.ceilings.purse.fen(),
                 profile.ceilings.order_uses);
  fmt::format_to(out, "\n[validity]\n");
  for (const auto& row : kDaysRows)
    fmt::format_to(out, "{} = {}\n", row.id, profile.validity.*row.days);
  for (const auto& price : profile.prices)
    fmt::format_to(out, "\n[[price]]\nid = \"{}\"\nname = \"{}\"\nprice = {}\n", price.id,
                   price.name, price.price);
  fmt::format_to(out, "\n[county]\ntail = {}\nsource = \"{}\"\nlist = [\n",
                 toml_of(profile.county_tail), profile.county_source);
  for (const auto& county : profile.counties)
    fmt::format_to(out, "  [\"{}\", \"{}\", \"{}\"],\n", county.code.digits(), county.name,
                   county.city);
  fmt::format_to(out, "]\n");
  return text;
}

}  // namespace derivation

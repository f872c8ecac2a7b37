// The scheme profile: factors, canonical text, and the refusal of sample values.
#include "derivation/profile.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/core/error.h"

namespace derivation {
namespace {

using base::Fault;

// "SMP": the first letters of every value of a sample file, so that taking the mark away is not
// enough.
constexpr base::FixedBytes<3> kSampleLetters = {0x53, 0x4D, 0x50};

template <typename Value>
bool is_sample(const Marked<Value>& marked) {
  return marked.state == ValueState::kSample ||
         base::equal(base::ByteView(marked.value).first(kSampleLetters.size()), kSampleLetters);
}

template <typename Value>
std::string shown(const Marked<Value>& marked) {
  return fmt::format("{}{}", base::to_hex(marked.value),
                     marked.state == ValueState::kSample ? " sample" : "");
}

std::string shown(const PinRule& rule) {
  return fmt::format("{} {} {}", rule.least, rule.most, rule.tries);
}

class CanonicalText {
 public:
  template <typename Value>
  void line(std::string_view field, const Value& value) {
    text_ += fmt::format("{} = {}\n", field, value);
  }

  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

void write_rules(CanonicalText& text, const Profile& profile) {
  text.line("pin.leader", shown(profile.pins.leader));
  text.line("pin.role", shown(profile.pins.role));
  text.line("pin.pair", shown(profile.pins.pair));
  text.line("pin.psam", shown(profile.pins.psam));
  text.line("pin.tool", shown(profile.pins.tool));
  text.line("pin.user", shown(profile.pins.user));
  text.line("ceiling.psam_money_fen", profile.ceilings.psam_money.fen());
  text.line("ceiling.psam_count", profile.ceilings.psam_count);
  text.line("ceiling.single_load_fen", profile.ceilings.single_load.fen());
  text.line("ceiling.purse_fen", profile.ceilings.purse.fen());
  text.line("ceiling.order_uses", profile.ceilings.order_uses);
  text.line("validity.pair_days", profile.validity.pair_days);
  text.line("validity.psam_days", profile.validity.psam_days);
  text.line("validity.tool_days", profile.validity.tool_days);
  text.line("validity.user_days", profile.validity.user_days);
}

template <typename Value>
Marked<Value> drawn(const RandomSource& random) {
  Marked<Value> marked;
  do {
    marked.value = base::fixed<std::tuple_size_v<Value>>(random(marked.value.size()), "random");
  } while (is_sample(marked) || marked.value == Value{});
  return marked;
}

}  // namespace

Factor Profile::purpose_factor(Purpose purpose, std::uint8_t version) const {
  return Factor::of_purpose(purposes.at(std::size_t{byte_of(purpose)} - 1).value, version);
}

Factor Profile::province_factor(std::uint8_t version) const {
  return Factor::of_province(province.value, version);
}

Factor Profile::county_factor(const base::CountyCode& code, std::uint8_t version) const {
  return Factor::of_county(county(code).code, county_tail.value, version);
}

const County& Profile::county(const base::CountyCode& code) const {
  const auto found = std::ranges::find(counties, code, &County::code);
  if (found == counties.end())
    base::fail(Fault::kNotFound, "county {} is not in the list of profile \"{}\"", code.digits(),
               name);
  return *found;
}

std::string canonical_text(const Profile& profile) {
  CanonicalText text;
  text.line("format", kProfileFormat);
  text.line("name", profile.name);
  text.line("province.code", profile.province_code);
  text.line("province.name", profile.province_name);
  text.line("suite", crypto::suite(profile.suite).name);
  text.line("tdes2_exception", profile.tdes2_exception);
  text.line("first_version", profile.first_version);
  for (const auto& row : kPurposes)
    text.line(fmt::format("purpose.{}", row.id),
              shown(profile.purposes.at(std::size_t{byte_of(row.purpose)} - 1)));
  text.line("province.factor", shown(profile.province));
  text.line("county_tail", shown(profile.county_tail));
  write_rules(text, profile);
  for (const auto& price : profile.prices)
    text.line(fmt::format("price.{}", price.id), fmt::format("{} {}", price.price, price.name));
  text.line("county_source", profile.county_source);
  for (const auto& county : profile.counties)
    text.line(fmt::format("county.{}", county.code.digits()),
              fmt::format("{} {}", county.name, county.city));
  return text.take();
}

crypto::Hash32 hash_of(const Profile& profile) {
  return crypto::sha256(base::bytes_of(canonical_text(profile)));
}

std::vector<std::string> sample_rows(const Profile& profile) {
  std::vector<std::string> rows;
  for (const auto& row : kPurposes)
    if (is_sample(profile.purposes.at(std::size_t{byte_of(row.purpose)} - 1)))
      rows.push_back(fmt::format("purpose.{}", row.id));
  if (is_sample(profile.province)) rows.emplace_back("province.factor");
  if (is_sample(profile.county_tail)) rows.emplace_back("county_tail");
  return rows;
}

void refuse_sample_values(const Profile& profile) {
  if (const auto rows = sample_rows(profile); !rows.empty())
    base::fail(Fault::kRefused,
               "profile \"{}\" still holds sample values: {}; put the applying party's own values "
               "there and take the sample marks away",
               profile.name, fmt::join(rows, ", "));
  if (profile.suite == crypto::SuiteId::kTdes2 && profile.tdes2_exception.empty())
    base::fail(Fault::kRefused,
               "profile \"{}\": suite tdes2 in live use needs a signed exception, named in "
               "tdes2_exception",
               profile.name);
}

Profile live_profile_of(Profile profile, const RandomSource& random) {
  std::set<FactorValue> drawn_values;
  for (auto& purpose : profile.purposes) do
      purpose = drawn<FactorValue>(random);
    while (!drawn_values.insert(purpose.value).second);
  profile.province = drawn<FactorValue>(random);
  profile.county_tail = drawn<CountyTail>(random);
  return profile;
}

}  // namespace derivation

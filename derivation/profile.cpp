// The scheme profile: factors, and the refusal of sample values.
#include "derivation/profile.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

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

constexpr std::string_view kSampleWord = "sample";

bool says_sample(std::string_view name) {
  return name.find(kSampleWord) != std::string_view::npos;
}

unsigned line_of(const Profile& profile, std::string_view field) {
  const auto found = profile.source.lines.find(field);
  return found == profile.source.lines.end() ? 0 : found->second;
}

template <typename Value>
void add_if_sample(std::vector<SampleRow>& rows, const Profile& profile, std::string_view field,
                   const Marked<Value>& marked) {
  if (!is_sample(marked)) return;
  rows.push_back(
      {std::string(field), line_of(profile, field),
       fmt::format("put {} random bytes of your own there and set sample = false",
                   marked.value.size()),
       fmt::format("填入自行产生的{}字节随机数，并设 sample = false", marked.value.size())});
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

std::vector<SampleRow> sample_rows(const Profile& profile) {
  std::vector<SampleRow> rows;
  if (says_sample(profile.name))
    rows.push_back(
        {"name", line_of(profile, "name"), "give the scheme a name of its own", "为方案另取名称"});
  for (const auto& row : kPurposes)
    add_if_sample(rows, profile, fmt::format("purpose.{}", row.id),
                  profile.purposes.at(std::size_t{byte_of(row.purpose)} - 1));
  add_if_sample(rows, profile, "province.factor", profile.province);
  add_if_sample(rows, profile, "county.tail", profile.county_tail);
  return rows;
}

void refuse_sample_values(const Profile& profile) {
  if (const auto rows = sample_rows(profile); !rows.empty()) {
    std::string text = fmt::format(
        "profile \"{}\": live work takes no sample value, and here are {} "
        "正式环境不得使用样例值，此处有{}个",
        profile.name, rows.size(), rows.size());
    for (const auto& row : rows)
      text += fmt::format("\n{}:{}: {}: {}; {}", profile.source.file, row.line, row.field,
                          row.english, row.chinese);
    base::fail(
        Fault::kRefused,
        "{}\n\"keyceremony profile generate\" draws all factors at once 可一次产生全部分散因子",
        text);
  }
  if (profile.suite == crypto::SuiteId::kTdes2 && profile.tdes2_exception.empty())
    base::fail(Fault::kRefused,
               "profile \"{}\": suite tdes2 in live use needs a signed exception, named in "
               "tdes2_exception",
               profile.name);
}

Profile live_profile_of(Profile profile, std::string_view name, const RandomSource& random) {
  if (name.empty() || says_sample(name))
    base::fail(Fault::kMalformed, "name \"{}\": expected the scheme's own name, without \"{}\"",
               name, kSampleWord);
  std::set<FactorValue> drawn_values;
  for (auto& purpose : profile.purposes) do
      purpose = drawn<FactorValue>(random);
    while (!drawn_values.insert(purpose.value).second);
  profile.province = drawn<FactorValue>(random);
  profile.county_tail = drawn<CountyTail>(random);
  profile.name = name;
  profile.source = {};
  return profile;
}

}  // namespace derivation

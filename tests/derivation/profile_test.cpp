// The scheme profile: everything from the file, every value checked, no sample in live work.
#include "derivation/profile.h"

#include <doctest/doctest.h>

#include "base/core/durable_file.h"
#include "base/core/error.h"
#include "base/crypto/random.h"
#include "tests/support/replaced.h"

using derivation::Profile;
using derivation::Purpose;
using support::replaced;

namespace {

const std::filesystem::path kSample =
    std::filesystem::path(WELLKEY_SOURCE_DIR) / "derivation/profiles/hebei-sample.toml";

}  // namespace

TEST_CASE("the sample profile names the 167 counties of Hebei and their factors [R146] [R148]") {
  const auto profile = derivation::load_profile(kSample);
  CHECK(profile.counties.size() == 167);
  const auto code = base::CountyCode::parse("130109");
  CHECK(profile.county(code).name == "藁城区");
  CHECK(base::to_hex(profile.county_factor(code, 1).bytes()) == "1301130109534D50");
  CHECK(base::to_hex(profile.purpose_factor(Purpose::kLoad, 1).bytes()) == "1101534D504C3031");
  CHECK(base::to_hex(profile.province_factor(2).bytes()) == "1202534D504C5052");
  CHECK_THROWS_AS(profile.county_factor(base::CountyCode::parse("110101"), 1), base::Error);
  CHECK(profile.pins.leader == derivation::PinRule{6, 12, 3});
}

TEST_CASE("sample values are refused in live work, each row by name [R147]") {
  const auto profile = derivation::load_profile(kSample);
  CHECK(derivation::sample_rows(profile).size() == 18);
  try {
    derivation::refuse_sample_values(profile);
    FAIL("accepted");
  } catch (const base::Error& error) {
    CHECK(error.fault() == base::Fault::kRefused);
    const std::string text = error.what();
    const auto at = kSample.string();
    for (const char* row : {":7: name: give", ":13: purpose.load: put 6 random bytes",
                            ":27: purpose.audit-tag: put 6", ":32: province.factor: put 6",
                            ":75: county.tail: put 3"})
      CHECK(text.find(at + row) != std::string::npos);
  }
}

TEST_CASE("taking the marks away does not make sample values live [R147]") {
  auto text = base::read_text_file(kSample);
  for (auto at = text.find("sample = true"); at != std::string::npos;
       at = text.find("sample = true"))
    text.replace(at, 13, "sample = false");
  const auto profile = derivation::parse_profile(text, "p.toml");
  CHECK(derivation::sample_rows(profile).size() == 18);
  CHECK_THROWS_AS(derivation::refuse_sample_values(profile), base::Error);
}

TEST_CASE("each sample value alone is refused, with its line [R147]") {
  const auto sample = derivation::load_profile(kSample);
  const auto live = derivation::live_profile_of(sample, "hebei", crypto::random_bytes);
  const auto refused = [](const Profile& profile, const char* why) {
    CHECK(derivation::sample_rows(profile).size() == 1);
    CHECK_THROWS_WITH_AS(derivation::refuse_sample_values(profile), doctest::Contains(why),
                         base::Error);
  };
  for (std::size_t i = 0; i < live.purposes.size(); ++i) {
    auto one = live;
    one.purposes.at(i) = sample.purposes.at(i);
    refused(one, "purpose.");
    one.purposes.at(i) = {live.purposes.at(i).value, derivation::ValueState::kSample};
    refused(one, "purpose.");
  }
  auto one = live;
  one.province = sample.province;
  refused(one, "province.factor");
  one = live;
  one.county_tail = sample.county_tail;
  refused(one, "county.tail");
  one = live;
  one.name = sample.name;
  refused(one, "name: give the scheme a name of its own");
  CHECK_THROWS_AS(derivation::live_profile_of(sample, "my-sample", crypto::random_bytes),
                  base::Error);
}

TEST_CASE("a live profile has factors of its own and reads back as the same profile [R147]") {
  const auto sample = derivation::load_profile(kSample);
  const auto live = derivation::live_profile_of(sample, "hebei", crypto::random_bytes);
  CHECK_NOTHROW(derivation::refuse_sample_values(live));
  CHECK(derivation::hash_of(live) != derivation::hash_of(sample));
  const auto again = derivation::parse_profile(derivation::format_toml(live), "live.toml");
  CHECK(again == live);
  CHECK(derivation::hash_of(again) == derivation::hash_of(live));
}

TEST_CASE("the hash is over the values, not over the file") {
  const auto text = base::read_text_file(kSample);
  const auto hash = derivation::hash_of(derivation::parse_profile(text, "a"));
  CHECK(derivation::hash_of(derivation::parse_profile("# a comment\n" + text, "b")) == hash);
  CHECK(derivation::hash_of(derivation::parse_profile(
            replaced(text, "534D504C3031", "534d504c3031"), "c")) == hash);
  CHECK(derivation::hash_of(derivation::parse_profile(
            replaced(text, "534D504C3031", "534D504C3041"), "d")) != hash);
  CHECK(derivation::hash_of(derivation::parse_profile(
            replaced(text, "psam_count = 2000", "psam_count = 2001"), "e")) != hash);
}

TEST_CASE("tdes2 in live work needs a signed exception") {
  auto live =
      derivation::live_profile_of(derivation::load_profile(kSample), "hebei", crypto::random_bytes);
  live.suite = crypto::SuiteId::kTdes2;
  CHECK_THROWS_AS(derivation::refuse_sample_values(live), base::Error);
  live.tdes2_exception = "exception 2026-03";
  CHECK_NOTHROW(derivation::refuse_sample_values(live));
}

// The scheme profile: everything from the file, every value checked, no sample in live work.
#include "derivation/profile.h"

#include <doctest/doctest.h>

#include "base/core/durable_file.h"
#include "base/core/error.h"
#include "base/crypto/random.h"

using derivation::Profile;
using derivation::Purpose;

namespace {

const std::filesystem::path kSample =
    std::filesystem::path(WELLKEY_SOURCE_DIR) / "derivation/profiles/hebei-sample.toml";

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

std::string error_of(std::string_view toml) {
  try {
    derivation::parse_profile(toml, "p.toml");
  } catch (const base::Error& error) {
    CHECK(error.fault() == base::Fault::kMalformed);
    return error.what();
  }
  return "accepted";
}

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
  CHECK(derivation::sample_rows(profile).size() == 17);
  try {
    derivation::refuse_sample_values(profile);
    FAIL("accepted");
  } catch (const base::Error& error) {
    CHECK(error.fault() == base::Fault::kRefused);
    const std::string text = error.what();
    for (const char* row : {"purpose.load", "purpose.audit-tag", "province.factor", "county_tail"})
      CHECK(text.find(row) != std::string::npos);
  }
}

TEST_CASE("taking the marks away does not make sample values live [R147]") {
  auto text = base::read_text_file(kSample);
  for (auto at = text.find("sample = true"); at != std::string::npos;
       at = text.find("sample = true"))
    text.replace(at, 13, "sample = false");
  const auto profile = derivation::parse_profile(text, "p.toml");
  CHECK(derivation::sample_rows(profile).size() == 17);
  CHECK_THROWS_AS(derivation::refuse_sample_values(profile), base::Error);
}

TEST_CASE("a live profile has factors of its own and reads back as the same profile [R147]") {
  const auto sample = derivation::load_profile(kSample);
  const auto live = derivation::live_profile_of(sample, crypto::random_bytes);
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

TEST_CASE("an error names file, line, field and what was expected [R146]") {
  const auto text = base::read_text_file(kSample);
  const auto with = [&](std::string_view from, std::string_view to) {
    return error_of(replaced(text, from, to));
  };
  CHECK(with("suite = \"aes128\"", "suite = \"des\"") ==
        "p.toml:8: suite: expected tdes2, sm4 or aes128");
  CHECK(with("534D504C3031", "534D504C30") ==
        "p.toml:13: purpose.load.value: expected 12 hex digits, not all zeros");
  CHECK(with("534D504C3031", "000000000000") ==
        "p.toml:13: purpose.load.value: expected 12 hex digits, not all zeros");
  CHECK(with("534D504C3032", "534D504C3031").find("it is the value of load too") !=
        std::string::npos);
  CHECK(with("psam_count = 2000", "psam_count = 0")
            .find("ceiling.psam_count: expected a whole "
                  "number from 1 to") != std::string::npos);
  CHECK(with("psam_count = 2000", "psam_count = 2000.0").find("whole number") != std::string::npos);
  CHECK(with("order_uses = 200", "order_uses = 200\nother = 1")
            .find("ceiling.other: expected no such field here") != std::string::npos);
}

TEST_CASE("a missing field, a county twice and a county of another province are refused") {
  const auto text = base::read_text_file(kSample);
  CHECK(error_of(replaced(text, "first_version = 1", ""))
            .find("first_version: expected a whole "
                  "number from 1 to 255, but the "
                  "field is missing") != std::string::npos);
  CHECK(error_of(replaced(text, "[\"130104\"", "[\"130102\"")).find("ascending") !=
        std::string::npos);
  CHECK(error_of(replaced(text, "[\"130102\"", "[\"110102\"")).find("province 13") !=
        std::string::npos);
  CHECK(error_of("format = 1\nname = ").find("p.toml:2:") == 0);
}

TEST_CASE("tdes2 in live work needs a signed exception") {
  auto live = derivation::live_profile_of(derivation::load_profile(kSample), crypto::random_bytes);
  live.suite = crypto::SuiteId::kTdes2;
  CHECK_THROWS_AS(derivation::refuse_sample_values(live), base::Error);
  live.tdes2_exception = "exception 2026-03";
  CHECK_NOTHROW(derivation::refuse_sample_values(live));
}

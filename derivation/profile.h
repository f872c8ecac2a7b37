// The scheme profile: everything about diversification that the applying party decides, in one TOML
// file. The program itself knows no factor.
//
// What a profile may hold stands in derivation/profile_schema.h, and the bytes under its hash in
// docs/formats/scheme-profile.md.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/core/amount.h"
#include "base/core/bytes.h"
#include "base/core/county_code.h"
#include "base/crypto/hash.h"
#include "base/crypto/suite.h"
#include "derivation/factor.h"
#include "derivation/purpose.h"

namespace derivation {

// A sample value shows the form; nothing live is made with one.
enum class ValueState : std::uint8_t { kDecided, kSample };

template <typename Value>
struct Marked {
  Value value{};
  ValueState state = ValueState::kDecided;
  bool operator==(const Marked&) const = default;
};

struct County {
  base::CountyCode code;
  std::string name;
  std::string city;
  bool operator==(const County&) const = default;
};

// PIN lengths in digits; `most` 0 means that the holder has no PIN.
struct PinRule {
  std::uint8_t least = 0;
  std::uint8_t most = 0;
  std::uint8_t tries = 0;
  bool operator==(const PinRule&) const = default;
};

struct PinRules {
  PinRule leader;
  PinRule role;
  PinRule pair;  // mother and control cards
  PinRule psam;
  PinRule tool;
  PinRule user;
  bool operator==(const PinRules&) const = default;
};

struct Ceilings {
  base::Amount psam_money;  // what one PSAM may load before it needs a refresh order
  std::uint32_t psam_count = 0;
  base::Amount single_load;
  base::Amount purse;
  std::uint16_t order_uses = 0;  // uses of one modify, restore or tool card
  bool operator==(const Ceilings&) const = default;
};

// Whole days from issue.
struct Validity {
  std::uint32_t pair_days = 0;
  std::uint32_t psam_days = 0;
  std::uint32_t tool_days = 0;
  std::uint32_t user_days = 0;
  bool operator==(const Validity&) const = default;
};

struct PriceDefault {
  std::string id;
  std::string name;
  std::uint32_t price = 0;  // 0.0001 yuan per kWh
  bool operator==(const PriceDefault&) const = default;
};

inline constexpr int kProfileFormat = 1;
inline constexpr std::size_t kMostProfileBytes = 1U << 20;

// Where a profile was read: the file, and the line of each field. Both empty for one that was drawn.
struct ProfileSource {
  std::string file;
  std::map<std::string, unsigned, std::less<>> lines;
};

// Made by parse_profile, load_profile or live_profile_of: what exists has been checked.
struct Profile {
  ProfileSource source;
  std::string name;
  std::string province_code;  // two digits, GB/T 2260
  std::string province_name;
  crypto::SuiteId suite = crypto::SuiteId::kAes128;
  std::string tdes2_exception;  // reference of the signed exception; empty when there is none
  std::uint8_t first_version = 1;
  std::array<Marked<FactorValue>, kPurposes.size()> purposes{};  // pairwise different
  Marked<FactorValue> province;
  Marked<CountyTail> county_tail;
  PinRules pins;
  Ceilings ceilings;
  Validity validity;
  std::vector<PriceDefault> prices;
  std::string county_source;
  std::vector<County> counties;  // ascending codes, all of the province

  Factor purpose_factor(Purpose purpose, std::uint8_t version) const;
  Factor province_factor(std::uint8_t version) const;

  // Throws kNotFound for a county that is not in the list.
  Factor county_factor(const base::CountyCode& code, std::uint8_t version) const;
  const County& county(const base::CountyCode& code) const;
};

// `source` names the text in errors. Throw kMalformed naming file, line, field and what was expected
// for all errors at once, kRefused for a newer format; load_profile throws kNotFound and
// kUnavailable for a file that is not there or not to be read.
Profile parse_profile(std::string_view toml, std::string_view source);
Profile load_profile(const std::filesystem::path& path);

// TOML that parse_profile reads back as the same profile.
std::string format_toml(const Profile& profile);

// One line per value, sorted by field: what the hash is over. Comments, spaces, the case of hex
// digits and the order of the file do not count.
std::string canonical_text(const Profile& profile);
crypto::Hash32 hash_of(const Profile& profile);

// Profiles are equal when their canonical texts are: the source does not count.
bool operator==(const Profile& one, const Profile& other);

// A row that still is a sample: marked so, never changed from a sample file, or a name that says so.
struct SampleRow {
  std::string field;
  unsigned line = 0;    // 0 when the profile was drawn
  std::string english;  // what to do
  std::string chinese;
};

std::vector<SampleRow> sample_rows(const Profile& profile);

// For live work: throws kRefused naming every sample row with its line and what to do, and a tdes2
// suite without a recorded exception.
void refuse_sample_values(const Profile& profile);

// `random` gives that many random bytes. Every factor is new and decided, the scheme has this name,
// the rest stays. Throws kMalformed for a name that still says "sample".
using RandomSource = std::function<base::Bytes(std::size_t)>;
Profile live_profile_of(Profile profile, std::string_view name, const RandomSource& random);

}  // namespace derivation

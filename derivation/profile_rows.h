// A scheme profile as rows of text, for people and for its hash.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "derivation/profile.h"

namespace derivation {

struct ProfileRow {
  std::string field;  // "pin.leader.least", "price.irrigation.name", "county.list.130102.city"
  std::string value;
  std::optional<ValueState> state;  // of a factor
  std::string_view english;         // what the field means
  std::string_view chinese;
};

// In the order of the schema, then prices by id, then counties by code. A field that was left out
// has no row.
std::vector<ProfileRow> rows_of(const Profile& profile);

// The value, and the mark of a factor: "534D504C3031 sample".
std::string value_and_mark(const ProfileRow& row);

struct ProfileDifference {
  std::string field;
  std::string one;  // empty when it is not there
  std::string other;
  std::string_view english;
  std::string_view chinese;
};

// Empty when, and only when, the profiles have the same hash.
std::vector<ProfileDifference> differences(const Profile& one, const Profile& other);

}  // namespace derivation

// Who takes part in a ceremony, how many of each, and who may not be the same person.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace keyceremony {

enum class Role : std::uint8_t { kAdministrator, kWitness, kLeader, kOfficer };

struct RoleRow {
  Role role;
  std::string_view id;  // in plans and answers: "leader-1"
  std::string_view english;
  std::string_view chinese;
  unsigned least;
  unsigned most;
};

inline constexpr unsigned kLeaders = 4;

inline constexpr std::array kRoles = {
    RoleRow{Role::kAdministrator, "administrator", "ceremony administrator", "仪式管理员", 1, 1},
    RoleRow{Role::kWitness, "witness", "witness", "见证人", 1, 3},
    RoleRow{Role::kLeader, "leader", "leader", "领导", kLeaders, kLeaders},
    RoleRow{Role::kOfficer, "officer", "key officer", "密钥管理员", 2, 4},
};

constexpr const RoleRow& row_of(Role role) {
  return kRoles.at(static_cast<std::size_t>(role));
}

static_assert([] {
  for (std::size_t at = 0; at < kRoles.size(); ++at) {
    if (static_cast<std::size_t>(kRoles.at(at).role) != at) return false;
  }
  return true;
}());

// One person in both roles is refused. What is not here is allowed: the administrator may be an
// officer, because a pair and a token PIN each want a second one.
struct ForbiddenPair {
  Role one;
  Role other;
  std::string_view why;
};

inline constexpr std::array kForbiddenPairs = {
    ForbiddenPair{Role::kLeader, Role::kLeader, "each component has a keeper of its own"},
    ForbiddenPair{Role::kLeader, Role::kAdministrator, "who leads the script keeps no component"},
    ForbiddenPair{Role::kLeader, Role::kWitness, "who attests the ceremony has no part in its key"},
    ForbiddenPair{Role::kLeader, Role::kOfficer,
                  "who keeps the pair and the token keeps no component"},
    ForbiddenPair{Role::kWitness, Role::kAdministrator, "nobody attests his own script"},
    ForbiddenPair{Role::kWitness, Role::kOfficer, "who keeps the pair does not attest it"},
    ForbiddenPair{Role::kWitness, Role::kWitness, "two witnesses are two people"},
    ForbiddenPair{Role::kOfficer, Role::kOfficer,
                  "mother and control card, and the shares of a PIN, have two keepers"},
};

// nullptr when one person may have both roles.
constexpr const ForbiddenPair* forbidden(Role one, Role other) {
  for (const auto& pair : kForbiddenPairs) {
    if ((pair.one == one && pair.other == other) || (pair.one == other && pair.other == one)) {
      return &pair;
    }
  }
  return nullptr;
}

}  // namespace keyceremony

// Who takes part in a ceremony, how many of each, and who may not be the same person.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace keyceremony {

enum class Role : std::uint8_t {
  kAdministrator,
  kInternalWitness,  // of our own house: sees that the script is followed
  kExternalWitness,  // of another house: attests to strangers
  kSafeController,   // opens a safe, hands bags out and takes them back
  kLeader,
  kOfficer,
};

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
    RoleRow{Role::kInternalWitness, "internal-witness", "internal witness", "内部见证人", 1, 2},
    RoleRow{Role::kExternalWitness, "external-witness", "external witness", "外部见证人", 1, 3},
    RoleRow{Role::kSafeController, "safe-controller", "safe controller", "保险柜管理员", 1, 4},
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
    ForbiddenPair{Role::kLeader, Role::kInternalWitness,
                  "who attests the ceremony has no part in its key"},
    ForbiddenPair{Role::kLeader, Role::kExternalWitness,
                  "who attests the ceremony has no part in its key"},
    ForbiddenPair{Role::kLeader, Role::kSafeController,
                  "who knows the PIN of a card does not hold its safe"},
    ForbiddenPair{Role::kLeader, Role::kOfficer,
                  "who keeps the pair and the token keeps no component"},
    ForbiddenPair{Role::kInternalWitness, Role::kAdministrator, "nobody attests his own script"},
    ForbiddenPair{Role::kExternalWitness, Role::kAdministrator, "nobody attests his own script"},
    ForbiddenPair{Role::kInternalWitness, Role::kOfficer, "who keeps the pair does not attest it"},
    ForbiddenPair{Role::kExternalWitness, Role::kOfficer, "who keeps the pair does not attest it"},
    ForbiddenPair{Role::kInternalWitness, Role::kExternalWitness,
                  "one witness is of the house and one is not"},
    ForbiddenPair{Role::kInternalWitness, Role::kInternalWitness, "two witnesses are two people"},
    ForbiddenPair{Role::kExternalWitness, Role::kExternalWitness, "two witnesses are two people"},
    ForbiddenPair{Role::kSafeController, Role::kAdministrator,
                  "who calls for a bag does not fetch it"},
    ForbiddenPair{Role::kSafeController, Role::kInternalWitness,
                  "who hands the bags out does not attest it"},
    ForbiddenPair{Role::kSafeController, Role::kExternalWitness,
                  "who hands the bags out does not attest it"},
    ForbiddenPair{Role::kSafeController, Role::kOfficer,
                  "who knows the PIN of a card does not hold its safe"},
    ForbiddenPair{Role::kSafeController, Role::kSafeController, "each safe has its own controller"},
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

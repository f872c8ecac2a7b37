// One line of the log. Its canonical JSON is the leaf of the tree: keys in this order, no spaces,
// integers only, UTF-8, at most 65,535 bytes; the bytes are kept and never made anew to verify.
//
//   {"v":1,"seq":7,"time":"2026-11-22T15:04:05Z","station":"…","mode":"rehearsal",
//    "by":[{"id":"…","role":"leader"}],"act":"component-committed","object":{"index":2,"hash":"…"},
//    "outcome":"done","reason":"","run":"…"}
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "audit/act.h"
#include "audit/object.h"
#include "base/core/clock.h"
#include "base/core/mode.h"

namespace audit {

enum class Role : std::uint8_t {
  kProgram,
  kAdministrator,
  kWitness,
  kLeader,
  kDeputy,
  kKeyOfficer,
  kSecurityOfficer,
  kSafeController,
  kIssuer,
  kClerk,
  kMeterReader,
  kAuditor,
};

struct RoleRow {
  Role role;
  std::string_view name;
  std::string_view chinese;
};

inline constexpr std::array kRoles = {
    RoleRow{Role::kProgram, "program", "程序"},
    RoleRow{Role::kAdministrator, "administrator", "主持人"},
    RoleRow{Role::kWitness, "witness", "见证人"},
    RoleRow{Role::kLeader, "leader", "领导"},
    RoleRow{Role::kDeputy, "deputy", "代理人"},
    RoleRow{Role::kKeyOfficer, "key-officer", "密钥管理员"},
    RoleRow{Role::kSecurityOfficer, "security-officer", "安全管理员"},
    RoleRow{Role::kSafeController, "safe-controller", "保险柜管理员"},
    RoleRow{Role::kIssuer, "issuer", "发卡员"},
    RoleRow{Role::kClerk, "clerk", "售电员"},
    RoleRow{Role::kMeterReader, "meter-reader", "抄表员"},
    RoleRow{Role::kAuditor, "auditor", "审计员"},
};

constexpr const RoleRow& row_of(Role role) {
  return kRoles.at(static_cast<std::size_t>(role));
}

enum class Outcome : std::uint8_t { kDone, kRefused, kFailed, kUncertain };

inline constexpr std::array<std::string_view, 4> kOutcomeNames = {"done", "refused", "failed",
                                                                  "uncertain"};

struct Person {
  std::string id;  // staff or role card number, at most 64 characters; no name
  Role role = Role::kProgram;
  bool operator==(const Person&) const = default;
};

// What a program knows of an act when it asks for it to be logged.
struct Entry {
  Act act;
  std::vector<Person> by;  // at least one; all who are answerable, in order
  Object object;           // each field at most once, any order
  Outcome outcome = Outcome::kDone;
  std::string reason;  // at most 512 characters, public
  std::string run;     // ceremony or batch id, or empty; at most 64 characters
  bool operator==(const Entry&) const = default;
};

// What the log adds.
struct Stamp {
  std::uint64_t sequence = 0;  // index in the tree, from 0
  base::UtcTime time;          // claimed by the station
  std::string station;
  base::Mode mode = base::Mode::kRehearsal;
  bool operator==(const Stamp&) const = default;
};

struct Record {
  Stamp stamp;
  Entry entry;
};

inline constexpr std::size_t kMostEntryBytes = 65535;

// Throws kMalformed: a field twice, nobody answerable, a text with control characters or too long.
std::string canonical_json(const Stamp& stamp, const Entry& entry);

// Strict: throws kMalformed unless the bytes are exactly what canonical_json makes.
Record parse_entry(std::string_view bytes);

}  // namespace audit

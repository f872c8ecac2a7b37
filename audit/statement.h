// What two officers sign for: that keys were destroyed, or why a pair was retired while cards still
// hold its keys. The log carries the hash, the file carries the words:
//
//   wellkey statement 1
//   act pair-destroyed
//   NAME VALUE                        one line for each fact, in the order given
//   officer SERIAL16 POINT130 PLAN64  twice: role card, its public key, the plan that it has (hex)
//   signed HEX128                     twice, in the order of the officers: r | s
//
// The lines before the first "signed" are the body. A role card signs
//   SHA-256(plan32 | FC | hash),  hash = SHA-256("WK/statement1" | body)
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "audit/act.h"
#include "audit/archive.h"
#include "base/crypto/hash.h"
#include "base/crypto/p256.h"

namespace audit {

inline constexpr base::Byte kStatementStep = 0xFC;
inline constexpr std::size_t kStatementOfficers = 2;

struct Fact {
  std::string name;   // lower case, no space
  std::string value;  // one line
  bool operator==(const Fact&) const = default;
};

struct StatementOfficer {
  base::FixedBytes<8> card{};  // serial of the role card
  crypto::PublicPoint point{};
  crypto::Hash32 plan_id{};
  bool operator==(const StatementOfficer&) const = default;
};

struct Statement {
  Act act = Act::kPairDestroyed;
  std::vector<Fact> facts;
  std::array<StatementOfficer, kStatementOfficers> officers{};
  std::array<base::FixedBytes<64>, kStatementOfficers> signatures{};
  bool operator==(const Statement&) const = default;
};

// Throws kMalformed for a fact that is not one line, or has no name.
crypto::Hash32 hash_of(const Statement& statement);
std::string format(const Statement& statement);

// Strict: throws kMalformed unless the text is exactly what format makes.
Statement parse_statement(std::string_view text);

// Throws kRefused when one card or one key signs twice, kTampered for a signature that is not its
// officer's over this statement.
void require_signed(const Statement& statement);

// Index of the entry with this act, hash and officers; throws kTampered when the log has none.
std::uint64_t entry_of(Archive& archive, const Statement& statement);

}  // namespace audit

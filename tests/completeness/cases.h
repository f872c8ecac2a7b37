// The command tables once more, written by hand from the card reference and the key protocol: what
// each row answers when all is well, and what it answers at each gate.
//
// Gates are judged in this order: class (6E00), instruction (6D00), P1 P2 (6A86), length (6700),
// life cycle, blocked application, security. The first four words are the same for every row.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "cos-apdu/layout/card_status.h"
#include "derivation/kind.h"

namespace completeness {

using card::layout::LifeCycle;
using derivation::CardKind;

// One bit for each kind of card.
using Kinds = std::uint32_t;

constexpr Kinds of(CardKind kind) {
  return kind == CardKind::kUser ? 0x10000U : 1U << (derivation::byte_of(kind) & 0x0FU);
}

inline constexpr Kinds kUser = 0x10000;
inline constexpr Kinds kPsam = 0x0800;
inline constexpr Kinds kEsam = 0x1000;
inline constexpr Kinds kCarriers = 0x6000;  // 2D 2E: modify and restore card
inline constexpr Kinds kTool = 0x8000;
inline constexpr Kinds kField = kCarriers | kTool;
inline constexpr Kinds kStock = 0x0001;   // 20
inline constexpr Kinds kLeader = 0x0002;  // 21
inline constexpr Kinds kRole = 0x0004;    // 22
inline constexpr Kinds kMasterMother = 0x0008;
inline constexpr Kinds kMothers = 0x02A8;     // 23 25 27 29
inline constexpr Kinds kControls = 0x0550;    // 24 26 28 2A
inline constexpr Kinds kLower = 0x07E0;       // 25 to 2A
inline constexpr Kinds kTop = kStock | 0x18;  // 20 23 24
inline constexpr Kinds kPairs = kStock | kMothers | kControls;
inline constexpr Kinds kKeyCards = kPairs | kLeader | kRole;
inline constexpr Kinds kAll = 0x1FFFF;

// How the accepting case of a row ends on these kinds of card.
enum class Ends {
  kDone,
  kElsewhere,  // they pass every gate and then lack a key or a file that other kinds have
  kNever,      // the row is there to refuse in its own word (key-protocol §8)
};

enum class Design { kAccepts, kRefuses };

// The answer of the accepting case: status word and bytes before it. In T=0 an answer to data is
// 61xx.
struct Accepted {
  std::uint16_t word;
  std::size_t bytes;
  Design design = Design::kAccepts;
};

// A card of this life cycle refuses with this word; 0: the row has no such gate.
struct Refused {
  LifeCycle when = LifeCycle::kInUse;
  std::uint16_t word = 0;
};

struct Case {
  std::string_view row;  // CLA INS P1 P2 (xx: any), then the name
  Kinds kinds;
  Accepted accepted;
  std::string_view apdu;          // empty: a genuine one, from the deck's traffic
  std::string_view wrong_params;  // P1 P2; empty when the row takes any
  std::vector<std::size_t> wrong_lengths;
  Refused life_cycle{};
  Refused security{};
  std::uint16_t blocked = 0;  // a user card with a blocked application

  constexpr Ends ends() const {
    if (accepted.word == 0x9000 || (accepted.word >> 8) == 0x61) return Ends::kDone;
    return accepted.design == Design::kRefuses ? Ends::kNever : Ends::kElsewhere;
  }
};

std::span<const Case> user_cases();
std::span<const Case> module_cases();
std::span<const Case> field_cases();
std::span<const Case> common_cases();
std::span<const Case> key_card_cases();

}  // namespace completeness

// One row per command of an emulated card: the generic gates read the row before the command runs.
//
// Order of the gates: class (6E00), instruction (6D00), P1 P2 (6A86), length (6700), life cycle
// (6985, or 6A81 once the card is void or dead), security (the gate's own word). A command that
// answers anything but 9000 leaves no trace in the memory, except counters that it committed
// itself before a comparison.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <typeinfo>
#include <vector>

#include "cos-apdu/apdu.h"
#include "cos-apdu/virtual/identity.h"
#include "cos-apdu/virtual/nvm.h"

namespace card::chip {

// Answers exactly `count` bytes; a test passes its own.
using RandomSource = std::function<Bytes(std::size_t count)>;

using Answer = ResponseApdu;

inline Answer done(Bytes data = {}) {
  return {std::move(data), status::kOk};
}

// No data: a refusal, or 9000 where the word decides.
inline Answer said(StatusWord word) {
  return {{}, word};
}

inline Answer refused(StatusWord word) {
  return {{}, word};
}

// Volatile state of one part of a card, forgotten at power-off and reset.
class KindState {
 public:
  KindState() = default;
  KindState(const KindState&) = delete;
  KindState& operator=(const KindState&) = delete;
  virtual ~KindState() = default;

  // Called before every command but GET RESPONSE: what a first step left for the very next command
  // becomes old here.
  virtual void next_command() {}
};

// Volatile state of every card.
struct Ram {
  KnownIdentity identity;
  bool pin_verified = false;
  bool pair_open = false;    // this mother or control card is open (GET CARD STATUS says so)
  Bytes challenge;           // what the previous command made, good for this command only
  Bytes next_challenge;      // what this command makes
  Bytes waiting;             // T=0: answer bytes for GET RESPONSE
  base::WipedBytes chained;  // data of a chain that is not finished
  Bytes chain_header;        // its CLA INS P1 P2
  std::vector<std::unique_ptr<KindState>> kinds;

  // The state of type T, made at the first call after power-on.
  template <typename T>
  T& of() {
    for (auto& kind : kinds) {
      KindState& state = *kind;
      if (typeid(state) == typeid(T)) return static_cast<T&>(state);
    }
    kinds.push_back(std::make_unique<T>());
    return static_cast<T&>(*kinds.back());
  }
};

// All a handler gets.
struct Context {
  Nvm& nvm;
  Ram& ram;
  const RandomSource& random;

  // Valid until the identity is stored anew.
  const layout::CardStatus& identity() const { return ram.identity.of(nvm); }

  crypto::SuiteId suite() const { return identity().suite; }

  // Counters before comparison: makes everything written so far durable, whatever follows.
  void commit_now() { nvm.commit(); }
};

struct Params {
  Byte p1 = 0;
  Byte p1_mask = 0xFF;
  Byte p2 = 0;
  Byte p2_mask = 0xFF;

  constexpr bool hold(Byte actual1, Byte actual2) const {
    return (actual1 & p1_mask) == p1 && (actual2 & p2_mask) == p2;
  }
};

constexpr Params exactly(Byte p1, Byte p2) {
  return {p1, 0xFF, p2, 0xFF};
}

constexpr Params any_p2(Byte p1) {
  return {p1, 0xFF, 0, 0};
}

constexpr Params any_p1(Byte p2) {
  return {0, 0, p2, 0xFF};
}

constexpr Params any_params() {
  return {0, 0, 0, 0};
}

struct LcRange {
  std::uint16_t least = 0;
  std::uint16_t most = 0;

  constexpr bool holds(std::size_t length) const { return least <= length && length <= most; }
};

// A set of life cycles, one bit each.
using Phases = std::uint32_t;

constexpr Phases phase(layout::LifeCycle value) {
  return static_cast<Phases>(1U << static_cast<unsigned>(value));
}

// Added to a row: it works while the application is temporarily blocked (6A81 otherwise).
inline constexpr Phases kWhileBlocked = 1U << 16;

inline constexpr Phases kAlways = 0xFFFFFFFF;
inline constexpr Phases kInUse = phase(layout::LifeCycle::kInUse);
inline constexpr Phases kPersonalisable =
    phase(layout::LifeCycle::kAllotted) | phase(layout::LifeCycle::kPersonalising);
inline constexpr Phases kBeforeUse =
    phase(layout::LifeCycle::kManufactured) | phase(layout::LifeCycle::kBlank) | kPersonalisable;
inline constexpr Phases kAlive = kBeforeUse | kInUse;

// What must be true before the handler runs; the name is printed in the command tables.
struct Gate {
  std::string_view name = "none";
  StatusWord (*check)(Context& card) = nullptr;  // 9000 opens
};

inline constexpr Gate kNoGate{};

StatusWord check_pin_gate(Context& card);
StatusWord check_challenge_gate(Context& card);

// PIN verified since power-on (6982); a user card without a PIN passes.
inline constexpr Gate kPinGate{"PIN", check_pin_gate};
// GET CHALLENGE was the previous command (6984).
inline constexpr Gate kChallengeGate{"challenge", check_challenge_gate};

struct Command {
  Byte cla;
  Byte ins;
  Params params;
  std::string_view name;
  LcRange lc;
  Phases phases;
  Gate gate;
  Answer (*run)(Context& card, const CommandApdu& command);
};

// A row of the use phase.
constexpr Command in_use(Byte cla, Byte ins, Params params, std::string_view name, LcRange lc,
                         Gate gate, Answer (*run)(Context&, const CommandApdu&)) {
  return {cla, ins, params, name, lc, kInUse, gate, run};
}

// The same, also while the application is blocked.
constexpr Command also_blocked(Command row) {
  row.phases |= kWhileBlocked;
  return row;
}

using CommandTable = std::span<const Command>;

// The tables of one kind, searched in this order.
std::vector<CommandTable> tables_of(derivation::CardKind kind, CardForm form = CardForm::kNative);

CommandTable common_commands();
CommandTable native_commands();
CommandTable file_commands();
CommandTable protected_reading_commands();  // of user cards
CommandTable interoperability_commands();
CommandTable life_cycle_commands();
CommandTable version_commands();
CommandTable user_card_commands();
CommandTable psam_commands();
CommandTable esam_commands();

// Key cards (keycard_*.cpp): installing the stock transport key works on every kind, the rest on
// its own.
CommandTable keycard_common_commands();
CommandTable keycard_commands(derivation::CardKind kind);

}  // namespace card::chip

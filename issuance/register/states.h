// The lives of a blank and of a pair as the register keeps them: two tables of arrows, and no way
// from one state to another that is not an arrow.
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace issuance {

// Pending states (arriving, founding, pending) last only while a job runs or after a cut; every
// other state is one that a stock count may meet.
enum class CardState {
  kOutside,   // not ours: never received, or given back before it held anything of ours
  kArriving,  // its first transport key is about to be written
  kFounding,  // becoming half of the stock pair, before any stock key exists
  kStock,     // ours, and blank
  kPending,   // reserved for one job
  kIssued,    // proven by read-back and logged
  kReject,    // to be destroyed, or destroyed
  kVoid,      // was issued; its pair was reported lost
};

// kServe: a leader, spare or role card took part in a ceremony, of this station's stock or not.
enum class CardEvent {
  kAnnounce,
  kReceive,
  kWithdraw,
  kReserve,
  kRelease,
  kFinish,
  kServe,
  kSpoil,
  kVoid
};

enum class PairState { kNone, kMaking, kActive, kAbandoned, kVoid, kRetired, kDestroyed };

enum class PairEvent { kBegin, kFinish, kAbandon, kVoid, kRetire, kDestroy };

template <typename State, typename Event>
struct Arrow {
  State from;
  Event event;
  State to;
};

using CardArrow = Arrow<CardState, CardEvent>;
using PairArrow = Arrow<PairState, PairEvent>;

inline constexpr std::array kCardArrows = {
    CardArrow{CardState::kOutside, CardEvent::kAnnounce, CardState::kArriving},
    CardArrow{CardState::kArriving, CardEvent::kReceive, CardState::kStock},
    CardArrow{CardState::kArriving, CardEvent::kReserve, CardState::kFounding},
    CardArrow{CardState::kArriving, CardEvent::kWithdraw, CardState::kOutside},
    CardArrow{CardState::kArriving, CardEvent::kSpoil, CardState::kReject},
    CardArrow{CardState::kFounding, CardEvent::kFinish, CardState::kIssued},
    CardArrow{CardState::kFounding, CardEvent::kWithdraw, CardState::kOutside},
    CardArrow{CardState::kFounding, CardEvent::kSpoil, CardState::kReject},
    CardArrow{CardState::kStock, CardEvent::kReserve, CardState::kPending},
    CardArrow{CardState::kStock, CardEvent::kSpoil, CardState::kReject},
    CardArrow{CardState::kPending, CardEvent::kRelease, CardState::kStock},
    CardArrow{CardState::kPending, CardEvent::kFinish, CardState::kIssued},
    CardArrow{CardState::kPending, CardEvent::kSpoil, CardState::kReject},
    CardArrow{CardState::kOutside, CardEvent::kSpoil, CardState::kOutside},
    CardArrow{CardState::kOutside, CardEvent::kServe, CardState::kOutside},
    CardArrow{CardState::kStock, CardEvent::kServe, CardState::kIssued},
    CardArrow{CardState::kIssued, CardEvent::kServe, CardState::kIssued},
    CardArrow{CardState::kIssued, CardEvent::kSpoil, CardState::kReject},
    CardArrow{CardState::kIssued, CardEvent::kVoid, CardState::kVoid},
};

inline constexpr std::array kPairArrows = {
    PairArrow{PairState::kNone, PairEvent::kBegin, PairState::kMaking},
    PairArrow{PairState::kMaking, PairEvent::kFinish, PairState::kActive},
    PairArrow{PairState::kMaking, PairEvent::kAbandon, PairState::kAbandoned},
    PairArrow{PairState::kActive, PairEvent::kVoid, PairState::kVoid},
    PairArrow{PairState::kActive, PairEvent::kRetire, PairState::kRetired},
    PairArrow{PairState::kRetired, PairEvent::kVoid, PairState::kVoid},
    PairArrow{PairState::kVoid, PairEvent::kDestroy, PairState::kDestroyed},
};

template <typename State, typename Event, std::size_t N>
constexpr std::optional<State> next(const std::array<Arrow<State, Event>, N>& arrows, State from,
                                    Event event) {
  for (const auto& arrow : arrows) {
    if (arrow.from == from && arrow.event == event) return arrow.to;
  }
  return std::nullopt;
}

constexpr std::optional<CardState> next(CardState from, CardEvent event) {
  return next(kCardArrows, from, event);
}

constexpr std::optional<PairState> next(PairState from, PairEvent event) {
  return next(kPairArrows, from, event);
}

struct CardStateName {
  CardState state;
  std::string_view name;
};

struct PairStateName {
  PairState state;
  std::string_view name;
};

// As the register and the stock list write them.
inline constexpr std::array kCardStates = {
    CardStateName{CardState::kOutside, "outside"},
    CardStateName{CardState::kArriving, "arriving"},
    CardStateName{CardState::kFounding, "founding"},
    CardStateName{CardState::kStock, "stock"},
    CardStateName{CardState::kPending, "pending"},
    CardStateName{CardState::kIssued, "issued"},
    CardStateName{CardState::kReject, "reject"},
    CardStateName{CardState::kVoid, "void"},
};

inline constexpr std::array kPairStates = {
    PairStateName{PairState::kNone, "none"},
    PairStateName{PairState::kMaking, "making"},
    PairStateName{PairState::kActive, "active"},
    PairStateName{PairState::kAbandoned, "abandoned"},
    PairStateName{PairState::kVoid, "void"},
    PairStateName{PairState::kRetired, "retired"},
    PairStateName{PairState::kDestroyed, "destroyed"},
};

constexpr std::string_view name_of(CardState state) {
  return kCardStates.at(static_cast<std::size_t>(state)).name;
}

constexpr std::string_view name_of(PairState state) {
  return kPairStates.at(static_cast<std::size_t>(state)).name;
}

// Throw kTampered for a name that is not in the table: the register was edited.
CardState card_state_of(std::string_view name);
PairState pair_state_of(std::string_view name);

constexpr bool is_pending(CardState state) {
  return state == CardState::kArriving || state == CardState::kFounding ||
         state == CardState::kPending;
}

namespace claims {

template <typename State, typename Event, std::size_t N>
constexpr bool one_answer_each(const std::array<Arrow<State, Event>, N>& arrows) {
  for (std::size_t i = 0; i < N; ++i) {
    for (std::size_t j = i + 1; j < N; ++j) {
      if (arrows[i].from == arrows[j].from && arrows[i].event == arrows[j].event) return false;
    }
  }
  return true;
}

template <typename State, typename Event, std::size_t N>
constexpr bool leaves(const std::array<Arrow<State, Event>, N>& arrows, State state) {
  return std::any_of(arrows.begin(), arrows.end(),
                     [&](const auto& arrow) { return arrow.from == state; });
}

// A pending state ends: one way forward, one to the reject tray, and one back to where it was.
constexpr bool every_pending_state_ends() {
  for (const CardStateName& row : kCardStates) {
    if (!is_pending(row.state)) continue;
    if (next(row.state, CardEvent::kSpoil) != CardState::kReject) return false;
    const bool forward = next(row.state, CardEvent::kFinish).has_value() ||
                         next(row.state, CardEvent::kReceive).has_value();
    const bool back = next(row.state, CardEvent::kRelease).has_value() ||
                      next(row.state, CardEvent::kWithdraw).has_value();
    if (!forward || !back) return false;
  }
  return true;
}

static_assert(one_answer_each(kCardArrows) && one_answer_each(kPairArrows));
static_assert(every_pending_state_ends());
static_assert(!leaves(kCardArrows, CardState::kReject), "a reject is never used again");
static_assert(!leaves(kCardArrows, CardState::kVoid), "a void card is never used again");
static_assert(!leaves(kPairArrows, PairState::kDestroyed) &&
              !leaves(kPairArrows, PairState::kAbandoned));
static_assert(std::all_of(kPairArrows.begin(), kPairArrows.end(),
                          [](const PairArrow& arrow) {
                            return arrow.to == PairState::kActive ? arrow.from == PairState::kMaking
                                                                  : true;
                          }),
              "a pair that has issued its last card is never active again");
static_assert(!next(CardState::kIssued, CardEvent::kReserve), "a card is issued once");
static_assert(!next(CardState::kIssued, CardEvent::kRelease), "an issued card is no blank again");

}  // namespace claims

}  // namespace issuance

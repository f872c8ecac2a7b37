// The state machine of a ceremony, whole: what may follow what, and under which plan.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace keyceremony {

enum class State : std::uint8_t {
  kPlanned,
  kEnvironmentChecked,
  kRolesPresent,
  kBagsChecked,
  kSetMade,
  kSetConfirmed,
  kEntered1,
  kCommitted1,
  kEntered2,
  kCommitted2,
  kEntered3,
  kCommitted3,
  kEntered4,
  kCommitted4,
  kFrozen,
  kRevealed1,
  kRevealed2,
  kRevealed3,
  kRevealed4,
  kCombined,
  kValuesConfirmed,
  kPaired,
  kProved,
  kSparesProved,
  kDelivered,
  kBagsSealed,
  kSigned,
  kCheckpointed,
  kClosed,
  kAborted,
};

enum class Act : std::uint8_t {
  kCheckEnvironment,
  kCallRoles,
  kOpenBags,
  kMakeSet,
  kConfirmSet,
  kEnter1,
  kCommit1,
  kEnter2,
  kCommit2,
  kEnter3,
  kCommit3,
  kEnter4,
  kCommit4,
  kFreeze,
  kReveal1,
  kReveal2,
  kReveal3,
  kReveal4,
  kCombine,
  kConfirmValues,
  kMakePair,
  kProve,
  kProveSpares,
  kDeliver,
  kSealBags,
  kSign,
  kCheckpoint,
  kClose,
};

// A plan either keeps the keys in cards alone or delivers the purpose keys to a token.
enum class Home : std::uint8_t { kAny, kCards, kToken };

struct Transition {
  State from;
  Act act;
  State to;
  Home home;
};

inline constexpr std::array kTransitions = {
    Transition{State::kPlanned, Act::kCheckEnvironment, State::kEnvironmentChecked, Home::kAny},
    Transition{State::kEnvironmentChecked, Act::kCallRoles, State::kRolesPresent, Home::kAny},
    Transition{State::kRolesPresent, Act::kOpenBags, State::kBagsChecked, Home::kAny},
    Transition{State::kBagsChecked, Act::kMakeSet, State::kSetMade, Home::kAny},
    Transition{State::kSetMade, Act::kConfirmSet, State::kSetConfirmed, Home::kAny},
    Transition{State::kSetConfirmed, Act::kEnter1, State::kEntered1, Home::kAny},
    Transition{State::kEntered1, Act::kCommit1, State::kCommitted1, Home::kAny},
    Transition{State::kCommitted1, Act::kEnter2, State::kEntered2, Home::kAny},
    Transition{State::kEntered2, Act::kCommit2, State::kCommitted2, Home::kAny},
    Transition{State::kCommitted2, Act::kEnter3, State::kEntered3, Home::kAny},
    Transition{State::kEntered3, Act::kCommit3, State::kCommitted3, Home::kAny},
    Transition{State::kCommitted3, Act::kEnter4, State::kEntered4, Home::kAny},
    Transition{State::kEntered4, Act::kCommit4, State::kCommitted4, Home::kAny},
    Transition{State::kCommitted4, Act::kFreeze, State::kFrozen, Home::kAny},
    Transition{State::kFrozen, Act::kReveal1, State::kRevealed1, Home::kAny},
    Transition{State::kRevealed1, Act::kReveal2, State::kRevealed2, Home::kAny},
    Transition{State::kRevealed2, Act::kReveal3, State::kRevealed3, Home::kAny},
    Transition{State::kRevealed3, Act::kReveal4, State::kRevealed4, Home::kAny},
    Transition{State::kRevealed4, Act::kCombine, State::kCombined, Home::kAny},
    Transition{State::kCombined, Act::kConfirmValues, State::kValuesConfirmed, Home::kAny},
    Transition{State::kValuesConfirmed, Act::kMakePair, State::kPaired, Home::kAny},
    Transition{State::kPaired, Act::kProve, State::kProved, Home::kAny},
    Transition{State::kProved, Act::kProveSpares, State::kSparesProved, Home::kAny},
    Transition{State::kSparesProved, Act::kSealBags, State::kBagsSealed, Home::kCards},
    Transition{State::kSparesProved, Act::kDeliver, State::kDelivered, Home::kToken},
    Transition{State::kDelivered, Act::kSealBags, State::kBagsSealed, Home::kToken},
    Transition{State::kBagsSealed, Act::kSign, State::kSigned, Home::kAny},
    Transition{State::kSigned, Act::kCheckpoint, State::kCheckpointed, Home::kAny},
    Transition{State::kCheckpointed, Act::kClose, State::kClosed, Home::kAny},
};

struct StateRow {
  State state;
  std::string_view id;  // as in the journal
  std::string_view english;
  std::string_view chinese;
};

inline constexpr std::array kStates = {
    StateRow{State::kPlanned, "planned", "planned", "已计划"},
    StateRow{State::kEnvironmentChecked, "environment-checked", "environment checked",
             "环境已检查"},
    StateRow{State::kRolesPresent, "roles-present", "roles present", "人员到齐"},
    StateRow{State::kBagsChecked, "bags-checked", "bags checked", "封袋已核对"},
    StateRow{State::kSetMade, "set-made", "card set made", "卡组已建立"},
    StateRow{State::kSetConfirmed, "set-confirmed", "fingerprint confirmed", "指纹已确认"},
    StateRow{State::kEntered1, "entered-1", "component 1 entered", "分量一已输入"},
    StateRow{State::kCommitted1, "committed-1", "component 1 committed", "分量一已承诺"},
    StateRow{State::kEntered2, "entered-2", "component 2 entered", "分量二已输入"},
    StateRow{State::kCommitted2, "committed-2", "component 2 committed", "分量二已承诺"},
    StateRow{State::kEntered3, "entered-3", "component 3 entered", "分量三已输入"},
    StateRow{State::kCommitted3, "committed-3", "component 3 committed", "分量三已承诺"},
    StateRow{State::kEntered4, "entered-4", "component 4 entered", "分量四已输入"},
    StateRow{State::kCommitted4, "committed-4", "component 4 committed", "分量四已承诺"},
    StateRow{State::kFrozen, "frozen", "commitments frozen", "承诺已锁定"},
    StateRow{State::kRevealed1, "revealed-1", "component 1 revealed", "分量一已揭示"},
    StateRow{State::kRevealed2, "revealed-2", "component 2 revealed", "分量二已揭示"},
    StateRow{State::kRevealed3, "revealed-3", "component 3 revealed", "分量三已揭示"},
    StateRow{State::kRevealed4, "revealed-4", "component 4 revealed", "分量四已揭示"},
    StateRow{State::kCombined, "combined", "combined", "已合成"},
    StateRow{State::kValuesConfirmed, "values-confirmed", "check values confirmed", "校验值已确认"},
    StateRow{State::kPaired, "paired", "master control pair written", "总控卡对已写入"},
    StateRow{State::kProved, "proved", "proved by use", "已试用证明"},
    StateRow{State::kSparesProved, "spares-proved", "spare cards proved", "备份卡已证明"},
    StateRow{State::kDelivered, "delivered", "delivered to the token", "已交付令牌"},
    StateRow{State::kBagsSealed, "bags-sealed", "bags sealed", "封袋已封"},
    StateRow{State::kSigned, "signed", "transcript signed by all", "记录已全员签名"},
    StateRow{State::kCheckpointed, "checkpointed", "checkpoint signed", "检查点已签"},
    StateRow{State::kClosed, "closed", "closed", "已结束"},
    StateRow{State::kAborted, "aborted", "aborted", "已中止"},
};

constexpr const StateRow& row_of(State state) {
  return kStates.at(static_cast<std::size_t>(state));
}

constexpr bool applies(const Transition& row, Home home) {
  return row.home == Home::kAny || row.home == home;
}

// The one arrow out of a state under this plan; nullptr from the two ends.
constexpr const Transition* arrow_from(State state, Home home) {
  for (const auto& row : kTransitions) {
    if (row.from == state && applies(row, home)) return &row;
  }
  return nullptr;
}

constexpr bool is_end(State state) {
  return state == State::kClosed || state == State::kAborted;
}

// A component that has left its card cannot be taken back: an abort from here on costs the set id
// and all four components.
constexpr bool has_revealed(State state) {
  return state >= State::kRevealed1 && state != State::kAborted;
}

namespace check {

constexpr unsigned arrows_from(State state, Home home) {
  unsigned count = 0;
  for (const auto& row : kTransitions) count += row.from == state && applies(row, home) ? 1U : 0U;
  return count;
}

// Every state but the ends has exactly one way on, and the way from the plan leads to the close.
constexpr bool is_deterministic(Home home) {
  for (const auto& row : kStates) {
    const bool other_home = row.state == State::kDelivered && home == Home::kCards;
    const unsigned expected = is_end(row.state) || other_home ? 0 : 1;
    if (arrows_from(row.state, home) != expected) return false;
  }
  State state = State::kPlanned;
  for (std::size_t steps = 0; steps < kTransitions.size(); ++steps) {
    const Transition* const arrow = arrow_from(state, home);
    if (arrow == nullptr) break;
    if (arrow->to <= state) return false;
    state = arrow->to;
  }
  return state == State::kClosed;
}

constexpr bool states_stand_in_order() {
  for (std::size_t at = 0; at < kStates.size(); ++at) {
    if (static_cast<std::size_t>(kStates.at(at).state) != at) return false;
  }
  return true;
}

static_assert(states_stand_in_order());
static_assert(is_deterministic(Home::kCards));
static_assert(is_deterministic(Home::kToken));

// All four commitments come before the first reveal.
static_assert(State::kCommitted1 < State::kFrozen && State::kCommitted4 < State::kFrozen &&
              State::kFrozen < State::kRevealed1);

}  // namespace check

}  // namespace keyceremony

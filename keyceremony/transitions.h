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
  kPairVoided,
  kSparesProved,
  kPredecessorErased,
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
  kVoidPair,
  kProveSpares,
  kErasePredecessor,
  kDeliver,
  kSealBags,
  kSign,
  kCheckpoint,
  kClose,
};

// What a plan is for: the keys stay in cards alone, go to a token too, or are proved and given up,
// with the same four leaders or with one of them new.
enum class Course : std::uint8_t { kCards = 1, kToken = 2, kDrill = 4, kReplacement = 8 };

// Bits of the courses on which an arrow lies.
using Courses = std::uint8_t;

constexpr Courses only(Course course) {
  return static_cast<Courses>(course);
}

inline constexpr Courses kKeeping = only(Course::kCards) | only(Course::kToken);
inline constexpr Courses kVoiding = only(Course::kDrill) | only(Course::kReplacement);
inline constexpr Courses kEvery = kKeeping | kVoiding;

struct Transition {
  State from;
  Act act;
  State to;
  Courses courses;
};

inline constexpr std::array kTransitions = {
    Transition{State::kPlanned, Act::kCheckEnvironment, State::kEnvironmentChecked, kEvery},
    Transition{State::kEnvironmentChecked, Act::kCallRoles, State::kRolesPresent, kEvery},
    Transition{State::kRolesPresent, Act::kOpenBags, State::kBagsChecked, kEvery},
    Transition{State::kBagsChecked, Act::kMakeSet, State::kSetMade, kEvery},
    Transition{State::kSetMade, Act::kConfirmSet, State::kSetConfirmed, kEvery},
    Transition{State::kSetConfirmed, Act::kEnter1, State::kEntered1, kEvery},
    Transition{State::kEntered1, Act::kCommit1, State::kCommitted1, kEvery},
    Transition{State::kCommitted1, Act::kEnter2, State::kEntered2, kEvery},
    Transition{State::kEntered2, Act::kCommit2, State::kCommitted2, kEvery},
    Transition{State::kCommitted2, Act::kEnter3, State::kEntered3, kEvery},
    Transition{State::kEntered3, Act::kCommit3, State::kCommitted3, kEvery},
    Transition{State::kCommitted3, Act::kEnter4, State::kEntered4, kEvery},
    Transition{State::kEntered4, Act::kCommit4, State::kCommitted4, kEvery},
    Transition{State::kCommitted4, Act::kFreeze, State::kFrozen, kEvery},
    Transition{State::kFrozen, Act::kReveal1, State::kRevealed1, kEvery},
    Transition{State::kRevealed1, Act::kReveal2, State::kRevealed2, kEvery},
    Transition{State::kRevealed2, Act::kReveal3, State::kRevealed3, kEvery},
    Transition{State::kRevealed3, Act::kReveal4, State::kRevealed4, kEvery},
    Transition{State::kRevealed4, Act::kCombine, State::kCombined, kEvery},
    Transition{State::kCombined, Act::kConfirmValues, State::kValuesConfirmed, kEvery},
    Transition{State::kValuesConfirmed, Act::kMakePair, State::kPaired, kEvery},
    Transition{State::kPaired, Act::kProve, State::kProved, kEvery},
    Transition{State::kProved, Act::kVoidPair, State::kPairVoided, kVoiding},
    Transition{State::kPairVoided, Act::kSealBags, State::kBagsSealed, only(Course::kDrill)},
    Transition{State::kProved, Act::kProveSpares, State::kSparesProved, kKeeping},
    Transition{State::kPairVoided, Act::kProveSpares, State::kSparesProved,
               only(Course::kReplacement)},
    Transition{State::kSparesProved, Act::kErasePredecessor, State::kPredecessorErased,
               only(Course::kReplacement)},
    Transition{State::kPredecessorErased, Act::kSealBags, State::kBagsSealed,
               only(Course::kReplacement)},
    Transition{State::kSparesProved, Act::kSealBags, State::kBagsSealed, only(Course::kCards)},
    Transition{State::kSparesProved, Act::kDeliver, State::kDelivered, only(Course::kToken)},
    Transition{State::kDelivered, Act::kSealBags, State::kBagsSealed, only(Course::kToken)},
    Transition{State::kBagsSealed, Act::kSign, State::kSigned, kEvery},
    Transition{State::kSigned, Act::kCheckpoint, State::kCheckpointed, kEvery},
    Transition{State::kCheckpointed, Act::kClose, State::kClosed, kEvery},
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
    StateRow{State::kPairVoided, "pair-voided", "pair of the drill void", "恢复演练卡对已作废"},
    StateRow{State::kSparesProved, "spares-proved", "spare cards proved", "备份卡已证明"},
    StateRow{State::kPredecessorErased, "predecessor-erased", "cards of the predecessor erased",
             "前任的卡已擦除"},
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

constexpr bool lies_on(const Transition& row, Course course) {
  return (row.courses & only(course)) != 0;
}

// The one arrow out of a state on this course; nullptr from the two ends.
constexpr const Transition* arrow_from(State state, Course course) {
  for (const auto& row : kTransitions) {
    if (row.from == state && lies_on(row, course)) return &row;
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

constexpr unsigned arrows_from(State state, Course course) {
  unsigned count = 0;
  for (const auto& row : kTransitions) {
    count += row.from == state && lies_on(row, course) ? 1U : 0U;
  }
  return count;
}

// From the plan to the close every state has exactly one way on, and none leads back.
constexpr bool is_one_way(Course course) {
  State state = State::kPlanned;
  while (!is_end(state)) {
    if (arrows_from(state, course) != 1) return false;
    const Transition* const arrow = arrow_from(state, course);
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
static_assert(is_one_way(Course::kCards));
static_assert(is_one_way(Course::kToken));
static_assert(is_one_way(Course::kDrill));
static_assert(is_one_way(Course::kReplacement));

// What a leader leaves is erased only after his successor's card has rebuilt the key.
static_assert(State::kProved < State::kPredecessorErased);

// All four commitments come before the first reveal.
static_assert(State::kCommitted1 < State::kFrozen && State::kCommitted4 < State::kFrozen &&
              State::kFrozen < State::kRevealed1);

}  // namespace check

}  // namespace keyceremony

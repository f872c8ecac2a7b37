// The states of a top-up and every step that may lead from one to another. One row of the table is one
// durable commit; whatever the table does not name cannot be written.
//
//   INTENT -> ARMED -> DONE        the way without a fault
//   INTENT -> VOID                 MAC2 never left the PSAM's answer: nothing can be on the card
//   ARMED  -> VOID | DOUBT         the card did not take it, or could not be asked
//   DOUBT  -> DONE | VOID | REVIEW decided by the card's counter and proof when it is presented again
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace desk {

enum class TopUpState { kIntent, kArmed, kDone, kVoid, kDoubt, kReview };

// What happened, as far as it is known.
enum class TopUpEvent {
  kArmed,            // the PSAM made MAC2, the card did not get it yet
  kNothingSent,      // the card cannot have MAC2
  kProved,           // counter moved by this top-up, the TAC verifies
  kCounterUnmoved,   // the card was asked: its counter is where it was
  kCardSilent,       // the card got MAC2, or may have, and cannot be asked
  kCounterUnrelated  // the counter moved, and the proof does not name this top-up
};

struct TopUpStateRow {
  TopUpState state;
  std::string_view name;
  bool open;  // an open top-up keeps its card from any other
};

inline constexpr std::array kTopUpStates = {
    TopUpStateRow{TopUpState::kIntent, "INTENT", true},
    TopUpStateRow{TopUpState::kArmed, "ARMED", true},
    TopUpStateRow{TopUpState::kDone, "DONE", false},
    TopUpStateRow{TopUpState::kVoid, "VOID", false},
    TopUpStateRow{TopUpState::kDoubt, "DOUBT", true},
    TopUpStateRow{TopUpState::kReview, "REVIEW", true},
};

struct TopUpStep {
  TopUpState from;
  TopUpEvent event;
  TopUpState to;
};

inline constexpr std::array kTopUpSteps = {
    TopUpStep{TopUpState::kIntent, TopUpEvent::kArmed, TopUpState::kArmed},
    TopUpStep{TopUpState::kIntent, TopUpEvent::kNothingSent, TopUpState::kVoid},
    TopUpStep{TopUpState::kArmed, TopUpEvent::kProved, TopUpState::kDone},
    TopUpStep{TopUpState::kArmed, TopUpEvent::kCounterUnmoved, TopUpState::kVoid},
    TopUpStep{TopUpState::kArmed, TopUpEvent::kCardSilent, TopUpState::kDoubt},
    TopUpStep{TopUpState::kArmed, TopUpEvent::kCounterUnrelated, TopUpState::kReview},
    TopUpStep{TopUpState::kDoubt, TopUpEvent::kProved, TopUpState::kDone},
    TopUpStep{TopUpState::kDoubt, TopUpEvent::kCounterUnmoved, TopUpState::kVoid},
    TopUpStep{TopUpState::kDoubt, TopUpEvent::kCounterUnrelated, TopUpState::kReview},
};

constexpr const TopUpStateRow& row_of(TopUpState state) {
  return kTopUpStates.at(static_cast<std::size_t>(state));
}

constexpr std::optional<TopUpState> next(TopUpState from, TopUpEvent event) {
  for (const TopUpStep& step : kTopUpSteps) {
    if (step.from == from && step.event == event) return step.to;
  }
  return std::nullopt;
}

constexpr std::optional<TopUpState> top_up_state(std::string_view name) {
  for (const TopUpStateRow& row : kTopUpStates) {
    if (row.name == name) return row.state;
  }
  return std::nullopt;
}

static_assert([] {
  for (std::size_t at = 0; at < kTopUpStates.size(); ++at) {
    if (static_cast<std::size_t>(kTopUpStates.at(at).state) != at) return false;
  }
  return true;
}());

// What is closed stays closed.
static_assert([] {
  for (const TopUpStep& step : kTopUpSteps) {
    if (!row_of(step.from).open) return false;
  }
  return true;
}());

// Only ARMED and DOUBT can become DONE: a credit is always preceded by its durable counter.
static_assert(!next(TopUpState::kIntent, TopUpEvent::kProved));

}  // namespace desk

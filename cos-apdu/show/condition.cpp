// From facts to the one condition that matters most.
#include "cos-apdu/show/condition.h"

namespace card::show {
namespace {

using layout::LifeCycle;

bool outside(const FixedBytes<4>& today, const FixedBytes<4>& from, const FixedBytes<4>& until) {
  return today < from || today > until;
}

bool is_expired(const CardFacts& facts, const FixedBytes<4>& today) {
  const auto& application = facts.purse.application;
  const auto& ceiling = facts.module.ceiling;
  const auto& grant = facts.field.grant;
  return (grant && outside(today, grant->valid_from, grant->valid_until)) ||
         (application && outside(today, application->valid_from, application->valid_until)) ||
         (ceiling && outside(today, ceiling->valid_from, ceiling->valid_until));
}

bool is_used_up(const FieldFacts& field) {
  return field.counters && field.grant && field.counters->used >= field.grant->uses;
}

bool is_used_up(const ModuleFacts& module) {
  return module.counters && module.ceiling &&
         (module.counters->loaded >= module.ceiling->money ||
          module.counters->loads >= module.ceiling->count);
}

bool is_locked_as(const CardFacts& facts, LockState state) {
  return facts.purse.lock && facts.purse.lock->state == state;
}

}  // namespace

Condition condition_of(const std::optional<CardFacts>& facts, const FixedBytes<4>& today) {
  if (!facts) return Condition::kNotOfThisSystem;
  const layout::CardStatus& status = facts->status;
  if (status.has(layout::kFlagVoid) || status.life_cycle == LifeCycle::kVoid)
    return Condition::kVoid;
  if (status.life_cycle == LifeCycle::kDead) return Condition::kDead;
  if (status.life_cycle != LifeCycle::kInUse && status.pin_tries != 0) return Condition::kNotIssued;
  if (facts->purse.blocked) return Condition::kBlocked;
  if (is_locked_as(*facts, LockState::kGrey)) return Condition::kGreyLocked;
  if (is_locked_as(*facts, LockState::kTacUnread)) return Condition::kTacUnread;
  if (status.pin_tries == 0) return Condition::kPinBlocked;
  if (is_used_up(facts->module)) return Condition::kCeilingUsed;
  if (is_used_up(facts->field)) return Condition::kUsesOver;
  return is_expired(*facts, today) ? Condition::kExpired : Condition::kWell;
}

}  // namespace card::show

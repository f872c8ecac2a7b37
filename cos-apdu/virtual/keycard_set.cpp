// The set of cards: what plan they are bound to and who is a member.
#include "base/core/error.h"
#include "cos-apdu/layout/export_matrix.h"
#include "cos-apdu/virtual/keycard_acts.h"
#include "cos-apdu/virtual/keycard_component.h"
#include "cos-apdu/virtual/keycard_memory.h"

namespace card::chip::keycard {
namespace {

using base::Fault;
using derivation::CardKind;

void forget_set(Context& card) {
  for (const RecordId id : {record::kSetMembers, record::kSeat, record::kEndorsedPair,
                            record::kRevealedFor, record::kFrozen})
    card.nvm.erase(id);
  for (unsigned leader = 1; leader <= layout::kLeaders; ++leader)
    card.nvm.erase(static_cast<RecordId>(record::kCommitment + leader));
  forget_dealing(card);
  auto& ram = keycard_ram(card);
  for (auto& component : ram.revealed) component.clear();
  ram.origin.reset();
}

// A set that has begun its work is not exchanged: keys are there, commitments stand, or this card has
// revealed.
bool has_begun(const Context& card) {
  return holds_keys(card) || card.nvm.holds(record::kRevealedFor) ||
         !card.nvm.ids(record::kCommitment, record::kFrozen).empty();
}

// A stock card gets its mode from its plan, every other card from its stock transport key.
StatusWord judge_plan(const Context& card, const layout::PlanParts& parts) {
  const auto identity = card.identity();
  if (parts.suite != identity.suite || is_paired(card) || holds_keys(card))
    return status::kConditionNotSatisfied;
  if (identity.kind() == CardKind::kStock) return status::kOk;
  if (identity.life_cycle == layout::LifeCycle::kManufactured)
    return status::kConditionNotSatisfied;
  if (parts.mode != mode_of(identity)) return status::kWrongData;
  const auto component = load_component(card);
  const bool other_set = component && component->set_id != parts.set_id;
  return other_set ? status::kConditionNotSatisfied : status::kOk;
}

bool may_sit(CardKind kind, layout::Seat seat) {
  if (kind == CardKind::kLeader) return layout::is_leader(seat);
  if (layout::is_leader(seat)) return false;
  if (kind == CardKind::kStock) return true;
  const auto role = seat == layout::Seat::kMother ? derivation::PairRole::kMother
                                                  : derivation::PairRole::kControl;
  return derivation::row_of(kind).pair_role == role;
}

// Only the master control card's set has leaders; every other set is a pair.
bool is_right_size(CardKind kind, std::size_t members) {
  const bool ceremony = kind == CardKind::kLeader || kind == CardKind::kMasterMother ||
                        kind == CardKind::kMasterControl;
  return ceremony
             ? members >= layout::kPairMembers + layout::kLeaders && members <= layout::kMostMembers
             : members == layout::kPairMembers;
}

// A pair and its four leaders sit in every ceremony; a set ends with a card, so that it has one form.
void check_empty_seats(const std::vector<crypto::PublicPoint>& members) {
  const auto first = std::find(members.begin(), members.end(), layout::kEmptySeat);
  const auto at = static_cast<std::size_t>(first - members.begin());
  if (at < layout::kPairMembers + layout::kLeaders && first != members.end())
    base::fail(Fault::kMalformed, "set: seat {} is empty", at);
  if (!members.empty() && members.back() == layout::kEmptySeat)
    base::fail(Fault::kMalformed, "set: the last seat is empty");
}

std::vector<crypto::PublicPoint> members_of(ByteView data) {
  std::vector<crypto::PublicPoint> members;
  base::Reader in(data, "set");
  while (in.remaining() > 0) {
    const auto point = in.fixed<65>();
    members.push_back(point == layout::kEmptySeat ? point : crypto::point_of_bytes(point));
  }
  for (std::size_t i = 0; i < members.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (members.at(i) == members.at(j) && members.at(i) != layout::kEmptySeat)
        base::fail(Fault::kMalformed, "set: members {} and {} are one card", j, i);
  check_empty_seats(members);
  return members;
}

}  // namespace

Answer put_plan(Context& card, const CommandApdu& command) {
  const auto parts = layout::decode_plan_parts(command.data);
  const auto known = card.identity().plan_id;
  if (layout::plan_id(parts) == known) return done({known.begin(), known.end()});
  const StatusWord word = judge_plan(card, parts);
  if (!word.is_ok()) return refused(word);
  auto identity = card.identity();
  identity.plan_id = layout::plan_id(parts);
  if (identity.kind() == CardKind::kStock && parts.mode == base::Mode::kLive)
    identity.flags |= layout::kFlagLive;
  store_identity(card.nvm, identity);
  card.nvm.put(record::kPlan, command.data);
  forget_set(card);
  return done({identity.plan_id.begin(), identity.plan_id.end()});
}

Answer put_set(Context& card, const CommandApdu& command) {
  load_plan(card);
  if (base::equal(card.nvm.get(record::kSetMembers), command.data))
    return get_set_fingerprint(card, command);
  if (has_begun(card)) return refused(status::kConditionNotSatisfied);
  const auto members = members_of(command.data);
  const auto own = std::find(members.begin(), members.end(), load_point(card));
  auto identity = card.identity();
  if (own == members.end() || !is_right_size(identity.kind(), members.size()))
    return refused(status::kWrongData);
  const auto seat = static_cast<layout::Seat>(own - members.begin());
  if (!may_sit(identity.kind(), seat)) return refused(status::kWrongData);
  if (layout::is_leader(seat)) {
    identity.index = static_cast<Byte>(layout::leader_of(seat));
    const auto component = load_component(card);
    if (component && component->leader != identity.index)
      return refused(status::kConditionNotSatisfied);
  }
  if (seat == layout::Seat::kControl)
    identity.flags |= layout::kFlagControlRole;
  else
    identity.flags = static_cast<Byte>(identity.flags & ~layout::kFlagControlRole);
  forget_set(card);
  store_identity(card.nvm, identity);
  card.nvm.put(record::kSetMembers, command.data);
  card.nvm.put(record::kSeat, Bytes{static_cast<Byte>(seat)});
  const auto fingerprint = load_set(card).fingerprint;
  return done({fingerprint.begin(), fingerprint.end()});
}

Answer get_set_fingerprint(Context& card, const CommandApdu&) {
  const auto fingerprint = load_set(card).fingerprint;
  return done({fingerprint.begin(), fingerprint.end()});
}

}  // namespace card::chip::keycard

#include "keyceremony/component_parts.h"

#include <algorithm>
#include <array>

#include "base/core/error.h"
#include "keyceremony/events.h"

namespace keyceremony {

namespace {

using card::keycards::LeaderCard;
using card::keycards::SealedPart;
using card::layout::leader_seat;

using Parts = std::array<SealedPart, kLeaders>;  // by taker

Parts parts_of(Scene& scene, unsigned giver) {
  LeaderCard card(scene.cards().visit_with_pin(card_of(scene.plan().leader(giver))));
  Parts parts;
  for (unsigned taker = 1; taker <= kLeaders; ++taker) {
    if (taker != giver) parts.at(taker - 1) = card.part_for(leader_seat(taker));
  }
  return parts;
}

SealedPart part_from(Scene& scene, const Person& giver, card::layout::Seat seat) {
  LeaderCard card(scene.cards().visit_with_pin(card_of(giver)));
  try {
    return card.give_part(seat);
  } catch (const base::Error& error) {
    if (error.fault() != base::Fault::kNotFound) throw;
    base::fail(base::Fault::kNotFound,
               "{}: his card holds no part of the component of leader-{}: it is a spare, or the "
               "last ceremony was not of three of four",
               id_of(giver), card::layout::leader_of(seat));
  }
}

void gather(LeaderCard& card, const SealedPart& part, unsigned giver) {
  try {
    card.gather_part(part, leader_seat(giver));
  } catch (const base::Error& error) {
    if (error.fault() != base::Fault::kMalformed) throw;
    base::fail(base::Fault::kConflict,
               "leader-{}: his card gives a part of another dealing than the others: expected the "
               "card that he had in the last ceremony",
               giver);
  }
}

bool has_taken(Scene& scene, const Person& leader) {
  return scene.journal().find(event::kParts, {{"by", id_of(leader)}}) != nullptr;
}

}  // namespace

void deal_parts(Scene& scene) {
  if (scene.plan().threshold != card::layout::Threshold::kThree) return;
  const bool all_have = std::ranges::all_of(scene.plan().people, [&](const Person& person) {
    return person.role != Role::kLeader || has_taken(scene, person);
  });
  if (all_have) return;
  std::array<Parts, kLeaders> given;
  for (unsigned giver = 1; giver <= kLeaders; ++giver) given.at(giver - 1) = parts_of(scene, giver);
  for (unsigned taker = 1; taker <= kLeaders; ++taker) {
    const Person& leader = scene.plan().leader(taker);
    if (has_taken(scene, leader)) continue;
    LeaderCard card(scene.cards().visit_with_pin(card_of(leader)));
    scene.terminal().show({"takes the parts of the other three", "接收其余三人的分片"},
                          id_of(leader));
    for (unsigned giver = 1; giver <= kLeaders; ++giver) {
      if (giver != taker) card.take_part(given.at(giver - 1).at(taker - 1), leader_seat(giver));
    }
    scene.note(event::kParts, {{"by", id_of(leader)}, {"card", format(leader.card)}});
  }
}

void gather_parts(Scene& scene, const Person& leader) {
  const auto seat = leader_seat(leader.index);
  Parts given;
  for (const Person& giver : scene.plan().people) {
    if (giver.role == Role::kLeader && giver.index != leader.index)
      given.at(giver.index - 1) = part_from(scene, giver, seat);
  }
  LeaderCard card(scene.cards().visit_with_pin(card_of(leader)));
  for (unsigned giver = 1; giver <= kLeaders; ++giver) {
    if (giver != leader.index) gather(card, given.at(giver - 1), giver);
  }
}

}  // namespace keyceremony

// Six cards become one set: each makes its own key, all show one fingerprint, and people compare it
// before any component exists.
#include <algorithm>

#include <fmt/format.h>

#include "base/core/error.h"
#include "keyceremony/acts.h"
#include "keyceremony/events.h"
#include "keyceremony/evidence.h"

namespace keyceremony {

namespace {

using card::keycards::KeyCard;
using card::layout::LifeCycle;

constexpr std::size_t kWordsOfFingerprint = 8;

// A card of another mode, or one that has been used, is refused before it learns anything. Role
// cards serve in many ceremonies, leader cards in the recovery of their key.
void check_fresh(const HeldCard& held, const card::layout::CardStatus& status, const Plan& plan) {
  const bool live = status.has(card::layout::kFlagLive);
  if (live != (plan.mode == base::Mode::kLive)) {
    base::fail(base::Fault::kRefused, "{}: a {} card, the ceremony is {}", held.id,
               live ? "live" : "rehearsal", base::name_of(plan.mode));
  }
  if (status.kind() == derivation::CardKind::kRole) return;
  if (plan.recovery && status.kind() == derivation::CardKind::kLeader &&
      status.life_cycle == LifeCycle::kInUse) {
    return;
  }
  if (status.life_cycle == LifeCycle::kInUse || status.life_cycle == LifeCycle::kVoid ||
      status.life_cycle == LifeCycle::kDead) {
    base::fail(base::Fault::kRefused, "{}: expected a fresh card, this one is {}", held.id,
               card::layout::format(status.life_cycle));
  }
}

void take_point(Scene& scene, const HeldCard& held) {
  KeyCard card(scene.cards().visit(held));
  check_fresh(held, card.status(), scene.plan());
  const auto point = card.public_point();
  const Record* const before = scene.journal().find(event::kPoint, {{"holder", held.id}});
  if (before != nullptr && point_of(scene.journal(), held.id) != point) {
    base::fail(base::Fault::kTampered, "{}: not the card that stands in the journal", held.id);
  }
  scene.note(event::kPoint, {{"holder", held.id},
                             {"card", format(held.serial)},
                             {"point", base::to_hex(point, base::HexCase::kLower)}});
}

// What every member is told: the points in the order of the seats.
std::vector<crypto::PublicPoint> points_of_set(const Scene& scene) {
  const auto members = scene.plan().set_members();
  std::vector<crypto::PublicPoint> points(card::layout::position_of(members.back().seat) + 1,
                                          card::layout::kEmptySeat);
  for (const auto& [seat, held] : members) {
    points.at(card::layout::position_of(seat)) = point_of(scene.journal(), held.id);
  }
  return points;
}

// Plan and set in one visit, so that each keeper types his PIN once. The spare of a predecessor has
// no seat, for all that it does is to be erased.
void bind_to_set(Scene& scene, const HeldCard& held,
                 const std::vector<crypto::PublicPoint>& points) {
  const bool is_role = held.serial.kind() == derivation::CardKind::kRole;
  const bool sits = std::ranges::find(points, point_of(scene.journal(), held.id)) != points.end();
  if (!is_role && !sits) return;
  KeyCard card(scene.cards().visit_with_pin(held));
  card.put_plan(scene.plan().parts());
  if (is_role) return;
  if (card.put_set(points) != card::layout::set_fingerprint(scene.plan().id(), points)) {
    base::fail(base::Fault::kTampered, "{}: its fingerprint is not that of the set", held.id);
  }
}

}  // namespace

Facts make_set(Scene& scene, unsigned) {
  for (const HeldCard& held : scene.plan().all_cards()) take_point(scene, held);
  const auto points = points_of_set(scene);
  for (const HeldCard& held : scene.plan().all_cards()) bind_to_set(scene, held, points);
  const auto fingerprint = card::layout::set_fingerprint(scene.plan().id(), points);
  return {{"fingerprint", base::to_hex(fingerprint, base::HexCase::kLower)}};
}

Facts confirm_set(Scene& scene, unsigned) {
  const std::string fingerprint = scene.journal().find("set-made")->fact("fingerprint");
  for (const auto& [seat, held] : scene.plan().set_members()) {
    const auto read = KeyCard(scene.cards().visit(held)).set_fingerprint();
    if (base::to_hex(read, base::HexCase::kLower) != fingerprint) {
      base::fail(base::Fault::kTampered, "{}: its fingerprint is not that of the set", held.id);
    }
    scene.terminal().show({"Fingerprint from " + held.id, held.id + " 的指纹"},
                          crypto::hash_words(base::ByteView(read).first(kWordsOfFingerprint)));
    scene.note(event::kFingerprint, {{"holder", held.id}, {"fingerprint", fingerprint}});
  }
  for (unsigned index = 1; index <= kLeaders; ++index) {
    scene.confirm(scene.plan().leader(index), "fingerprint",
                  {"the words here and those read on the second machine are the same",
                   "此处词语与第二台机器读出的一致"},
                  "SAME");
  }
  return {{"fingerprint", fingerprint}};
}

}  // namespace keyceremony

#include "issuance/engine/pair_making.h"

#include <array>

#include "cos-apdu/keycards/pairing.h"
#include "cos-apdu/layout/keycard_job.h"

namespace issuance {

namespace {

using base::Fault;
using card::keycards::ControlCard;
using card::keycards::MotherCard;
using card::keycards::PairCard;
using card::layout::LifeCycle;

void prepare(Workplace& place, const Job& job, PairInHand& issuer, PairCard& half,
             std::span<const crypto::PublicPoint> points) {
  half.put_plan(plan_of(place, job));
  const crypto::Hash32 fingerprint = half.put_set(points);
  half.take_endorsement(
      issuer.opened().endorse(half.status().serial, fingerprint, job.pair.value().name));
  write_log_key(half, place.ledger.log());
}

void require_paired(CardInHand& card, const card::layout::PairName& name) {
  card.ask_again();
  const bool paired = card.status.life_cycle == LifeCycle::kInUse &&
                      card.status.pair_id == name.id && card.status.generation == name.generation;
  if (!paired) {
    base::fail(Fault::kTampered, "card {}: is not in use as half of the new pair",
               format(card.status.serial));
  }
}

}  // namespace

void write_log_key(card::keycards::KeyCard& card, audit::Log& log) {
  try {
    card.put_log_key(log.key().key, log.origin());
  } catch (const base::Error& error) {
    if (error.fault() != Fault::kWrongState) throw;  // fixed before a cut
  }
}

card::layout::PlanParts plan_of(const Workplace& place, const Job& job) {
  return card::layout::parts_of_job(place.mode, place.profile.suite,
                                    derivation::hash_of(place.profile), job.id);
}

std::vector<CarriedValue> make_pair(Workplace& place, const Job& job, PairInHand& issuer,
                                    Writer& writer, std::vector<CardInHand>& cards,
                                    const NewPins& pins) {
  const card::layout::PairName& name = job.pair.value().name;
  CardInHand& mother_card = cards.at(0);
  CardInHand& control_card = cards.at(1);
  MotherCard mother(mother_card.session);
  ControlCard control(control_card.session);
  give_pin(mother_card, pins.at(0));
  give_pin(control_card, pins.at(1));
  if (mother_card.status.life_cycle != LifeCycle::kInUse) {
    const std::array points{mother.public_point(), control.public_point()};
    prepare(place, job, issuer, mother, points);
    prepare(place, job, issuer, control, points);
    for (CardInHand& card : cards) writer.write_keys(card);
  }
  if (control_card.status.life_cycle != LifeCycle::kInUse) {
    card::keycards::pair_cards(mother, control, name);
  }
  for (CardInHand& card : cards) require_paired(card, name);
  card::keycards::OpenPair opened(mother_card.session, control_card.session,
                                  {pins.at(0), pins.at(1)}, {plan_id(plan_of(place, job)), 1});
  return writer.compare_held_keys(mother_card.status.serial, opened);
}

}  // namespace issuance

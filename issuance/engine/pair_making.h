// How two allotted blanks become a mother card and its control card.
#pragma once

#include <vector>

#include "issuance/engine/blanks.h"
#include "issuance/engine/writer.h"

namespace issuance {

// Set, endorsement of the issuer, keys, pairing; then the new pair is opened once, and every key in
// it compared with the issuer's computation. May be run again after a cut at any step.
std::vector<CarriedValue> make_pair(Workplace& place, const Job& job, PairInHand& issuer,
                                    Writer& writer, std::vector<CardInHand>& cards,
                                    const NewPins& pins);

// Before pairing: the log whose heads the card will believe. Once in its life.
void write_log_key(card::keycards::KeyCard& card, audit::Log& log);

// What the cards of a pair without a ceremony are bound to: the profile and the job.
card::layout::PlanParts plan_of(const Workplace& place, const Job& job);

}  // namespace issuance

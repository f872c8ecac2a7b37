// Blanks on their way into a job: which may be taken, and the PINs that they get.
#pragma once

#include <optional>
#include <vector>

#include "issuance/engine/order.h"
#include "issuance/engine/take_card.h"

namespace issuance {

// Why this card is no blank of ours; nothing when it may be issued.
std::optional<std::string> objection_to_blank(Workplace& place,
                                              const card::layout::CardStatus& status);

// Mother before control. With pending rows (a job that goes on) exactly those cards; otherwise any
// blank of the kind that the register calls stock.
std::vector<CardInHand> take_blanks(Workplace& place, const Order& order,
                                    const std::vector<CardRow>& pending);

// One for each card of the order, in its order; empty where the kind has no PIN.
using NewPins = std::vector<base::SecretBytes>;

NewPins ask_new_pins(Workplace& place, const Order& order);

// Sets the first PIN, or proves that it is the one that was set before a cut; the card knows the
// PIN as verified afterwards where it keeps such a state.
void give_pin(CardInHand& card, const base::SecretBytes& pin);
void give_pin(CardInHand& card, const NewPins& pins);

// The question id of a new card's PIN: "county-130109.mother.pin", "psam-130109-000000000001.pin".
std::string pin_question(const Order& order, Half half);

}  // namespace issuance

// How a card of a master control pair or of the stock pair learns that it is void: no pair stands
// above it, so that two officers sign its order with their role cards (key protocol §7).
#pragma once

#include <array>
#include <cstdint>

#include "audit/log.h"
#include "base/station/station.h"
#include "cos-apdu/layout/keycard_orders.h"
#include "keyceremony/card_table.h"
#include "keyceremony/plan.h"

namespace keyceremony {

// Signed by officer 1 and officer 2 of the plan, each with his PIN, for the pair of this plan. A role
// card that has served another plan since then is given this one again.
card::layout::VoidOrder sign_void_order(CardTable& cards, const Plan& plan,
                                        std::uint64_t log_index);

// The card takes the order and is asked. Throws kTampered when it does not say that it is void.
void give_void_order(CardTable& cards, const HeldCard& held, const card::layout::VoidOrder& order);

// After one card of the pair of a closed ceremony was lost, and entry `log_index` of the log has
// recorded that: the order for the card that is left, logged when it is taken. `plan` is that of the
// ceremony, as people sat. Throws kRefused for an entry that records something else and for a card
// of another pair, kWrongState while another ceremony is under way, since its role cards would leave
// its plan. Again for a void card it does nothing.
void void_survivor(const station::Station& station, const Plan& plan, audit::Log& log,
                   CardTable& cards, const HeldCard& survivor, std::uint64_t log_index);

using TwoOfficers = std::array<HeldCard, 2>;

// The same for the card that is left of a stock pair: two of the officers whom the log names at its
// founding sign, whichever they are. Throws kRefused for a role card that the log does not name.
void void_stock_survivor(const station::Station& station, audit::Log& log, CardTable& cards,
                         const HeldCard& survivor, const TwoOfficers& officers,
                         std::uint64_t log_index);

}  // namespace keyceremony

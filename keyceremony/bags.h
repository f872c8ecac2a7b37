// The tamper-evident bags of a ceremony's cards: read back before they are opened, and every card
// into a new one.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "keyceremony/scene.h"

namespace keyceremony {

// Asks for the number on the bag, or on that of the break, and notes that it is open; nothing when
// it was opened before. Throws kRefused, after three tries, for a number that is neither the expected
// one nor one that two people have accepted, and at once when the plan's number is not the one into
// which the last ceremony of this station sealed the card.
void open_bag(Scene& scene, const HeldCard& card);

// Asks for the number of a new bag and notes `event`. A number that this ceremony knows is refused.
void seal_bag(Scene& scene, const HeldCard& card, std::string_view event);

// The number that is expected on the closed bag of this card now: the plan's, or that of the break.
// nullopt when the card lies on the table.
std::optional<std::string> bag_expected(const Scene& scene, const HeldCard& card);

// Out of its bag now.
bool lies_on_table(const Journal& journal, const HeldCard& card);

// In the bag that it leaves the ceremony in.
bool is_sealed_for_good(const Journal& journal, const HeldCard& card);

// A break's line stands only when every card lies in a bag; until then it is half sealed.
bool is_on_break(const Journal& journal);
bool is_half_sealed(const Scene& scene);
void seal_for_break(Scene& scene);
void open_after_break(Scene& scene);

}  // namespace keyceremony

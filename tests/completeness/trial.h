// One command to one card on trial; every status word that is answered in this binary is remembered.
#pragma once

#include <set>

#include "cos-apdu/apdu.h"
#include "tests/completeness/rows.h"
#include "tests/hostile/deck.h"

namespace completeness {

// A card of this kind in this life cycle, just powered; a life cycle that no card of the deck
// reached is written into the memory of another one.
base::WipedBytes subject(CardKind kind, LifeCycle life_cycle);

// The same memory in another life cycle.
base::WipedBytes in_cycle(const base::WipedBytes& image, LifeCycle life_cycle);

// Header and so many zeros, more than 255 as a chain; the last answer's status word.
std::uint16_t word_for(const base::WipedBytes& image, ByteView header, std::size_t length);

// The answer to one command.
card::ResponseApdu answer_of(const base::WipedBytes& image, ByteView apdu);

// All words that were answered so far, those of the deck's traffic among them.
std::set<std::uint16_t>& words_seen();

}  // namespace completeness

// One command to one card on trial; every status word that is answered in this binary is remembered.
#pragma once

#include <map>
#include <set>
#include <string>

#include "cos-apdu/apdu.h"
#include "cos-apdu/virtual/command.h"
#include "tests/completeness/cases.h"
#include "tests/hostile/deck.h"

namespace completeness {

using base::Bytes;
using base::ByteView;

// "80 50 00 01 INITIALIZE FOR LOAD": the four bytes of the header, 00 for xx.
Bytes header_of(std::string_view row);

// The rows of a kind's tables by their text in the form of Case::row. A second row with the header of
// an earlier one is never reached.
std::map<std::string, card::chip::Command> rows_of(CardKind kind, card::chip::CardForm form);

// "00 03"
Bytes bytes_of_hex(std::string_view spaced);

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

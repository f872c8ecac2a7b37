// File commands and whole sequences, on every exhibit of the deck.
#include <algorithm>

#include "tests/fuzz/targets.h"
#include "tests/hostile/deck.h"
#include "tests/hostile/guarded_card.h"
#include "tests/hostile/oracle.h"

namespace fuzz {
namespace {

using base::Byte;
using base::Bytes;
using base::ByteView;
using hostile::Deck;
using hostile::GuardedCard;

constexpr std::size_t kMostSteps = 64;

const hostile::Exhibit& exhibit_of(Byte choice) {
  const auto& all = Deck::get().exhibits();
  return all.at(choice % all.size());
}

// Instructions of ISO/IEC 7816-4 and of the card reference that touch files.
constexpr std::array kFileInstructions = {Byte{0xA4}, Byte{0xB0}, Byte{0xB2}, Byte{0xD6},
                                          Byte{0xD0}, Byte{0xDC}, Byte{0xD2}, Byte{0xE2},
                                          Byte{0xE0}, Byte{0x84}, Byte{0xD4}, Byte{0x0E}};

// A file command whose instruction the fuzzer picks from the list.
Bytes file_command(hostile::Choices& choices) {
  constexpr std::array kClasses = {Byte{0x00}, Byte{0x04}, Byte{0x80}, Byte{0x84}};
  Bytes apdu{kClasses.at(choices.byte() % kClasses.size()),
             kFileInstructions.at(choices.byte() % kFileInstructions.size()), choices.byte(),
             choices.byte()};
  const Bytes body = choices.prefixed();
  apdu.insert(apdu.end(), body.begin(), body.end());
  return apdu;
}

}  // namespace

void files(ByteView input) {
  hostile::Choices choices(input);
  GuardedCard card(exhibit_of(choices.byte()).image);
  hostile::Oracle oracle(card, nullptr);
  for (std::size_t step = 0; step < kMostSteps && !choices.empty(); ++step) {
    constexpr Byte kByAccomplice = 0x80;
    if (choices.byte() < kByAccomplice)
      card.said_to(file_command(choices));
    else
      oracle.step(choices);
  }
  card.finish();
}

void sequence(ByteView input) {
  hostile::Choices choices(input);
  const auto& exhibit = exhibit_of(choices.byte());
  GuardedCard card(exhibit.image);
  std::optional<GuardedCard> partner;
  if (!exhibit.partner.empty()) partner.emplace(Deck::get().at(exhibit.partner).image);
  {
    hostile::Oracle oracle(card, partner ? &*partner : nullptr);
    for (std::size_t step = 0; step < kMostSteps && !choices.empty(); ++step) oracle.step(choices);
  }
  card.finish();
  if (partner) partner->finish();
}

}  // namespace fuzz

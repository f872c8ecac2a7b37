// How a job comes by its cards: it says what it wants, and gets the one card that says so of itself.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cos-apdu/layout/card_status.h"
#include "cos-apdu/link.h"

namespace issuance {

struct Wanted {
  std::string what;  // for people: "the control card of pair 0A1B2C3D"
  std::function<bool(const card::layout::CardStatus&)> fits;
};

// main binds it to PC/SC readers, tests to emulated chips.
class CardFinder {
 public:
  CardFinder() = default;
  CardFinder(const CardFinder&) = delete;
  CardFinder& operator=(const CardFinder&) = delete;
  virtual ~CardFinder() = default;

  // Waits as long as its owner's patience; a card that this program already holds is passed over.
  // Throws kNotFound naming what was wanted and what was seen.
  virtual std::unique_ptr<card::Link> find(const Wanted& wanted) = 0;

  // Looks once; nothing when no card fits.
  virtual std::unique_ptr<card::Link> look(const Wanted& wanted) = 0;
};

}  // namespace issuance

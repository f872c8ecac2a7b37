// The two cards of a pair that a job needs: found by content, judged by the register, opened.
#pragma once

#include <optional>
#include <string>

#include "base/core/error.h"
#include "cos-apdu/keycards/open_pair.h"
#include "issuance/engine/people.h"
#include "issuance/engine/take_card.h"
#include "issuance/kinds/kinds.h"

namespace issuance {

// Why this card may not be used here and now; nothing when it may. Judged by its status alone: life
// cycle, void flag, live or rehearsal, pair and generation against the register.
std::optional<std::string> objection(Workplace& place, const card::layout::CardStatus& status);

// Mother and control card of one pair, in their readers and not yet opened.
class PairInHand {
 public:
  // Takes the pair of this kind (and county) that the register calls active, or retired: that one
  // checks, and voids a pair below it. Throws kRefused with
  // the reason when only one is there that may not be used (void, foreign control card, rehearsal
  // card at a live station), kNotFound when a card is missing.
  PairInHand(Workplace& place, const PairName& name, const std::string& county);

  const PairName& name() const { return name_; }

  const card::layout::CardStatus& mother() const { return mother_.status; }

  // Asks both PINs, opens for this batch order, records the opening and leaves the head of the log
  // on both cards; once. Throws kTampered when the cards remember a head that the log does not
  // extend, otherwise as keycards::OpenPair.
  card::keycards::OpenPair& open(Workplace& place, const card::keycards::BatchOrder& order,
                                 const People& by, const std::string& run);

  // Throws kWrongState before open().
  card::keycards::OpenPair& opened() {
    if (!open_) base::fail(base::Fault::kWrongState, "the pair is not open");
    return *open_;
  }

  card::Session& mother_session() { return mother_.session; }

  card::Session& control_session() { return control_.session; }

 private:
  const PairName& name_;
  std::string county_;
  CardInHand mother_;
  CardInHand control_;
  std::optional<card::keycards::OpenPair> open_;
};

// "county pair 130109"
std::string called(const PairName& name, const std::string& county);

}  // namespace issuance

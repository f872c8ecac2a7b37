// The cards that lie on the reader now, and who holds them.
#pragma once

#include <chrono>
#include <functional>
#include <list>
#include <memory>
#include <string>

#include "base/terminal/terminal.h"
#include "cos-apdu/session.h"
#include "derivation/serial.h"

namespace keyceremony {

// A card, in whose hands, and in which bag.
struct HeldCard {
  std::string id;    // of its questions: "leader-1", "master-mother"
  std::string name;  // of its keeper
  derivation::Serial8 serial;
  std::string bag;
};

// Finds the card with this serial on any reader. Throws kNotFound, naming `what`, when it is not
// there within the patience.
using CardFinder = std::function<std::unique_ptr<card::Link>(const derivation::Serial8& serial,
                                                             const std::string& what,
                                                             std::chrono::milliseconds patience)>;

// Asks for the PIN and shows it to the card, three times at most; the last try that the card allows
// wants the word LAST first. Answers the PIN that was right. Throws kWrongState when it is blocked.
base::SecretBytes present_pin(terminal::Terminal& terminal, const HeldCard& held,
                              card::Session& session);

class CardTable {
 public:
  CardTable(terminal::Terminal& terminal, CardFinder find, std::chrono::milliseconds patience)
      : terminal_(terminal), find_(std::move(find)), patience_(patience) {}

  // The conversation with this card. The one before is ended and its card powered off, unless it is
  // the same card, or the two are wanted side by side.
  enum class Others { kPutAway, kStay };
  card::Session& visit(const HeldCard& card, Others others = Others::kPutAway);

  // Like visit, with the keeper's PIN presented; a card that has no PIN yet is given one.
  card::Session& visit_with_pin(const HeldCard& card, Others others = Others::kPutAway);

  base::SecretBytes ask_pin(const HeldCard& card);

  void put_away();

 private:
  struct Visit {
    derivation::Serial8 serial;
    std::unique_ptr<card::Link> link;
    card::Session session;
    bool pin_presented = false;

    Visit(const derivation::Serial8& card, std::unique_ptr<card::Link> way)
        : serial(card), link(std::move(way)), session(*link) {}
  };

  Visit& visit_to(const HeldCard& card, Others others);

  terminal::Terminal& terminal_;
  CardFinder find_;
  std::chrono::milliseconds patience_;
  std::list<Visit> visits_;
};

}  // namespace keyceremony

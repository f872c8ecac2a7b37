// Emulated cards lying in readers: found by content, cut off at the n-th command, set back to an
// earlier moment.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>

#include "cos-apdu/virtual/chip.h"
#include "issuance/engine/card_finder.h"

namespace shop {

using derivation::CardKind;
using derivation::Serial8;

// What a cut does to the command at which it comes.
enum class Loss { kCommand, kAnswer };

class Tray : public issuance::CardFinder {
 public:
  // A card straight from its maker, into a reader.
  Serial8 add(CardKind kind, std::uint64_t number);

  // Into a reader, and out of it.
  void insert(const Serial8& serial) { card(serial).inserted = true; }

  void take_out(const Serial8& serial) { card(serial).inserted = false; }

  void take_all_out();

  std::unique_ptr<card::Link> find(const issuance::Wanted& wanted) override;
  std::unique_ptr<card::Link> look(const issuance::Wanted& wanted) override;

  card::layout::CardStatus status(const Serial8& serial);

  // The power of the whole station fails at the n-th command from now.
  void cut_at(std::size_t nth, Loss loss);

  void never_cut() { cut_.reset(); }

  bool was_cut() const { return dead_; }

  // Commands since the last power_up.
  std::size_t commands() const { return commands_; }

  // After a cut: every card has lost its power and is in its reader.
  void power_up();

  using Media = std::map<Serial8, base::WipedBytes>;
  Media media() const;
  void set_back(const Media& media);

 private:
  struct Card {
    Serial8 serial;
    std::shared_ptr<base::WipedBytes> medium;
    std::unique_ptr<card::chip::Chip> chip;
    bool inserted = true;
    bool held = false;
  };

  struct Cut {
    std::size_t nth;
    Loss loss;
  };

  class Seat;

  Card& card(const Serial8& serial);
  base::Bytes transmit(Card& card, base::ByteView apdu);

  std::deque<Card> cards_;
  std::optional<Cut> cut_;
  std::size_t commands_ = 0;
  bool dead_ = false;
};

}  // namespace shop

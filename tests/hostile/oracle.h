// An accomplice that knows the keys of one card, so that a hostile terminal gets past its gates: it
// carries out genuine steps with values that the terminal chose.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "cos-apdu/keycards/open_pair.h"
#include "cos-apdu/layout/key_types.h"
#include "cos-apdu/user_card.h"
#include "cos-apdu/virtual/key_slot.h"
#include "tests/hostile/deck.h"
#include "tests/hostile/guarded_card.h"

namespace hostile {

// Hands out the terminal's bytes; zeros when they are used up.
class Choices {
 public:
  explicit Choices(ByteView bytes) : rest_(bytes) {}

  bool empty() const { return rest_.empty(); }

  Byte byte();
  Bytes bytes(std::size_t count);

  base::Amount amount() { return base::Amount::of_card(bytes(4)); }

  template <std::size_t N>
  base::FixedBytes<N> fixed() {
    return base::fixed<N>(bytes(N));
  }

  // One byte of length, then so many bytes or what is left.
  Bytes prefixed();

 private:
  ByteView rest_;
};

class Oracle {
 public:
  // `partner` is the other card of a pair, nullptr when there is none. Both outlive the oracle.
  Oracle(GuardedCard& card, GuardedCard* partner);

  // The step that the next choice names. A card that refuses is no error; a broken rule is.
  void step(Choices& choices);

  // What its steps say of the terminal and the time.
  static constexpr card::TerminalNumber kTerminal = {0, 0, 0, 0, 0x12, 0x34};
  static constexpr base::CardTime kWhen = {{0x20, 0x26, 0x07, 0x15}, {0x08, 0x30, 0x00}};

  static std::size_t steps();
  static std::string_view step_name(std::size_t step);

 private:
  struct Row;
  static const Row kRows[];

  void apdu(Choices& choices);
  void reset(Choices& choices);
  void cut(Choices& choices);
  void right_pin(Choices& choices);
  void order(Choices& choices);
  void under_mac(Choices& choices);
  void enciphered(Choices& choices);
  void load(Choices& choices);
  void purchase(Choices& choices);
  void lock(Choices& choices);
  void settle(Choices& choices);
  void release(Choices& choices);
  void sam_load(Choices& choices);
  void certify(Choices& choices);
  void prove_device(Choices& choices);
  void import(Choices& choices);
  void open_pair(Choices& choices);
  void act(Choices& choices);
  void cash(Choices& choices);
  void unload(Choices& choices);
  void overdraft(Choices& choices);
  void composite(Choices& choices);
  void sam_release(Choices& choices);
  void standing_order(Choices& choices);
  void use_field_card(Choices& choices);
  void serve_tool(Choices& choices);
  void enter(Choices& choices);

  void finish_debit(const card::InitDebitAnswer& init, ByteView mac1_input, Choices& choices);

  card::CommandApdu read_command(Choices& choices);
  // A key of the card; of an interoperability card one in the directory that was entered.
  std::optional<card::chip::KeySlot> slot(derivation::Purpose purpose) const;
  std::optional<card::chip::KeySlot> key_of_file(card::layout::KeyType type) const;
  card::chip::Nvm memory() const;

  GuardedCard& card_;
  GuardedCard* partner_;
  card::Session session_;
  std::optional<card::Session> partner_session_;
  std::unique_ptr<card::keycards::OpenPair> open_;
  bool in_master_file_ = true;
};

}  // namespace hostile

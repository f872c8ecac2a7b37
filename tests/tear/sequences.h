// Every sequence of commands that the explorer cuts, by family.
#pragma once

#include "tests/cos-apdu/issued_cards.h"
#include "tests/tear/explorer.h"

namespace tear {

std::vector<Sequence> money_sequences();
std::vector<Sequence> host_sequences();
std::vector<Sequence> lock_sequences();
std::vector<Sequence> pin_sequences();
std::vector<Sequence> blocking_sequences();
std::vector<Sequence> personalising_sequences();
std::vector<Sequence> order_sequences();
std::vector<Sequence> field_sequences();
std::vector<Sequence> key_card_sequences();
std::vector<Sequence> ceremony_sequences();
std::vector<Sequence> setup_sequences();
std::vector<Sequence> pair_sequences();
std::vector<Sequence> native_purse_sequences();

// Of every kind but key cards.
std::vector<Sequence> blank_sequences();
std::vector<Sequence> blank_key_card_sequences();

// Of interoperability cards.
std::vector<Sequence> purse_sequences();
std::vector<Sequence> interoperability_sequences();
std::vector<Sequence> file_sequences();
std::vector<Sequence> interoperability_blocking_sequences();

// A sequence that needs no memory of its own.
struct Steps {
  std::function<void()> act;
  std::function<Ending()> recover;
  std::function<void(Ending, Findings&)> judge;
};

using Script = std::function<Steps(Table&)>;

Sequence scripted(std::string name, std::vector<Placed> cards, Script script);

// The county that all cards of these sequences belong to.
const test::County& county();

Placed placed(std::string name, const test::Card& card);

// A user card with this much in its wallet.
std::unique_ptr<test::Card> loaded_card(std::int64_t fen);

base::Amount wallet_of(card::Session& user);

// What a device asks a card about a PIN or a key that counts tries: the old one, then the new one. Once
// the card has called the old one wrong it is not told again, so that two cuts leave a try for the new.
class OldOrNew {
 public:
  using Ask = std::function<bool()>;

  Ending ask(const Ask& is_old, const Ask& is_new);

 private:
  bool old_is_wrong_ = false;
};

constexpr Ending ending_if(bool happened) {
  return happened ? Ending::kHappened : Ending::kDidNotHappen;
}

}  // namespace tear

// The emulated card: an image, power, and commands in, answers out.
#pragma once

#include <memory>
#include <optional>

#include "cos-apdu/cos_profile.h"
#include "cos-apdu/virtual/command.h"
#include "cos-apdu/virtual/nvm.h"

namespace card::chip {

// How answers travel. T=0 keeps them for GET RESPONSE (61xx), wants the exact Le (6Cxx) and knows no
// extended lengths; T=1 and T=CL answer at once.
enum class Transport : Byte { kT0 = 0, kT1 = 1, kContactless = 2 };

class Chip {
 public:
  // Throws kTampered for a damaged image, kRefused for one of a newer format.
  explicit Chip(std::unique_ptr<Storage> storage);
  Chip(std::unique_ptr<Storage> storage, RandomSource random);
  // `first` is searched before the tables of the card's kind.
  Chip(std::unique_ptr<Storage> storage, RandomSource random, CommandTable first);

  // ATR, for a contactless card ATS.
  Bytes power_on();
  void power_off();

  // Both in one; everything volatile is forgotten.
  Bytes reset();

  bool powered() const { return powered_; }

  // Never throws for what a terminal may send. Empty when the card has no power, or lost it during
  // the command. 6581 when the medium refuses a write: nothing of the command stands, but an error
  // counter that it had counted down before, and everything volatile is forgotten as at a reset.
  Bytes transmit(ByteView apdu) noexcept;

  Bytes atr() const;

  layout::CardStatus identity() const { return load_identity(nvm_); }

  Storage& storage() { return nvm_.storage(); }

 private:
  Answer execute(const CommandApdu& command);
  Answer dispatch(const CommandApdu& command);
  Answer run(const Command& row, const CommandApdu& command);
  Answer collect_chain(const CommandApdu& command);
  Answer frame(const CommandApdu& command, Answer answer);
  std::optional<StatusWord> wrong_le(const CommandApdu& command, std::size_t answered) const;
  Answer get_response(const CommandApdu& command);

  Nvm nvm_;
  RandomSource random_;
  Transport transport_;
  std::vector<CommandTable> tables_;
  Ram ram_;
  bool powered_ = false;
  bool torn_ = false;  // power was lost during a write: the medium knows better than this memory
};

// The image of a card as its maker delivers it: serial, suite and nothing else. User cards are
// contactless, PSAM and ESAM speak T=0, all others T=1.
Bytes manufactured_image(const derivation::Serial8& serial, crypto::SuiteId suite);

struct Making {
  std::optional<Transport> transport{};  // nullopt: the kind's usual one
  CosProfile profile{};
};

Bytes manufactured_image(const derivation::Serial8& serial, crypto::SuiteId suite,
                         const Making& making);

}  // namespace card::chip

// One open port: the PSAM held until it is closed, the user card held for the length of one function.
#pragma once

#include <memory>
#include <optional>
#include <span>

#include "cos-apdu/reader/held_card.h"
#include "cos-apdu/reader/psam_card.h"
#include "cos-apdu/reader/readers.h"
#include "cos-apdu/reader/wellkey_reader.h"

namespace card::reader {

// Every function throws Failure, or base::Error for what the cards and readers do; wellkey_reader.h
// says what each of them does.
class Port {
 public:
  explicit Port(std::unique_ptr<Readers> readers) : readers_(std::move(readers)) {}

  void verify_psam_pin(wellkey_login& login);
  void top_up(wellkey_topup& topup);
  void deduct(wellkey_deduction& deduction);
  void settle_lock(wellkey_settlement& settlement);
  void modify_psam_keys(std::span<const Byte> package);
  void issue_tool_card(std::span<const Byte> package);
  wellkey_tool_card tool_card();
  void release_lock(std::span<const Byte> package, wellkey_release& release);
  wellkey_card_state card_state();

  // How many records were written to `out`, newest first.
  std::size_t records(std::span<wellkey_record> out, wellkey_topup* torn);

  wellkey_lock_state lock_state();
  void card_number(std::span<char, 21> out);
  wellkey_card_information card_information();

 private:
  struct NamedCard {
    HeldCard card;
    base::CardNumber number;
  };

  HeldCard take_user_card();

  // In use, and the card that `wanted` names ("" takes any).
  NamedCard take_named_card(std::string_view wanted);

  // Also of the PSAM's county and not locked.
  NamedCard take_for_money(std::string_view wanted);

  PsamCard& psam();

  // A PSAM that went away is looked for anew next time.
  template <typename Act>
  void with_psam(Act act) {
    try {
      act(psam());
    } catch (const base::Error&) {
      if (psam_ && psam_->is_lost()) psam_.reset();
      throw;
    }
    if (psam_ && psam_->is_lost()) psam_.reset();
  }

  std::unique_ptr<Readers> readers_;
  std::optional<PsamCard> psam_;
};

}  // namespace card::reader

struct wellkey_port : card::reader::Port {
  using card::reader::Port::Port;
};

// The reader as the desk uses it: the functions of libwellkey-reader with typed values and with errors
// that a clerk can act on, in Chinese and English.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/core/amount.h"
#include "base/core/card_number.h"
#include "base/core/clock.h"
#include "base/core/secret.h"
#include "cos-apdu/reader/wellkey_reader.h"

namespace desk {

enum class HolderPin { kNone, kNeeded };

struct CardSeen {
  base::CardNumber number;
  base::CountyCode county;
  std::string chip_serial;
  int key_version;
  base::Amount balance;
  wellkey_lock lock;
  HolderPin pin;
};

struct TopUpOrder {
  base::CardNumber card;
  base::Amount amount;
  std::string date;  // CCYYMMDD, Beijing time
  std::string time;  // hhmmss
};

// What is known when MAC2 exists and the card has not seen it.
struct TopUpArmed {
  std::uint32_t online_counter;
  std::uint32_t offline_counter;
  base::Amount balance_before;
  std::string terminal;
  int key_version;
  int algorithm;
};

struct TopUpAnswer {
  wellkey_result result;
  wellkey_outcome outcome;
  base::Amount balance_after;
  std::string tac;     // hex
  std::string reason;  // for people, empty when done
};

struct LockSettlement {
  base::CardNumber card;
  base::Amount consumed;
  std::uint32_t offline_counter;
  std::string terminal;
  std::uint32_t terminal_counter;
  std::string date;
  std::string time;
  base::FixedBytes<4> gmac;
};

class Reader {
 public:
  // Called between MAC2 and CREDIT FOR LOAD; what it throws stops the top-up and comes out of
  // top_up(), the card untouched.
  using OnArmed = std::function<void(const TopUpArmed&)>;

  static Reader open();

  // Takes the port over.
  explicit Reader(wellkey_port* port) : port_(port, wellkey_close_port) {}

  // Throw base::Error with a text for the clerk; a removed card is kDeviceLost, a refusal kRefused.
  CardSeen look();
  wellkey_card_information information();
  wellkey_lock_state lock();
  // Of the newest online transaction among the card's records; 0 when they are all offline ones.
  std::uint32_t online_counter();
  // `terminal_key` empty: this desk has none.
  void verify_psam_pin(const base::SecretBytes& pin, const base::SecretBytes& terminal_key = {});
  base::Amount settle(const LockSettlement& settlement);
  void modify_psam_keys(base::ByteView package);
  void issue_tool_card(base::ByteView package);
  wellkey_tool_card tool_card();
  // Day and time as business_time() has them; the PIN for an order and a card that has one.
  wellkey_release release(base::ByteView package, const std::string& day, const std::string& time,
                          const base::SecretBytes& user_pin);

  // Never throws for what a card does: the answer says what is known.
  TopUpAnswer top_up(const TopUpOrder& order, const base::SecretBytes& user_pin,
                     const OnArmed& armed);

  // Asks the card on the reader what became of an armed top-up. Throws when it cannot be asked.
  TopUpAnswer outcome_of(const TopUpOrder& order, const TopUpArmed& armed,
                         const base::SecretBytes& user_pin);

 private:
  std::unique_ptr<wellkey_port, int (*)(wellkey_port*)> port_;
};

}  // namespace desk

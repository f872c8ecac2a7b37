// What the purse's MACs and certificates are computed over: one function per input, used by the
// user card, the PSAM, the ESAM and the desk alike. Formulas: crypto/suite.h.
#pragma once

#include <cstdint>

#include "base/core/amount.h"
#include "base/core/bytes.h"
#include "base/core/clock.h"
#include "base/crypto/suite.h"
#include "cos-apdu/cos_profile.h"
#include "cos-apdu/status_word.h"

namespace card {

// 电子存折 and 电子钱包: the byte is P2 of the purse commands.
enum class Purse : Byte { kDeposit = 0x01, kWallet = 0x02 };

enum class TransactionType : Byte {
  kLoadDeposit = 0x01,
  kLoadWallet = 0x02,
  kUnload = 0x03,
  kCash = 0x04,
  kPurchaseDeposit = 0x05,
  kPurchaseWallet = 0x06,
  kOverdraft = 0x07,
  kComposite = 0x09,
  kGreyLockDeposit = 0x91,
  kGreyLockWallet = 0x92,
  kUnlockDeposit = 0x93,
  kUnlockWallet = 0x94,
  kGreyUnlockDeposit = 0x95,
  kGreyUnlockWallet = 0x96,
};

// The type that a purse command of this purse has; `deposit_type` names the family.
constexpr TransactionType type_for(Purse purse, TransactionType deposit_type) {
  const int step = purse == Purse::kWallet ? 1 : 0;
  return static_cast<TransactionType>(static_cast<int>(deposit_type) + step);
}

constexpr Byte byte_of(TransactionType type) {
  return static_cast<Byte>(type);
}

using Mac4 = FixedBytes<4>;
using Random4 = FixedBytes<4>;
using TerminalNumber = FixedBytes<6>;
using CardSn = std::uint16_t;      // the card's transaction number, online or offline
using TerminalSn = std::uint32_t;  // the PSAM's or ESAM's transaction number

// date4 time3
base::CardTime take_card_time(base::Reader& in);

namespace purse {

// Session key blocks X (key-protocol §1): load, unload, overdraft, grey unlock …
Bytes online_block(const Random4& random, CardSn online_sn);
// … purchase, cash, composite, and the first step of the grey lock. random4 | SN2 | terminalSN right 2
Bytes offline_block(const Random4& random, CardSn offline_sn, TerminalSn terminal_sn);

crypto::SecretBytes online_session_key(crypto::SuiteId suite, const crypto::Key& key,
                                       const Random4& random, CardSn online_sn);
crypto::SecretBytes purchase_session_key(crypto::SuiteId suite, const crypto::Key& key,
                                         const Random4& random, CardSn offline_sn,
                                         TerminalSn terminal_sn);

struct GreyLockDraw {
  Random4 card_random{};
  CardSn offline_sn = 0;  // as INITIALIZE FOR GREY LOCK answered it
  TerminalSn terminal_sn = 0;
  Random4 terminal_random{};
};

// TMPCK, then SESPK.
crypto::SecretBytes grey_session_key(crypto::SuiteId suite, const crypto::Key& key,
                                     const GreyLockDraw& draw);

// An order of money: amount4 type1 terminal6.
struct Order {
  base::Amount amount{};
  TransactionType type = TransactionType::kLoadWallet;
  TerminalNumber terminal{};
};

// balance4 amount4 type1 terminal6
Bytes load_mac1_input(base::Amount balance, const Order& order);
// amount4 type1 terminal6 date4 time3
Bytes load_mac2_input(const Order& order, const base::CardTime& at);
// newBalance4 onlineSN2(before) amount4 type1 terminal6 date4 time3
Bytes load_tac_input(base::Amount new_balance, CardSn sn_before, const Order& order,
                     const base::CardTime& at);

// amount4 type1 terminal6 date4 time3
Bytes debit_mac1_input(const Order& order, const base::CardTime& at);
// the same and the card's security code: amount4 type1 terminal6 date4 time3 code9
Bytes composite_mac1_input(const Order& order, const base::CardTime& at, ByteView security_code);
// amount4; also the input of GMAC
Bytes debit_mac2_input(base::Amount amount);
Bytes gmac_input(base::Amount amount);
// amount4 type1 terminal6 terminalSN4 date4 time3; also of DEBIT FOR UNLOCK
Bytes debit_tac_input(const Order& order, TerminalSn terminal_sn, const base::CardTime& at);

// As load, with type 03: MAC1, MAC2, and MAC3 as the load's TAC input.
Bytes unload_mac1_input(base::Amount balance, const Order& order);
Bytes unload_mac2_input(const Order& order, const base::CardTime& at);
Bytes unload_mac3_input(base::Amount new_balance, CardSn sn_before, const Order& order,
                        const base::CardTime& at);

// balance4 oldLimit3 type1 terminal6
Bytes overdraft_mac1_input(base::Amount balance, std::uint32_t old_limit,
                           const TerminalNumber& terminal);
// newLimit3 type1 terminal6 date4 time3
Bytes overdraft_mac2_input(std::uint32_t new_limit, const TerminalNumber& terminal,
                           const base::CardTime& at);
// newBalance4 onlineSN2(before) newLimit3 type1 terminal6 date4 time3
Bytes overdraft_tac_input(base::Amount new_balance, CardSn sn_before, std::uint32_t new_limit,
                          const TerminalNumber& terminal, const base::CardTime& at);

// type1 terminal6 date4 time3
Bytes grey_lock_mac1_input(TransactionType type, const TerminalNumber& terminal,
                           const base::CardTime& at);
// balance4 offlineSN2, the number before the lock; by choice its low byte alone
Bytes grey_lock_mac2_input(base::Amount balance, CardSn offline_sn,
                           GreyMac2Sn width = GreyMac2Sn::kTwoBytes);
// GTAC: balance4 offlineSN2 type1 terminal6 terminalSN4 date4 time3; the profile's other choice is
// debit_tac_input with amount zero
Bytes grey_lock_tac_input(base::Amount balance, CardSn offline_sn, TransactionType type,
                          const TerminalNumber& terminal, TerminalSn terminal_sn,
                          const base::CardTime& at);

// balance4 offlineSN2 type1 terminal6
Bytes grey_unlock_mac1_input(base::Amount balance, CardSn offline_sn, TransactionType type,
                             const TerminalNumber& terminal);
// amount4 type1 terminal6 date4 time3
Bytes grey_unlock_mac2_input(const Order& order, const base::CardTime& at);
// newBalance4 onlineSN2(before) amount4 type1 terminal6 date4 time3
Bytes grey_unlock_mac3_input(base::Amount new_balance, CardSn sn_before, const Order& order,
                             const base::CardTime& at);

}  // namespace purse
}  // namespace card

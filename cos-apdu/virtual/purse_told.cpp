// Balance, the proof of the last transaction, and the card's security identification code.
#include "cos-apdu/virtual/cos_choice.h"
#include "cos-apdu/virtual/purse_acts.h"
#include "cos-apdu/virtual/purse_memory.h"

namespace card::chip {
namespace {

constexpr Byte kSecurityCodeTag = 0x85;
constexpr std::size_t kUidBytes = 4;

}  // namespace

Bytes security_code(const Context& card) {
  const auto serial = card.identity().serial.bytes();
  const ByteView uid = ByteView(serial).last(kUidBytes);
  return base::concat({FixedBytes<1>{kSecurityCodeTag}, uid, uid});
}

Answer get_balance(Context& card, const CommandApdu& command) {
  const Purse which = purse_of(command);
  if (const auto word = check_purse(card, which); !word.is_ok()) return refused(word);
  if (cos_choice<BalancePin>(card.nvm) == BalancePin::kDeposit)
    if (const auto word = check_debit_right(card, which); !word.is_ok()) return refused(word);
  const auto bytes = load_purse(card.nvm, which).balance.card_bytes();
  return done({bytes.begin(), bytes.end()});
}

Answer get_transaction_proof(Context& card, const CommandApdu& command) {
  const auto proof = load_proof(card.nvm);
  const CardSn sn = base::Reader(command.data).u16();
  if (!proof || byte_of(proof->type) != command.p2 || proof->sn != sn)
    return refused(status::kProofNotAvailable);
  return done(base::concat({proof->mac, proof->tac}));
}

Answer get_security_code(Context& card, const CommandApdu&) {
  return done(security_code(card));
}

}  // namespace card::chip

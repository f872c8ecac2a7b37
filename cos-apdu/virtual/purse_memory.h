// What the purse application keeps: balances and numbers, the last proof, the grey lock; and what
// an INITIALIZE command leaves for the very next command.
#pragma once

#include <optional>

#include "cos-apdu/purse.h"
#include "cos-apdu/user_card.h"
#include "cos-apdu/virtual/command.h"
#include "cos-apdu/virtual/key_source.h"

namespace card::chip {

// balance4 offlineSN2 onlineSN2 overdraft3
struct PurseRecord {
  base::Amount balance{};
  CardSn offline_sn = 0;
  CardSn online_sn = 0;
  std::uint32_t overdraft = 0;
};

PurseRecord load_purse(const Nvm& nvm, Purse purse);
void store_purse(Nvm& nvm, Purse purse, const PurseRecord& record);

// type1 SN2 MAC4 TAC4 of the last transaction
struct ProofRecord {
  TransactionType type = TransactionType::kLoadWallet;
  CardSn sn = 0;
  Mac4 mac{};
  Mac4 tac{};
};

std::optional<ProofRecord> load_proof(const Nvm& nvm);
void store_proof(Nvm& nvm, const ProofRecord& record);

// lockProof30 triesLeft1 sessionKey (8 or 16, none unless grey)
struct GreyRecord {
  LockProof proof{};
  Byte tries_left = kKeyTries;
  crypto::SecretBytes session_key{};
};

GreyRecord load_grey(const Nvm& nvm);
void store_grey(Nvm& nvm, const GreyRecord& record);

enum class PendingKind { kLoad, kPurchase, kGreyLock, kGreyUnlock };

// Left by INITIALIZE, taken by the very next command or lost.
struct Pending {
  PendingKind kind = PendingKind::kLoad;
  Purse purse = Purse::kWallet;
  purse::Order order{};
  Random4 random{};
  CardSn sn = 0;
  KeyIndex key_index = kFirstKey;
  crypto::SecretBytes session_key{};  // load and grey unlock; a debit's needs the terminal's number
};

class PurseState : public KindState {
 public:
  void next_command() override {
    now_ = std::move(next_);
    next_.reset();
  }

  void leave(Pending pending) { next_ = std::move(pending); }

  // nullptr unless the previous command left one of this kind.
  const Pending* taken(PendingKind kind) const {
    return now_ && now_->kind == kind ? &*now_ : nullptr;
  }

 private:
  std::optional<Pending> next_;
  std::optional<Pending> now_;
};

// The parts that every purse command shares.
inline constexpr CardSn kLastSn = 0xFFFF;  // 9402 from here on

// P2 of the commands that name a purse; the tables let 01 and 02 pass only.
inline Purse purse_of(const CommandApdu& command) {
  return static_cast<Purse>(command.p2);
}

Random4 draw_random(Context& card);

// 6985 while the purse is grey.
StatusWord check_not_grey(const Nvm& nvm);

// A deposit (ED) is debited after the PIN only; a wallet (EP) is not asked.
StatusWord check_debit_right(Context& card, Purse purse);

// Throws kNotFound (6A88) when the card has no TAC key.
Mac4 tac_of(Context& card, ByteView input);

// keyVersion1 algorithm1
Bytes key_answer(const FoundKey& key);

// Like check_with_key, 9302; the last wrong try blocks the application until it is unblocked.
StatusWord check_money_order(Context& card, KeyUse use, KeyIndex index, ByteView expected,
                             ByteView claimed);

}  // namespace card::chip

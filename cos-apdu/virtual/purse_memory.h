// What the purse application keeps: balances and numbers, the last proof, the grey lock; and what
// an INITIALIZE command leaves for the very next command.
#pragma once

#include <optional>
#include <utility>
#include <vector>

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

enum class PendingKind { kLoad, kUnload, kOverdraft, kDebit, kGreyLock, kGreyUnlock };

// One record of a composite purchase, written together with it.
struct RecordUpdate {
  Byte p1 = 0;  // as in UPDATE RECORD
  Byte p2 = 0;
  Bytes content;
};

// Left by INITIALIZE, taken by the very next command or lost.
struct Pending {
  PendingKind kind = PendingKind::kLoad;
  KeyUse use = KeyUse::kLoad;
  KeyIndex key_index = kFirstKey;
  Purse purse = Purse::kWallet;
  purse::Order order{};
  Random4 random{};
  CardSn sn = 0;
  crypto::SuiteId suite = crypto::SuiteId::kAes128;
  crypto::SecretBytes session_key{};  // online orders; a debit's needs the terminal's number
  std::vector<RecordUpdate> updates{};
};

class PurseState : public KindState {
 public:
  void next_command() override {
    now_ = std::move(next_);
    next_.reset();
  }

  void leave(Pending pending) { next_ = std::move(pending); }

  // nullopt unless the previous command left one of this kind.
  std::optional<Pending> take(PendingKind kind) {
    if (!now_ || now_->kind != kind) return std::nullopt;
    return std::exchange(now_, std::nullopt);
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

// 6985 while the purse is grey.
StatusWord check_not_grey(const Nvm& nvm);

// 6A82 unless the current directory holds the purse file (native cards always do), 6982 when its use
// right does not hold.
StatusWord check_purse(Context& card, Purse purse);

// check_purse; besides, a native card debits a deposit (ED) after the PIN only, a wallet (EP) is not
// asked.
StatusWord check_debit_right(Context& card, Purse purse);

// keyIndex1 amount4 terminal6, the purse from P2.
Pending read_order(const CommandApdu& command, PendingKind kind, KeyUse use, TransactionType type);

// keyIndex1 terminal6
Pending read_terminal(const CommandApdu& command, PendingKind kind, KeyUse use,
                      TransactionType type);

// Finds the order's key, draws, and opens its session. The key's status: 9403, 6983, and 9402 when
// the online number is the last.
FoundKey open_online(Context& card, const PurseRecord& record, Pending& pending);

// Leaves the order for the very next command and answers
//   head keyVersion1 algorithm1 random4 MAC1(4)
Answer offer_online(Context& card, Pending pending, const FoundKey& key, ByteView head,
                    ByteView mac1_input);

// The same for an offline debit or a grey lock, without a session yet:
//   balance4 offlineSN2 overdraft3 keyVersion1 algorithm1 random4
Answer offer_offline(Context& card, Pending pending, const PurseRecord& record);

// Throws kNotFound (6A88) when the card has no TAC key.
Mac4 tac_of(Context& card, ByteView input);

// The host's MAC2 of an online order, 9302; the last wrong try blocks the application until it is
// unblocked.
StatusWord check_host_mac(Context& card, const Pending& pending, ByteView expected,
                          ByteView claimed);

// The line of file 18.
void book(Context& card, const PurseRecord& after, CardSn sn_before, const purse::Order& order,
          const base::CardTime& at);

}  // namespace card::chip

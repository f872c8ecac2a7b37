// Commands of the user card's purse and grey lock, with typed answers. All throw kRefused with the
// status word in words, unless an answer type says otherwise.
#pragma once

#include <optional>
#include <vector>

#include "cos-apdu/purse.h"
#include "cos-apdu/session.h"

namespace card {

using KeyIndex = Byte;

inline constexpr KeyIndex kFirstKey = 0x01;

// What every INITIALIZE command answers about the key and the draw.
struct KeyAnswer {
  Byte version = 0;
  Byte algorithm = 0;
  Random4 random{};
};

// 80 50 00 p: balance4 onlineSN2 keyVersion1 algorithm1 random4 MAC1(4); needs the PIN, where the
// card has one.
struct InitLoadAnswer {
  base::Amount balance{};
  CardSn online_sn = 0;
  KeyAnswer key{};
  Mac4 mac1{};
};

InitLoadAnswer init_load(Session& session, Purse purse, KeyIndex key, base::Amount amount,
                         const TerminalNumber& terminal);

// 80 52 00 00: books the load and answers its TAC.
Mac4 credit_load(Session& session, const base::CardTime& at, const Mac4& mac2);

// 80 50 05 01: takes money back from the deposit, by order of the host; the answer is a load's.
InitLoadAnswer init_unload(Session& session, KeyIndex key, base::Amount amount,
                           const TerminalNumber& terminal);

// 80 54 03 00: MAC3, which proves to the host that the money has left the card.
Mac4 debit_for_unload(Session& session, const base::CardTime& at, const Mac4& mac2);

// 80 50 04 01: balance4 onlineSN2 oldLimit3 keyVersion1 algorithm1 random4 MAC1(4); refused (9403)
// by a card that has no overdraft key.
struct InitOverdraftAnswer {
  base::Amount balance{};  // with the old limit in it
  CardSn online_sn = 0;
  std::uint32_t old_limit = 0;
  KeyAnswer key{};
  Mac4 mac1{};
};

InitOverdraftAnswer init_overdraft(Session& session, KeyIndex key, const TerminalNumber& terminal);

// 80 58 00 00: the balance moves with the limit (three bytes, in fen); answers the TAC.
Mac4 update_overdraft(Session& session, std::uint32_t new_limit, const base::CardTime& at,
                      const Mac4& mac2);

// 80 50 01 p: balance4 offlineSN2 overdraft3 keyVersion1 algorithm1 random4; also of the grey lock.
struct InitDebitAnswer {
  base::Amount balance{};
  CardSn offline_sn = 0;
  std::uint32_t overdraft = 0;
  KeyAnswer key{};
};

InitDebitAnswer init_purchase(Session& session, Purse purse, KeyIndex key, base::Amount amount,
                              const TerminalNumber& terminal);

// 80 50 02 01: cash from the deposit, finished by `debit`.
InitDebitAnswer init_cash(Session& session, KeyIndex key, base::Amount amount,
                          const TerminalNumber& terminal);

// 80 50 03 02: a purchase that also writes records, finished by `debit`; MAC1 is over
// purse::composite_mac1_input.
InitDebitAnswer init_composite(Session& session, KeyIndex key, base::Amount amount,
                               const TerminalNumber& terminal);

// 80 DC record P2, right after init_composite or another of its kind: the record is written with
// the debit, or not at all.
void update_with_composite(Session& session, Byte sfi, Byte record, ByteView content);

// 80 CA 00 00: 85 UID4 UID4, the security identification code.
FixedBytes<9> get_security_code(Session& session);

struct DebitAnswer {
  Mac4 tac{};
  Mac4 mac2{};
};

// 80 54 01 00
DebitAnswer debit(Session& session, TerminalSn terminal_sn, const base::CardTime& at,
                  const Mac4& mac1);

// 80 5C 00 p
base::Amount get_balance(Session& session, Purse purse);

// 80 5A 00 type: MAC and TAC of the last transaction if it has this type and number: MAC2 of load,
// purchase and overdraft, MAC3 of unload and grey unlock (these have no TAC: zeros), GMAC of a debit
// for unlock. The number is the one before the transaction; of a debit for unlock the lock proof's.
struct TransactionProof {
  Mac4 mac{};
  Mac4 tac{};
};

std::optional<TransactionProof> get_transaction_proof(Session& session, TransactionType type,
                                                      CardSn sn);

// E0 7A 08 p
InitDebitAnswer init_grey_lock(Session& session, Purse purse, KeyIndex key,
                               const TerminalNumber& terminal);

struct GreyLockRequest {
  TerminalSn terminal_sn = 0;
  Random4 terminal_random{};
  base::CardTime at{};
  Mac4 mac1{};
};

struct GreyLockAnswer {
  Mac4 gtac{};
  Mac4 mac2{};
};

// E0 7C 08 00
GreyLockAnswer grey_lock(Session& session, const GreyLockRequest& request);

struct UnlockRequest {
  base::Amount amount{};  // zero: unlock only
  CardSn offline_sn = 0;  // as in the lock proof: the number at the lock + 1
  TerminalNumber terminal{};
  TerminalSn terminal_sn = 0;
  base::CardTime at{};
  Mac4 gmac{};
};

// E0 7E 08 p: the TAC. May be repeated with the same data when its answer was lost and the lock
// proof still says grey.
Mac4 debit_for_unlock(Session& session, Purse purse, const UnlockRequest& request);

enum class LockState : Byte { kClear = 0x00, kGrey = 0x01, kTacUnread = 0x10 };

// E0 CA 00 00: state1 type1 purse1 balance4 offlineSN2 terminal6 date4 time3, then amount4 TAC4, or
// MAC2(4) GTAC4 while grey. 30 bytes; all zero when the card was never locked.
struct LockProof {
  LockState state = LockState::kClear;
  Byte type = 0;
  Byte purse = 0;
  base::Amount balance{};
  CardSn offline_sn = 0;
  TerminalNumber terminal{};
  base::CardTime at{};
  base::Amount amount{};  // zero while grey
  Mac4 mac2{};            // while grey only
  Mac4 tac{};             // GTAC while grey
};

inline constexpr std::size_t kLockProofBytes = 30;

Bytes encode(const LockProof& proof);
LockProof decode_lock_proof(ByteView bytes);

// A card that answers 6985 was never locked.
LockProof get_lock_proof(Session& session);

// E0 CA 01 00: the TAC is safe, the next lock may come.
void clear_tac_unread(Session& session);

// E0 7A 09 p: balance4 offlineSN2 onlineSN2 keyVersion1 algorithm1 random4 MAC1(4)
struct InitGreyUnlockAnswer {
  base::Amount balance{};
  CardSn offline_sn = 0;
  CardSn online_sn = 0;
  KeyAnswer key{};
  Mac4 mac1{};
};

InitGreyUnlockAnswer init_grey_unlock(Session& session, Purse purse, KeyIndex key,
                                      const TerminalNumber& terminal);

// E0 7E 09 00: MAC3
Mac4 grey_unlock(Session& session, base::Amount amount, const base::CardTime& at, const Mac4& mac2);

// One line of file 18: SN2 overdraft3 amount4 type1 terminal6 date4 time3, 23 bytes. SN is the
// number after the transaction.
struct TransactionRecord {
  CardSn sn = 0;
  std::uint32_t overdraft = 0;
  base::Amount amount{};
  TransactionType type = TransactionType::kLoadWallet;
  TerminalNumber terminal{};
  base::CardTime at{};
  bool operator==(const TransactionRecord&) const = default;
};

inline constexpr std::size_t kTransactionRecordBytes = 23;

Bytes encode(const TransactionRecord& record);
TransactionRecord decode_transaction_record(ByteView bytes);

// Newest first, until the card says 6A83.
std::vector<TransactionRecord> read_transactions(Session& session);

}  // namespace card

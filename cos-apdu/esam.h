// Commands of the grey-lock side of a security module in a meter (ESAM), with typed answers.
#pragma once

#include <optional>

#include "cos-apdu/psam.h"
#include "cos-apdu/purse.h"
#include "cos-apdu/session.h"

namespace card {

// E0 40 00 00 1C: rnd4 offlineSN2 balance4 type1 date4 time3 keyVersion1 algorithm1 ASN8; exactly
// one diversification level (another length: 6700).
struct SamGreyLockRequest {
  Random4 card_random{};
  CardSn offline_sn = 0;
  base::Amount balance{};
  TransactionType type = TransactionType::kGreyLockWallet;
  base::CardTime at{};
  Byte key_version = 0;
  Byte algorithm = 0;
  FixedBytes<8> card_factor{};
};

struct SamGreyLockAnswer {
  TerminalSn terminal_sn = 0;
  Random4 terminal_random{};
  Mac4 mac1{};
};

// The draw is kept in the module over power loss: a pump runs for hours.
SamGreyLockAnswer init_sam_grey_lock(Session& session, const SamGreyLockRequest& request);

enum class Certification {
  kCertified,    // 9000
  kDoesNotHold,  // 9302: the card is not ours, or the answer is another lock's
  kAlreadyDone,  // 6901: GMAC was made before; ask get_gmac with terminalSN + 1
};

// E0 42 00 00: checks the card's MAC2.
Certification certify_sam_grey_lock(Session& session, const Mac4& mac2);

struct GreyDebit {
  TransactionType type = TransactionType::kUnlockWallet;
  FixedBytes<8> card_factor{};
  CardSn offline_sn = 0;  // of the lock proof, or of INITIALIZE: both are accepted
  base::Amount amount{};
};

struct GreyDebitAnswer {
  Mac4 gmac{};
  Mac4 sam_tac{};
};

// E0 44 00 00 0F: raises the terminal number by one; the pair is kept for get_gmac.
GreyDebitAnswer credit_sam_for_grey_debit(Session& session, const GreyDebit& debit);

// E0 46 00 00: the pair made with this terminal number (that of E0 40, plus one); nullopt (9406)
// when the module keeps another's.
std::optional<GreyDebitAnswer> get_gmac(Session& session, TerminalSn terminal_sn);

}  // namespace card

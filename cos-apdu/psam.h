// Commands of the desk's PSAM, with typed answers.
#pragma once

#include <functional>

#include "cos-apdu/card_commands.h"
#include "cos-apdu/purse.h"
#include "cos-apdu/session.h"

namespace card {

// 80 74 00 00 24: rnd4 onlineSN2 balance4 amount4 type1 date4 time3 keyVersion1 algorithm1 ASN8
// MAC1(4)
struct SamLoadRequest {
  Random4 card_random{};
  CardSn online_sn = 0;
  base::Amount balance{};
  base::Amount amount{};
  TransactionType type = TransactionType::kLoadWallet;
  base::CardTime at{};
  Byte key_version = 0;
  Byte algorithm = 0;
  FixedBytes<8> card_factor{};  // rightmost 8 bytes of the card number
  Mac4 mac1{};
};

// MAC2 for the card; the PSAM's own terminal number (file 16) is in it. The amount is charged to
// the ceiling before the answer; the very same request is answered again and charged once. Refused:
// 6982 no PIN, 9302 MAC1 (three in a row block the key, 6983), 9401 ceiling of money, 9402 count,
// 6985 outside the dates, 9403 key version.
Mac4 init_sam_for_load(Session& session, const SamLoadRequest& request);

// 80 76 00 00: keyVersion1 algorithm1 ASN8 TAC4 input(22–24); 9000, or 9302 with a counter (6983).
struct TacClaim {
  Byte key_version = 0;
  Byte algorithm = 0;
  FixedBytes<8> card_factor{};
  Mac4 tac{};
  Bytes input{};  // of purse::load_tac_input, debit_tac_input or grey_lock_tac_input
};

enum class Verdict { kHolds, kDoesNotHold };

Verdict verify_tac(Session& session, const TacClaim& claim);

// 80 70 00 00 1C: rnd4 SN2 amount4 type1 date4 time3 keyVersion1 algorithm1 ASN8; for a composite
// purchase (type 09, length 25) the card's security code9 behind it.
struct SamPurchaseRequest {
  Random4 card_random{};
  CardSn offline_sn = 0;
  base::Amount amount{};
  TransactionType type = TransactionType::kPurchaseWallet;
  base::CardTime at{};
  Byte key_version = 0;
  Byte algorithm = 0;
  FixedBytes<8> card_factor{};
  Bytes security_code{};  // of a card whose composite MAC1 has it; else empty
};

struct SamPurchaseAnswer {
  TerminalSn terminal_sn = 0;
  Mac4 mac1{};
};

SamPurchaseAnswer init_sam_for_purchase(Session& session, const SamPurchaseRequest& request);

// 80 72 00 00: checks the card's MAC2.
Verdict credit_sam_for_purchase(Session& session, const Mac4& mac2);

// 80 78 00 00: serial8 ceiling24 CMAC16 of a refresh order (layout/sam_files.h makes the first 32).
void refresh_ceiling(Session& session, ByteView message32, const FixedBytes<16>& mac);

// A desk's cryptogram over the PSAM's challenge: E(terminal key, challenge), made where the key is.
using TerminalProof = std::function<Bytes(ByteView challenge)>;

// 00 82 00 0B after GET CHALLENGE (8 bytes, in the suites of 16-byte blocks 16): a PSAM that is bound
// to its desk refuses every PIN (6982) until then. 63Cx a wrong proof, 6983 three in a row; throws
// kRefused (6A88) for a PSAM that is not bound.
PinAnswer authenticate_terminal(Session& session, crypto::SuiteId suite,
                                const TerminalProof& proof);

// 80 1A usage version: makes a temporary key in the module. The usage is levels x 20 (hex) + type:
// PSAM 23 PIN unblock and 25 application maintenance of the card `factor8`, ESAM 06 tool (MAC only)
// and 08 handheld with no factor.
void init_for_descrypt(Session& session, Byte usage, Byte version, ByteView factor8);

// 80 FA P1 00 under the temporary key: the cipher text, or the MAC with the last part.
//   00 encipher, 02 the same with more to follow; 05 one MAC, 07 03 01 its first, middle, last part;
//   the data of 05 and 07 begins with the initial value (tdes2: 8 bytes, else the 16-byte challenge).
//   With 16-byte blocks 04 enciphers, the data begins with the challenge.
Bytes des_crypt(Session& session, Byte p1, ByteView data);

}  // namespace card

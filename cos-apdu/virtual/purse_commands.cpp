// The command table of the user card.
#include "cos-apdu/user_card.h"
#include "cos-apdu/virtual/blocking.h"
#include "cos-apdu/virtual/grey_lock.h"
#include "cos-apdu/virtual/purse_acts.h"

namespace card::chip {
namespace {

constexpr Params deposit(Byte p1) {
  return exactly(p1, static_cast<Byte>(Purse::kDeposit));
}

constexpr Params wallet(Byte p1) {
  return exactly(p1, static_cast<Byte>(Purse::kWallet));
}

constexpr std::array kCommands = {
    // Card reference §3.3, §3.6.
    in_use(0x80, 0x50, deposit(0x00), "INITIALIZE FOR LOAD", {11, 11}, kPinGate, init_load),
    in_use(0x80, 0x50, wallet(0x00), "INITIALIZE FOR LOAD", {11, 11}, kPinGate, init_load),
    in_use(0x80, 0x52, exactly(0x00, 0x00), "CREDIT FOR LOAD", {11, 11}, kPinGate, credit_for_load),
    in_use(0x80, 0x50, deposit(0x05), "INITIALIZE FOR UNLOAD", {11, 11}, kPinGate, init_unload),
    in_use(0x80, 0x54, exactly(0x03, 0x00), "DEBIT FOR UNLOAD", {11, 11}, kPinGate,
           debit_for_unload),
    in_use(0x80, 0x50, deposit(0x04), "INITIALIZE FOR UPDATE", {7, 7}, kPinGate, init_overdraft),
    in_use(0x80, 0x58, exactly(0x00, 0x00), "UPDATE OVERDRAW LIMIT", {14, 14}, kPinGate,
           update_overdraft),
    // §3.4, §3.5.
    in_use(0x80, 0x50, deposit(0x01), "INITIALIZE FOR PURCHASE", {11, 11}, kNoGate, init_purchase),
    in_use(0x80, 0x50, wallet(0x01), "INITIALIZE FOR PURCHASE", {11, 11}, kNoGate, init_purchase),
    in_use(0x80, 0x50, deposit(0x02), "INITIALIZE FOR CASH WITHDRAW", {11, 11}, kPinGate,
           init_cash),
    in_use(0x80, 0x50, wallet(0x03), "INITIALIZE FOR COMPOSITE PURCHASE", {11, 11}, kNoGate,
           init_composite),
    in_use(0x80, 0xDC, any_params(), "UPDATE RECORD with composite purchase", {1, 255}, kNoGate,
           update_with_composite),
    in_use(0x80, 0x54, exactly(0x01, 0x00), "DEBIT FOR PURCHASE", {15, 15}, kNoGate,
           debit_for_purchase),
    also_blocked(in_use(0x80, 0xCA, exactly(0x00, 0x00), "GET DATA security code", {0, 0}, kNoGate,
                        get_security_code)),
    // §3.7.
    in_use(0x80, 0x5C, deposit(0x00), "GET BALANCE", {0, 0}, kNoGate, get_balance),
    in_use(0x80, 0x5C, wallet(0x00), "GET BALANCE", {0, 0}, kNoGate, get_balance),
    in_use(0x80, 0x5A, any_p2(0x00), "GET TRANSACTION PROVE", {2, 2}, kNoGate,
           get_transaction_proof),
    // §5.
    in_use(0xE0, 0x7A, deposit(0x08), "INITIALIZE FOR GREY LOCK", {7, 7}, kNoGate, init_grey_lock),
    in_use(0xE0, 0x7A, wallet(0x08), "INITIALIZE FOR GREY LOCK", {7, 7}, kNoGate, init_grey_lock),
    in_use(0xE0, 0x7C, exactly(0x08, 0x00), "GREY LOCK", {19, 19}, kNoGate, grey_lock),
    in_use(0xE0, 0x7E, deposit(0x08), "DEBIT FOR UNLOCK", {27, 27}, kNoGate, debit_for_unlock),
    in_use(0xE0, 0x7E, wallet(0x08), "DEBIT FOR UNLOCK", {27, 27}, kNoGate, debit_for_unlock),
    also_blocked(
        in_use(0xE0, 0xCA, exactly(0x00, 0x00), "GET LOCK PROOF", {0, 0}, kNoGate, get_lock_proof)),
    in_use(0xE0, 0xCA, exactly(0x01, 0x00), "CLEAR TAC FLAG", {0, 0}, kNoGate, clear_tac_flag),
    in_use(0xE0, 0x7A, deposit(0x09), "INITIALIZE FOR GREY UNLOCK", {7, 7}, kPinGate,
           init_grey_unlock),
    in_use(0xE0, 0x7A, wallet(0x09), "INITIALIZE FOR GREY UNLOCK", {7, 7}, kPinGate,
           init_grey_unlock),
    in_use(0xE0, 0x7E, exactly(0x09, 0x00), "GREY UNLOCK", {15, 15}, kPinGate, grey_unlock),
    // §3.1.
    also_blocked(
        in_use(0x84, 0x16, exactly(0x00, 0x00), "CARD BLOCK", {4, 8}, kChallengeGate, card_block)),
    also_blocked(in_use(0x84, 0x18, exactly(0x00, 0x00), "APPLICATION UNBLOCK", {4, 8},
                        kChallengeGate, application_unblock)),
    in_use(0x84, 0x1E, exactly(0x00, 0x00), "APPLICATION BLOCK", {4, 8}, kChallengeGate,
           application_block),
    also_blocked(in_use(0x84, 0x1E, exactly(0x00, 0x01), "APPLICATION BLOCK for ever", {4, 8},
                        kChallengeGate, application_block_for_ever)),
    in_use(0x84, 0x24, any_params(), "PIN UNBLOCK", {12, 24}, kChallengeGate, pin_unblock),
    in_use(0x80, 0x5E, exactly(0x00, 0x00), "RELOAD PIN", {6, 12}, kNoGate, reload_pin),
};

}  // namespace

CommandTable user_card_commands() {
  return kCommands;
}

}  // namespace card::chip

// Load and purchase (card reference §3.3, §3.4, §3.7), and the command table of the user card.
#include "cos-apdu/virtual/blocking.h"
#include "cos-apdu/virtual/files.h"
#include "cos-apdu/virtual/grey_lock.h"
#include "cos-apdu/virtual/pin.h"
#include "cos-apdu/virtual/purse_memory.h"

namespace card::chip {
namespace {

struct InitRequest {
  Byte key_index = 0;
  purse::Order order;
};

// keyIndex1 amount4 terminal6
InitRequest read_init(const CommandApdu& command, TransactionType type) {
  base::Reader in(command.data, "INITIALIZE");
  InitRequest request;
  request.key_index = in.u8();
  request.order.amount = base::Amount::of_card(in.take(4));
  request.order.type = type;
  request.order.terminal = in.fixed<6>();
  return request;
}

void record_transaction(Context& card, CardSn sn_after, const PurseRecord& purse,
                        const purse::Order& order, const base::CardTime& at) {
  append_detail(card, encode(TransactionRecord{.sn = sn_after,
                                               .overdraft = purse.overdraft,
                                               .amount = order.amount,
                                               .type = order.type,
                                               .terminal = order.terminal,
                                               .at = at}));
}

Answer init_load(Context& card, const CommandApdu& command) {
  const Purse which = purse_of(command);
  const auto request = read_init(command, type_for(which, TransactionType::kLoadDeposit));
  if (const auto word = check_not_grey(card.nvm); !word.is_ok()) return refused(word);
  const auto key = find_key(card, KeyUse::kLoad, request.key_index);
  if (!key.is_ok()) return refused(key.status);
  const auto record = load_purse(card.nvm, which);
  if (record.online_sn == kLastSn) return refused(status::kCounterAtMaximum);
  if (record.balance.fen() + request.order.amount.fen() > base::Amount::kMostOnCard)
    return refused(status::kConditionNotSatisfied);
  Pending pending{.kind = PendingKind::kLoad,
                  .purse = which,
                  .order = request.order,
                  .random = draw_random(card),
                  .sn = record.online_sn,
                  .key_index = request.key_index};
  pending.session_key =
      purse::online_session_key(key.suite, key.key, pending.random, record.online_sn);
  const auto mac1 = crypto::mac4(key.suite, pending.session_key,
                                 purse::load_mac1_input(record.balance, request.order));
  base::Writer out;
  out.bytes(record.balance.card_bytes()).u16(record.online_sn).bytes(key_answer(key));
  out.bytes(pending.random).bytes(mac1);
  card.ram.of<PurseState>().leave(std::move(pending));
  return done(out.take());
}

Answer credit_for_load(Context& card, const CommandApdu& command) {
  const Pending* pending = card.ram.of<PurseState>().taken(PendingKind::kLoad);
  if (pending == nullptr) return refused(status::kConditionNotSatisfied);
  base::Reader in(command.data, "CREDIT FOR LOAD");
  const auto at = take_card_time(in);
  const auto suite = find_key(card, KeyUse::kLoad, pending->key_index).suite;
  const auto mac2 =
      crypto::mac4(suite, pending->session_key, purse::load_mac2_input(pending->order, at));
  const StatusWord word =
      check_money_order(card, KeyUse::kLoad, pending->key_index, mac2, in.take(4));
  if (!word.is_ok()) return refused(word);
  auto record = load_purse(card.nvm, pending->purse);
  record.balance = record.balance.plus(pending->order.amount);
  ++record.online_sn;
  store_purse(card.nvm, pending->purse, record);
  record_transaction(card, record.online_sn, record, pending->order, at);
  const auto tac =
      tac_of(card, purse::load_tac_input(record.balance, pending->sn, pending->order, at));
  store_proof(card.nvm, {pending->order.type, pending->sn, mac2, tac});
  return done({tac.begin(), tac.end()});
}

Answer init_purchase(Context& card, const CommandApdu& command) {
  const Purse which = purse_of(command);
  const auto request = read_init(command, type_for(which, TransactionType::kPurchaseDeposit));
  if (const auto word = check_debit_right(card, which); !word.is_ok()) return refused(word);
  if (const auto word = check_not_grey(card.nvm); !word.is_ok()) return refused(word);
  const auto key = find_key(card, KeyUse::kPurchase, request.key_index);
  if (!key.is_ok()) return refused(key.status);
  const auto record = load_purse(card.nvm, which);
  if (record.offline_sn == kLastSn) return refused(status::kCounterAtMaximum);
  if (request.order.amount > record.balance) return refused(status::kNotEnoughMoney);
  Pending pending{.kind = PendingKind::kPurchase,
                  .purse = which,
                  .order = request.order,
                  .random = draw_random(card),
                  .sn = record.offline_sn,
                  .key_index = request.key_index,
                  .session_key = {}};
  base::Writer out;
  out.bytes(record.balance.card_bytes()).u16(record.offline_sn).u24(record.overdraft);
  out.bytes(key_answer(key)).bytes(pending.random);
  card.ram.of<PurseState>().leave(std::move(pending));
  return done(out.take());
}

Answer debit_for_purchase(Context& card, const CommandApdu& command) {
  const Pending* pending = card.ram.of<PurseState>().taken(PendingKind::kPurchase);
  if (pending == nullptr) return refused(status::kConditionNotSatisfied);
  base::Reader in(command.data, "DEBIT FOR PURCHASE");
  const TerminalSn terminal_sn = in.u32();
  const auto at = take_card_time(in);
  const auto key = find_key(card, KeyUse::kPurchase, pending->key_index);
  if (!key.is_ok()) return refused(key.status);
  const auto session =
      purse::purchase_session_key(key.suite, key.key, pending->random, pending->sn, terminal_sn);
  const auto mac1 = crypto::mac4(key.suite, session, purse::debit_mac1_input(pending->order, at));
  if (!base::equal_in_constant_time(mac1, in.take(4))) return refused(status::kMacInvalid);
  auto record = load_purse(card.nvm, pending->purse);
  record.balance = record.balance.minus(pending->order.amount);
  ++record.offline_sn;
  store_purse(card.nvm, pending->purse, record);
  record_transaction(card, record.offline_sn, record, pending->order, at);
  const auto mac2 =
      crypto::mac4(key.suite, session, purse::debit_mac2_input(pending->order.amount));
  const auto tac = tac_of(card, purse::debit_tac_input(pending->order, terminal_sn, at));
  store_proof(card.nvm, {pending->order.type, pending->sn, mac2, tac});
  return done(base::concat({tac, mac2}));
}

Answer get_balance(Context& card, const CommandApdu& command) {
  const Purse which = purse_of(command);
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

// P2: 01 deposit, 02 wallet.
constexpr std::array kCommands = {
    // Card reference §3.3, §3.4, §3.7.
    Command{0x80,
            0x50,
            exactly(0x00, 0x01),
            "INITIALIZE FOR LOAD",
            {11, 11},
            kInUse,
            kPinGate,
            init_load},
    Command{0x80,
            0x50,
            exactly(0x00, 0x02),
            "INITIALIZE FOR LOAD",
            {11, 11},
            kInUse,
            kPinGate,
            init_load},
    Command{0x80,
            0x52,
            exactly(0x00, 0x00),
            "CREDIT FOR LOAD",
            {11, 11},
            kInUse,
            kPinGate,
            credit_for_load},
    Command{0x80,
            0x50,
            exactly(0x01, 0x01),
            "INITIALIZE FOR PURCHASE",
            {11, 11},
            kInUse,
            kNoGate,
            init_purchase},
    Command{0x80,
            0x50,
            exactly(0x01, 0x02),
            "INITIALIZE FOR PURCHASE",
            {11, 11},
            kInUse,
            kNoGate,
            init_purchase},
    Command{0x80,
            0x54,
            exactly(0x01, 0x00),
            "DEBIT FOR PURCHASE",
            {15, 15},
            kInUse,
            kNoGate,
            debit_for_purchase},
    Command{0x80, 0x5C, exactly(0x00, 0x01), "GET BALANCE", {0, 0}, kInUse, kNoGate, get_balance},
    Command{0x80, 0x5C, exactly(0x00, 0x02), "GET BALANCE", {0, 0}, kInUse, kNoGate, get_balance},
    Command{0x80,
            0x5A,
            any_p2(0x00),
            "GET TRANSACTION PROVE",
            {2, 2},
            kInUse,
            kNoGate,
            get_transaction_proof},
    // §5.
    Command{0xE0,
            0x7A,
            exactly(0x08, 0x01),
            "INITIALIZE FOR GREY LOCK",
            {7, 7},
            kInUse,
            kNoGate,
            init_grey_lock},
    Command{0xE0,
            0x7A,
            exactly(0x08, 0x02),
            "INITIALIZE FOR GREY LOCK",
            {7, 7},
            kInUse,
            kNoGate,
            init_grey_lock},
    Command{0xE0, 0x7C, exactly(0x08, 0x00), "GREY LOCK", {19, 19}, kInUse, kNoGate, grey_lock},
    Command{0xE0,
            0x7E,
            exactly(0x08, 0x01),
            "DEBIT FOR UNLOCK",
            {27, 27},
            kInUse,
            kNoGate,
            debit_for_unlock},
    Command{0xE0,
            0x7E,
            exactly(0x08, 0x02),
            "DEBIT FOR UNLOCK",
            {27, 27},
            kInUse,
            kNoGate,
            debit_for_unlock},
    Command{0xE0,
            0xCA,
            exactly(0x00, 0x00),
            "GET LOCK PROOF",
            {0, 0},
            kInUse | kWhileBlocked,
            kNoGate,
            get_lock_proof},
    Command{
        0xE0, 0xCA, exactly(0x01, 0x00), "CLEAR TAC FLAG", {0, 0}, kInUse, kNoGate, clear_tac_flag},
    Command{0xE0,
            0x7A,
            exactly(0x09, 0x01),
            "INITIALIZE FOR GREY UNLOCK",
            {7, 7},
            kInUse,
            kPinGate,
            init_grey_unlock},
    Command{0xE0,
            0x7A,
            exactly(0x09, 0x02),
            "INITIALIZE FOR GREY UNLOCK",
            {7, 7},
            kInUse,
            kPinGate,
            init_grey_unlock},
    Command{
        0xE0, 0x7E, exactly(0x09, 0x00), "GREY UNLOCK", {15, 15}, kInUse, kPinGate, grey_unlock},
    // §3.1.
    Command{0x84,
            0x16,
            exactly(0x00, 0x00),
            "CARD BLOCK",
            {4, 8},
            kInUse | kWhileBlocked,
            kChallengeGate,
            card_block},
    Command{0x84,
            0x18,
            exactly(0x00, 0x00),
            "APPLICATION UNBLOCK",
            {4, 8},
            kInUse | kWhileBlocked,
            kChallengeGate,
            application_unblock},
    Command{0x84,
            0x1E,
            exactly(0x00, 0x00),
            "APPLICATION BLOCK",
            {4, 8},
            kInUse,
            kChallengeGate,
            application_block},
    Command{0x84,
            0x1E,
            exactly(0x00, 0x01),
            "APPLICATION BLOCK for ever",
            {4, 8},
            kInUse | kWhileBlocked,
            kChallengeGate,
            application_block_for_ever},
    Command{0x84,
            0x24,
            exactly(0x00, 0x00),
            "PIN UNBLOCK",
            {12, 24},
            kInUse,
            kChallengeGate,
            pin_unblock},
    Command{0x80, 0x5E, exactly(0x00, 0x00), "RELOAD PIN", {6, 12}, kInUse, kNoGate, reload_pin},
};

}  // namespace

CommandTable user_card_commands() {
  return kCommands;
}

}  // namespace card::chip

// The grey-lock family of the user card.
#include "cos-apdu/virtual/grey_lock.h"

#include "cos-apdu/virtual/files.h"
#include "cos-apdu/virtual/purse_memory.h"
#include "cos-apdu/virtual/records.h"

namespace card::chip {
namespace {

// keyIndex1 terminal6
KeyIndex read_init(const CommandApdu& command, purse::Order& order) {
  base::Reader in(command.data, "INITIALIZE");
  const KeyIndex index = in.u8();
  order.terminal = in.fixed<6>();
  return index;
}

void record_debit(Context& card, const LockProof& proof, const PurseRecord& purse, CardSn sn) {
  append_detail(card, encode(TransactionRecord{.sn = sn,
                                               .overdraft = purse.overdraft,
                                               .amount = proof.amount,
                                               .type = static_cast<TransactionType>(proof.type),
                                               .terminal = proof.terminal,
                                               .at = proof.at}));
}

struct UnlockData {
  base::Amount amount;
  CardSn offline_sn = 0;
  TerminalNumber terminal{};
  TerminalSn terminal_sn = 0;
  base::CardTime at;
  Mac4 gmac{};
};

UnlockData read_unlock(const CommandApdu& command) {
  base::Reader in(command.data, "DEBIT FOR UNLOCK");
  UnlockData data;
  data.amount = base::Amount::of_card(in.take(4));
  data.offline_sn = in.u16();
  data.terminal = in.fixed<6>();
  data.terminal_sn = in.u32();
  data.at = take_card_time(in);
  data.gmac = in.fixed<4>();
  return data;
}

// In the order of card reference §5.3; GMAC last, counted down before it is looked at.
StatusWord judge_unlock(Context& card, GreyRecord& grey, const CommandApdu& command,
                        const UnlockData& data) {
  if (grey.proof.state != LockState::kGrey) return status::kConditionNotSatisfied;
  if (grey.proof.purse != command.p2) return status::kWrongP1P2;
  if (data.offline_sn != grey.proof.offline_sn) return status::kProofNotAvailable;
  if (data.amount > grey.proof.balance) return status::kNotEnoughMoney;
  if (grey.tries_left == 0) return status::kAuthenticationBlocked;
  --grey.tries_left;
  store_grey(card.nvm, grey);
  card.commit_now();
  const auto suite = card.suite();
  const auto gmac = crypto::mac4(suite, grey.session_key, purse::gmac_input(data.amount));
  if (base::equal_in_constant_time(gmac, data.gmac)) return status::kOk;
  if (grey.tries_left == 0) {
    card.nvm.put(record::kBlocked, Bytes{0x01});
    card.commit_now();
  }
  return status::kMacInvalid;
}

}  // namespace

Answer init_grey_lock(Context& card, const CommandApdu& command) {
  const Purse which = purse_of(command);
  purse::Order order{.amount = {}, .type = type_for(which, TransactionType::kGreyLockDeposit)};
  if (const auto word = check_debit_right(card, which); !word.is_ok()) return refused(word);
  if (load_grey(card.nvm).proof.state != LockState::kClear)
    return refused(status::kConditionNotSatisfied);
  const KeyIndex index = read_init(command, order);
  const auto key = find_key(card, KeyUse::kPurchase, index);
  if (!key.is_ok()) return refused(key.status);
  const auto record = load_purse(card.nvm, which);
  if (record.offline_sn == kLastSn) return refused(status::kCounterAtMaximum);
  Pending pending{.kind = PendingKind::kGreyLock,
                  .purse = which,
                  .order = order,
                  .random = draw_random(card),
                  .sn = record.offline_sn,
                  .key_index = index,
                  .session_key = {}};
  base::Writer out;
  out.bytes(record.balance.card_bytes()).u16(record.offline_sn).u24(record.overdraft);
  out.bytes(key_answer(key)).bytes(pending.random);
  card.ram.of<PurseState>().leave(std::move(pending));
  return done(out.take());
}

Answer grey_lock(Context& card, const CommandApdu& command) {
  const Pending* pending = card.ram.of<PurseState>().taken(PendingKind::kGreyLock);
  if (pending == nullptr) return refused(status::kConditionNotSatisfied);
  base::Reader in(command.data, "GREY LOCK");
  purse::GreyLockDraw draw{.card_random = pending->random, .offline_sn = pending->sn};
  draw.terminal_sn = in.u32();
  draw.terminal_random = in.fixed<4>();
  const auto at = take_card_time(in);
  const auto key = find_key(card, KeyUse::kPurchase, pending->key_index);
  if (!key.is_ok()) return refused(key.status);
  const auto& order = pending->order;
  GreyRecord grey;
  grey.session_key = purse::grey_session_key(key.suite, key.key, draw);
  const auto mac1 = crypto::mac4(key.suite, grey.session_key,
                                 purse::grey_lock_mac1_input(order.type, order.terminal, at));
  if (!base::equal_in_constant_time(mac1, in.take(4))) return refused(status::kMacInvalid);
  auto record = load_purse(card.nvm, pending->purse);
  grey.proof = {.state = LockState::kGrey,
                .type = byte_of(order.type),
                .purse = static_cast<Byte>(pending->purse),
                .balance = record.balance,
                .offline_sn = static_cast<CardSn>(pending->sn + 1),
                .terminal = order.terminal,
                .at = at};
  grey.proof.mac2 = crypto::mac4(key.suite, grey.session_key,
                                 purse::grey_lock_mac2_input(record.balance, pending->sn));
  grey.proof.tac = tac_of(card, purse::grey_lock_tac_input(record.balance, pending->sn, order.type,
                                                           order.terminal, draw.terminal_sn, at));
  ++record.offline_sn;
  store_purse(card.nvm, pending->purse, record);
  store_grey(card.nvm, grey);
  return done(base::concat({grey.proof.tac, grey.proof.mac2}));
}

Answer debit_for_unlock(Context& card, const CommandApdu& command) {
  const auto data = read_unlock(command);
  auto grey = load_grey(card.nvm);
  const StatusWord word = judge_unlock(card, grey, command, data);
  if (!word.is_ok()) return refused(word);
  const Purse which = purse_of(command);
  auto record = load_purse(card.nvm, which);
  record.balance = record.balance.minus(data.amount);
  const purse::Order order{.amount = data.amount,
                           .type = type_for(which, TransactionType::kUnlockDeposit),
                           .terminal = data.terminal};
  GreyRecord settled;
  settled.proof = {.state = LockState::kTacUnread,
                   .type = byte_of(order.type),
                   .purse = command.p2,
                   .balance = record.balance,
                   .offline_sn = data.offline_sn,
                   .terminal = data.terminal,
                   .at = data.at,
                   .amount = data.amount};
  settled.proof.tac = tac_of(card, purse::debit_tac_input(order, data.terminal_sn, data.at));
  store_purse(card.nvm, which, record);
  store_grey(card.nvm, settled);
  record_debit(card, settled.proof, record, data.offline_sn);
  store_proof(card.nvm, {order.type, data.offline_sn, data.gmac, settled.proof.tac});
  return done({settled.proof.tac.begin(), settled.proof.tac.end()});
}

Answer get_lock_proof(Context& card, const CommandApdu&) {
  return done(encode(load_grey(card.nvm).proof));
}

Answer clear_tac_flag(Context& card, const CommandApdu&) {
  auto grey = load_grey(card.nvm);
  if (grey.proof.state == LockState::kGrey) return refused(status::kConditionNotSatisfied);
  if (grey.proof.state == LockState::kClear) return done();
  grey.proof.state = LockState::kClear;
  store_grey(card.nvm, grey);
  return done();
}

Answer init_grey_unlock(Context& card, const CommandApdu& command) {
  const Purse which = purse_of(command);
  const auto proof = load_grey(card.nvm).proof;
  if (proof.state != LockState::kGrey || proof.purse != command.p2)
    return refused(status::kConditionNotSatisfied);
  Pending pending{.kind = PendingKind::kGreyUnlock, .purse = which};
  pending.order.type = type_for(which, TransactionType::kGreyUnlockDeposit);
  pending.key_index = read_init(command, pending.order);
  const auto key = find_key(card, KeyUse::kGreyUnlock, pending.key_index);
  if (!key.is_ok()) return refused(key.status);
  const auto record = load_purse(card.nvm, which);
  if (record.online_sn == kLastSn) return refused(status::kCounterAtMaximum);
  pending.random = draw_random(card);
  pending.sn = record.online_sn;
  pending.session_key = purse::online_session_key(key.suite, key.key, pending.random, pending.sn);
  const auto mac1 =
      crypto::mac4(key.suite, pending.session_key,
                   purse::grey_unlock_mac1_input(record.balance, record.offline_sn,
                                                 pending.order.type, pending.order.terminal));
  base::Writer out;
  out.bytes(record.balance.card_bytes()).u16(record.offline_sn).u16(record.online_sn);
  out.bytes(key_answer(key)).bytes(pending.random).bytes(mac1);
  card.ram.of<PurseState>().leave(std::move(pending));
  return done(out.take());
}

Answer grey_unlock(Context& card, const CommandApdu& command) {
  const Pending* pending = card.ram.of<PurseState>().taken(PendingKind::kGreyUnlock);
  if (pending == nullptr) return refused(status::kConditionNotSatisfied);
  base::Reader in(command.data, "GREY UNLOCK");
  purse::Order order = pending->order;
  order.amount = base::Amount::of_card(in.take(4));
  const auto at = take_card_time(in);
  auto record = load_purse(card.nvm, pending->purse);
  if (order.amount > record.balance) return refused(status::kNotEnoughMoney);
  const auto suite = find_key(card, KeyUse::kGreyUnlock, pending->key_index).suite;
  const auto mac2 =
      crypto::mac4(suite, pending->session_key, purse::grey_unlock_mac2_input(order, at));
  const StatusWord word =
      check_money_order(card, KeyUse::kGreyUnlock, pending->key_index, mac2, in.take(4));
  if (!word.is_ok()) return refused(word);
  record.balance = record.balance.minus(order.amount);
  ++record.online_sn;
  const auto mac3 =
      crypto::mac4(suite, pending->session_key,
                   purse::grey_unlock_mac3_input(record.balance, pending->sn, order, at));
  GreyRecord released;
  released.proof = {.state = LockState::kClear,
                    .type = byte_of(order.type),
                    .purse = static_cast<Byte>(pending->purse),
                    .balance = record.balance,
                    .offline_sn = record.offline_sn,
                    .terminal = order.terminal,
                    .at = at,
                    .amount = order.amount};
  released.proof.tac = mac3;
  store_purse(card.nvm, pending->purse, record);
  store_grey(card.nvm, released);
  record_debit(card, released.proof, record, record.online_sn);
  store_proof(card.nvm, {order.type, pending->sn, mac2, mac3});
  return done({mac3.begin(), mac3.end()});
}

}  // namespace card::chip

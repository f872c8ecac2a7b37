// The grey-lock family of the user card.
#include "cos-apdu/virtual/grey_lock.h"

#include "cos-apdu/virtual/cos_choice.h"
#include "cos-apdu/virtual/purse_memory.h"
#include "cos-apdu/virtual/records.h"

namespace card::chip {
namespace {

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

// In the order of card reference §5.3; GMAC last, counted down before it is looked at. The last try
// blocks in the commit that counts it: a cut must not part the two.
StatusWord judge_unlock(Context& card, GreyRecord& grey, const CommandApdu& command,
                        const UnlockData& data) {
  if (grey.proof.state != LockState::kGrey) return status::kConditionNotSatisfied;
  if (grey.proof.purse != command.p2) return status::kWrongP1P2;
  if (data.offline_sn != grey.proof.offline_sn) return status::kProofNotAvailable;
  if (data.amount > grey.proof.balance) return status::kNotEnoughMoney;
  if (grey.tries_left == 0) return status::kAuthenticationBlocked;
  --grey.tries_left;
  store_grey(card.nvm, grey);
  const bool is_last = grey.tries_left == 0;
  if (is_last) card.nvm.put(record::kBlocked, Bytes{0x01});
  card.commit_now();
  const auto suite = card.suite();
  const auto gmac = crypto::mac4(suite, grey.session_key, purse::gmac_input(data.amount));
  if (!base::equal_in_constant_time(gmac, data.gmac)) return status::kMacInvalid;
  if (is_last) card.nvm.erase(record::kBlocked);
  return status::kOk;
}

bool may_be_locked(const Nvm& nvm) {
  switch (load_grey(nvm).proof.state) {
    case LockState::kClear:
      return true;
    case LockState::kGrey:
      return false;
    case LockState::kTacUnread:
      return cos_choice<TacUnreadLock>(nvm) == TacUnreadLock::kAllowed;
  }
  return false;
}

Bytes gtac_input(const Nvm& nvm, const LockProof& lock, CardSn sn_before, TerminalSn terminal_sn) {
  const auto type = static_cast<TransactionType>(lock.type);
  if (cos_choice<GtacInput>(nvm) == GtacInput::kAmountZero)
    return purse::debit_tac_input({.amount = {}, .type = type, .terminal = lock.terminal},
                                  terminal_sn, lock.at);
  return purse::grey_lock_tac_input(lock.balance, sn_before, type, lock.terminal, terminal_sn,
                                    lock.at);
}

}  // namespace

Answer init_grey_lock(Context& card, const CommandApdu& command) {
  const Purse which = purse_of(command);
  if (const auto word = check_debit_right(card, which); !word.is_ok()) return refused(word);
  if (!may_be_locked(card.nvm)) return refused(status::kConditionNotSatisfied);
  return offer_offline(card,
                       read_terminal(command, PendingKind::kGreyLock, KeyUse::kPurchase,
                                     type_for(which, TransactionType::kGreyLockDeposit)),
                       load_purse(card.nvm, which));
}

Answer grey_lock(Context& card, const CommandApdu& command) {
  const auto pending = card.ram.of<PurseState>().take(PendingKind::kGreyLock);
  if (!pending) return refused(status::kConditionNotSatisfied);
  base::Reader in(command.data, "GREY LOCK");
  purse::GreyLockDraw draw{.card_random = pending->random, .offline_sn = pending->sn};
  draw.terminal_sn = in.u32();
  draw.terminal_random = in.fixed<4>();
  const auto at = take_card_time(in);
  const auto key = find_key(card, pending->use, pending->key_index);
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
  grey.proof.mac2 = crypto::mac4(
      key.suite, grey.session_key,
      purse::grey_lock_mac2_input(record.balance, pending->sn, cos_choice<GreyMac2Sn>(card.nvm)));
  grey.proof.tac = tac_of(card, gtac_input(card.nvm, grey.proof, pending->sn, draw.terminal_sn));
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
  book(card, record, static_cast<CardSn>(data.offline_sn - 1), order, data.at);
  store_proof(card.nvm, {order.type, data.offline_sn, data.gmac, settled.proof.tac});
  return done({settled.proof.tac.begin(), settled.proof.tac.end()});
}

Answer get_lock_proof(Context& card, const CommandApdu&) {
  const bool never = !card.nvm.holds(record::kGreyLock);
  if (never && cos_choice<NeverLocked>(card.nvm) == NeverLocked::kRefused)
    return refused(status::kConditionNotSatisfied);
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
  auto pending = read_terminal(command, PendingKind::kGreyUnlock, KeyUse::kGreyUnlock,
                               type_for(which, TransactionType::kGreyUnlockDeposit));
  const auto record = load_purse(card.nvm, which);
  const auto key = open_online(card, record, pending);
  if (!key.is_ok()) return refused(key.status);
  const Bytes mac1_input = purse::grey_unlock_mac1_input(
      record.balance, record.offline_sn, pending.order.type, pending.order.terminal);
  base::Writer head;
  head.bytes(record.balance.card_bytes()).u16(record.offline_sn).u16(record.online_sn);
  return offer_online(card, std::move(pending), key, head.view(), mac1_input);
}

Answer grey_unlock(Context& card, const CommandApdu& command) {
  const auto pending = card.ram.of<PurseState>().take(PendingKind::kGreyUnlock);
  if (!pending) return refused(status::kConditionNotSatisfied);
  base::Reader in(command.data, "GREY UNLOCK");
  purse::Order order = pending->order;
  order.amount = base::Amount::of_card(in.take(4));
  const auto at = take_card_time(in);
  auto record = load_purse(card.nvm, pending->purse);
  if (order.amount > record.balance) return refused(status::kNotEnoughMoney);
  const auto mac2 =
      crypto::mac4(pending->suite, pending->session_key, purse::grey_unlock_mac2_input(order, at));
  const StatusWord word = check_host_mac(card, *pending, mac2, in.take(4));
  if (!word.is_ok()) return refused(word);
  record.balance = record.balance.minus(order.amount);
  ++record.online_sn;
  const auto mac3 =
      crypto::mac4(pending->suite, pending->session_key,
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
  book(card, record, pending->sn, order, at);
  store_proof(card.nvm, {order.type, pending->sn, mac3, {}});
  return done({mac3.begin(), mac3.end()});
}

}  // namespace card::chip

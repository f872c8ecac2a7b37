// Load, unload and overdraft limit: orders of a host that knows the card's key.
#include "cos-apdu/virtual/purse_acts.h"
#include "cos-apdu/virtual/purse_memory.h"

namespace card::chip {
namespace {

// balance4 onlineSN2
base::Writer head_of(const PurseRecord& record) {
  base::Writer head;
  head.bytes(record.balance.card_bytes()).u16(record.online_sn);
  return head;
}

Answer offer(Context& card, const PurseRecord& record, Pending pending) {
  const auto key = open_online(card, record, pending);
  if (!key.is_ok()) return refused(key.status);
  const Bytes mac1_input = purse::load_mac1_input(record.balance, pending.order);
  return offer_online(card, std::move(pending), key, head_of(record).view(), mac1_input);
}

// The balance holds the overdraft limit, so it moves with it; nullopt when it would fall below
// zero.
std::optional<base::Amount> balance_under(const PurseRecord& record, std::uint32_t new_limit) {
  const std::int64_t fen = record.balance.fen() + new_limit - record.overdraft;
  if (fen < 0) return std::nullopt;
  return base::Amount::fen(fen);
}

}  // namespace

Answer init_load(Context& card, const CommandApdu& command) {
  const auto type = type_for(purse_of(command), TransactionType::kLoadDeposit);
  auto pending = read_order(command, PendingKind::kLoad, KeyUse::kLoad, type);
  if (const auto word = check_not_grey(card.nvm); !word.is_ok()) return refused(word);
  const auto record = load_purse(card.nvm, pending.purse);
  if (record.balance.fen() + pending.order.amount.fen() > base::Amount::kMostOnCard)
    return refused(status::kConditionNotSatisfied);
  return offer(card, record, std::move(pending));
}

Answer credit_for_load(Context& card, const CommandApdu& command) {
  const auto pending = card.ram.of<PurseState>().take(PendingKind::kLoad);
  if (!pending) return refused(status::kConditionNotSatisfied);
  base::Reader in(command.data, "CREDIT FOR LOAD");
  const auto at = take_card_time(in);
  const auto mac2 = crypto::mac4(pending->suite, pending->session_key,
                                 purse::load_mac2_input(pending->order, at));
  const StatusWord word = check_host_mac(card, *pending, mac2, in.take(4));
  if (!word.is_ok()) return refused(word);
  auto record = load_purse(card.nvm, pending->purse);
  record.balance = record.balance.plus(pending->order.amount);
  ++record.online_sn;
  store_purse(card.nvm, pending->purse, record);
  book(card, record, pending->sn, pending->order, at);
  const auto tac =
      tac_of(card, purse::load_tac_input(record.balance, pending->sn, pending->order, at));
  store_proof(card.nvm, {pending->order.type, pending->sn, mac2, tac});
  return done({tac.begin(), tac.end()});
}

Answer init_unload(Context& card, const CommandApdu& command) {
  auto pending =
      read_order(command, PendingKind::kUnload, KeyUse::kUnload, TransactionType::kUnload);
  if (const auto word = check_not_grey(card.nvm); !word.is_ok()) return refused(word);
  const auto record = load_purse(card.nvm, pending.purse);
  if (pending.order.amount > record.balance) return refused(status::kNotEnoughMoney);
  return offer(card, record, std::move(pending));
}

Answer debit_for_unload(Context& card, const CommandApdu& command) {
  const auto pending = card.ram.of<PurseState>().take(PendingKind::kUnload);
  if (!pending) return refused(status::kConditionNotSatisfied);
  base::Reader in(command.data, "DEBIT FOR UNLOAD");
  const auto at = take_card_time(in);
  const auto mac2 = crypto::mac4(pending->suite, pending->session_key,
                                 purse::unload_mac2_input(pending->order, at));
  const StatusWord word = check_host_mac(card, *pending, mac2, in.take(4));
  if (!word.is_ok()) return refused(word);
  auto record = load_purse(card.nvm, pending->purse);
  record.balance = record.balance.minus(pending->order.amount);
  ++record.online_sn;
  store_purse(card.nvm, pending->purse, record);
  book(card, record, pending->sn, pending->order, at);
  const auto mac3 =
      crypto::mac4(pending->suite, pending->session_key,
                   purse::unload_mac3_input(record.balance, pending->sn, pending->order, at));
  store_proof(card.nvm, {pending->order.type, pending->sn, mac3, {}});
  return done({mac3.begin(), mac3.end()});
}

Answer init_overdraft(Context& card, const CommandApdu& command) {
  auto pending = read_terminal(command, PendingKind::kOverdraft, KeyUse::kOverdraft,
                               TransactionType::kOverdraft);
  if (const auto word = check_not_grey(card.nvm); !word.is_ok()) return refused(word);
  const auto record = load_purse(card.nvm, pending.purse);
  const auto key = open_online(card, record, pending);
  if (!key.is_ok()) return refused(key.status);
  const Bytes mac1_input =
      purse::overdraft_mac1_input(record.balance, record.overdraft, pending.order.terminal);
  const Bytes head = head_of(record).u24(record.overdraft).take();
  return offer_online(card, std::move(pending), key, head, mac1_input);
}

// The record of it has no amount: the new limit stands in the record's own field.
Answer update_overdraft(Context& card, const CommandApdu& command) {
  const auto pending = card.ram.of<PurseState>().take(PendingKind::kOverdraft);
  if (!pending) return refused(status::kConditionNotSatisfied);
  base::Reader in(command.data, "UPDATE OVERDRAW LIMIT");
  const std::uint32_t limit = in.u24();
  const auto at = take_card_time(in);
  const auto& terminal = pending->order.terminal;
  auto record = load_purse(card.nvm, pending->purse);
  const auto balance = balance_under(record, limit);
  if (!balance) return refused(status::kNotEnoughMoney);
  if (balance->fen() > base::Amount::kMostOnCard) return refused(status::kConditionNotSatisfied);
  const auto mac2 = crypto::mac4(pending->suite, pending->session_key,
                                 purse::overdraft_mac2_input(limit, terminal, at));
  const StatusWord word = check_host_mac(card, *pending, mac2, in.take(4));
  if (!word.is_ok()) return refused(word);
  record.balance = *balance;
  record.overdraft = limit;
  ++record.online_sn;
  store_purse(card.nvm, pending->purse, record);
  book(card, record, pending->sn, pending->order, at);
  const auto tac =
      tac_of(card, purse::overdraft_tac_input(record.balance, pending->sn, limit, terminal, at));
  store_proof(card.nvm, {pending->order.type, pending->sn, mac2, tac});
  return done({tac.begin(), tac.end()});
}

}  // namespace card::chip

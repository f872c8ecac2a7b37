// Purchase, cash and composite purchase: debits at a terminal whose PSAM knows the card's key.
#include "cos-apdu/virtual/cos_choice.h"
#include "cos-apdu/virtual/purchase_records.h"
#include "cos-apdu/virtual/purse_acts.h"
#include "cos-apdu/virtual/purse_memory.h"

namespace card::chip {
namespace {

constexpr std::size_t kMostUpdates = 16;

Answer offer(Context& card, Pending pending) {
  if (const auto word = check_not_grey(card.nvm); !word.is_ok()) return refused(word);
  const auto record = load_purse(card.nvm, pending.purse);
  if (pending.order.amount > record.balance) return refused(status::kNotEnoughMoney);
  return offer_offline(card, std::move(pending), record);
}

Bytes mac1_input(const Context& card, const Pending& pending, const base::CardTime& at) {
  const bool suffixed = pending.order.type == TransactionType::kComposite &&
                        cos_choice<CompositeSuffix>(card.nvm) == CompositeSuffix::kSecurityCode;
  return suffixed ? purse::composite_mac1_input(pending.order, at, security_code(card))
                  : purse::debit_mac1_input(pending.order, at);
}

}  // namespace

Answer init_purchase(Context& card, const CommandApdu& command) {
  const Purse which = purse_of(command);
  if (const auto word = check_debit_right(card, which); !word.is_ok()) return refused(word);
  return offer(card, read_order(command, PendingKind::kDebit, KeyUse::kPurchase,
                                type_for(which, TransactionType::kPurchaseDeposit)));
}

Answer init_cash(Context& card, const CommandApdu& command) {
  return offer(card,
               read_order(command, PendingKind::kDebit, KeyUse::kPurchase, TransactionType::kCash));
}

Answer init_composite(Context& card, const CommandApdu& command) {
  return offer(card, read_order(command, PendingKind::kDebit, KeyUse::kPurchase,
                                TransactionType::kComposite));
}

// The file judges the record now and takes it with the debit; a refusal ends the purchase.
Answer update_with_composite(Context& card, const CommandApdu& command) {
  auto& state = card.ram.of<PurseState>();
  auto pending = state.take(PendingKind::kDebit);
  if (!pending || pending->order.type != TransactionType::kComposite)
    return refused(status::kConditionNotSatisfied);
  if (pending->updates.size() == kMostUpdates) return refused(status::kNoSpace);
  RecordUpdate update{command.p1, command.p2, {command.data.begin(), command.data.end()}};
  const StatusWord word = judge_purchase_record(card, update.p1, update.p2, update.content);
  if (!word.is_ok()) return refused(word);
  pending->updates.push_back(std::move(update));
  state.leave(std::move(*pending));
  return done();
}

Answer debit_for_purchase(Context& card, const CommandApdu& command) {
  const auto pending = card.ram.of<PurseState>().take(PendingKind::kDebit);
  if (!pending) return refused(status::kConditionNotSatisfied);
  base::Reader in(command.data, "DEBIT FOR PURCHASE");
  const TerminalSn terminal_sn = in.u32();
  const auto at = take_card_time(in);
  const auto key = find_key(card, pending->use, pending->key_index);
  if (!key.is_ok()) return refused(key.status);
  const auto session =
      purse::purchase_session_key(key.suite, key.key, pending->random, pending->sn, terminal_sn);
  const auto mac1 = crypto::mac4(key.suite, session, mac1_input(card, *pending, at));
  if (!base::equal_in_constant_time(mac1, in.take(4))) return refused(status::kMacInvalid);
  auto record = load_purse(card.nvm, pending->purse);
  record.balance = record.balance.minus(pending->order.amount);
  ++record.offline_sn;
  store_purse(card.nvm, pending->purse, record);
  for (const auto& update : pending->updates)
    store_purchase_record(card, update.p1, update.p2, update.content);
  book(card, record, pending->sn, pending->order, at);
  const auto mac2 =
      crypto::mac4(key.suite, session, purse::debit_mac2_input(pending->order.amount));
  const auto tac = tac_of(card, purse::debit_tac_input(pending->order, terminal_sn, at));
  store_proof(card.nvm, {pending->order.type, pending->sn, mac2, tac});
  return done(base::concat({tac, mac2}));
}

}  // namespace card::chip

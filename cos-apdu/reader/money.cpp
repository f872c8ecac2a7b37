// The functions that move money: top-up, deduction, settlement of a lock; and the card's own records.
#include <algorithm>

#include "cos-apdu/reader/fields.h"
#include "cos-apdu/reader/load.h"
#include "cos-apdu/reader/port.h"
#include "cos-apdu/reader/settle.h"
#include "cos-apdu/user_card.h"

namespace card::reader {

namespace {

constexpr auto kLoad = TransactionType::kLoadWallet;

base::CardTime time_of(const wellkey_topup& topup) {
  return card_time_of(text_in(topup.date, "date"), text_in(topup.time, "time"));
}

LoadClaim claim_of(const wellkey_topup& topup, const base::CardNumber& number) {
  return {number,
          money_of(topup.amount_fen),
          time_of(topup),
          terminal_of(text_in(topup.terminal, "terminal")),
          base::Amount::fen(topup.balance_before_fen),
          static_cast<CardSn>(topup.online_counter),
          topup.key_version,
          topup.algorithm};
}

InitLoadAnswer begin_load(Session& session, base::Amount amount, const TerminalNumber& terminal) {
  try {
    return init_load(session, Purse::kWallet, kFirstKey, amount, terminal);
  } catch (const Refusal& refusal) {
    const bool pin = refusal.status() == status::kSecurityNotSatisfied;
    throw Failure(pin ? WELLKEY_PIN_NEEDED : WELLKEY_CARD_REFUSED, refusal.what());
  }
}

// The outputs that armed() may see.
void fill(wellkey_topup& topup, const base::CardNumber& number, const TerminalNumber& terminal,
          const InitLoadAnswer& answer) {
  put(topup.card_number, number.digits());
  put_hex(topup.terminal, terminal);
  topup.balance_before_fen = answer.balance.fen();
  topup.balance_after_fen = answer.balance.fen();
  topup.online_counter = answer.online_sn;
  topup.key_version = answer.key.version;
  topup.algorithm = answer.key.algorithm;
}

void give(const LoadOutcome& known, wellkey_topup& topup) {
  topup.outcome = known.outcome;
  topup.balance_after_fen = known.balance_after.fen();
  std::copy(known.tac.begin(), known.tac.end(), std::begin(topup.tac));
}

void require_done(wellkey_outcome outcome, const std::string& why) {
  switch (outcome) {
    case WELLKEY_OUTCOME_DONE:
      return;
    case WELLKEY_OUTCOME_NOT_DONE:
      throw Failure(WELLKEY_NOT_TRANSACTED, why);
    case WELLKEY_OUTCOME_OTHER:
    case WELLKEY_OUTCOME_RECORDED:
      throw Failure(WELLKEY_TAC_REFUSED, why);
    case WELLKEY_OUTCOME_UNKNOWN:
      break;
  }
  throw Failure(WELLKEY_UNCERTAIN, why);
}

wellkey_record record_of(const TransactionRecord& record) {
  wellkey_record out{};
  out.counter = record.sn;
  out.amount_fen = record.amount.fen();
  out.type = byte_of(record.type);
  put_hex(out.terminal, record.terminal);
  put_hex(out.date, record.at.date);
  put_hex(out.time, record.at.time);
  return out;
}

}  // namespace

void Port::top_up(wellkey_topup& topup) {
  topup.outcome = WELLKEY_OUTCOME_NOT_DONE;
  const base::SecretBytes pin = take_pin(topup.user_pin);
  const base::Amount amount = money_of(topup.amount_fen);
  const base::CardTime at = time_of(topup);
  with_psam([&](PsamCard& psam) {
    NamedCard named = take_for_money(text_in(topup.card_number, "card number"));
    present_pin(named.card, pin);
    topup.offline_counter = get_lock_proof(named.card.session()).offline_sn;
    const InitLoadAnswer begun = begin_load(named.card.session(), amount, psam.terminal());
    const Mac4 mac2 = psam.make_mac2({begun.key.random, begun.online_sn, begun.balance, amount,
                                      kLoad, at, begun.key.version, begun.key.algorithm,
                                      named.number.factor8(), begun.mac1});
    fill(topup, named.number, psam.terminal(), begun);
    if (topup.armed != nullptr && topup.armed(&topup, topup.context) != 0) {
      throw Failure(WELLKEY_STOPPED);
    }
    std::string why;
    give(credit(named.card, psam, claim_of(topup, named.number), mac2, pin, why), topup);
    require_done(topup.outcome, why);
  });
}

void Port::deduct(wellkey_deduction& deduction) {
  const base::Amount amount = money_of(deduction.amount_fen);
  const auto at = card_time_of(text_in(deduction.date, "date"), text_in(deduction.time, "time"));
  with_psam([&](PsamCard& psam) {
    NamedCard named = take_for_money(text_in(deduction.card_number, "card number"));
    put(deduction.card_number, named.number.digits());
    const PurchaseDone done = purchase(named.card, psam, named.number, amount, at);
    deduction.balance_before_fen = done.balance_before.fen();
    deduction.balance_after_fen = done.balance_before.minus(amount).fen();
    deduction.offline_counter = done.offline_sn;
    put_hex(deduction.terminal, psam.terminal());
    deduction.terminal_counter = done.terminal_sn;
    std::copy(done.tac.begin(), done.tac.end(), std::begin(deduction.tac));
    if (done.checked != WELLKEY_OK) throw Failure(done.checked);
  });
}

void Port::settle_lock(wellkey_settlement& settlement) {
  const UnlockRequest request{
      base::Amount::fen(settlement.amount_fen),
      static_cast<CardSn>(settlement.offline_counter),
      terminal_of(text_in(settlement.terminal, "terminal")),
      settlement.terminal_counter,
      card_time_of(text_in(settlement.date, "date"), text_in(settlement.time, "time")),
      base::fixed<4>(settlement.gmac, "GMAC")};
  NamedCard named = take_named_card(text_in(settlement.card_number, "card number"));
  put(settlement.card_number, named.number.digits());
  const LockProof proof = settle(named.card, request);
  settlement.balance_after_fen = get_balance(named.card.session(), Purse::kWallet).fen();
  std::copy(proof.tac.begin(), proof.tac.end(), std::begin(settlement.tac));
}

// Settles and forced releases alike: what the card says in the end.
void Port::release_lock(std::span<const Byte> package, wellkey_release& release) {
  const base::SecretBytes pin = take_pin(release.user_pin);
  const bool by_order = !package.empty() && package.front() == layout::kReleaseFormat;
  release.by_order = by_order ? 1 : 0;
  LockProof proof;
  if (by_order) {
    const auto order = layout::decode_release_package(package);
    const auto at = card_time_of(text_in(release.date, "date"), text_in(release.time, "time"));
    with_psam([&](PsamCard& psam) {
      NamedCard named = take_named_card(order.card.digits());
      put(release.card_number, named.number.digits());
      proof = reader::release(named.card, psam, order, at, pin);
    });
  } else {
    const auto from_meter = layout::decode_settlement_package(package);
    NamedCard named = take_named_card(from_meter.card.digits());
    put(release.card_number, named.number.digits());
    proof = settle(named.card, {from_meter.amount, from_meter.offline_sn, from_meter.terminal,
                                from_meter.terminal_sn, from_meter.at, from_meter.gmac});
  }
  release.amount_fen = proof.amount.fen();
  release.balance_after_fen = proof.balance.fen();
  std::copy(proof.tac.begin(), proof.tac.end(), std::begin(release.proof));
}

std::size_t Port::records(std::span<wellkey_record> out, wellkey_topup* torn) {
  NamedCard named =
      take_named_card(torn == nullptr ? "" : text_in(torn->card_number, "card number"));
  const auto records = read_transactions(named.card.session());
  const std::size_t count = std::min(records.size(), out.size());
  std::transform(records.begin(), records.begin() + static_cast<std::ptrdiff_t>(count), out.begin(),
                 record_of);
  if (torn != nullptr) {
    torn->outcome = WELLKEY_OUTCOME_UNKNOWN;
    const base::SecretBytes pin = take_pin(torn->user_pin);
    with_psam([&](PsamCard& psam) {
      give(outcome_of(named.card, psam, claim_of(*torn, named.number), pin), *torn);
    });
  }
  return count;
}

}  // namespace card::reader

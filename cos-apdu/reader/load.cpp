#include "cos-apdu/reader/load.h"

#include <algorithm>
#include <optional>

#include "cos-apdu/card_commands.h"

namespace card::reader {

namespace {

constexpr auto kType = TransactionType::kLoadWallet;
constexpr int kAsks = 3;

Bytes tac_input(const LoadClaim& claim) {
  return purse::load_tac_input(claim.balance_before.plus(claim.amount), claim.sn_before,
                               {claim.amount, kType, claim.terminal}, claim.at);
}

LoadOutcome judge(PsamCard& psam, const LoadClaim& claim, const Mac4& tac) {
  const TacClaim question{claim.key_version, claim.algorithm, claim.card.factor8(), tac,
                          tac_input(claim)};
  const bool holds = psam.verify_tac(question) == Verdict::kHolds;
  return {holds ? WELLKEY_OUTCOME_DONE : WELLKEY_OUTCOME_OTHER,
          claim.balance_before.plus(claim.amount), tac};
}

bool names(const TransactionRecord& record, const LoadClaim& claim) {
  return record.type == kType && record.sn == claim.sn_before + 1 &&
         record.amount == claim.amount && record.terminal == claim.terminal &&
         record.at == claim.at;
}

bool is_recorded(Session& session, const LoadClaim& claim) {
  const auto records = read_transactions(session);
  return std::any_of(records.begin(), records.end(),
                     [&](const TransactionRecord& record) { return names(record, claim); });
}

// A locked card does not tell its online counter.
std::optional<CardSn> online_counter(Session& session, const LoadClaim& claim) {
  try {
    return init_load(session, Purse::kWallet, kFirstKey, claim.amount, claim.terminal).online_sn;
  } catch (const Refusal& refusal) {
    if (refusal.status() == status::kConditionNotSatisfied) return std::nullopt;
    if (refusal.status() == status::kSecurityNotSatisfied) {
      throw Failure(WELLKEY_PIN_NEEDED, refusal.what());
    }
    throw;
  }
}

}  // namespace

void present_pin(HeldCard& card, const base::SecretBytes& pin) {
  if (pin.empty() || card.status().pin_tries == layout::kNoPin) return;
  const PinAnswer answer = verify_pin(card.session(), pin);
  if (answer.right()) return;
  if (!answer.status.counts_tries()) throw Failure(WELLKEY_PIN_BLOCKED);
  throw Failure(WELLKEY_PIN_WRONG, fmt::format("{} tries left", answer.tries_left()));
}

LoadOutcome outcome_of(HeldCard& card, PsamCard& psam, const LoadClaim& claim,
                       const base::SecretBytes& pin) {
  Session& session = card.session();
  if (const auto proof = get_transaction_proof(session, kType, claim.sn_before)) {
    return judge(psam, claim, proof->tac);
  }
  present_pin(card, pin);
  const auto counter = online_counter(session, claim);
  if (counter == claim.sn_before) return {WELLKEY_OUTCOME_NOT_DONE, claim.balance_before, {}};
  if (is_recorded(session, claim)) {
    return {WELLKEY_OUTCOME_RECORDED, claim.balance_before.plus(claim.amount), {}};
  }
  return {counter ? WELLKEY_OUTCOME_OTHER : WELLKEY_OUTCOME_UNKNOWN, {}, {}};
}

LoadOutcome credit(HeldCard& card, PsamCard& psam, const LoadClaim& claim, const Mac4& mac2,
                   const base::SecretBytes& pin, std::string& why) {
  std::optional<Mac4> tac;
  try {
    tac = credit_load(card.session(), claim.at, mac2);
  } catch (const base::Error& error) {
    why = error.what();
  }
  for (int asked = 0; asked < kAsks; ++asked) {
    try {
      if (tac) return judge(psam, claim, *tac);
      card.restart();
      return outcome_of(card, psam, claim, pin);
    } catch (const base::Error& error) {
      if (!why.empty()) why += ", then ";
      why += error.what();
    }
  }
  return {WELLKEY_OUTCOME_UNKNOWN, {}, tac.value_or(Mac4{})};
}

}  // namespace card::reader

#include "cos-apdu/reader/settle.h"

#include <optional>

#include "cos-apdu/reader/unlock.h"

namespace card::reader {

namespace {

constexpr auto kPurchase = TransactionType::kPurchaseWallet;
constexpr int kAsks = 3;

template <typename Ask>
auto ask(Ask question) {
  try {
    return question();
  } catch (const Refusal& refusal) {
    throw Failure(refusal_result(refusal.status()), refusal.what());
  }
}

// The certificates of a purchase whose answer was lost. Nothing when the counter did not move.
std::optional<DebitAnswer> look_up(HeldCard& card, const PsamCard& psam, base::Amount amount,
                                   CardSn sn_before) {
  card.restart();
  Session& session = card.session();
  if (const auto proof = get_transaction_proof(session, kPurchase, sn_before)) {
    return DebitAnswer{proof->tac, proof->mac};
  }
  const auto now = init_purchase(session, Purse::kWallet, kFirstKey, amount, psam.terminal());
  if (now.offline_sn == sn_before) return std::nullopt;
  throw Failure(WELLKEY_UNCERTAIN, "the card has moved on without a proof of this purchase");
}

DebitAnswer debit_once(HeldCard& card, const PsamCard& psam, base::Amount amount,
                       const base::CardTime& at, CardSn sn_before,
                       const SamPurchaseAnswer& from_sam) {
  std::string why;
  try {
    return debit(card.session(), from_sam.terminal_sn, at, from_sam.mac1);
  } catch (const Refusal& refusal) {
    throw Failure(refusal_result(refusal.status()), refusal.what());
  } catch (const base::Error& error) {
    why = error.what();
  }
  for (int asked = 0; asked < kAsks; ++asked) {
    std::optional<DebitAnswer> found;
    try {
      found = look_up(card, psam, amount, sn_before);
    } catch (const base::Error& error) {
      why += std::string(", then ") + error.what();
      continue;
    }
    if (found) return *found;
    throw Failure(WELLKEY_NOT_TRANSACTED, why);
  }
  throw Failure(WELLKEY_UNCERTAIN, why);
}

// What the PSAM says of something that has happened.
template <typename Ask>
wellkey_result check(Ask question) {
  try {
    return question() == Verdict::kHolds ? WELLKEY_OK : WELLKEY_TAC_REFUSED;
  } catch (const Failure&) {
    return WELLKEY_TAC_UNCHECKED;
  }
}

bool same(const LockProof& proof, const UnlockRequest& request) {
  return proof.state != LockState::kGrey && proof.amount == request.amount &&
         proof.offline_sn == request.offline_sn && proof.terminal == request.terminal &&
         proof.at == request.at;
}

}  // namespace

PurchaseDone purchase(HeldCard& card, PsamCard& psam, const base::CardNumber& number,
                      base::Amount amount, const base::CardTime& at) {
  const auto begun = ask([&] {
    return init_purchase(card.session(), Purse::kWallet, kFirstKey, amount, psam.terminal());
  });
  const SamPurchaseAnswer from_sam =
      psam.begin_purchase({begun.key.random, begun.offline_sn, amount, kPurchase, at,
                           begun.key.version, begun.key.algorithm, number.factor8()});
  const DebitAnswer answer = debit_once(card, psam, amount, at, begun.offline_sn, from_sam);
  const auto checked = check([&] { return psam.end_purchase(answer.mac2); });
  return {begun.balance, begun.offline_sn, from_sam.terminal_sn, answer.tac, checked};
}

LockProof settle(HeldCard& card, const UnlockRequest& request) {
  return until_unlocked(card, [&](const LockProof& proof, bool& told) {
    if (same(proof, request)) {
      if (proof.state == LockState::kTacUnread) clear_tac_unread(card.session());
      return true;
    }
    if (proof.state != LockState::kGrey) throw Failure(WELLKEY_NOT_LOCKED);
    told = true;
    debit_for_unlock(card.session(), Purse::kWallet, request);
    return false;
  });
}

}  // namespace card::reader

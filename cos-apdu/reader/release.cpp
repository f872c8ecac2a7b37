// The forced release of a lock: GREY UNLOCK by a county station's order.
#include "cos-apdu/reader/load.h"
#include "cos-apdu/reader/settle.h"
#include "cos-apdu/reader/unlock.h"

namespace card::reader {

namespace {

constexpr auto kReleased = TransactionType::kGreyUnlockWallet;

bool is_released(const LockProof& proof, const layout::ReleasePackage& order,
                 const TerminalNumber& terminal) {
  return proof.state != LockState::kGrey && proof.type == byte_of(kReleased) &&
         proof.amount == order.amount && proof.offline_sn == order.offline_sn &&
         proof.terminal == terminal;
}

Mac4 make_mac2(HeldCard& card, PsamCard& psam, const layout::ReleasePackage& order,
               const base::CardTime& at) {
  const auto begun = init_grey_unlock(card.session(), Purse::kWallet, kFirstKey, psam.terminal());
  if (begun.online_sn != order.online_sn)
    throw Failure(WELLKEY_NOT_LOCKED, "the order is for another state of the card");
  return psam.begin_release({encode(order), begun.balance, begun.key, begun.mac1, at});
}

// Only a PSAM that made MAC2 in this call can tell.
void require_proof(PsamCard& psam, const Mac4& mac3) {
  std::string why = "MAC3 of the release does not hold";
  auto result = WELLKEY_TAC_REFUSED;
  try {
    if (psam.end_release(mac3) == Verdict::kHolds) return;
  } catch (const Failure& failure) {
    result = WELLKEY_TAC_UNCHECKED;
    why = failure.what();
  }
  throw Failure(result, why);
}

}  // namespace

LockProof release(HeldCard& card, PsamCard& psam, const layout::ReleasePackage& order,
                  const base::CardTime& at, const base::SecretBytes& pin) {
  bool was_told = false;
  return until_unlocked(card, [&](const LockProof& proof, bool& told) {
    if (is_released(proof, order, psam.terminal())) {
      if (was_told) require_proof(psam, proof.tac);
      return true;
    }
    if (was_told) throw Failure(WELLKEY_NOT_TRANSACTED);
    if (proof.state != LockState::kGrey || proof.offline_sn != order.offline_sn)
      throw Failure(WELLKEY_NOT_LOCKED);
    present_pin(card, pin);
    const Mac4 mac2 = make_mac2(card, psam, order, at);
    was_told = told = true;
    grey_unlock(card.session(), order.amount, at, mac2);
    return false;
  });
}

}  // namespace card::reader

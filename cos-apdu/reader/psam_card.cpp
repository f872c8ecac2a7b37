#include "cos-apdu/reader/psam_card.h"

#include <algorithm>
#include <array>

#include "cos-apdu/card_commands.h"
#include "cos-apdu/fieldcards/key_update.h"

namespace card::reader {

namespace {

using derivation::Purpose;

constexpr Byte kTerminalFile = 0x16;

struct RefusalRow {
  StatusWord status;
  wellkey_result result;
};

// What a PSAM means by its status words; what is not named here is WELLKEY_CARD_REFUSED.
constexpr std::array kRefusals = {
    RefusalRow{status::kSecurityNotSatisfied, WELLKEY_PIN_NEEDED},
    RefusalRow{status::kMacInvalid, WELLKEY_MAC_REFUSED},
    RefusalRow{status::kMacWrong, WELLKEY_MAC_REFUSED},
    RefusalRow{status::kNotEnoughMoney, WELLKEY_CEILING},
    RefusalRow{status::kCounterAtMaximum, WELLKEY_CEILING},
};

wellkey_result refusal_result(StatusWord status) {
  const auto* const row = std::find_if(kRefusals.begin(), kRefusals.end(),
                                       [&](const RefusalRow& r) { return r.status == status; });
  return row == kRefusals.end() ? WELLKEY_CARD_REFUSED : row->result;
}

// The same words mean other things to a key package.
wellkey_result update_result(StatusWord status) {
  if (status == status::kKeyVersionUnknown) return WELLKEY_KEY_VERSION;
  return status == status::kMacWrong ? WELLKEY_MAC_REFUSED : refusal_result(status);
}

TerminalNumber read_terminal(Session& session) {
  return base::fixed<6>(read_file(session, kTerminalFile), "terminal number");
}

}  // namespace

template <typename Ask>
auto PsamCard::ask(Ask question) {
  try {
    return question();
  } catch (const Refusal& refusal) {
    throw Failure(refusal_result(refusal.status()), std::string("PSAM: ") + refusal.what());
  } catch (const base::Error& error) {
    if (!is_loss(error)) throw;
    is_lost_ = true;
    const bool service = result_of(error) == WELLKEY_SERVICE_GONE;
    throw Failure(service ? WELLKEY_SERVICE_GONE : WELLKEY_NO_PSAM, error.what());
  }
}

PsamCard::PsamCard(std::unique_ptr<Link> link) : card_(std::move(link)) {
  require_in_use(card_);
  terminal_ = ask([&] { return read_terminal(card_.session()); });
}

void PsamCard::prove_terminal(const TerminalProof& proof) {
  const auto key = ask([&] { return get_key_info(card_.session(), Purpose::kHandheld); });
  if (!key) return;
  if (!proof) throw Failure(WELLKEY_TERMINAL_NEEDED);
  const PinAnswer answer =
      ask([&] { return authenticate_terminal(card_.session(), key->suite, proof); });
  if (answer.right()) return;
  throw Failure(WELLKEY_TERMINAL_WRONG, answer.status.counts_tries()
                                            ? fmt::format("{} tries left", answer.tries_left())
                                            : "its terminal key is blocked");
}

void PsamCard::verify_pin(const base::SecretBytes& digits, int& tries_left) {
  const PinAnswer answer = ask([&] { return card::verify_pin(card_.session(), digits); });
  if (answer.right()) return;
  if (!answer.status.counts_tries()) throw Failure(WELLKEY_PIN_BLOCKED);
  const auto left = answer.tries_left();
  tries_left = static_cast<int>(left);
  throw Failure(WELLKEY_PIN_WRONG, fmt::format("{} tries left", left));
}

Mac4 PsamCard::make_mac2(const SamLoadRequest& request) {
  return ask([&] { return init_sam_for_load(card_.session(), request); });
}

Verdict PsamCard::verify_tac(const TacClaim& claim) {
  return ask([&] { return card::verify_tac(card_.session(), claim); });
}

SamPurchaseAnswer PsamCard::begin_purchase(const SamPurchaseRequest& request) {
  return ask([&] { return init_sam_for_purchase(card_.session(), request); });
}

Verdict PsamCard::end_purchase(const Mac4& mac2) {
  return ask([&] { return credit_sam_for_purchase(card_.session(), mac2); });
}

Mac4 PsamCard::begin_release(const SamReleaseRequest& request) {
  return ask([&] { return init_sam_for_grey_unlock(card_.session(), request); });
}

Verdict PsamCard::end_release(const Mac4& mac3) {
  return ask([&] { return credit_sam_for_grey_unlock(card_.session(), mac3); });
}

void PsamCard::update_keys(const layout::KeyPackage& package) {
  if (card_.status().serial != package.target) {
    throw Failure(WELLKEY_OTHER_CARD,
                  "the package is for PSAM " + derivation::format(package.target));
  }
  ask([&] {
    try {
      repeat_until_heard(card_, [&] { fieldcards::update_keys(card_.session(), package); });
    } catch (const Refusal& refusal) {
      throw Failure(update_result(refusal.status()), refusal.what());
    }
  });
}

}  // namespace card::reader

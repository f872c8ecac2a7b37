#include "cos-apdu/reader/psam_card.h"

#include <algorithm>
#include <array>

#include "cos-apdu/card_commands.h"

namespace card::reader {

namespace {

constexpr Byte kTerminalFile = 0x16;

struct RefusalRow {
  StatusWord status;
  wellkey_result result;
};

// What a PSAM means by its status words; what is not named here is WELLKEY_CARD_REFUSED.
constexpr std::array kRefusals = {
    RefusalRow{status::kSecurityNotSatisfied, WELLKEY_PIN_NEEDED},
    RefusalRow{status::kMacInvalid, WELLKEY_MAC_REFUSED},
    RefusalRow{status::kNotEnoughMoney, WELLKEY_CEILING},
    RefusalRow{status::kCounterAtMaximum, WELLKEY_CEILING},
};

wellkey_result result_of(StatusWord status) {
  const auto* const row = std::find_if(kRefusals.begin(), kRefusals.end(),
                                       [&](const RefusalRow& r) { return r.status == status; });
  return row == kRefusals.end() ? WELLKEY_CARD_REFUSED : row->result;
}

template <typename Ask>
auto ask(Ask question) {
  try {
    return question();
  } catch (const Refusal& refusal) {
    throw Failure(result_of(refusal.status()), std::string("PSAM: ") + refusal.what());
  } catch (const Failure&) {
    throw;
  } catch (const base::Error& error) {
    throw Failure(WELLKEY_NO_PSAM, error.what());
  }
}

TerminalNumber read_terminal(Session& session) {
  return base::fixed<6>(read_file(session, kTerminalFile), "terminal number");
}

}  // namespace

PsamCard::PsamCard(std::unique_ptr<Link> link) : card_(std::move(link)) {
  require_in_use(card_);
  terminal_ = ask([&] { return read_terminal(card_.session()); });
}

void PsamCard::verify_pin(const base::SecretBytes& digits, int* tries_left) {
  const PinAnswer answer = ask([&] { return card::verify_pin(card_.session(), digits); });
  if (answer.right()) return;
  if (!answer.status.counts_tries()) throw Failure(WELLKEY_PIN_BLOCKED);
  const auto left = answer.tries_left();
  if (tries_left != nullptr) *tries_left = static_cast<int>(left);
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

}  // namespace card::reader

#include "keyceremony/token_pins.h"

#include <algorithm>

#include "base/core/error.h"
#include "base/crypto/cipher.h"
#include "base/crypto/random.h"
#include "base/hsm/token_pin.h"
#include "cos-apdu/keycards/role_card.h"

namespace keyceremony {

namespace {

using base::Fault;
using card::keycards::RoleCard;

constexpr std::array kShareSlots = {ShareSlot::kKeyToken, ShareSlot::kLogToken};

// Where a half lies, and where the half of a PIN lies that the token has not taken yet.
constexpr unsigned in_use(ShareSlot slot) {
  return static_cast<unsigned>(slot);
}

constexpr unsigned to_come(ShareSlot slot) {
  return static_cast<unsigned>(slot) + static_cast<unsigned>(kShareSlots.size());
}

static_assert(to_come(kShareSlots.back()) < RoleCard::kShareSlots);

RoleCard beside(CardTable& cards, const HeldCard& held) {
  return RoleCard(cards.visit_with_pin(held, CardTable::Others::kStay));
}

base::SecretBytes pin_in(CardTable& cards, const Officers& officers, unsigned slot) {
  const auto first = beside(cards, officers[0]).release_share(slot);
  const auto second = beside(cards, officers[1]).release_share(slot);
  return hsm::token_pin_of(crypto::xor_of(first, second));
}

base::SecretBytes draw_pin_to_come(CardTable& cards, const Officers& officers, unsigned slot) {
  const auto whole = crypto::random_secret(hsm::kPinSecretBytes);
  const auto first = crypto::random_secret(hsm::kPinSecretBytes);
  beside(cards, officers[0]).put_share(slot, first);
  beside(cards, officers[1]).put_share(slot, crypto::xor_of(whole, first));
  return hsm::token_pin_of(whole);
}

void take_into_use(CardTable& cards, const Officers& officers, ShareSlot slot) {
  for (const HeldCard& officer : officers) {
    RoleCard card = beside(cards, officer);
    card.put_share(in_use(slot), card.release_share(to_come(slot)));
  }
  for (const HeldCard& officer : officers) beside(cards, officer).erase_share(to_come(slot));
}

// Whether the halves that are to come open the token: a change was cut when the token had taken it.
bool was_cut(CardTable& cards, const Officers& officers, ShareSlot slot,
             const hsm::TokenConfig& config) {
  try {
    const hsm::Token token(config, pin_in(cards, officers, to_come(slot)));
    return true;
  } catch (const base::Error& error) {
    if (error.fault() != Fault::kNotFound && error.fault() != Fault::kRefused) throw;
    return false;
  }
}

}  // namespace

Officers with_spare(const Officers& officers, const derivation::Serial8& lost,
                    const derivation::Serial8& spare) {
  if (spare.kind() != derivation::CardKind::kRole ||
      std::ranges::find(officers, spare, &HeldCard::serial) != officers.end()) {
    base::fail(Fault::kRefused, "card {}: expected a role card that no officer uses",
               format(spare));
  }
  Officers now = officers;
  const auto at = std::ranges::find(now, lost, &HeldCard::serial);
  if (at == now.end()) {
    base::fail(Fault::kNotFound, "card {} is not the card of a key officer", format(lost));
  }
  at->serial = spare;
  return now;
}

void copy_shares(CardTable& cards, const HeldCard& officer, const HeldCard& spare) {
  for (const ShareSlot slot : kShareSlots) {
    const auto share = beside(cards, officer).release_share(in_use(slot));
    beside(cards, spare).put_share(in_use(slot), share);
  }
}

base::SecretBytes change_token_pin(CardTable& cards, const Officers& officers, ShareSlot slot,
                                   const hsm::TokenConfig& config) {
  try {
    hsm::Token token(config, pin_in(cards, officers, in_use(slot)));
    token.change_pin(draw_pin_to_come(cards, officers, to_come(slot)));
  } catch (const base::Error& error) {
    if (error.fault() != Fault::kRefused || !was_cut(cards, officers, slot, config)) throw;
  }
  take_into_use(cards, officers, slot);
  return pin_in(cards, officers, in_use(slot));
}

}  // namespace keyceremony

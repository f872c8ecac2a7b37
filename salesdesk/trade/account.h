// Accounts: which customer holds which card, and which cards this desk may serve at all.
#pragma once

#include <string>

#include "salesdesk/trade/reader.h"
#include "salesdesk/trade/shift.h"

namespace desk {

struct Applicant {
  std::string name;
  std::string identity_no;
  std::string village;
  std::string approved_by;  // staff number of the reviewer
};

// Throws kRefused for a card of another county and kWrongState for a locked card; both texts say what
// to do next.
void require_own_card(Desk& desk, Reader& reader, const CardSeen& card);

// Throws kNotFound when the card has no account at this desk.
void require_account(Desk& desk, const base::CardNumber& card);

// Opens an account for the card on the reader: the number is read from the card, the applicant has been
// reviewed and approved by somebody other than the clerk. The card must come empty from issuance.
// Throws kConflict when the card has an account.
CardSeen open_account(Desk& desk, Reader& reader, const Applicant& applicant);

// "机井终端 …，自 … 起 / locked by …": for a grey card.
std::string lock_text(const wellkey_lock_state& lock);

}  // namespace desk

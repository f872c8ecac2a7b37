// The journal of top-ups: one row each, and one durable commit for every step of its life.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "salesdesk/ledger/desk_folder.h"
#include "salesdesk/trade/reader.h"
#include "salesdesk/trade/shift.h"
#include "salesdesk/trade/top_up_state.h"

namespace desk {

struct TopUp {
  std::int64_t id = 0;
  std::string request;  // the key that makes one request at most one credit
  TopUpOrder order;
  std::int64_t shift = 0;
  TopUpState state = TopUpState::kIntent;
  std::optional<TopUpArmed> armed;
};

struct Receipt {
  std::int64_t number = 0;
  base::Amount balance_after;
  std::string tac;
};

class Journal {
 public:
  explicit Journal(Desk& desk) : desk_(&desk) {}

  std::optional<TopUp> by_request(const std::string& request);
  std::optional<TopUp> open_of(const base::CardNumber& card);
  std::vector<TopUp> all_open();
  std::optional<Receipt> receipt_of(const TopUp& top_up);

  // Why the last step was taken; empty for INTENT and where nothing went wrong.
  std::string reason_of(const TopUp& top_up);

  // INTENT, with the cash received. Throws kConflict when the card has an open top-up or the request
  // is known.
  TopUp intend(const std::string& request, const base::CardNumber& card, base::Amount amount,
               const Shift& shift);

  // The one step that must be durable before the card gets MAC2.
  void arm(TopUp& top_up, const TopUpArmed& armed);

  // Any other step of the table; throws kWrongState for what is not in it. What becomes DONE gets its
  // receipt and ledger row, what becomes VOID its money back, all in the same commit.
  void step(TopUp& top_up, TopUpEvent event, const TopUpAnswer& answer);

 private:
  std::vector<TopUp> select(const std::string& condition, const std::string& value);
  void move(TopUp& top_up, TopUpState to, const std::string& reason);
  void book_done(const TopUp& top_up, const TopUpAnswer& answer);
  void give_money_back(const TopUp& top_up);
  void record(const TopUp& top_up, audit::Act act, audit::Outcome outcome,
              const std::string& reason);

  Desk* desk_;
};

}  // namespace desk

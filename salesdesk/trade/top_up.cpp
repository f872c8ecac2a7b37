#include "salesdesk/trade/top_up.h"

#include "base/core/error.h"
#include "salesdesk/trade/account.h"
#include "salesdesk/trade/books.h"

namespace desk {

namespace {

using base::Fault;

// What the outcome of an armed top-up means for its row.
TopUpEvent event_of(const TopUpAnswer& answer) {
  switch (answer.outcome) {
    case WELLKEY_OUTCOME_DONE:
      return TopUpEvent::kProved;
    case WELLKEY_OUTCOME_NOT_DONE:
      return TopUpEvent::kCounterUnmoved;
    case WELLKEY_OUTCOME_RECORDED:
    case WELLKEY_OUTCOME_OTHER:
      return TopUpEvent::kCounterUnrelated;
    case WELLKEY_OUTCOME_UNKNOWN:
      break;
  }
  return TopUpEvent::kCardSilent;
}

TopUpAnswer nothing_sent(std::string reason) {
  return {WELLKEY_NOT_TRANSACTED, WELLKEY_OUTCOME_NOT_DONE, {}, {}, std::move(reason)};
}

void settle_open(Desk& desk, Reader& reader, TopUp& open, const base::SecretBytes& user_pin) {
  Journal journal(desk);
  if (open.state == TopUpState::kIntent) {
    journal.step(open, TopUpEvent::kNothingSent, nothing_sent("cut off before MAC2 existed"));
  } else if (open.state != TopUpState::kReview) {
    const TopUpAnswer answer = reader.outcome_of(open.order, open.armed.value(), user_pin);
    const TopUpEvent event = event_of(answer);
    if (next(open.state, event)) journal.step(open, event, answer);
  }
  desk.acts().flush();
}

TopUp replayed(Desk& desk, Reader& reader, TopUp known, const TopUpRequest& request) {
  if (known.order.amount != request.amount) {
    base::fail(Fault::kConflict, "请求号已用于另一金额 / this request was made for {} yuan",
               base::format(known.order.amount));
  }
  if (row_of(known.state).open) settle_open(desk, reader, known, request.user_pin);
  return known;
}

void require_within_limits(Desk& desk, base::Amount on_card, base::Amount amount) {
  const derivation::Ceilings& limits = desk.profile().ceilings;
  if (amount == base::Amount{} || amount > limits.single_load) {
    base::fail(Fault::kRefused, "单笔金额须在 0.01 至 {0} 元 / one top-up is 0.01 to {0} yuan",
               base::format(limits.single_load));
  }
  if (on_card.plus(amount) > limits.purse) {
    base::fail(
        Fault::kRefused,
        "卡内余额不得超过 {0} 元，现有 {1} 元 / a card holds at most {0} yuan, there are {1}",
        base::format(limits.purse), base::format(on_card));
  }
}

void resolve_before_selling(Desk& desk, Reader& reader, const base::CardNumber& card,
                            const base::SecretBytes& user_pin) {
  auto open = Journal(desk).open_of(card);
  if (!open) return;
  settle_open(desk, reader, *open, user_pin);
  if (row_of(open->state).open) {
    base::fail(Fault::kConflict,
               "该卡有一笔未决购电，须先查清 / top-up {} of this card is {} and must be cleared up",
               open->id, row_of(open->state).name);
  }
}

}  // namespace

TopUp sell(Desk& desk, Reader& reader, const TopUpRequest& request) {
  const Shift shift = require_shift(desk);
  Journal journal(desk);
  if (auto known = journal.by_request(request.request)) {
    return replayed(desk, reader, std::move(*known), request);
  }
  const CardSeen card = reader.look();
  require_own_card(desk, reader, card);
  require_account(desk, card.number);
  resolve_before_selling(desk, reader, card.number, request.user_pin);
  require_balance_explained(desk, card.number, card.balance);
  require_within_limits(desk, card.balance, request.amount);

  TopUp top_up = journal.intend(request.request, card.number, request.amount, shift);
  desk.acts().flush();
  const TopUpAnswer answer = reader.top_up(
      top_up.order, request.user_pin, [&](const TopUpArmed& armed) { journal.arm(top_up, armed); });
  const bool armed = top_up.state == TopUpState::kArmed;
  journal.step(top_up, armed ? event_of(answer) : TopUpEvent::kNothingSent, answer);
  desk.acts().flush();
  return top_up;
}

std::vector<TopUp> recover_at_start(Desk& desk) {
  Journal journal(desk);
  std::vector<TopUp> open;
  for (TopUp& top_up : journal.all_open()) {
    if (top_up.state == TopUpState::kIntent) {
      journal.step(top_up, TopUpEvent::kNothingSent, nothing_sent("cut off before MAC2 existed"));
    } else {
      open.push_back(std::move(top_up));
    }
  }
  desk.acts().flush();
  return open;
}

std::optional<TopUp> recover_presented(Desk& desk, Reader& reader,
                                       const base::SecretBytes& user_pin) {
  auto open = Journal(desk).open_of(reader.look().number);
  if (open) settle_open(desk, reader, *open, user_pin);
  return open;
}

}  // namespace desk

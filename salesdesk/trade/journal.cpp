#include "salesdesk/trade/journal.h"

#include "base/core/error.h"
#include "salesdesk/trade/books.h"

namespace desk {

namespace {

using base::Fault;

constexpr std::size_t kMostReason = 500;

TopUpState state_of(const std::string& name) {
  const auto state = top_up_state(name);
  if (!state) base::fail(Fault::kTampered, "top-up state '{}' is not known", name);
  return *state;
}

// What the log is told about a step.
struct Told {
  audit::Act act;
  audit::Outcome outcome;
};

Told told_of(TopUpState from, TopUpState to) {
  switch (to) {
    case TopUpState::kDone:
      return {from == TopUpState::kDoubt ? audit::Act::kTopUpResolved : audit::Act::kTopUpDone,
              audit::Outcome::kDone};
    case TopUpState::kVoid:
      return {audit::Act::kTopUpResolved, audit::Outcome::kFailed};
    case TopUpState::kReview:
      return {audit::Act::kTopUpDoubt, audit::Outcome::kFailed};
    case TopUpState::kDoubt:
      return {audit::Act::kTopUpDoubt, audit::Outcome::kUncertain};
    case TopUpState::kArmed:
      return {audit::Act::kTopUpArmed, audit::Outcome::kDone};
    case TopUpState::kIntent:
      break;
  }
  return {audit::Act::kTopUpIntent, audit::Outcome::kDone};
}

// At most `kMostReason` bytes, cut before a character rather than inside it.
std::string shortened(std::string text) {
  if (text.size() <= kMostReason) return text;
  std::size_t end = kMostReason;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  text.resize(end);
  return text;
}

}  // namespace

std::vector<TopUp> Journal::select(const std::string& condition, const std::string& value) {
  const auto rows =
      desk_->database()
          .rows<std::int64_t, std::string, std::string, base::Amount, std::string, std::string,
                std::int64_t, std::string>(
              "SELECT id, request, card, fen, date, time, shift, state FROM top_ups WHERE " +
                  condition + " ORDER BY id",
              value);
  std::vector<TopUp> found;
  for (const auto& [id, request, card, fen, date, time, shift, state] : rows) {
    TopUp top_up{id,    request,         {base::CardNumber::parse(card), fen, date, time},
                 shift, state_of(state), std::nullopt};
    const auto armed =
        desk_->database()
            .row<std::int64_t, std::int64_t, base::Amount, std::string, std::int64_t, std::int64_t>(
                "SELECT online_counter, offline_counter, balance_before, terminal, key_version, "
                "algorithm FROM top_ups_armed WHERE top_up = :id",
                id);
    if (armed) {
      const auto& [online, offline, balance, terminal, version, algorithm] = *armed;
      top_up.armed = TopUpArmed{static_cast<std::uint32_t>(online),
                                static_cast<std::uint32_t>(offline),
                                balance,
                                terminal,
                                static_cast<int>(version),
                                static_cast<int>(algorithm)};
    }
    found.push_back(std::move(top_up));
  }
  return found;
}

std::optional<TopUp> Journal::by_request(const std::string& request) {
  const auto found = select("request = :request", request);
  if (found.empty()) return std::nullopt;
  return found.front();
}

std::optional<TopUp> Journal::open_of(const base::CardNumber& card) {
  const auto found = select("card = :card AND state NOT IN ('DONE', 'VOID')", card.digits());
  if (found.empty()) return std::nullopt;
  return found.front();
}

std::vector<TopUp> Journal::all_open() {
  return select("state NOT IN ('DONE', 'VOID') AND card <> :none", "");
}

std::optional<Receipt> Journal::receipt_of(const TopUp& top_up) {
  const auto row = desk_->database().row<std::int64_t, base::Amount, std::string>(
      "SELECT number, balance_after, tac FROM receipts WHERE top_up = :id", top_up.id);
  if (!row) return std::nullopt;
  return Receipt{std::get<0>(*row), std::get<1>(*row), std::get<2>(*row)};
}

std::string Journal::reason_of(const TopUp& top_up) {
  const auto row = desk_->database().row<std::string>(
      "SELECT reason FROM top_up_steps WHERE top_up = :id ORDER BY id DESC LIMIT 1", top_up.id);
  return row ? std::get<0>(*row) : "";
}

TopUp Journal::intend(const std::string& request, const base::CardNumber& card, base::Amount amount,
                      const Shift& shift) {
  const base::UtcTime now = desk_->now();
  const BusinessTime business = business_time(now);
  store::Database& books = desk_->database();
  store::Transaction change(books);
  const auto id = books.value<std::int64_t>("SELECT coalesce(max(id), 0) + 1 FROM top_ups");
  TopUp top_up{id,
               request,
               {card, amount, business.day, business.time},
               shift.id,
               TopUpState::kIntent,
               std::nullopt};
  books.run(
      "INSERT INTO top_ups(id, request, card, fen, shift, date, time, created) "
      "VALUES(:id, :request, :card, :fen, :shift, :date, :time, :created)",
      id, request, card.digits(), amount, shift.id, business.day, business.time, base::format(now));
  books.run("INSERT INTO cash(shift, top_up, movement, fen) VALUES(:shift, :id, 'received', :fen)",
            shift.id, id, amount);
  record(top_up, audit::Act::kTopUpIntent, audit::Outcome::kDone, "");
  change.commit();
  return top_up;
}

void Journal::arm(TopUp& top_up, const TopUpArmed& armed) {
  store::Transaction change(desk_->database());
  desk_->database().run(
      "INSERT INTO top_ups_armed(top_up, online_counter, offline_counter, balance_before, "
      "terminal, key_version, algorithm) "
      "VALUES(:id, :online, :offline, :balance, :terminal, :version, :algorithm)",
      top_up.id, armed.online_counter, armed.offline_counter, armed.balance_before, armed.terminal,
      armed.key_version, armed.algorithm);
  const auto to = next(top_up.state, TopUpEvent::kArmed);
  if (!to) base::fail(Fault::kWrongState, "a top-up is armed once, from INTENT");
  move(top_up, *to, "");
  change.commit();
  top_up.state = *to;
  top_up.armed = armed;
}

void Journal::step(TopUp& top_up, TopUpEvent event, const TopUpAnswer& answer) {
  const auto to = next(top_up.state, event);
  if (!to) {
    base::fail(Fault::kWrongState, "top-up {}: no such step from {}", top_up.id,
               row_of(top_up.state).name);
  }
  store::Transaction change(desk_->database());
  move(top_up, *to, answer.reason);
  if (*to == TopUpState::kDone) book_done(top_up, answer);
  if (*to == TopUpState::kVoid) give_money_back(top_up);
  change.commit();
  top_up.state = *to;
}

void Journal::move(TopUp& top_up, TopUpState to, const std::string& reason) {
  store::Database& books = desk_->database();
  const auto changed = books.run("UPDATE top_ups SET state = :to WHERE id = :id AND state = :from",
                                 row_of(to).name, top_up.id, row_of(top_up.state).name);
  if (changed != 1) base::fail(Fault::kConflict, "top-up {} moved on elsewhere", top_up.id);
  books.run("INSERT INTO top_up_steps(top_up, state, at, reason) VALUES(:id, :state, :at, :reason)",
            top_up.id, row_of(to).name, base::format(desk_->now()), reason);
  const Told told = told_of(top_up.state, to);
  record(top_up, told.act, told.outcome, reason);
}

void Journal::book_done(const TopUp& top_up, const TopUpAnswer& answer) {
  store::Database& books = desk_->database();
  const base::UtcTime now = desk_->now();
  const BusinessTime business = business_time(now);
  books.run(
      "INSERT INTO receipts(number, top_up, balance_after, tac) "
      "SELECT coalesce(max(number), 0) + 1, :id, :balance, :tac FROM receipts",
      top_up.id, answer.balance_after, answer.tac);
  books.run(
      "INSERT INTO ledger(card, kind, fen, at, day, month, top_up) "
      "VALUES(:card, 'sold', :fen, :at, :day, :month, :id)",
      top_up.order.card.digits(), top_up.order.amount, base::format(now), business.day,
      business.month, top_up.id);
  const TopUpArmed& armed = top_up.armed.value();
  note_sight(*desk_, {top_up.order.card, answer.balance_after, now, "top-up", armed.offline_counter,
                      LockEnd::kEnded, armed.online_counter + 1});
}

void Journal::give_money_back(const TopUp& top_up) {
  const auto running = open_shift(*desk_);
  desk_->database().run(
      "INSERT INTO cash(shift, top_up, movement, fen) VALUES(:shift, :id, 'returned', :fen)",
      running ? running->id : top_up.shift, top_up.id, top_up.order.amount);
}

void Journal::record(const TopUp& top_up, audit::Act act, audit::Outcome outcome,
                     const std::string& reason) {
  const auto clerk = desk_->database().value<std::string>(
      "SELECT operator FROM shifts WHERE id = :id", top_up.shift);
  desk_->acts().record(
      desk_->now(), {.act = act,
                     .by = {person_of(Shift{top_up.shift, clerk})},
                     .object = {audit::card(top_up.order.card), audit::amount(top_up.order.amount),
                                audit::index(static_cast<std::uint64_t>(top_up.id))},
                     .outcome = outcome,
                     .reason = shortened(reason),
                     .run = {}});
}

}  // namespace desk

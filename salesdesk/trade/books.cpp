#include "salesdesk/trade/books.h"

#include "base/core/error.h"

namespace desk {

namespace {

std::int64_t total(store::Database& books, const base::CardNumber& card, const std::string& kind) {
  return books.value<std::int64_t>(
      "SELECT coalesce(sum(fen), 0) FROM ledger WHERE card = :card AND kind = :kind", card.digits(),
      kind);
}

std::optional<std::int64_t> booked_fen(Desk& desk, const Consumption& session) {
  const auto row = desk.database().row<std::int64_t>(
      "SELECT fen FROM ledger WHERE kind = 'consumed' AND meter = :meter AND card = :card "
      "AND started = :started",
      session.meter, session.card.digits(), base::format(session.started));
  if (!row) return std::nullopt;
  return std::get<0>(*row);
}

}  // namespace

Balance balance(Desk& desk) {
  Balance sum;
  desk.database()
      .each<std::string, std::int64_t, std::int64_t, std::optional<std::int64_t>,
            std::optional<std::string>>(
          "WITH known AS (SELECT card FROM accounts UNION SELECT card FROM ledger) "
          "SELECT known.card, "
          "  coalesce((SELECT sum(fen) FROM ledger WHERE card = known.card AND kind = 'sold'), 0), "
          "  coalesce((SELECT sum(fen) FROM ledger WHERE card = known.card "
          "    AND kind = 'consumed'), 0), "
          "  last.fen, last.at "
          "FROM known LEFT JOIN newest_sights last ON last.card = known.card "
          "ORDER BY known.card",
          [&](std::string card, std::int64_t sold, std::int64_t consumed,
              std::optional<std::int64_t> seen_fen, const std::optional<std::string>& seen) {
            const std::int64_t on_card = seen_fen.value_or(0);
            sum.cards.push_back({std::move(card), sold, consumed, on_card, seen.value_or("")});
            sum.sold_fen += sold;
            sum.consumed_fen += consumed;
            sum.on_cards_fen += on_card;
          });
  sum.in_doubt_fen = desk.database().value<std::int64_t>(
      "SELECT coalesce(sum(fen), 0) FROM top_ups WHERE state NOT IN ('DONE', 'VOID')");
  sum.alarms = desk.database().value<std::int64_t>("SELECT count(*) FROM alarms");
  return sum;
}

Booked booked(Desk& desk, const Consumption& session) {
  const auto fen = booked_fen(desk, session);
  if (!fen) return Booked::kNot;
  return *fen == session.used.fen() ? Booked::kSame : Booked::kOtherAmount;
}

void book_consumption(Desk& desk, const Consumption& session, base::UtcTime at,
                      std::int64_t record) {
  const BusinessTime business = business_time(at);
  desk.database().run(
      "INSERT INTO ledger(card, kind, fen, at, day, month, record, meter, started) "
      "VALUES(:card, 'consumed', :fen, :at, :day, :month, :record, :meter, :started)",
      session.card.digits(), session.used, base::format(at), business.day, business.month, record,
      session.meter, base::format(session.started));
}

void raise_other_amount(Desk& desk, const Consumption& session) {
  raise_alarm(desk, "session differs",
              fmt::format("meter {} card {} start {} is booked with {} fen, a record says {}",
                          session.meter, session.card.digits(), base::format(session.started),
                          booked_fen(desk, session).value_or(0), session.used.fen()));
}

Sight sight_on(Reader& reader, const CardSeen& card, const wellkey_lock_state& lock,
               base::UtcTime at) {
  const auto end = lock.state == WELLKEY_LOCK_GREY ? LockEnd::kOpen : LockEnd::kEnded;
  return {card.number, card.balance,           at, "reader", lock.offline_counter,
          end,         reader.online_counter()};
}

void note_sight(Desk& desk, const Sight& sight) {
  desk.database().run(
      "INSERT INTO sights(card, fen, at, source, offline_sn, lock_ended, online_sn) "
      "VALUES(:card, :fen, :at, :source, :offline_sn, :lock_ended, :online_sn)",
      sight.card.digits(), sight.balance, base::format(sight.at), sight.source, sight.offline_sn,
      static_cast<std::int64_t>(sight.lock), sight.online_sn);
}

void raise_alarm(Desk& desk, const std::string& kind, const std::string& text) {
  desk.database().run("INSERT INTO alarms(at, kind, text) VALUES(:at, :kind, :text)",
                      base::format(desk.now()), kind, text);
}

void require_balance_explained(Desk& desk, const base::CardNumber& card, base::Amount on_card) {
  const std::int64_t explained =
      total(desk.database(), card, "sold") - total(desk.database(), card, "consumed");
  if (on_card.fen() <= explained) return;
  const std::string text = fmt::format("card {} holds {} fen, the books explain {}", card.digits(),
                                       on_card.fen(), explained);
  raise_alarm(desk, "unexplained money", text);
  base::fail(base::Fault::kTampered,
             "卡内余额多于账面，已报警 / the card holds {} yuan, {} fen more than was sold: "
             "an alarm is raised",
             base::format(on_card), on_card.fen() - explained);
}

}  // namespace desk

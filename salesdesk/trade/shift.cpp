#include "salesdesk/trade/shift.h"

#include "base/core/error.h"

namespace desk {

std::optional<Shift> open_shift(Desk& desk) {
  const auto row = desk.database().row<std::int64_t, std::string>(
      "SELECT id, operator FROM shifts WHERE id NOT IN (SELECT shift FROM shift_ends)");
  if (!row) return std::nullopt;
  return Shift{std::get<0>(*row), std::get<1>(*row)};
}

Shift require_shift(Desk& desk) {
  const auto shift = open_shift(desk);
  if (!shift) base::fail(base::Fault::kWrongState, "请先开班 / no shift is open");
  return *shift;
}

audit::Person person_of(const Shift& shift) {
  return {shift.clerk, audit::Role::kClerk};
}

Shift begin_shift(Desk& desk, const std::string& clerk) {
  const base::UtcTime now = desk.now();
  store::Transaction change(desk.database());
  if (const auto running = open_shift(desk)) {
    base::fail(base::Fault::kWrongState, "班次未结 / shift {} of {} is still open", running->id,
               running->clerk);
  }
  const auto id =
      desk.database().value<std::int64_t>("SELECT coalesce(max(id), 0) + 1 FROM shifts");
  desk.database().run("INSERT INTO shifts(id, operator, opened) VALUES(:id, :clerk, :opened)", id,
                      clerk, base::format(now));
  Shift shift{id, clerk};
  desk.acts().record(now, {.act = audit::Act::kShiftOpened,
                           .by = {person_of(shift)},
                           .object = {audit::index(static_cast<std::uint64_t>(id))},
                           .reason = {},
                           .run = {}});
  change.commit();
  desk.acts().flush();
  return shift;
}

CashUp end_shift(Desk& desk) {
  const base::UtcTime now = desk.now();
  store::Database& books = desk.database();
  store::Transaction change(books);
  const Shift shift = require_shift(desk);
  CashUp sum;
  sum.top_ups = books.value<std::int64_t>(
      "SELECT count(*) FROM top_ups WHERE shift = :shift AND state = 'DONE'", shift.id);
  sum.cash = books.value<base::Amount>(
      "SELECT coalesce(sum(CASE movement WHEN 'received' THEN fen ELSE -fen END), 0) "
      "FROM cash WHERE shift = :shift",
      shift.id);
  sum.in_doubt = books.value<base::Amount>(
      "SELECT coalesce(sum(fen), 0) FROM top_ups WHERE shift = :shift "
      "AND state NOT IN ('DONE', 'VOID')",
      shift.id);
  books.run(
      "INSERT INTO shift_ends(shift, closed, top_ups, cash_fen, in_doubt_fen) "
      "VALUES(:shift, :closed, :top_ups, :cash, :in_doubt)",
      shift.id, base::format(now), sum.top_ups, sum.cash, sum.in_doubt);
  desk.acts().record(now, {.act = audit::Act::kShiftClosed,
                           .by = {person_of(shift)},
                           .object = {audit::amount(sum.cash),
                                      audit::count(static_cast<std::uint64_t>(sum.top_ups)),
                                      audit::index(static_cast<std::uint64_t>(shift.id))},
                           .reason = {},
                           .run = {}});
  change.commit();
  desk.acts().flush();
  return sum;
}

}  // namespace desk

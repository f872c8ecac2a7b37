#include "salesdesk/trade/settle.h"

#include <nlohmann/json.hpp>

#include "base/core/error.h"
#include "salesdesk/trade/account.h"
#include "salesdesk/trade/books.h"
#include "salesdesk/trade/shift.h"

namespace desk {

namespace {

using base::Fault;
using nlohmann::json;

struct Suspended {
  std::int64_t id = 0;
  LockSettlement settlement;
};

// Nothing for a record whose lock was torn before the card was certified, or of another lock.
std::optional<LockSettlement> settlement_of(const base::CardNumber& card, const std::string& meter,
                                            const json& record, const wellkey_lock_state& lock) {
  const auto release = record.find("release");
  if (release == record.end() || !release->is_object()) return std::nullopt;
  const auto sn = release->value("offline_sn", std::uint32_t{0});
  if (sn != lock.offline_counter) return std::nullopt;
  const BusinessTime ended = business_time(base::parse_utc(record.value("end", "")));
  return LockSettlement{card,
                        base::Amount::fen(record.value("used_fen", std::int64_t{-1})),
                        sn,
                        meter,
                        release->value("terminal_sn", std::uint32_t{0}),
                        ended.day,
                        ended.time,
                        base::fixed<4>(base::from_hex(release->value("gmac", ""), "GMAC"), "GMAC")};
}

// The record of the lock that the card shows, while it is not booked.
std::optional<Suspended> find_suspended(Desk& desk, const base::CardNumber& card,
                                        const wellkey_lock_state& lock) {
  const auto rows = desk.database().rows<std::int64_t, std::string, std::string>(
      "SELECT id, meter, content FROM records WHERE list = 'suspended' AND card = :card "
      "AND meter = :meter AND id NOT IN (SELECT record FROM ledger WHERE record IS NOT NULL) "
      "ORDER BY id DESC",
      card.digits(), std::string(lock.terminal));
  for (const auto& [id, meter, content] : rows) {
    const auto settlement = settlement_of(card, meter, json::parse(content), lock);
    if (settlement) return Suspended{id, *settlement};
  }
  return std::nullopt;
}

void book(Desk& desk, const Suspended& suspended, const Settled& settled, const Shift& shift) {
  const base::UtcTime now = desk.now();
  const BusinessTime business = business_time(now);
  const std::string card = suspended.settlement.card.digits();
  store::Database& books = desk.database();
  store::Transaction change(books);
  books.run(
      "INSERT INTO ledger(card, kind, fen, at, day, month, record) "
      "VALUES(:card, 'consumed', :fen, :at, :day, :month, :id)",
      card, settled.consumed, base::format(now), business.day, business.month, suspended.id);
  note_sight(desk, {suspended.settlement.card, settled.balance_after, now, "reader",
                    suspended.settlement.offline_counter});
  desk.acts().record(
      now, {.act = audit::Act::kSessionSettled,
            .by = {person_of(shift)},
            .object = {audit::card(suspended.settlement.card), audit::amount(settled.consumed),
                       audit::amount_after(settled.balance_after), audit::meter(settled.meter)},
            .reason = {},
            .run = {}});
  change.commit();
  desk.acts().flush();
}

}  // namespace

Settled settle_lock(Desk& desk, Reader& reader) {
  const Shift shift = require_shift(desk);
  const base::CardNumber card = reader.look().number;
  const wellkey_lock_state lock = reader.lock();
  const auto suspended = find_suspended(desk, card, lock);
  if (!suspended) {
    if (lock.state == WELLKEY_LOCK_GREY) base::fail(Fault::kNotFound, "{}", lock_text(lock));
    base::fail(Fault::kWrongState, "该卡没有待结算的灰锁 / this card has no lock to settle");
  }
  Settled settled{suspended->settlement.terminal, suspended->settlement.consumed,
                  reader.settle(suspended->settlement)};
  book(desk, *suspended, settled, shift);
  return settled;
}

}  // namespace desk

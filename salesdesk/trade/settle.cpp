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
  Consumption session;
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

// The record of the lock that the card shows.
std::optional<Suspended> find_suspended(Desk& desk, const base::CardNumber& card,
                                        const wellkey_lock_state& lock) {
  const auto rows = desk.database().rows<std::int64_t, std::string, std::string>(
      "SELECT id, meter, content FROM records WHERE list = 'suspended' AND card = :card "
      "AND meter = :meter ORDER BY id DESC",
      card.digits(), std::string(lock.terminal));
  for (const auto& [id, meter, content] : rows) {
    const json record = json::parse(content);
    const auto settlement = settlement_of(card, meter, record, lock);
    if (!settlement) continue;
    const base::UtcTime started = base::parse_utc(record.value("start", ""));
    return Suspended{id, *settlement, {meter, card, started, settlement->consumed}};
  }
  return std::nullopt;
}

void book(Desk& desk, const Suspended& suspended, const Settled& settled, const Shift& shift) {
  const base::UtcTime now = desk.now();
  store::Transaction change(desk.database());
  if (booked(desk, suspended.session) != Booked::kSame) {
    book_consumption(desk, suspended.session, now, suspended.id);
  }
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

[[noreturn]] void refuse_other_amount(Desk& desk, const Consumption& session) {
  raise_other_amount(desk, session);
  base::fail(Fault::kConflict,
             "该次用电已按另一金额入账，已报警 / this session is booked with another amount than "
             "{} yuan: an alarm is raised",
             base::format(session.used));
}

}  // namespace

Settled settle_lock(Desk& desk, Reader& reader) {
  const Shift shift = require_shift(desk);
  const base::CardNumber card = reader.look().number;
  const wellkey_lock_state lock = reader.lock();
  const auto suspended = find_suspended(desk, card, lock);
  const bool is_grey = lock.state == WELLKEY_LOCK_GREY;
  if (!suspended && is_grey) base::fail(Fault::kNotFound, "{}", lock_text(lock));
  const Booked before = suspended ? booked(desk, suspended->session) : Booked::kSame;
  if (before == Booked::kOtherAmount) refuse_other_amount(desk, suspended->session);
  if (before == Booked::kSame && !is_grey) {
    base::fail(Fault::kWrongState, "该卡没有待结算的灰锁 / this card has no lock to settle");
  }
  Settled settled{suspended->settlement.terminal, suspended->settlement.consumed,
                  reader.settle(suspended->settlement)};
  book(desk, *suspended, settled, shift);
  return settled;
}

}  // namespace desk

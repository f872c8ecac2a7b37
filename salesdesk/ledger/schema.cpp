#include "salesdesk/ledger/schema.h"

#include <array>
#include <string>

#include <fmt/format.h>

#include "base/store/migration.h"

namespace desk {

namespace {

// Customers, their cards, and the shifts at the counter.
constexpr std::string_view kPeople = R"sql(
CREATE TABLE customers (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL CHECK (name <> ''),
  identity_no TEXT NOT NULL,
  village TEXT NOT NULL,
  approved_by TEXT NOT NULL CHECK (approved_by <> ''),
  salt TEXT NOT NULL,
  created TEXT NOT NULL
) STRICT;
CREATE TABLE accounts (
  card TEXT PRIMARY KEY CHECK (length(card) = 20),
  customer INTEGER NOT NULL REFERENCES customers (id),
  chip_serial TEXT NOT NULL,
  key_version INTEGER NOT NULL,
  opened TEXT NOT NULL,
  operator TEXT NOT NULL,
  shift INTEGER NOT NULL REFERENCES shifts (id)
) STRICT;
CREATE TABLE shifts (
  id INTEGER PRIMARY KEY,
  operator TEXT NOT NULL CHECK (operator <> ''),
  opened TEXT NOT NULL
) STRICT;
CREATE TABLE shift_ends (
  shift INTEGER PRIMARY KEY REFERENCES shifts (id),
  closed TEXT NOT NULL,
  top_ups INTEGER NOT NULL,
  cash_fen INTEGER NOT NULL,
  in_doubt_fen INTEGER NOT NULL
) STRICT;
)sql";

// The journal of top-ups. Only `state` of a row ever changes, and only along the table of
// salesdesk/trade/top_up_state.h, which the trigger repeats.
constexpr std::string_view kTopUps = R"sql(
CREATE TABLE top_ups (
  id INTEGER PRIMARY KEY,
  request TEXT NOT NULL UNIQUE CHECK (request <> ''),
  card TEXT NOT NULL REFERENCES accounts (card),
  fen INTEGER NOT NULL CHECK (fen > 0),
  shift INTEGER NOT NULL REFERENCES shifts (id),
  date TEXT NOT NULL CHECK (length(date) = 8),
  time TEXT NOT NULL CHECK (length(time) = 6),
  created TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'INTENT'
    CHECK (state IN ('INTENT', 'ARMED', 'DONE', 'VOID', 'DOUBT', 'REVIEW'))
) STRICT;
CREATE UNIQUE INDEX one_open_top_up_per_card ON top_ups (card)
  WHERE state IN ('INTENT', 'ARMED', 'DOUBT', 'REVIEW');
CREATE TABLE top_ups_armed (
  top_up INTEGER PRIMARY KEY REFERENCES top_ups (id),
  online_counter INTEGER NOT NULL CHECK (online_counter BETWEEN 0 AND 65535),
  offline_counter INTEGER NOT NULL CHECK (offline_counter BETWEEN 0 AND 65535),
  balance_before INTEGER NOT NULL CHECK (balance_before >= 0),
  terminal TEXT NOT NULL CHECK (length(terminal) = 12),
  key_version INTEGER NOT NULL,
  algorithm INTEGER NOT NULL
) STRICT;
CREATE TABLE top_up_steps (
  id INTEGER PRIMARY KEY,
  top_up INTEGER NOT NULL REFERENCES top_ups (id),
  state TEXT NOT NULL,
  at TEXT NOT NULL,
  reason TEXT NOT NULL
) STRICT;
CREATE TABLE receipts (
  number INTEGER PRIMARY KEY,
  top_up INTEGER NOT NULL UNIQUE REFERENCES top_ups (id),
  balance_after INTEGER NOT NULL,
  tac TEXT NOT NULL
) STRICT;
CREATE TRIGGER top_ups_only_step BEFORE UPDATE ON top_ups
WHEN NOT (OLD.id = NEW.id AND OLD.request = NEW.request AND OLD.card = NEW.card
    AND OLD.fen = NEW.fen AND OLD.shift = NEW.shift AND OLD.date = NEW.date
    AND OLD.time = NEW.time AND OLD.created = NEW.created
    AND OLD.state || '>' || NEW.state IN ('INTENT>ARMED', 'INTENT>VOID', 'ARMED>DONE',
      'ARMED>VOID', 'ARMED>DOUBT', 'ARMED>REVIEW', 'DOUBT>DONE', 'DOUBT>VOID', 'DOUBT>REVIEW'))
BEGIN SELECT RAISE(ABORT, 'a top-up only takes the steps of its table'); END;
)sql";

// The books. sold and consumed are movements of money; a session, which is a meter, a card and a
// start, is consumed once, though its meter may give two records of it (suspended, then settled). A
// sight is a balance that somebody read. The sights of a card are ordered by its own counters, for the
// time of a meter is only a claim: by the offline number of its last lock, by whether that lock had
// ended, by its online number. A meter does not see the online number and leaves it 0: a load needs a
// card whose lock has ended, so it comes later.
constexpr std::string_view kBooks = R"sql(
CREATE TABLE cash (
  id INTEGER PRIMARY KEY,
  shift INTEGER NOT NULL REFERENCES shifts (id),
  top_up INTEGER NOT NULL REFERENCES top_ups (id),
  movement TEXT NOT NULL CHECK (movement IN ('received', 'returned')),
  fen INTEGER NOT NULL CHECK (fen > 0),
  UNIQUE (top_up, movement)
) STRICT;
CREATE TABLE records (
  id INTEGER PRIMARY KEY,
  meter TEXT NOT NULL,
  list TEXT NOT NULL,
  seq INTEGER NOT NULL,
  digest TEXT NOT NULL,
  card TEXT NOT NULL,
  content TEXT NOT NULL,
  imported TEXT NOT NULL,
  UNIQUE (meter, list, seq)
) STRICT;
CREATE TABLE ledger (
  id INTEGER PRIMARY KEY,
  card TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('sold', 'consumed')),
  fen INTEGER NOT NULL CHECK (fen >= 0),
  at TEXT NOT NULL,
  day TEXT NOT NULL CHECK (length(day) = 8),
  month TEXT NOT NULL CHECK (length(month) = 6),
  top_up INTEGER UNIQUE REFERENCES top_ups (id),
  record INTEGER UNIQUE REFERENCES records (id),
  meter TEXT,
  started TEXT,
  CHECK ((kind = 'sold' AND top_up IS NOT NULL
          AND record IS NULL AND meter IS NULL AND started IS NULL)
      OR (kind = 'consumed' AND top_up IS NULL
          AND record IS NOT NULL AND meter IS NOT NULL AND started IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX one_consumption_per_session ON ledger (meter, card, started)
  WHERE kind = 'consumed';
CREATE INDEX ledger_by_card ON ledger (card, kind, fen);
CREATE TABLE sights (
  id INTEGER PRIMARY KEY,
  card TEXT NOT NULL,
  fen INTEGER NOT NULL CHECK (fen >= 0),
  at TEXT NOT NULL,
  source TEXT NOT NULL CHECK (source IN ('top-up', 'meter', 'reader')),
  offline_sn INTEGER NOT NULL CHECK (offline_sn BETWEEN 0 AND 65535),
  lock_ended INTEGER NOT NULL CHECK (lock_ended IN (0, 1)),
  online_sn INTEGER NOT NULL CHECK (online_sn BETWEEN 0 AND 65535)
) STRICT;
CREATE VIEW newest_sights AS
  SELECT card, fen, at FROM (
    SELECT card, fen, at, row_number() OVER (
      PARTITION BY card ORDER BY offline_sn DESC, lock_ended DESC, online_sn DESC, id DESC) AS place
    FROM sights)
  WHERE place = 1;
CREATE INDEX sights_by_card ON sights (card, offline_sn, lock_ended, online_sn, id);
CREATE TABLE alarms (
  id INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  kind TEXT NOT NULL,
  text TEXT NOT NULL
) STRICT;
)sql";

// What the desk did, in the same transaction as the doing; the log takes it from here.
constexpr std::string_view kActs = R"sql(
CREATE TABLE acts (
  id INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  act TEXT NOT NULL,
  content TEXT NOT NULL
) STRICT;
CREATE TABLE acts_logged (
  act INTEGER PRIMARY KEY REFERENCES acts (id),
  leaf INTEGER NOT NULL UNIQUE
) STRICT;
)sql";

// Every table but top_ups, whose state moves, and that one cannot lose a row either.
constexpr std::array<std::string_view, 14> kAppendOnly = {
    "customers",    "accounts", "shifts", "shift_ends", "top_ups_armed",
    "top_up_steps", "receipts", "cash",   "records",    "ledger",
    "sights",       "alarms",   "acts",   "acts_logged"};

std::string append_only() {
  constexpr std::string_view kNever =
      "CREATE TRIGGER {0}_never_{1} BEFORE {1} ON {0} "
      "BEGIN SELECT RAISE(ABORT, '{0} is append-only'); END;\n";
  std::string text = fmt::format(fmt::runtime(kNever), "top_ups", "DELETE");
  for (const std::string_view table : kAppendOnly) {
    text += fmt::format(fmt::runtime(kNever), table, "UPDATE");
    text += fmt::format(fmt::runtime(kNever), table, "DELETE");
  }
  return text;
}

}  // namespace

void bring_up_to_date(store::Database& database) {
  static const std::string append_only_sql = append_only();
  static const std::array steps = {
      store::Migration{1, "people", kPeople},
      store::Migration{2, "top-ups", kTopUps},
      store::Migration{3, "books", kBooks},
      store::Migration{4, "acts", kActs},
      store::Migration{5, "append-only", append_only_sql},
  };
  store::migrate(database, steps);
}

}  // namespace desk

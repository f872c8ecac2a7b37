// The shadow ledger: what was sold, what the meters say was consumed, and what must be on the cards.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "salesdesk/ledger/desk_folder.h"
#include "salesdesk/trade/reader.h"

namespace desk {

struct CardBalance {
  std::string card;
  std::int64_t sold_fen = 0;
  std::int64_t consumed_fen = 0;
  std::int64_t on_card_fen = 0;  // at its newest sight; 0 for a card never seen
  std::string seen;              // when, UTC; "" for never

  // Not zero: a meter is not harvested yet, a top-up is in doubt, or money came from nowhere.
  std::int64_t difference_fen() const { return sold_fen - consumed_fen - on_card_fen; }
};

struct Balance {
  std::vector<CardBalance> cards;  // of accounts and of harvested records, by number
  std::int64_t sold_fen = 0;
  std::int64_t consumed_fen = 0;
  std::int64_t on_cards_fen = 0;
  std::int64_t in_doubt_fen = 0;  // top-ups that are open
  std::int64_t alarms = 0;

  std::int64_t difference_fen() const { return sold_fen - consumed_fen - on_cards_fen; }
};

Balance balance(Desk& desk);

enum class LockEnd { kOpen = 0, kEnded = 1 };

// A balance that somebody read on a card, with the card's own counters, which say what came first.
struct Sight {
  base::CardNumber card;
  base::Amount balance;
  base::UtcTime at;              // as the reading clock says
  std::string_view source;       // as the table `sights` names it
  std::uint32_t offline_sn = 0;  // of the card's last lock, as its lock proof shows it
  LockEnd lock = LockEnd::kEnded;
  std::uint32_t online_sn = 0;  // 0 where none is known since that lock
};

// Of the card on the reader, as look() and lock() just answered.
Sight sight_on(Reader& reader, const CardSeen& card, const wellkey_lock_state& lock,
               base::UtcTime at);

// Inside the caller's transaction, if there is one.
void note_sight(Desk& desk, const Sight& sight);

// A card may hold less than the books say (a meter is not harvested yet), never more. Throws kTampered
// and leaves an alarm when it does.
void require_balance_explained(Desk& desk, const base::CardNumber& card, base::Amount on_card);

// What a session took from its card. Meter, card and start are its identity: the suspended record of a
// session and its settled one carry the same.
struct Consumption {
  std::string meter;
  base::CardNumber card;
  base::UtcTime started;
  base::Amount used;
};

enum class Booked { kNot, kSame, kOtherAmount };

// How the books know that session.
Booked booked(Desk& desk, const Consumption& session);

// Inside the caller's transaction, for a session that is kNot booked: a second row of one throws.
// `at` is the business time, `record` the row of `records` that says so.
void book_consumption(Desk& desk, const Consumption& session, base::UtcTime at,
                      std::int64_t record);

// Inside the caller's transaction, if there is one.
void raise_other_amount(Desk& desk, const Consumption& session);

// Inside the caller's transaction.
void raise_alarm(Desk& desk, const std::string& kind, const std::string& text);

}  // namespace desk

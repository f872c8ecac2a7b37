// Cards are known by what they say of themselves, never by the slot they are in.
#pragma once

#include <optional>
#include <string>

#include "cos-apdu/layout/card_status.h"
#include "cos-apdu/layout/keycard_orders.h"
#include "cos-apdu/session.h"

namespace card::keycards {

// GET CARD STATUS; no PIN, every life cycle. Throws kMalformed when a card of another maker answers
// something else, kRefused when it does not know the command.
layout::CardStatus read_status(Session& session);

enum class Role { kMother, kControl };

// Every field that is set must agree.
struct Wanted {
  std::optional<derivation::CardKind> kind = {};
  std::optional<derivation::Serial8> serial = {};
  std::optional<layout::LifeCycle> life_cycle = {};
  std::optional<layout::PairId> pair_id = {};
  std::optional<Role> role = {};  // of a pair that exists
};

bool matches(const layout::CardStatus& status, const Wanted& wanted);

// Asks the card; a card that does not know the question does not match. Usable as
// pcsc::WantedCard::is_it through a lambda.
bool matches(Session& session, const Wanted& wanted);

// "county mother card …0042, in use"
std::string describe(const layout::CardStatus& status);

// "county mother card of pair 0A1B2C3D4E5F6071"
std::string describe(const Wanted& wanted);

}  // namespace card::keycards

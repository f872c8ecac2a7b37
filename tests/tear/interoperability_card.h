// An interoperability card at the explorer's table.
#pragma once

#include "tests/cos-apdu/interoperability_card.h"
#include "tests/tear/sequences.h"

namespace tear {

namespace interoperability = test::interoperability;
using card::Protection;
using interoperability::Directory;
using interoperability::KeyType;

// What the engine keeps: the records of the two key files.
inline constexpr card::chip::RecordId kMasterKeys = 0x4100;
inline constexpr card::chip::RecordId kPurseKeys = 0x4300;

std::vector<Placed> one(const interoperability::Card& card);

// The class of a command that is sent so.
card::CommandApdu under(Protection protection, card::CommandApdu command);

// Throws card::Refusal unless the word is 9000.
void check(const card::CommandApdu& sent, card::StatusWord word);

// The purse's directory, also while its application is blocked.
void enter_purse(card::Session& session);

// Under the purse's key of this type and a fresh challenge.
card::StatusWord send_with(card::Session& session, KeyType type, const card::CommandApdu& command,
                           Protection protection);

// A grey lock of the wallet in the directory that is selected; answers its number.
card::CardSn lock_wallet(card::Session& user);

// Left of the error counter of the first key of this type; the file is the first of its records.
unsigned tries_of(Table& table, card::chip::RecordId file, KeyType type);

// The card after `act`, and powered off.
std::vector<Placed> after(const std::vector<Placed>& cards, const std::function<void(Table&)>& act);

}  // namespace tear

// One key-card command by its row of the table, with refusals as faults.
#pragma once

#include "cos-apdu/layout/keycard_commands.h"
#include "cos-apdu/session.h"

namespace card::keycards {

using layout::KeycardCommandId;

// `p2` fills rows whose P2 names a slot, seat, leader or purpose.
CommandApdu command_of(KeycardCommandId id, ByteView data = {}, Byte p2 = 0);

// The answer's data. Throws by the table of status words in exchange.cpp.
Bytes exchange(Session& session, const CommandApdu& command);
Bytes exchange(Session& session, KeycardCommandId id, ByteView data = {}, Byte p2 = 0);

// Any call of card_commands.h whose refusals shall be faults of the same table.
[[noreturn]] void refuse_keycard(std::string_view name, StatusWord status);

}  // namespace card::keycards

// What tests hold against a card's memory, written from the card reference and not from the code:
// which records are secret, and which counters a refused command may move.
#pragma once

#include <string>

#include "tests/hostile/canary.h"

namespace hostile {

// The secret bytes of a record; all of them for a record that the table does not name.
ByteView secret_part(RecordId id, ByteView value);

// False for a record that the table does not name: say there whether it is secret.
bool is_named(RecordId id);

// Empty when the difference is in declared counters only, else what else has changed.
std::string undeclared_change(const Records& before, const Records& after);

}  // namespace hostile

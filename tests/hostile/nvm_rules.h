// What tests hold against a card's memory, written from the card reference and not from the code:
// which records are secret, and which counters a refused command may move.
#pragma once

#include <string>

#include "tests/hostile/canary.h"

namespace hostile {

// Whether these are the records of a card of the interoperability profile.
bool is_interoperability(const Records& records);

// The key in this record of a key file; empty for every other record.
ByteView key_of_key_file(const Records& records, RecordId id);

// The maker's key file, the first of a card.
bool is_in_master_key_file(RecordId id);

// The secret bytes of one of the records; all of them for a record that the table does not name.
ByteView secret_part(const Records& records, RecordId id);

// False for a record that the table does not name: say there whether it is secret.
bool is_named(const Records& records, RecordId id);

// Empty when the difference is in declared counters only, else what else has changed.
std::string undeclared_change(const Records& before, const Records& after);

}  // namespace hostile

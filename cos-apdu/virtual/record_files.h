// Files of records: fixed, TLV and cyclic, over one way to keep them.
#pragma once

#include "cos-apdu/virtual/file_system.h"

namespace card::chip {

// From 1; of a cyclic file 1 is the newest. Empty: no such record; the records of a file that
// composite purchases write are there from the start, as zeros.
Bytes record_of(const Nvm& nvm, const FileHeader& file, std::size_t number);
void store_record(Nvm& nvm, const FileHeader& file, std::size_t number, ByteView content);
std::size_t record_count(const Nvm& nvm, const FileHeader& file);

// Behind the last; in a cyclic file it is the newest and the oldest makes room. 6A84 when full.
StatusWord append_record(Nvm& nvm, const FileHeader& file, ByteView content);

// P2: short id * 8 + 4 by number in P1, + 0 by tag in P1 (TLV), + 3 with P1 = 00 the previous one
// (cyclic, UPDATE only).
Answer read_record(Context& card, const CommandApdu& command);
Answer update_record(Context& card, const CommandApdu& command);

// P1 = 00, P2 = short id * 8.
Answer append_record_command(Context& card, const CommandApdu& command);

}  // namespace card::chip

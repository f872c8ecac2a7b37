// SELECT, READ BINARY, READ RECORD and UPDATE BINARY over the file tables of layout/card_files.h.
#pragma once

#include "cos-apdu/virtual/command.h"

namespace card::chip {

// A binary file's content; zeros when nothing was written yet.
Bytes file_content(const Nvm& nvm, Byte sfi, std::size_t size);
void store_file(Nvm& nvm, Byte sfi, ByteView content);

// Appends to the card's cyclic file (18, of an ESAM 02); the oldest record makes room.
void append_detail(Context& card, ByteView record);

Answer select_by_name(Context& card, const CommandApdu& command);
Answer select_by_id(Context& card, const CommandApdu& command);
Answer read_binary(Context& card, const CommandApdu& command);
Answer read_record(Context& card, const CommandApdu& command);
Answer update_binary(Context& card, const CommandApdu& command);

}  // namespace card::chip

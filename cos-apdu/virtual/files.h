// SELECT, READ BINARY and UPDATE BINARY of every kind of card, and what the card's own commands
// write into its files.
#pragma once

#include "cos-apdu/virtual/command.h"

namespace card::chip {

// The content of a native card's binary file; zeros when nothing was written yet.
Bytes file_content(const Nvm& nvm, Byte number, std::size_t size);
void store_file(Nvm& nvm, Byte number, ByteView content);

// Into the detail file: the one cyclic file of a native card (18, of an ESAM 02), the purse file's of an interoperability card. The
// oldest record makes room. Throws kNotFound (6A88) when there is no such file.
void append_detail(Context& card, ByteView record);

Answer select_by_name(Context& card, const CommandApdu& command);
Answer select_by_id(Context& card, const CommandApdu& command);
Answer read_binary(Context& card, const CommandApdu& command);
Answer update_binary(Context& card, const CommandApdu& command);

}  // namespace card::chip

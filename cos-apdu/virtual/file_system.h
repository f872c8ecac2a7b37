// The files of a card as one tree, and what of it the session has selected. Native cards have one
// directory of preset files (layout/card_files.h), found from everywhere; interoperability cards
// have the tree that CREATE FILE made.
#pragma once

#include "cos-apdu/layout/file_header.h"
#include "cos-apdu/virtual/command.h"

namespace card::chip {

using layout::FileHeader;
using layout::FileType;

inline constexpr std::uint16_t kMasterFileId = 0x3F00;
inline constexpr std::uint16_t kApplicationFileId = 0x3F01;  // of native cards

struct FileSelection : KindState {
  Byte directory = 0;  // number; the master file is 0
  std::optional<Byte> file;
  layout::SecurityState security;
};

FileHeader current_directory(Context& card);

// In the current directory; 0 is the selected file.
std::optional<FileHeader> find_file(Context& card, Byte short_id);

// What SELECT reaches: the master file, the current directory, its parent, and its files.
std::optional<FileHeader> find_by_id(Context& card, std::uint16_t id);

// A directory whose name begins so; `next` is the one behind the current directory.
enum class Occurrence : Byte { kFirst = 0x00, kNext = 0x02 };
std::optional<FileHeader> find_directory(Context& card, ByteView name, Occurrence which);

// The first file of a type in the current directory.
std::optional<FileHeader> find_of_type(Context& card, FileType type);

// In order of creation; of interoperability cards only.
std::vector<FileHeader> files_in(const Context& card, Byte directory);
std::optional<FileHeader> header_of(const Context& card, Byte number);
void store_header(Context& card, const FileHeader& header);

// A directory: the directory register becomes 0, or the master register when it is the master file.
void select(Context& card, const FileHeader& header);

// After a PIN or an external authentication: the low half of `post_state` enters the directory
// register, and at the master file both.
void reach_state(Context& card, Byte post_state);

bool is_permitted(Context& card, Byte access);

}  // namespace card::chip

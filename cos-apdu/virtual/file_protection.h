// What a file demands of the command that reads or writes it: access byte, class, MAC or cipher
// under the line protection key of its directory (key_source.h, maintenance), or an order MAC.
#pragma once

#include "cos-apdu/virtual/file_system.h"

namespace card::chip {

struct Reading {
  StatusWord status = status::kOk;  // 6982, 6984, 6985, 6987, 6988, 6983, 6A88
  Protection answer = Protection::kPlain;
  std::optional<std::size_t> wanted{};  // what an enciphered command asked for
};

// Class 00 plain; class 04 with a MAC for an answer with MAC, with E(wanted) and a MAC for an
// enciphered answer. 6987 for class 00 where the option byte demands protection, 6985 for a MAC
// alone where the file is enciphered.
Reading open_reading(Context& card, const FileHeader& file, const CommandApdu& command);

// 6700 when it does not fit one short answer.
Answer answer_reading(Context& card, const FileHeader& file, const Reading& reading, ByteView data);

struct Writing {
  StatusWord status = status::kOk;  // the words above, 6A80 for a wrong padding without MAC
  base::WipedBytes data;
};

// 6987 for class 00 on a protected file, 6985 for class 04 on a plain one.
Writing open_writing(Context& card, const FileHeader& file, const CommandApdu& command);

// A challenge of the length that the card's secure messaging takes is there.
bool challenge_fits(const Context& card);

}  // namespace card::chip

// A conversation with a card in words: each command with its name and fields, each answer with its
// status word in words. Secrets, and what is not known to be none, are shown as their place only.
#pragma once

#include <optional>
#include <string>

#include "cos-apdu/apdu.h"
#include "cos-apdu/layout/apdu_fields.h"

namespace card::chip {

// Follows one card from one power-on to the next; each call returns one line.
//   > INITIALIZE FOR LOAD 80 50 00 02: keyIndex 01, amount 000003E8, terminal 000000001001
//   < 9000, done: balance 00000000, onlineSN 0000, keyVersion 01, …
class ApduTrace {
 public:
  std::string command(ByteView apdu);
  std::string answer(ByteView response);

  // Forgets chains and answers under way.
  void power_on() { *this = ApduTrace(); }

 private:
  std::string fields_of(const CommandApdu& command);

  const layout::ApduFields* row_ = nullptr;  // of the command whose answer is awaited
  base::WipedBytes chained_;                 // data of a chain that is not finished
  base::WipedBytes answered_;                // answer bytes that GET RESPONSE fetched so far
};

// Reads a recorded conversation, lines "> 00 A4 04 00 00" and "< 6F 00 90 00 : words", and gives it
// back in words; an answer may run over several lines until the next ">". Other lines stay as they are.
// Throws kMalformed with the line's number for a command or an answer that is none.
std::string traced(std::string_view recording);

}  // namespace card::chip

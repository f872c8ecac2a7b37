// Commands to a card and their answers, as values and as bytes (ISO/IEC 7816-4, short and extended
// lengths).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/core/bytes.h"
#include "base/core/secret.h"
#include "cos-apdu/status_word.h"

namespace card {

// The most that one short command carries and answers.
inline constexpr std::size_t kShortData = 255;
inline constexpr std::uint32_t kShortLe = 256;
inline constexpr Byte kChainingBit = 0x10;

struct CommandApdu {
  std::string_view name;  // for people; a string literal
  Byte cla = 0;
  Byte ins = 0;
  Byte p1 = 0;
  Byte p2 = 0;
  base::WipedBytes data{};            // may carry a PIN
  std::optional<std::uint32_t> le{};  // bytes wanted; 256 = all of a short answer

  CommandApdu& with(ByteView more) {
    data.insert(data.end(), more.begin(), more.end());
    return *this;
  }

  CommandApdu& expect(std::uint32_t bytes) {
    le = bytes;
    return *this;
  }
};

enum class LengthForm { kShort, kExtended };

// Cases 1 to 4. Throws kMalformed when data or Le do not fit the form.
base::WipedBytes encode(const CommandApdu& command, LengthForm form = LengthForm::kShort);

// Takes both forms; nullopt when the lengths contradict each other.
std::optional<CommandApdu> decode_command(ByteView bytes);

// Cuts a command of more than 255 data bytes into chained ones (class bit 10 on all but the last).
std::vector<CommandApdu> chained(const CommandApdu& command);

struct ResponseApdu {
  Bytes data{};
  StatusWord status = status::kOk;
};

Bytes encode(ResponseApdu response);

// Throws kDeviceLost for fewer than two bytes: a card that answers always says a status word.
ResponseApdu decode_response(Bytes answer);

}  // namespace card

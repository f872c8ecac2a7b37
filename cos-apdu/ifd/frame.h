// What a reader slot and the card in it say to each other: one SEQPACKET message is one frame.
//   version 1 | kind 1 | body
// The kind byte keeps an APDU from ever looking like a control. Self-contained on purpose: the
// driver inside pcscd and the program virtual-card share this header and nothing else.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace ifd {

inline constexpr std::uint8_t kFrameVersion = 1;

enum class FrameKind : std::uint8_t {
  kPowerOn = 0x01,   // to the card; answered by kAtr
  kReset = 0x02,     // to the card; answered by kAtr
  kPowerOff = 0x03,  // to the card; not answered
  kCommand = 0x04,   // to the card; answered by kAnswer
  kAtr = 0x81,       // to the reader
  kAnswer = 0x82,    // to the reader; never shorter than a status word
  kMoreTime = 0x83,  // to the reader, before kAnswer: the command is still being worked on
};

struct FrameRow {
  FrameKind kind;
  std::size_t least;  // bytes of the body
  std::size_t most;
};

// ISO/IEC 7816-3 §8.2 (an ATR has 2 to 33 bytes) and §12.1 (extended APDUs).
inline constexpr std::array kFrames = {
    FrameRow{FrameKind::kPowerOn, 0, 0},  FrameRow{FrameKind::kReset, 0, 0},
    FrameRow{FrameKind::kPowerOff, 0, 0}, FrameRow{FrameKind::kCommand, 1, 65544},
    FrameRow{FrameKind::kAtr, 2, 33},     FrameRow{FrameKind::kAnswer, 2, 65538},
    FrameRow{FrameKind::kMoreTime, 0, 0},
};

// Receive into one byte more than this: a longer message is then seen to be too long.
inline constexpr std::size_t kLargestFrame = 2 + 65544;

struct Frame {
  FrameKind kind;
  std::span<const std::uint8_t> body;  // inside the message that was decoded
};

// Nothing for a foreign version, an unknown kind, or a body of a length the kind does not have.
inline std::optional<Frame> decode_frame(std::span<const std::uint8_t> message) {
  if (message.size() < 2 || message[0] != kFrameVersion) return std::nullopt;
  const auto body = message.subspan(2);
  const auto row = std::ranges::find(kFrames, static_cast<FrameKind>(message[1]), &FrameRow::kind);
  if (row == kFrames.end() || body.size() < row->least || body.size() > row->most) {
    return std::nullopt;
  }
  return Frame{row->kind, body};
}

inline std::vector<std::uint8_t> encode_frame(FrameKind kind,
                                              std::span<const std::uint8_t> body = {}) {
  std::vector<std::uint8_t> message = {kFrameVersion, static_cast<std::uint8_t>(kind)};
  message.insert(message.end(), body.begin(), body.end());
  return message;
}

}  // namespace ifd

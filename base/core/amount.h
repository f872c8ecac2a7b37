// Money in whole fen (0.01 yuan). Never negative, never floating, never silently too large.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/core/bytes.h"

namespace base {

class Amount {
 public:
  // The purse of a card holds four bytes; a ledger may hold more.
  static constexpr std::int64_t kMostOnCard = 0xFFFFFFFF;

  Amount() = default;

  // Throws kMalformed when negative.
  static Amount fen(std::int64_t fen);

  // "12", "12.3" or "12.34" yuan; throws kMalformed and says what was expected.
  static Amount parse_yuan(std::string_view text);

  // Four big-endian bytes as on a card.
  static Amount of_card(ByteView four_bytes);

  std::int64_t fen() const { return fen_; }

  // Throws kRefused above kMostOnCard.
  FixedBytes<4> card_bytes() const;

  // Throw kRefused on overflow, and below zero.
  Amount plus(Amount other) const;
  Amount minus(Amount other) const;

  auto operator<=>(const Amount&) const = default;

 private:
  explicit Amount(std::int64_t fen) : fen_(fen) {}

  std::int64_t fen_ = 0;
};

// "12.34"
std::string format(Amount amount);

}  // namespace base

// Between the texts and numbers of the C interface and the values of the cards.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "base/core/amount.h"
#include "base/core/bytes.h"
#include "base/core/clock.h"
#include "base/core/error.h"
#include "base/core/secret.h"

namespace card::reader {

template <std::size_t N>
void put(char (&field)[N], std::string_view text) {
  const std::size_t length = std::min(text.size(), N - 1);
  std::fill(std::copy_n(text.begin(), length, std::begin(field)), std::end(field), '\0');
}

template <std::size_t N, typename Bytes>
void put_hex(char (&field)[N], const Bytes& bytes) {
  put(field, base::to_hex(bytes));
}

// The text of a field; throws kMalformed when the caller left out the zero byte.
template <std::size_t N>
std::string_view text_in(const char (&field)[N], std::string_view what) {
  const auto* const end = std::find(std::begin(field), std::end(field), '\0');
  if (end == std::end(field)) base::fail(base::Fault::kMalformed, "{}: no zero byte", what);
  return {std::begin(field), end};
}

// "20261122" and "150405"; throws kMalformed.
base::CardTime card_time_of(std::string_view date, std::string_view time);

// Money of 1 fen up to what a card holds; throws kMalformed.
base::Amount money_of(std::int64_t fen);

// A PIN of the C interface.
base::SecretBytes secret_pin(std::string_view digits);

// The PIN leaves the caller's struct when the function begins.
template <std::size_t N>
base::SecretBytes take_pin(char (&field)[N]) {
  base::SecretBytes pin = secret_pin(text_in(field, "PIN"));
  base::wipe({reinterpret_cast<base::Byte*>(field), N});
  return pin;
}

// Twelve hexadecimal digits; throws kMalformed.
base::FixedBytes<6> terminal_of(std::string_view text);

}  // namespace card::reader

// One value on its way into or out of a table: a 64-bit integer, a text, or nothing.
// Bytes are stored as lower-case hex text, which both back ends compare and show alike.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "base/core/amount.h"
#include "base/core/bytes.h"
#include "base/core/error.h"

namespace store {

class Value {
 public:
  Value() = default;

  Value(std::nullopt_t) {}

  // Throws kMalformed above the largest 64-bit integer.
  template <std::integral T>

  requires(!std::same_as<T, bool> && !std::same_as<T, char>) Value(T number)
      : content_(checked(number)) {}

  Value(std::string_view text) : content_(std::string(text)) {}

  Value(const std::string& text) : content_(text) {}

  Value(const char* text) : content_(std::string(text)) {}

  Value(base::ByteView bytes) : content_(base::to_hex(bytes, base::HexCase::kLower)) {}

  Value(base::Amount amount) : content_(amount.fen()) {}

  template <typename T>
  Value(const std::optional<T>& maybe) {
    if (maybe) *this = Value(*maybe);
  }

  bool is_null() const { return std::holds_alternative<std::monostate>(content_); }

  bool is_integer() const { return std::holds_alternative<std::int64_t>(content_); }

  // Both throw kTampered when the column holds something else.
  std::int64_t integer() const;
  const std::string& text() const;

 private:
  template <std::integral T>
  static std::int64_t checked(T number) {
    if (!std::in_range<std::int64_t>(number)) {
      base::fail(base::Fault::kMalformed, "integer above 2^63 - 1 cannot be stored");
    }
    return static_cast<std::int64_t>(number);
  }

  std::variant<std::monostate, std::int64_t, std::string> content_;
};

// How a column is fetched: always into a type the caller names, never one the driver guesses.
enum class Kind : std::uint8_t { kInteger, kText };

template <typename T>
struct Column;

template <>
struct Column<std::int64_t> {
  static constexpr Kind kKind = Kind::kInteger;

  static std::int64_t of(const Value& value) { return value.integer(); }
};

template <>
struct Column<std::string> {
  static constexpr Kind kKind = Kind::kText;

  static std::string of(const Value& value) { return value.text(); }
};

template <>
struct Column<base::Amount> {
  static constexpr Kind kKind = Kind::kInteger;

  static base::Amount of(const Value& value) { return base::Amount::fen(value.integer()); }
};

template <>
struct Column<base::Bytes> {
  static constexpr Kind kKind = Kind::kText;

  static base::Bytes of(const Value& value) { return base::from_hex(value.text(), "column"); }
};

template <std::size_t N>
struct Column<base::FixedBytes<N>> {
  static constexpr Kind kKind = Kind::kText;

  static base::FixedBytes<N> of(const Value& value) {
    return base::fixed<N>(base::from_hex(value.text(), "column"), "column");
  }
};

template <typename T>
struct Column<std::optional<T>> {
  static constexpr Kind kKind = Column<T>::kKind;

  static std::optional<T> of(const Value& value) {
    if (value.is_null()) return std::nullopt;
    return Column<T>::of(value);
  }
};

}  // namespace store

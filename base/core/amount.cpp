#include "base/core/amount.h"

#include "base/core/error.h"

namespace base {

Amount Amount::fen(std::int64_t fen) {
  if (fen < 0) fail(Fault::kMalformed, "an amount of zero or more expected");
  return Amount(fen);
}

Amount Amount::parse_yuan(std::string_view text) {
  constexpr std::size_t kMostDigits = 12;
  const std::size_t point = text.find('.');
  const std::string_view yuan = text.substr(0, point);
  std::string cents{point == std::string_view::npos ? "" : text.substr(point + 1)};
  const auto digits = [](std::string_view part) {
    return part.find_first_not_of("0123456789") == std::string_view::npos;
  };
  const bool pointed = point != std::string_view::npos;
  if (yuan.empty() || yuan.size() > kMostDigits || !digits(yuan) || !digits(cents) ||
      cents.size() > 2 || (pointed && cents.empty()) || (yuan.size() > 1 && yuan[0] == '0')) {
    fail(Fault::kMalformed, "an amount in yuan expected, such as 120 or 120.50");
  }
  cents.resize(2, '0');
  return Amount(std::stoll(std::string(yuan)) * 100 + std::stoll(cents));
}

Amount Amount::of_card(ByteView four_bytes) {
  Reader reader(four_bytes, "amount");
  const std::uint32_t fen = reader.u32();
  reader.finish();
  return Amount(fen);
}

FixedBytes<4> Amount::card_bytes() const {
  if (fen_ > kMostOnCard) {
    fail(Fault::kRefused, "{} fen do not fit the four bytes of a card's amount", fen_);
  }
  FixedBytes<4> out{};
  for (std::size_t at = 0; at < out.size(); ++at)
    out.at(at) = static_cast<Byte>(fen_ >> 8 * (out.size() - 1 - at));
  return out;
}

Amount Amount::plus(Amount other) const {
  std::int64_t sum = 0;
  if (__builtin_add_overflow(fen_, other.fen_, &sum)) fail(Fault::kRefused, "amount too large");
  return Amount(sum);
}

Amount Amount::minus(Amount other) const {
  if (other.fen_ > fen_) {
    fail(Fault::kRefused, "{} fen cannot be taken from {} fen", other.fen_, fen_);
  }
  return Amount(fen_ - other.fen_);
}

std::string format(Amount amount) {
  return fmt::format("{}.{:02}", amount.fen() / 100, amount.fen() % 100);
}

}  // namespace base

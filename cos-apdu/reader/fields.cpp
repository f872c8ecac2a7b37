#include "cos-apdu/reader/fields.h"

namespace card::reader {

base::CardTime card_time_of(std::string_view date, std::string_view time) {
  if (date.size() != 8 || time.size() != 6) {
    base::fail(base::Fault::kMalformed, "date of 8 and time of 6 digits expected");
  }
  return {base::fixed<4>(base::bcd_of(date), "date"), base::fixed<3>(base::bcd_of(time), "time")};
}

base::Amount money_of(std::int64_t fen) {
  if (fen < 1 || fen > base::Amount::kMostOnCard) {
    base::fail(base::Fault::kMalformed, "amount of 1 to {} fen expected",
               base::Amount::kMostOnCard);
  }
  return base::Amount::fen(fen);
}

base::SecretBytes secret_pin(std::string_view digits) {
  return base::SecretBytes::copy_of(
      {reinterpret_cast<const base::Byte*>(digits.data()), digits.size()});
}

base::FixedBytes<6> terminal_of(std::string_view text) {
  return base::fixed<6>(base::from_hex(text, "terminal number"), "terminal number");
}

}  // namespace card::reader

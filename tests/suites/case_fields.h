// One case as it comes from the other implementation: hexadecimal fields, read in the order of the
// formula's parameters.
#pragma once

#include <string>
#include <string_view>

#include "base/core/amount.h"
#include "base/core/bytes.h"
#include "base/core/clock.h"
#include "base/core/county_code.h"
#include "base/core/error.h"
#include "base/core/secret.h"
#include "base/crypto/hash.h"
#include "base/crypto/suite.h"
#include "cos-apdu/purse.h"
#include "derivation/serial.h"

namespace suites {

using base::Bytes;
using base::ByteView;

class CaseFields {
 public:
  // Fields parted by single blanks; "-" is the empty field.
  explicit CaseFields(std::string_view line) : rest_(line) {}

  std::string_view word() {
    if (rest_.empty()) base::fail(base::Fault::kMalformed, "a field is missing");
    const auto blank = rest_.find(' ');
    const auto found = rest_.substr(0, blank);
    rest_ = blank == std::string_view::npos ? std::string_view() : rest_.substr(blank + 1);
    return found;
  }

  Bytes bytes() {
    const auto text = word();
    return text == "-" ? Bytes() : base::from_hex(text);
  }

  template <std::size_t N>
  base::FixedBytes<N> fixed() {
    return base::fixed<N>(bytes());
  }

  base::SecretBytes secret() { return base::SecretBytes::copy_of(bytes()); }

  std::uint8_t u8() { return fixed<1>().front(); }

  std::uint16_t u16() { return base::Reader(bytes()).u16(); }

  std::uint32_t u24() { return base::Reader(bytes()).u24(); }

  std::uint32_t u32() { return base::Reader(bytes()).u32(); }

  std::uint64_t u64() { return base::Reader(bytes()).u64(); }

  base::Amount amount() { return base::Amount::of_card(bytes()); }

  base::CountyCode county() { return base::CountyCode::of_bcd(bytes()); }

  derivation::Serial8 serial() { return derivation::Serial8::of_bytes(bytes()); }

  card::TransactionType type() { return static_cast<card::TransactionType>(u8()); }

  base::CardTime at() {
    const auto date = fixed<4>();
    return {date, fixed<3>()};
  }

  // amount4 type1 terminal6
  card::purse::Order order() {
    const auto sum = amount();
    const auto kind = type();
    return {.amount = sum, .type = kind, .terminal = fixed<6>()};
  }

  // amount4 terminal6
  card::purse::Order order_of(card::TransactionType kind) {
    const auto sum = amount();
    return {.amount = sum, .type = kind, .terminal = fixed<6>()};
  }

  void finish() const {
    if (!rest_.empty()) base::fail(base::Fault::kMalformed, "fields are left over");
  }

 private:
  std::string_view rest_;
};

// One formula as the product computes it.
struct Formula {
  std::string_view name;
  Bytes (*compute)(crypto::SuiteId suite, CaseFields& in);
};

template <std::size_t N>
Bytes answer(const base::FixedBytes<N>& bytes) {
  return {bytes.begin(), bytes.end()};
}

// A key is answered by its hash: nothing of the product lets one out.
inline Bytes answer(const base::SecretBytes& secret) {
  return answer(crypto::sha256_of_secret({}, secret));
}

}  // namespace suites

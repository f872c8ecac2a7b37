// The key tree against values from the openssl command (3.0): `openssl enc -des-ede`, `-aes-128-ecb`,
// `-sm4-ecb` and `openssl mac … CMAC`, chained by hand as key-protocol.md §2 says.
#include "derivation/tree.h"

#include <doctest/doctest.h>

#include "base/core/error.h"

using crypto::SuiteId;
using derivation::Factor;
using derivation::Purpose;

namespace {

std::array<base::SecretBytes, 4> components() {
  const auto secret = [](std::string_view text) {
    return base::SecretBytes::copy_of(base::from_hex(text));
  };
  return {secret("11111111111111111111111111111100"), secret("22222222222222222222222222222201"),
          secret("33333333333333333333333333333302"), secret("44444444444444444444444444444403")};
}

const derivation::Origin kOrigin = {
    base::Mode::kRehearsal, base::fixed<16>(base::from_hex("A0A1A2A3A4A5A6A7A8A9AAABACADAEAF")),
    base::fixed<16>(base::from_hex("C0C1C2C3C4C5C6C7C8C9CACBCCCDCECF"))};

Factor factor(std::string_view text) {
  return Factor::of_bytes(base::from_hex(text));
}

struct Row {
  SuiteId suite;
  std::array<std::string_view, 6> check_values;  // MCK0, purpose, province, county, PSAM, user card
  std::string_view transport;
  std::string_view blank;
};

constexpr std::array kRows = {
    Row{SuiteId::kAes128,
        {"B39E06", "F1830E", "6A96B3", "1D2485", "62B5F2", "8FCA21"},
        "BDF3EE",
        "FAC418"},
    Row{SuiteId::kSm4,
        {"F10FC0", "C49646", "C046DF", "B01323", "775092", "5FD57B"},
        "971BC3",
        "6EE6A1"},
    Row{SuiteId::kTdes2,
        {"D288E4", "998B2C", "F7BD40", "B6CA2B", "EE9669", "984C7A"},
        "EC1D7C",
        "696E4A"},
};

}  // namespace

TEST_CASE(
    "four components give the same key at every level as the openssl command "
    "[R128] [R132] [R150] [R151] [R152]") {
  const std::array steps = {factor("1101534D504C3031"), factor("1201534D504C5052"),
                            factor("1301130109534D50")};
  for (const auto& row : kRows) {
    CAPTURE(crypto::suite(row.suite).name);
    auto key = derivation::combined_master(row.suite, derivation::combine(components()), kOrigin);
    const auto shown = [&](const crypto::Key& of) {
      return crypto::format(crypto::check_value(row.suite, of));
    };
    CHECK(shown(key) == row.check_values[0]);
    for (std::size_t i = 0; i < steps.size(); ++i) {
      key = derivation::derive_key(row.suite, Purpose::kLoad, key, steps.at(i));
      CHECK(shown(key) == row.check_values.at(i + 1));
    }
    CHECK(shown(derivation::derive_key(row.suite, Purpose::kLoad, key,
                                       factor("2B00000000000017"))) == row.check_values[4]);
    CHECK(shown(derivation::derive_key(row.suite, Purpose::kLoad, key,
                                       factor("3000000000042014"))) == row.check_values[5]);
  }
}

TEST_CASE("transport keys are never two-key 3DES [R153]") {
  for (const auto& row : kRows) {
    const auto master =
        derivation::combined_master(row.suite, derivation::combine(components()), kOrigin);
    const auto transport =
        derivation::derive_key(row.suite, Purpose::kTransport, master, factor("1101534D504C3134"));
    const auto blank = derivation::derive_key(row.suite, Purpose::kTransport, transport,
                                              factor("2500000000000003"));
    const auto suite = derivation::transport_suite(row.suite);
    CHECK(suite != SuiteId::kTdes2);
    CHECK(crypto::format(crypto::check_value(suite, transport)) == row.transport);
    CHECK(crypto::format(crypto::check_value(suite, blank)) == row.blank);
  }
}

TEST_CASE("the combined master is bound to set, origin and rehearsal flag") {
  const auto check_value_of = [](const derivation::Origin& origin) {
    return crypto::check_value(
        SuiteId::kAes128,
        derivation::combined_master(SuiteId::kAes128, derivation::combine(components()), origin));
  };
  const auto base_value = check_value_of(kOrigin);
  auto other = kOrigin;
  other.flag = base::Mode::kLive;
  CHECK(check_value_of(other) != base_value);
  other = kOrigin;
  other.set_id.back() ^= 1;
  CHECK(check_value_of(other) != base_value);
  other = kOrigin;
  other.origin_id.front() ^= 1;
  CHECK(check_value_of(other) != base_value);
}

TEST_CASE("equal, short and cancelling components are refused") {
  const auto refused = [](std::size_t index, std::string_view text) {
    auto all = components();
    all.at(index) = base::SecretBytes::copy_of(base::from_hex(text));
    CHECK_THROWS_AS(derivation::combine(all), base::Error);
  };
  refused(0, "22222222222222222222222222222201");
  refused(3, "4444444444444444444444444444");
  refused(3, "00000000000000000000000000000003");
}

TEST_CASE("the sum needs all four components, in any order [R132]") {
  const auto value = [](const std::array<base::SecretBytes, 4>& of) {
    return crypto::check_value(SuiteId::kAes128, derivation::combine(of));
  };
  auto shuffled = components();
  std::swap(shuffled[0], shuffled[3]);
  CHECK(value(shuffled) == value(components()));
  for (std::size_t i = 0; i < 4; ++i) {
    auto changed = components();
    changed.at(i) = base::SecretBytes::copy_of(base::from_hex("5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A"));
    CHECK(value(changed) != value(components()));
  }
}

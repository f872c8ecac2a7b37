// The import block: bytes, refusals, and its two ends.
#include "derivation/import_block.h"

#include <doctest/doctest.h>

#include "base/core/error.h"
#include "base/crypto/random.h"
#include "derivation/tree.h"

using derivation::ExportHeader;
using derivation::Level;
using derivation::Purpose;
using derivation::Serial8;

namespace {

ExportHeader header(crypto::SuiteId suite = crypto::SuiteId::kAes128) {
  return {.suite = suite,
          .purpose = Purpose::kLoad,
          .level = Level::kCounty,
          .mode = derivation::ImportMode::kUpdate,
          .flag = base::Mode::kLive,
          .exportable = derivation::Exportable::kYes,
          .version = 2,
          .generation = 0x0304,
          .county = {0x13, 0x01, 0x09},
          .target = Serial8::of(derivation::CardKind::kPsam, 0x17),
          .seq = 5,
          .origin = {0xA1, 0xA2, 0xA3, 0xA4}};
}

}  // namespace

TEST_CASE("the header of an import block stands byte for byte as the protocol says [R135]") {
  const auto bytes = derivation::encode_header(header(), {{0x8A, 0x41, 0xC2}});
  CHECK(base::to_hex(bytes) ==
        "010501130203022B"
        "03041301098A41C2"
        "2B00000000000017"
        "00000005A1A2A3A4");
}

TEST_CASE("a key goes through an import block under its own card's transport key only [R153]") {
  for (const auto& suite : crypto::kSuites) {
    const auto transport = crypto::random_key(derivation::transport_suite(suite.id));
    const auto key = crypto::random_key(suite.id);
    const auto block = derivation::seal_import_block(transport, header(suite.id), key);
    const auto received = derivation::decode_import_block(derivation::encode(block));
    CHECK(received.header == header(suite.id));
    CHECK(crypto::check_value(suite.id, derivation::open_import_block(transport, received)) ==
          crypto::check_value(suite.id, key));
    const auto other = crypto::random_key(derivation::transport_suite(suite.id));
    CHECK_THROWS_AS(derivation::open_import_block(other, received), base::Error);
  }
}

TEST_CASE("no bit of an import block can be changed") {
  const auto transport = crypto::random_key(crypto::SuiteId::kAes128);
  const auto good = derivation::encode(derivation::seal_import_block(
      transport, header(), crypto::random_key(crypto::SuiteId::kAes128)));
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    auto changed = good;
    changed.at(bit / 8) ^= static_cast<base::Byte>(1U << (bit % 8));
    CAPTURE(bit);
    CHECK_THROWS_AS(
        derivation::open_import_block(transport, derivation::decode_import_block(changed)),
        base::Error);
  }
}

TEST_CASE("an import block of another length, format or flag is malformed") {
  const auto transport = crypto::random_key(crypto::SuiteId::kAes128);
  const auto good = derivation::encode(derivation::seal_import_block(
      transport, header(), crypto::random_key(crypto::SuiteId::kAes128)));
  for (std::size_t length : {0U, 1U, 71U}) {
    CHECK_THROWS_AS(derivation::decode_import_block(base::ByteView(good).first(length)),
                    base::Error);
  }
  const auto refused = [&](std::size_t at, base::Byte value) {
    auto changed = good;
    changed.at(at) = value;
    try {
      derivation::decode_import_block(changed);
      FAIL("accepted");
    } catch (const base::Error& error) {
      CHECK(error.fault() == base::Fault::kMalformed);
    }
  };
  refused(0, 2);
  refused(1, 1);
  refused(2, 0x10);
  refused(3, 0x14);
  refused(4, 5);
  refused(5, 4);
  refused(7, 0x2C);
}

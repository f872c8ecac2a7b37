// Codecs of the packages that release a lock.
#include "cos-apdu/layout/release_package.h"

#include "base/core/error.h"

namespace card::layout {
namespace {

void expect_format(base::Reader& in, Byte format, std::string_view what) {
  if (const Byte found = in.u8(); found != format)
    base::fail(base::Fault::kMalformed, "{}: format {:02X}, expected {:02X}", what, found, format);
}

Bytes body(const ReleasePackage& package) {
  return base::Writer()
      .u8(kReleaseFormat)
      .bytes(package.psam.bytes())
      .bytes(package.card.bcd())
      .u16(package.online_sn)
      .u16(package.offline_sn)
      .bytes(package.amount.card_bytes())
      .bytes(package.record)
      .bytes(package.key)
      .take();
}

}  // namespace

Bytes encode(const SettlementPackage& package) {
  return base::Writer()
      .u8(kSettlementFormat)
      .bytes(package.card.bcd())
      .bytes(package.amount.card_bytes())
      .u16(package.offline_sn)
      .bytes(package.terminal)
      .u32(package.terminal_sn)
      .bytes(package.at.date)
      .bytes(package.at.time)
      .bytes(package.gmac)
      .take();
}

SettlementPackage decode_settlement_package(ByteView bytes) {
  base::Reader in(bytes, "settlement package");
  expect_format(in, kSettlementFormat, "settlement package");
  SettlementPackage package{.card = base::CardNumber::of_bcd(in.take(10))};
  package.amount = base::Amount::of_card(in.take(4));
  package.offline_sn = in.u16();
  package.terminal = in.fixed<6>();
  package.terminal_sn = in.u32();
  package.at.date = in.fixed<4>();
  package.at.time = in.fixed<3>();
  package.gmac = in.fixed<4>();
  in.finish();
  return package;
}

Bytes encode(const ReleasePackage& package) {
  return base::concat({body(package), package.mac});
}

ReleasePackage decode_release_package(ByteView bytes) {
  base::Reader in(bytes, "release package");
  expect_format(in, kReleaseFormat, "release package");
  const auto psam = derivation::Serial8::of_bytes(in.take(8));
  ReleasePackage package{.psam = psam, .card = base::CardNumber::of_bcd(in.take(10))};
  package.online_sn = in.u16();
  package.offline_sn = in.u16();
  package.amount = base::Amount::of_card(in.take(4));
  package.record = in.fixed<32>();
  package.key = in.fixed<derivation::kImportBlockBytes>();
  package.mac = in.fixed<16>();
  in.finish();
  return package;
}

Bytes release_message(const ReleasePackage& package) {
  return base::concat({base::bytes_of("WK/release1"), body(package)});
}

}  // namespace card::layout

// Codecs of the files of PSAM and ESAM.
#include "cos-apdu/layout/sam_files.h"

#include "base/core/error.h"

namespace card::layout {
namespace {

constexpr std::size_t kIssuerFill = 5;

void put_issuer(base::Writer& out, const base::CountyCode& county) {
  out.bytes(county.bcd()).fill(0, kIssuerFill);
}

base::CountyCode take_issuer(base::Reader& in) {
  auto county = base::CountyCode::of_bcd(in.take(3));
  in.take(kIssuerFill);
  return county;
}

}  // namespace

Bytes encode(const ModuleInfo& info) {
  return base::Writer()
      .u16(0)
      .bytes(info.serial.bytes())
      .u8(info.version)
      .u8(info.card_type)
      .u16(info.refresh_days)
      .take();
}

ModuleInfo decode_module_info(ByteView bytes) {
  base::Reader in(bytes, "file 15");
  in.u16();
  ModuleInfo info{.serial = derivation::Serial8::of_bytes(in.take(8))};
  info.version = in.u8();
  info.card_type = in.u8();
  info.refresh_days = in.u16();
  in.finish();
  return info;
}

Bytes encode(const Settlement& settlement) {
  return base::Writer()
      .u8(settlement.type)
      .bytes(settlement.card_factor)
      .u16(settlement.offline_sn)
      .bytes(settlement.amount.card_bytes())
      .u32(settlement.terminal_sn)
      .bytes(settlement.locked_at.date)
      .bytes(settlement.locked_at.time)
      .bytes(settlement.gmac)
      .bytes(settlement.sam_tac)
      .take();
}

Settlement decode_settlement(ByteView bytes) {
  base::Reader in(bytes, "file 02");
  Settlement settlement;
  settlement.type = in.u8();
  settlement.card_factor = in.fixed<8>();
  settlement.offline_sn = in.u16();
  settlement.amount = base::Amount::of_card(in.take(4));
  settlement.terminal_sn = in.u32();
  settlement.locked_at = {in.fixed<4>(), in.fixed<3>()};
  settlement.gmac = in.fixed<4>();
  settlement.sam_tac = in.fixed<4>();
  in.finish();
  return settlement;
}

Bytes encode(const SamApplicationInfo& info) {
  base::Writer out;
  out.u8(info.key_index);
  put_issuer(out, info.county);
  put_issuer(out, info.county);
  return out.bytes(info.valid_from).bytes(info.valid_until).take();
}

SamApplicationInfo decode_sam_application_info(ByteView bytes) {
  base::Reader in(bytes, "file 17");
  const Byte key_index = in.u8();
  SamApplicationInfo info{.key_index = key_index, .county = take_issuer(in)};
  take_issuer(in);
  info.valid_from = in.fixed<4>();
  info.valid_until = in.fixed<4>();
  in.finish();
  return info;
}

Bytes encode(const SamCounters& counters) {
  return base::Writer()
      .u32(counters.terminal_sn)
      .bytes(counters.loaded.card_bytes())
      .u32(counters.loads)
      .bytes(counters.latest_date)
      .take();
}

SamCounters decode_sam_counters(ByteView bytes) {
  base::Reader in(bytes, "file 18");
  SamCounters counters;
  counters.terminal_sn = in.u32();
  counters.loaded = base::Amount::of_card(in.take(4));
  counters.loads = in.u32();
  counters.latest_date = in.fixed<4>();
  in.finish();
  return counters;
}

Bytes encode(const LoadCeiling& ceiling) {
  return base::Writer()
      .u32(ceiling.seq)
      .bytes(ceiling.money.card_bytes())
      .u32(ceiling.count)
      .bytes(ceiling.valid_from)
      .bytes(ceiling.valid_until)
      .bytes(ceiling.issued)
      .take();
}

LoadCeiling decode_load_ceiling(ByteView bytes) {
  base::Reader in(bytes, "file 19");
  LoadCeiling ceiling;
  ceiling.seq = in.u32();
  ceiling.money = base::Amount::of_card(in.take(4));
  ceiling.count = in.u32();
  ceiling.valid_from = in.fixed<4>();
  ceiling.valid_until = in.fixed<4>();
  ceiling.issued = in.fixed<4>();
  in.finish();
  return ceiling;
}

Bytes refresh_message(const derivation::Serial8& serial, const LoadCeiling& ceiling) {
  return base::concat({serial.bytes(), encode(ceiling)});
}

}  // namespace card::layout

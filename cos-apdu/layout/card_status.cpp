// Codec of the card status.
#include "cos-apdu/layout/card_status.h"

#include "base/core/error.h"

namespace card::layout {

const LifeCycleRow& life_cycle_of_byte(Byte value) {
  for (const auto& row : kLifeCycles)
    if (static_cast<Byte>(row.value) == value) return row;
  base::fail(base::Fault::kMalformed, "life cycle {:02X}: expected 00 to 03, 05, 0E or 0F", value);
}

std::string_view format(LifeCycle value) {
  return life_cycle_of_byte(static_cast<Byte>(value)).name;
}

Bytes encode(const CardStatus& status) {
  return base::Writer()
      .u8(kCardStatusFormat)
      .u8(derivation::byte_of(status.kind()))
      .bytes(status.serial.bytes())
      .u8(static_cast<Byte>(status.suite))
      .u8(static_cast<Byte>(status.life_cycle))
      .u8(status.flags)
      .u8(status.level)
      .bytes(status.county)
      .u8(status.version)
      .u16(status.generation)
      .bytes(status.pair_id)
      .u8(status.index)
      .u8(status.pin_tries)
      .bytes(status.plan_id)
      .take();
}

CardStatus decode_card_status(ByteView bytes) {
  base::Reader in(bytes, "card status");
  const Byte format = in.u8();
  if (format != kCardStatusFormat)
    base::fail(base::Fault::kMalformed, "card status: format {:02X}, expected {:02X}", format,
               kCardStatusFormat);
  const Byte kind = in.u8();
  CardStatus status{.serial = derivation::Serial8::of_bytes(in.take(8))};
  if (derivation::byte_of(status.kind()) != kind)
    base::fail(base::Fault::kMalformed, "card status: kind {:02X} is not that of the serial", kind);
  status.suite = crypto::suite_of_byte(in.u8());
  status.life_cycle = life_cycle_of_byte(in.u8()).value;
  status.flags = in.u8();
  status.level = in.u8();
  status.county = in.fixed<3>();
  status.version = in.u8();
  status.generation = in.u16();
  status.pair_id = in.fixed<8>();
  status.index = in.u8();
  status.pin_tries = in.u8();
  status.plan_id = in.fixed<32>();
  in.finish();
  return status;
}

}  // namespace card::layout

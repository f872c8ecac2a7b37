// Codecs of the user card's files.
#include "cos-apdu/layout/purse_files.h"

#include <algorithm>

#include "base/core/error.h"

namespace card::layout {
namespace {

constexpr std::size_t kNameBytes = 20;
constexpr std::size_t kIdBytes = 16;
constexpr std::size_t kIssuerFill = 5;
constexpr std::size_t kReserved = 51;

// A UTF-8 text never ends inside a character.
std::string cut_whole(const std::string& text, std::size_t most) {
  if (text.size() <= most) return text;
  std::size_t end = most;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end);
}

void put_text(base::Writer& out, const std::string& text, std::size_t width) {
  out.text(text).fill(0, width - text.size());
}

std::string take_text(base::Reader& in, std::size_t width) {
  std::string text = base::text_of(in.take(width));
  text.resize(std::min(text.size(), text.find('\0')));
  return text;
}

}  // namespace

Bytes encode(const ApplicationInfo& info) {
  return base::Writer()
      .bytes(info.county.bcd())
      .fill(0, kIssuerFill)
      .u8(info.application_type)
      .u8(info.application_version)
      .bytes(info.number.bcd())
      .bytes(info.valid_from)
      .bytes(info.valid_until)
      .u16(0)
      .take();
}

ApplicationInfo decode_application_info(ByteView bytes) {
  base::Reader in(bytes, "file 15");
  auto county = base::CountyCode::of_bcd(in.take(3));
  in.take(kIssuerFill);
  const Byte type = in.u8();
  const Byte version = in.u8();
  ApplicationInfo info{.county = std::move(county),
                       .application_type = type,
                       .application_version = version,
                       .number = base::CardNumber::of_bcd(in.take(10))};
  info.valid_from = in.fixed<4>();
  info.valid_until = in.fixed<4>();
  in.take(2);
  in.finish();
  return info;
}

Bytes encode(const Holder& holder) {
  base::Writer out;
  out.u8(holder.card_type).u8(0);
  put_text(out, cut_whole(holder.name, kNameBytes), kNameBytes);
  const std::size_t surplus = holder.id_number.size() - std::min(holder.id_number.size(), kIdBytes);
  put_text(out, holder.id_number.substr(surplus), kIdBytes);
  return out.u8(holder.id_type).take();
}

Holder decode_holder(ByteView bytes) {
  base::Reader in(bytes, "file 16");
  Holder holder;
  holder.card_type = in.u8();
  in.u8();
  holder.name = take_text(in, kNameBytes);
  holder.id_number = take_text(in, kIdBytes);
  holder.id_type = in.u8();
  in.finish();
  return holder;
}

Bytes encode(const IrrigationData& data) {
  return base::Writer()
      .u32(data.well_group)
      .u32(data.quota)
      .u8(data.tariff_class)
      .fill(0, kReserved)
      .take();
}

IrrigationData decode_irrigation_data(ByteView bytes) {
  base::Reader in(bytes, "file 17");
  IrrigationData data;
  data.well_group = in.u32();
  data.quota = in.u32();
  data.tariff_class = in.u8();
  in.take(kReserved);
  in.finish();
  return data;
}

}  // namespace card::layout

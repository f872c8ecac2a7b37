// Codecs of what field cards carry.
#include "cos-apdu/layout/field_card.h"

#include "base/core/error.h"

namespace card::layout {
namespace {

constexpr std::size_t kReadingFill = 8;

Bytes proof_message(std::string_view label, const ToolProof& proof) {
  return base::Writer()
      .text(label)
      .u8(static_cast<Byte>(proof.subtype))
      .bytes(proof.tool)
      .bytes(proof.esam)
      .bytes(proof.date)
      .bytes(proof.esam_random)
      .bytes(proof.tool_random)
      .bytes(proof.content)
      .take();
}

const PartRow& row_of(PartType type) {
  return kParts.at(static_cast<std::size_t>(type));
}

static_assert([] {
  for (std::size_t at = 0; at < kParts.size(); ++at)
    if (static_cast<std::size_t>(kParts.at(at).type) != at) return false;
  return true;
}());

}  // namespace

const ToolRow& tool_of_byte(Byte subtype) {
  for (const auto& row : kTools)
    if (static_cast<Byte>(row.subtype) == subtype) return row;
  base::fail(base::Fault::kMalformed, "tool card subtype {:02X}: expected 01 to 07", subtype);
}

Bytes encode(const Grant& grant) {
  return base::Writer()
      .u8(static_cast<Byte>(grant.subtype))
      .u8(grant.version)
      .bytes(grant.county)
      .bytes(grant.valid_from)
      .bytes(grant.valid_until)
      .u16(grant.uses)
      .u32(grant.well_group)
      .take();
}

Grant decode_grant(ByteView bytes) {
  base::Reader in(bytes, "grant");
  Grant grant;
  const Byte subtype = in.u8();
  grant.subtype = subtype == 0 ? ToolSubtype::kNone : tool_of_byte(subtype).subtype;
  grant.version = in.u8();
  grant.county = in.fixed<3>();
  grant.valid_from = in.fixed<4>();
  grant.valid_until = in.fixed<4>();
  grant.uses = in.u16();
  grant.well_group = in.u32();
  in.finish();
  return grant;
}

Bytes encode(const UseCounters& counters) {
  return base::Writer()
      .u16(counters.used)
      .bytes(counters.latest_date)
      .bytes(counters.last_target)
      .take();
}

UseCounters decode_use_counters(ByteView bytes) {
  base::Reader in(bytes, "use counters");
  UseCounters counters;
  counters.used = in.u16();
  counters.latest_date = in.fixed<4>();
  counters.last_target = in.fixed<8>();
  in.finish();
  return counters;
}

Bytes encode(const Reading& reading) {
  return base::Writer()
      .bytes(reading.terminal)
      .bytes(reading.at.date)
      .bytes(reading.at.time)
      .u32(reading.energy)
      .bytes(reading.money.card_bytes())
      .u16(reading.sessions)
      .u8(reading.suspended)
      .fill(0, kReadingFill)
      .take();
}

Reading decode_reading(ByteView bytes) {
  base::Reader in(bytes, "reading");
  Reading reading;
  reading.terminal = in.fixed<6>();
  reading.at.date = in.fixed<4>();
  reading.at.time = in.fixed<3>();
  reading.energy = in.u32();
  reading.money = base::Amount::of_card(in.take(4));
  reading.sessions = in.u16();
  reading.suspended = in.u8();
  in.take(kReadingFill);
  in.finish();
  return reading;
}

const PartRow* find_part(derivation::CardKind carrier, Byte type) {
  for (const auto& row : kParts)
    if (row.carrier == carrier && static_cast<Byte>(row.type) == type) return &row;
  return nullptr;
}

Bytes encode(const Part& part) {
  return base::Writer().u8(static_cast<Byte>(part.type)).bytes(part.bytes).take();
}

Part decode_part(ByteView bytes) {
  base::Reader in(bytes, "part");
  const Byte type = in.u8();
  if (type >= kParts.size())
    base::fail(base::Fault::kMalformed, "part type {:02X}: expected 00 to 02", type);
  const ByteView content = in.rest();
  Part part{static_cast<PartType>(type), {content.begin(), content.end()}};
  if (part.bytes.size() != row_of(part.type).bytes)
    base::fail(base::Fault::kMalformed, "{}: {} bytes, expected {}", row_of(part.type).name,
               part.bytes.size(), row_of(part.type).bytes);
  return part;
}

derivation::Serial8 target_of(const Part& part) {
  return derivation::Serial8::of_bytes(
      ByteView(part.bytes).subspan(row_of(part.type).serial_at, 8));
}

Bytes encode(const Target& target) {
  return base::Writer()
      .bytes(target.serial.bytes())
      .u8(static_cast<Byte>(target.state))
      .u8(target.parts)
      .u8(target.version)
      .bytes(target.tag)
      .take();
}

Target decode_target(ByteView bytes) {
  base::Reader in(bytes, "target");
  Target target{.serial = derivation::Serial8::of_bytes(in.take(8))};
  target.state = static_cast<TargetState>(in.u8());
  target.parts = in.u8();
  target.version = in.u8();
  target.tag = in.fixed<8>();
  in.finish();
  return target;
}

Bytes issue_message(const derivation::Serial8& serial, const Grant& grant, ByteView data,
                    const crypto::Hash32& parts) {
  return base::Writer()
      .text("WK/issue1")
      .bytes(serial.bytes())
      .bytes(encode(grant))
      .bytes(crypto::sha256(data))
      .bytes(parts)
      .take();
}

Bytes tool_message(const ToolProof& proof) {
  return proof_message("WK/tool1", proof);
}

Bytes esam_message(const ToolProof& proof) {
  return proof_message("WK/tool2", proof);
}

}  // namespace card::layout

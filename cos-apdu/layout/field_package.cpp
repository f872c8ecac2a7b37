// Codecs of the packages.
#include "cos-apdu/layout/field_package.h"

#include "base/core/error.h"

namespace card::layout {
namespace {

constexpr Byte kKeyFormat = 0x01;
constexpr Byte kFieldFormat = 0x02;

void expect_format(base::Reader& in, Byte format, std::string_view what) {
  if (const Byte found = in.u8(); found != format)
    base::fail(base::Fault::kMalformed, "{}: format {:02X}, expected {:02X}", what, found, format);
}

template <typename Out>
void put_blocks(Out& out, const std::vector<derivation::ImportBlockBytes>& blocks) {
  out.u8(static_cast<Byte>(blocks.size()));
  for (const auto& block : blocks) out.bytes(block);
}

std::vector<derivation::ImportBlockBytes> take_blocks(base::Reader& in) {
  std::vector<derivation::ImportBlockBytes> blocks(in.u8());
  for (auto& block : blocks) block = in.fixed<derivation::kImportBlockBytes>();
  return blocks;
}

Part take_part(base::Reader& in, derivation::CardKind carrier) {
  const Byte type = in.u8();
  const PartRow* row = find_part(carrier, type);
  if (row == nullptr)
    base::fail(base::Fault::kMalformed, "field package: a {} carries no part of type {:02X}",
               derivation::row_of(carrier).english, type);
  const ByteView bytes = in.take(row->bytes);
  return {row->type, {bytes.begin(), bytes.end()}};
}

bool has_data(const derivation::Serial8& card) {
  return card.kind() == derivation::CardKind::kTool;
}

}  // namespace

Bytes encode(const KeyPackage& package) {
  base::Writer out;
  out.u8(kKeyFormat).bytes(package.target.bytes()).u8(package.version);
  put_blocks(out, package.blocks);
  return out.bytes(package.switch_mac).take();
}

KeyPackage decode_key_package(ByteView bytes) {
  base::Reader in(bytes, "key package");
  expect_format(in, kKeyFormat, "key package");
  KeyPackage package{.target = derivation::Serial8::of_bytes(in.take(8))};
  package.version = in.u8();
  package.blocks = take_blocks(in);
  package.switch_mac = in.fixed<16>();
  in.finish();
  return package;
}

Bytes encode(const FieldPackage& package) {
  base::Writer out;
  out.u8(kFieldFormat).bytes(package.card.bytes());
  put_blocks(out, package.blocks);
  out.u16(static_cast<std::uint16_t>(package.parts.size()));
  for (const auto& part : package.parts) out.bytes(encode(part));
  out.bytes(encode(package.grant));
  if (has_data(package.card)) out.bytes(package.data);
  return out.bytes(package.issue_mac).take();
}

FieldPackage decode_field_package(ByteView bytes) {
  base::Reader in(bytes, "field package");
  expect_format(in, kFieldFormat, "field package");
  FieldPackage package{.card = derivation::Serial8::of_bytes(in.take(8))};
  package.blocks = take_blocks(in);
  for (std::uint16_t left = in.u16(); left > 0; --left)
    package.parts.push_back(take_part(in, package.card.kind()));
  package.grant = decode_grant(in.take(kGrantBytes));
  if (has_data(package.card)) package.data = in.fixed<kToolDataBytes>();
  package.issue_mac = in.fixed<16>();
  in.finish();
  return package;
}

std::vector<Part> parts_of(const KeyPackage& package) {
  std::vector<Part> parts;
  parts.reserve(package.blocks.size() + 1);
  for (const auto& block : package.blocks)
    parts.push_back({PartType::kImportBlock, {block.begin(), block.end()}});
  base::Writer order;
  order.bytes(package.target.bytes()).u8(package.version).bytes(package.switch_mac);
  parts.push_back({PartType::kSwitch, order.take()});
  return parts;
}

Bytes issue_message(const FieldPackage& package) {
  Bytes parts;
  for (const auto& part : package.parts) {
    const Bytes bytes = encode(part);
    parts.insert(parts.end(), bytes.begin(), bytes.end());
  }
  const ByteView data = has_data(package.card) ? ByteView(package.data) : ByteView{};
  return issue_message(package.card, package.grant, data, crypto::sha256(parts));
}

}  // namespace card::layout

// The import block: codec and the two ends in software.
#include "derivation/import_block.h"

#include "base/core/error.h"
#include "derivation/tree.h"

namespace derivation {
namespace {

using base::Fault;

constexpr std::uint8_t kFormat = 0x01;
constexpr std::uint8_t kLiveBit = 0x01;
constexpr std::uint8_t kExportableBit = 0x02;

std::uint8_t flags_of(const ExportHeader& header) {
  return static_cast<std::uint8_t>((header.flag == base::Mode::kLive ? kLiveBit : 0) |
                                   (header.exportable == Exportable::kYes ? kExportableBit : 0));
}

ImportMode mode_of_byte(std::uint8_t byte) {
  if (byte < 1 || byte > 4)
    base::fail(Fault::kMalformed, "import block: mode {:02X}, expected 01 to 04", byte);
  return static_cast<ImportMode>(byte);
}

}  // namespace

ImportHeaderBytes encode_header(const ExportHeader& header, const crypto::Kcv& check_value) {
  base::Writer writer;
  writer.u8(kFormat)
      .u8(static_cast<std::uint8_t>(header.suite))
      .u8(byte_of(header.purpose))
      .u8(byte_of(header.level))
      .u8(static_cast<std::uint8_t>(header.mode))
      .u8(flags_of(header))
      .u8(header.version)
      .u8(byte_of(header.target.kind()))
      .u16(header.generation)
      .bytes(header.county)
      .bytes(check_value.value)
      .bytes(header.target.bytes())
      .u32(header.seq)
      .bytes(header.origin);
  return base::fixed<kImportHeaderBytes>(writer.view(), "import header");
}

base::FixedBytes<kImportMacInputBytes> mac_input(const ImportBlock& block) {
  return base::fixed<kImportMacInputBytes>(
      base::concat({encode_header(block.header, block.check_value), block.wrapped}));
}

ImportBlockBytes encode(const ImportBlock& block) {
  return base::fixed<kImportBlockBytes>(base::concat({mac_input(block), block.mac}));
}

ImportBlock decode_import_block(base::ByteView bytes) {
  if (bytes.size() != kImportBlockBytes)
    base::fail(Fault::kMalformed, "import block: {} bytes, expected {}", bytes.size(),
               kImportBlockBytes);
  base::Reader reader(bytes, "import block");
  if (const auto format = reader.u8(); format != kFormat)
    base::fail(Fault::kMalformed, "import block: format {:02X}, expected 01", format);
  const auto suite = crypto::suite_of_byte(reader.u8());
  const auto purpose = purpose_of_byte(reader.u8());
  const auto level = level_of_byte(reader.u8());
  const auto mode = mode_of_byte(reader.u8());
  const auto flags = reader.u8();
  if ((flags & ~(kLiveBit | kExportableBit)) != 0)
    base::fail(Fault::kMalformed, "import block: flags {:02X}, expected bits 0 and 1 only", flags);
  const auto version = reader.u8();
  const auto kind = kind_of_byte(reader.u8());
  const auto generation = reader.u16();
  const auto county = reader.fixed<3>();
  const crypto::Kcv check_value{reader.fixed<3>()};
  if (check_value == crypto::Kcv{})
    base::fail(Fault::kMalformed, "import block: the check value is all zeros");
  const auto target = Serial8::of_bytes(reader.take(8));
  if (target.kind() != kind)
    base::fail(Fault::kMalformed, "import block: target kind {:02X} is not that of serial {}",
               byte_of(kind), format(target));
  const auto seq = reader.u32();
  const auto origin = reader.fixed<4>();
  ImportBlock block{{suite, purpose, level, mode,
                     (flags & kLiveBit) != 0 ? base::Mode::kLive : base::Mode::kRehearsal,
                     (flags & kExportableBit) != 0 ? Exportable::kYes : Exportable::kNo, version,
                     generation, county, target, seq, origin},
                    check_value,
                    reader.fixed<24>(),
                    reader.fixed<16>()};
  reader.finish();
  return block;
}

crypto::SuiteId transport_suite(crypto::SuiteId suite) {
  return suite == crypto::SuiteId::kSm4 ? crypto::SuiteId::kSm4 : crypto::SuiteId::kAes128;
}

ImportBlock seal_import_block(const crypto::Key& transport, const ExportHeader& header,
                              const crypto::Key& key) {
  const auto suite = transport_suite(header.suite);
  const auto keys = crypto::transport_keys(suite, transport);
  ImportBlock block{
      header, crypto::check_value(key_suite(header.suite, header.purpose), key), {}, {}};
  block.wrapped = base::fixed<24>(crypto::wrap(suite, keys.encipher, key), "wrapped key");
  block.mac = crypto::cmac16(suite, keys.authenticate, mac_input(block));
  return block;
}

crypto::Key open_import_block(const crypto::Key& transport, const ImportBlock& block) {
  const auto suite = transport_suite(block.header.suite);
  const auto keys = crypto::transport_keys(suite, transport);
  const auto expected = crypto::cmac16(suite, keys.authenticate, mac_input(block));
  if (!base::equal_in_constant_time(expected, block.mac))
    base::fail(Fault::kTampered,
               "import block: its MAC does not hold under this card's transport key");
  auto key = crypto::unwrap(suite, keys.encipher, block.wrapped);
  if (key.size() != crypto::kKeyBytes)
    base::fail(Fault::kTampered, "import block: the key has {} bytes, expected 16", key.size());
  if (crypto::check_value(key_suite(block.header.suite, block.header.purpose), key) !=
      block.check_value)
    base::fail(Fault::kTampered, "import block: the key's check value is not the header's");
  return key;
}

}  // namespace derivation

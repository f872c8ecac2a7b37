// CREATE FILE data.
#include "cos-apdu/layout/file_header.h"

#include "base/core/error.h"

namespace card::layout {
namespace {

using base::Fault;

constexpr Byte kTypeMask = 0x3F;
constexpr Byte kMacBit = 0x80;
constexpr Byte kCipherBit = 0x40;
constexpr Byte kFiller = 0xFF;
constexpr std::uint16_t kPurseSize = 0x0208;
constexpr std::size_t kHeaderRoom = 11;
constexpr std::size_t kPurseRoom = 22;
constexpr std::size_t kLeastName = 5;
constexpr std::size_t kMostName = 16;

FileType type_of(Byte value) {
  for (const auto& row : kFileTypes)
    if (static_cast<Byte>(row.type) == (value & kTypeMask)) return row.type;
  base::fail(Fault::kMalformed, "file type {:02X} is unknown", value);
}

bool takes_modifiers(FileType type) {
  return type == FileType::kBinary || type == FileType::kFixed || type == FileType::kTlv ||
         type == FileType::kCyclic;
}

Protection protection_of(Byte modifiers) {
  if (modifiers == 0) return Protection::kPlain;
  if (modifiers == kMacBit) return Protection::kMac;
  return modifiers == kCipherBit ? Protection::kEnciphered : Protection::kEncipheredMac;
}

Byte modifiers_of(Protection protection) {
  switch (protection) {
    case Protection::kMac:
      return kMacBit;
    case Protection::kEnciphered:
      return kCipherBit;
    case Protection::kEncipheredMac:
      return kMacBit | kCipherBit;
    default:
      return 0;
  }
}

void read_records(base::Reader& in, FileHeader& header) {
  header.records = in.u8();
  header.size = in.u8();
  const std::uint16_t least = header.type == FileType::kCyclic ? 2 : 1;
  if (header.records < least || header.records > kMostRecords || header.size == 0)
    base::fail(Fault::kMalformed, "{} records of {} bytes, expected {} to {} of at least one",
               header.records, header.size, least, kMostRecords);
}

void read_elementary(base::Reader& in, FileHeader& header) {
  if (header.type == FileType::kFixed || header.type == FileType::kCyclic) {
    read_records(in, header);
  } else {
    header.size = in.u16();
    if (header.size == 0) base::fail(Fault::kMalformed, "a file of no bytes");
  }
  header.read_access = in.u8();
  header.write_access = in.u8();
  in.u8();
  header.option = in.u8();
}

void read_purse(base::Reader& in, FileHeader& header) {
  header.size = in.u16();
  if (header.size != kPurseSize)
    base::fail(Fault::kMalformed, "purse size {:04X}, expected {:04X}", header.size, kPurseSize);
  header.read_access = in.u8();
  in.take(2);
  header.linked_file = in.u8();
}

void read_directory(base::Reader& in, FileHeader& header) {
  header.size = in.u16();
  header.read_access = in.u8();
  header.write_access = in.u8();
  header.linked_file = in.u8();
  in.take(2);
  const ByteView name = in.take(in.rest().size());
  if (name.size() < kLeastName || name.size() > kMostName)
    base::fail(Fault::kMalformed, "directory name of {} bytes, expected {} to {}", name.size(),
               kLeastName, kMostName);
  header.name.assign(name.begin(), name.end());
}

void read_keys(base::Reader& in, FileHeader& header) {
  header.size = in.u16();
  if (header.size == 0) base::fail(Fault::kMalformed, "a key file of no bytes");
  header.linked_file = in.u8();
  header.read_access = kAccessNever;
  header.write_access = in.u8();
  in.take(2);
}

}  // namespace

FileHeader decode_creation(std::uint16_t id, ByteView data) {
  base::Reader in(data, "CREATE FILE");
  const Byte kind = in.u8();
  FileHeader header{.id = id, .type = type_of(kind)};
  const auto modifiers = static_cast<Byte>(kind & ~kTypeMask);
  if (modifiers != 0 && !takes_modifiers(header.type))
    base::fail(Fault::kMalformed, "file type {:02X} takes no modifiers", kind);
  header.writing = protection_of(modifiers);
  if (header.type == FileType::kPurse)
    read_purse(in, header);
  else if (header.type == FileType::kDirectory)
    read_directory(in, header);
  else if (header.type == FileType::kKeys)
    read_keys(in, header);
  else
    read_elementary(in, header);
  in.finish();
  return header;
}

Bytes encode_creation(const FileHeader& header) {
  base::Writer out;
  out.u8(static_cast<Byte>(static_cast<Byte>(header.type) | modifiers_of(header.writing)));
  switch (header.type) {
    case FileType::kPurse:
      out.u16(kPurseSize).u8(header.read_access).u8(0).u8(kFiller).u8(header.linked_file);
      break;
    case FileType::kDirectory:
      out.u16(header.size).u8(header.read_access).u8(header.write_access).u8(header.linked_file);
      out.u8(kFiller).u8(kFiller).bytes(header.name);
      break;
    case FileType::kKeys:
      out.u16(header.size).u8(header.linked_file).u8(header.write_access).u8(kFiller).u8(kFiller);
      break;
    case FileType::kFixed:
    case FileType::kCyclic:
      out.u8(static_cast<Byte>(header.records)).u8(static_cast<Byte>(header.size));
      out.u8(header.read_access).u8(header.write_access).u8(kFiller).u8(header.option);
      break;
    case FileType::kBinary:
    case FileType::kTlv:
      out.u16(header.size).u8(header.read_access).u8(header.write_access);
      out.u8(kFiller).u8(header.option);
      break;
  }
  return out.take();
}

std::size_t room_of(const FileHeader& header) {
  switch (header.type) {
    case FileType::kFixed:
    case FileType::kCyclic:
      return kHeaderRoom + std::size_t{header.records} * (header.size + 1U);
    case FileType::kPurse:
      return kHeaderRoom + kPurseRoom;
    default:
      return kHeaderRoom + header.size;
  }
}

}  // namespace card::layout

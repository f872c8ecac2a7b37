// What a card knows of one file beside its content, and the data of CREATE FILE that say it.
//
// CREATE FILE data (80 E0 id2):
//   28 binary     type1 size2 read1 write1 FF option1
//   2A fixed      type1 count1 length1 read1 write1 FF option1
//   2C TLV        type1 size2 read1 write1 FF option1
//   2E cyclic     type1 count1 length1 read1 write1 FF option1
//   2F purse      type1 0208 use1 00 FF detailFile1
//   38 directory  type1 size2 create1 erase1 informationFile1 FFFF name5-16
//   3F keys       type1 size2 directoryFile1 add1 FFFF
// Types 28 to 2E take modifiers for writing: + 80 MAC, + 40 enciphered, + C0 both.
// Option: bit 80 reading needs no protection; bits 0C the key for reading, bits 03 for writing,
// both as 3 - number.
#pragma once

#include <array>
#include <string_view>

#include "cos-apdu/layout/access.h"
#include "cos-apdu/secure_messaging.h"

namespace card::layout {

using base::Bytes;
using base::ByteView;

enum class FileType : Byte {
  kBinary = 0x28,
  kFixed = 0x2A,
  kTlv = 0x2C,     // records tag1 length1 value, found by number or tag
  kCyclic = 0x2E,  // record 1 is the newest
  kPurse = 0x2F,
  kDirectory = 0x38,
  kKeys = 0x3F,
};

struct FileTypeRow {
  FileType type;
  std::string_view name;
  std::string_view chinese;
};

inline constexpr std::array kFileTypes = {
    FileTypeRow{FileType::kBinary, "binary", "二进制文件"},
    FileTypeRow{FileType::kFixed, "fixed records", "定长记录文件"},
    FileTypeRow{FileType::kTlv, "TLV records", "变长记录文件"},
    FileTypeRow{FileType::kCyclic, "cyclic records", "循环文件"},
    FileTypeRow{FileType::kPurse, "purse", "钱包文件"},
    FileTypeRow{FileType::kDirectory, "directory", "目录文件"},
    FileTypeRow{FileType::kKeys, "keys", "密钥文件"},
};

struct FileHeader {
  Byte number = 0;  // where the content stands in the card's memory
  Byte parent = 0;  // number of the directory; the master file is its own
  std::uint16_t id = 0;
  FileType type = FileType::kBinary;
  Protection writing = Protection::kPlain;
  std::uint16_t size = 0;            // of the file, or of one fixed or cyclic record
  std::uint16_t records = 1;         // fixed and cyclic
  Byte read_access = kAccessAlways;  // directory: create a file; purse: use
  Byte write_access = kAccessNever;  // directory: erase; keys: add
  Byte option = 0xFF;
  Byte linked_file = 0;  // purse: short id of its detail file; directory: of its information file
  Bytes name{};          // directory

  Byte short_id() const { return static_cast<Byte>(id & 0x1FU); }

  bool is_read_freely() const { return (option & 0x80U) != 0; }

  Byte read_key() const { return static_cast<Byte>(3U - ((option >> 2U) & 3U)); }

  Byte write_key() const { return static_cast<Byte>(3U - (option & 3U)); }
};

// At most 254 records of a file: record numbers 01 to FE.
inline constexpr std::uint16_t kMostRecords = 0xFE;

// Throws kMalformed (6A80): unknown type, a size or count of zero, a cyclic file of one record.
FileHeader decode_creation(std::uint16_t id, ByteView data);

// The opposite; the header's number and parent are not in it.
Bytes encode_creation(const FileHeader& header);

// Bytes that the file takes of its directory: header 11 and content (fixed and cyclic count x
// (length + 1), purse 22).
std::size_t room_of(const FileHeader& header);

}  // namespace card::layout

// SELECT and binary files, and the file commands of every card.
#include "cos-apdu/virtual/files.h"

#include <algorithm>

#include "base/core/error.h"
#include "cos-apdu/layout/card_files.h"
#include "cos-apdu/layout/purse_files.h"
#include "cos-apdu/virtual/blocking.h"
#include "cos-apdu/virtual/file_protection.h"
#include "cos-apdu/virtual/life_cycle.h"
#include "cos-apdu/virtual/record_files.h"
#include "cos-apdu/virtual/records.h"

namespace card::chip {
namespace {

constexpr Byte kShortIdBit = 0x80;
constexpr Byte kShortIdMask = 0x1F;

void put_tlv(base::Writer& out, ByteView tag, ByteView value) {
  out.bytes(tag).u8(static_cast<Byte>(value.size())).bytes(value);
}

// 9F0C k content of an application's information file; 88 01 short id for a directory of
// directories, whose linked file has no bit 80 (PBOC SELECT answer).
Bytes own_information(Context& card, const FileHeader& directory) {
  base::Writer own;
  const auto short_id = static_cast<Byte>(directory.linked_file & kShortIdMask);
  if (is_interoperability(card.nvm) && (directory.linked_file & kShortIdBit) == 0) {
    put_tlv(own, FixedBytes<1>{0x88}, FixedBytes<1>{short_id});
    return own.take();
  }
  const auto file = find_file(card, short_id);
  if (file && file->type == FileType::kBinary)
    put_tlv(own, FixedBytes<2>{0x9F, 0x0C}, file_content(card.nvm, file->number, file->size));
  return own.take();
}

// 6F len 84 n name A5 m own information.
Bytes control_information(Context& card, const FileHeader& directory) {
  const Bytes own = own_information(card, directory);
  base::Writer out;
  out.u8(0x6F).u8(static_cast<Byte>(4 + directory.name.size() + own.size()));
  put_tlv(out, FixedBytes<1>{0x84}, directory.name);
  put_tlv(out, FixedBytes<1>{0xA5}, own);
  return out.take();
}

// A blocked application still answers its FCI, with the word of its profile.
Answer selected(Context& card, const std::optional<FileHeader>& file) {
  if (!file) return refused(status::kFileNotFound);
  select(card, *file);
  if (file->type != FileType::kDirectory) return done();
  return {control_information(card, *file), select_word(card.nvm)};
}

struct Place {
  StatusWord status = status::kFileNotFound;
  FileHeader file{};
  std::size_t offset = 0;
};

Place binary_at(std::optional<FileHeader> file, std::size_t offset) {
  if (!file) return {};
  const bool binary = file->type == FileType::kBinary;
  return {binary ? status::kOk : status::kWrongFileType, std::move(*file), offset};
}

// P1 with bit 8: short id and offset in P2; else an offset in the selected file.
Place place_of(Context& card, const CommandApdu& command) {
  if ((command.p1 & kShortIdBit) != 0)
    return binary_at(find_file(card, static_cast<Byte>(command.p1 & kShortIdMask)), command.p2);
  return binary_at(find_file(card, 0), static_cast<std::size_t>((command.p1 << 8) | command.p2));
}

// The number of a user card is checked before it is written for ever.
void check_content(const Context& card, const FileHeader& file, ByteView content) {
  const bool information = card.identity().kind() == derivation::CardKind::kUser &&
                           file.number == layout::kInformationFile;
  if (information && !is_interoperability(card.nvm)) layout::decode_application_info(content);
}

std::optional<FileHeader> detail_file(Context& card) {
  if (!is_interoperability(card.nvm)) {
    for (const auto& row : layout::files_of(card.identity().kind()))
      if (row.type == FileType::kCyclic) return find_file(card, row.sfi);
    return std::nullopt;
  }
  const auto purse = find_of_type(card, FileType::kPurse);
  return purse ? find_file(card, static_cast<Byte>(purse->linked_file & kShortIdMask))
               : std::nullopt;
}

}  // namespace

Bytes file_content(const Nvm& nvm, Byte number, std::size_t size) {
  const ByteView stored = nvm.get(static_cast<RecordId>(record::kFile + number));
  Bytes out(stored.begin(), stored.end());
  out.resize(size);
  return out;
}

void store_file(Nvm& nvm, Byte number, ByteView content) {
  nvm.put(static_cast<RecordId>(record::kFile + number), content);
}

void append_detail(Context& card, ByteView detail) {
  const auto file = detail_file(card);
  if (!file || file->type != FileType::kCyclic || file->size != detail.size())
    base::fail(base::Fault::kNotFound, "the card has no cyclic file of {} bytes for transactions",
               detail.size());
  append_record(card.nvm, *file, detail);
}

Answer select_by_name(Context& card, const CommandApdu& command) {
  return selected(card, find_directory(card, command.data, static_cast<Occurrence>(command.p2)));
}

Answer select_by_id(Context& card, const CommandApdu& command) {
  return selected(card, find_by_id(card, base::Reader(command.data).u16()));
}

Answer read_binary(Context& card, const CommandApdu& command) {
  const Place place = place_of(card, command);
  if (!place.status.is_ok()) return refused(place.status);
  const auto reading = open_reading(card, place.file, command);
  if (!reading.status.is_ok()) return refused(reading.status);
  if (place.offset >= place.file.size) return refused(status::kOffsetOutOfRange);
  const std::size_t left = place.file.size - place.offset;
  const std::size_t wanted = reading.wanted.value_or(command.le.value_or(kShortLe));
  const bool exact = reading.answer == Protection::kPlain && wanted != kShortLe;
  if (wanted > left && exact) return refused(status::exact_le(left));
  const bool everything = reading.answer == Protection::kMac;
  const Bytes content = file_content(card.nvm, place.file.number, place.file.size);
  return answer_reading(
      card, place.file, reading,
      ByteView(content).subspan(place.offset, everything ? left : std::min(wanted, left)));
}

Answer update_binary(Context& card, const CommandApdu& command) {
  const Place place = place_of(card, command);
  if (!place.status.is_ok()) return refused(place.status);
  const auto writing = open_writing(card, place.file, command);
  if (!writing.status.is_ok()) return refused(writing.status);
  if (place.offset + writing.data.size() > place.file.size)
    return refused(status::kOffsetOutOfRange);
  Bytes content = file_content(card.nvm, place.file.number, place.file.size);
  std::copy(writing.data.begin(), writing.data.end(),
            content.begin() + static_cast<std::ptrdiff_t>(place.offset));
  check_content(card, place.file, content);
  store_file(card.nvm, place.file.number, content);
  begin_personalising(card);
  return done();
}

namespace {

constexpr Command reads(Byte ins, std::string_view name,
                        Answer (*run)(Context&, const CommandApdu&)) {
  return {0x00, ins, any_params(), name, {0, 0}, kAlways, kNoGate, run};
}

constexpr Command reads_protected(Byte ins, std::string_view name,
                                  Answer (*run)(Context&, const CommandApdu&)) {
  return {0x04, ins, any_params(), name, {4, 24}, kInUse, kChallengeGate, run};
}

// Card reference §3.1.
constexpr std::array kCommands = {
    Command{0x00,
            0xA4,
            exactly(0x04, 0x00),
            "SELECT by name",
            {0, 16},
            kAlways,
            kNoGate,
            select_by_name},
    Command{0x00,
            0xA4,
            exactly(0x00, 0x00),
            "SELECT by file id",
            {2, 2},
            kAlways,
            kNoGate,
            select_by_id},
    reads(0xB0, "READ BINARY", read_binary),
    reads(0xB2, "READ RECORD", read_record),
};

// With a MAC, or with E(wanted) and a MAC.
constexpr std::array kProtectedReading = {
    reads_protected(0xB0, "READ BINARY protected", read_binary),
    reads_protected(0xB2, "READ RECORD protected", read_record),
};

}  // namespace

CommandTable file_commands() {
  return kCommands;
}

CommandTable protected_reading_commands() {
  return kProtectedReading;
}

}  // namespace card::chip

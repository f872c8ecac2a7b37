// Record files.
#include "cos-apdu/virtual/record_files.h"

#include "cos-apdu/virtual/file_protection.h"
#include "cos-apdu/virtual/life_cycle.h"
#include "cos-apdu/virtual/records.h"

namespace card::chip {
namespace {

enum class Address : Byte { kTag = 0x00, kPrevious = 0x03, kNumber = 0x04 };

Address address_of(const CommandApdu& command) {
  return static_cast<Address>(command.p2 & 0x07U);
}

RecordId place_of(const FileHeader& file, std::size_t place) {
  return static_cast<RecordId>(record::kFileRecord + file.number * std::size_t{0x0100} + place);
}

RecordId head_of(const FileHeader& file) {
  return place_of(file, record::kFileRecordHead);
}

std::size_t newest(const Nvm& nvm, const FileHeader& file) {
  const ByteView head = nvm.get(head_of(file));
  return head.empty() ? 0 : head.front();
}

RecordId record_place(const Nvm& nvm, const FileHeader& file, std::size_t number) {
  if (file.type != FileType::kCyclic) return place_of(file, number - 1);
  return place_of(file, (newest(nvm, file) + file.records - (number - 1)) % file.records);
}

std::size_t capacity(const FileHeader& file) {
  return file.type == FileType::kTlv ? layout::kMostRecords : file.records;
}

std::size_t bytes_used(const Nvm& nvm, const FileHeader& file) {
  std::size_t used = 0;
  const std::size_t count = record_count(nvm, file);
  for (std::size_t number = 1; number <= count; ++number)
    used += record_of(nvm, file, number).size();
  return used;
}

struct Found {
  StatusWord status = status::kOk;
  FileHeader file{};
  std::size_t number = 0;
};

std::size_t number_of_tag(const Nvm& nvm, const FileHeader& file, Byte tag) {
  const std::size_t count = record_count(nvm, file);
  for (std::size_t number = 1; number <= count; ++number)
    if (record_of(nvm, file, number).front() == tag) return number;
  return 0;
}

Found find_record_file(Context& card, const CommandApdu& command) {
  auto file = find_file(card, static_cast<Byte>(command.p2 >> 3U));
  if (!file) return {.status = status::kFileNotFound};
  const bool records = file->type == FileType::kFixed || file->type == FileType::kTlv ||
                       file->type == FileType::kCyclic;
  if (!records) return {.status = status::kWrongFileType};
  return {.file = std::move(*file)};
}

// The record that P1 and P2 name.
StatusWord find_number(const Nvm& nvm, const CommandApdu& command, Found& found) {
  const bool by_tag = address_of(command) == Address::kTag;
  if (by_tag && found.file.type != FileType::kTlv) return status::kWrongP1P2;
  if (!by_tag && address_of(command) != Address::kNumber) return status::kWrongP1P2;
  found.number = by_tag ? number_of_tag(nvm, found.file, command.p1) : command.p1;
  const bool exists = found.number != 0 && found.number <= capacity(found.file) &&
                      !record_of(nvm, found.file, found.number).empty();
  return exists ? status::kOk : status::kRecordNotFound;
}

// 6700 for a fixed or cyclic record of another length, 6A80 for what is not tag1 length1 value.
StatusWord check_form(const FileHeader& file, ByteView content) {
  if (file.type != FileType::kTlv)
    return content.size() == file.size ? status::kOk : status::kWrongLength;
  const bool tlv = content.size() >= 2 && content[1] + 2U == content.size();
  return tlv ? status::kOk : status::kWrongData;
}

StatusWord replace_record(Context& card, const CommandApdu& command, Found& found,
                          ByteView content) {
  if (found.file.type == FileType::kCyclic) return status::kWrongP1P2;
  const StatusWord word = find_number(card.nvm, command, found);
  if (!word.is_ok()) return word;
  const FileHeader& file = found.file;
  if (address_of(command) == Address::kTag && content.front() != command.p1)
    return status::kWrongData;
  const std::size_t rest =
      bytes_used(card.nvm, file) - record_of(card.nvm, file, found.number).size();
  if (file.type == FileType::kTlv && rest + content.size() > file.size) return status::kNoSpace;
  store_record(card.nvm, file, found.number, content);
  return status::kOk;
}

template <typename Write>
Answer write_record(Context& card, const CommandApdu& command, const Write& write) {
  auto found = find_record_file(card, command);
  if (!found.status.is_ok()) return refused(found.status);
  const auto writing = open_writing(card, found.file, command);
  if (!writing.status.is_ok()) return refused(writing.status);
  StatusWord word = check_form(found.file, writing.data);
  if (word.is_ok()) word = write(found, writing.data);
  if (word.is_ok()) begin_personalising(card);
  return said(word);
}

}  // namespace

Bytes record_of(const Nvm& nvm, const FileHeader& file, std::size_t number) {
  const ByteView stored = nvm.get(record_place(nvm, file, number));
  if (stored.empty() && file.writing == Protection::kWithPurchase) return Bytes(file.size);
  return {stored.begin(), stored.end()};
}

void store_record(Nvm& nvm, const FileHeader& file, std::size_t number, ByteView content) {
  nvm.put(record_place(nvm, file, number), content);
}

std::size_t record_count(const Nvm& nvm, const FileHeader& file) {
  std::size_t count = 0;
  while (count < capacity(file) && !record_of(nvm, file, count + 1).empty()) ++count;
  return count;
}

StatusWord append_record(Nvm& nvm, const FileHeader& file, ByteView content) {
  if (file.type == FileType::kCyclic) {
    const std::size_t head = (newest(nvm, file) + 1) % file.records;
    nvm.put(place_of(file, head), content);
    nvm.put(head_of(file), Bytes{static_cast<Byte>(head)});
    return status::kOk;
  }
  const std::size_t count = record_count(nvm, file);
  const bool full = count == capacity(file) || (file.type == FileType::kTlv &&
                                                bytes_used(nvm, file) + content.size() > file.size);
  if (full) return status::kNoSpace;
  nvm.put(place_of(file, count), content);
  return status::kOk;
}

Answer read_record(Context& card, const CommandApdu& command) {
  auto found = find_record_file(card, command);
  if (!found.status.is_ok()) return refused(found.status);
  const auto reading = open_reading(card, found.file, command);
  if (!reading.status.is_ok()) return refused(reading.status);
  const StatusWord word = find_number(card.nvm, command, found);
  if (!word.is_ok()) return refused(word);
  Bytes content = record_of(card.nvm, found.file, found.number);
  if (reading.wanted && *reading.wanted < content.size()) content.resize(*reading.wanted);
  return answer_reading(card, found.file, reading, content);
}

Answer update_record(Context& card, const CommandApdu& command) {
  return write_record(card, command, [&](Found& found, ByteView content) {
    if (address_of(command) != Address::kPrevious)
      return replace_record(card, command, found, content);
    if (found.file.type != FileType::kCyclic || command.p1 != 0) return status::kWrongP1P2;
    return append_record(card.nvm, found.file, content);
  });
}

Answer append_record_command(Context& card, const CommandApdu& command) {
  return write_record(card, command, [&](const Found& found, ByteView content) {
    if (command.p1 != 0 || (command.p2 & 0x07U) != 0) return status::kWrongP1P2;
    return append_record(card.nvm, found.file, content);
  });
}

}  // namespace card::chip

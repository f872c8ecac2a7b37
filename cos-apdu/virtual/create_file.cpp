// CREATE FILE and ERASE DF (card reference §7.1).
#include <algorithm>

#include "cos-apdu/layout/card_files.h"
#include "cos-apdu/virtual/file_system.h"
#include "cos-apdu/virtual/interoperability.h"
#include "cos-apdu/virtual/records.h"

namespace card::chip {
namespace {

constexpr Byte kMostFiles = 0x3F;
constexpr unsigned kDirectoryLevels = 3;  // the master file is the first
constexpr std::uint16_t kDepositId = 0x0001;
constexpr std::uint16_t kWalletId = 0x0002;

unsigned level_of(const Context& card, const FileHeader& directory) {
  unsigned level = 1;
  for (FileHeader at = directory; at.parent != at.number; ++level) at = *header_of(card, at.parent);
  return level;
}

bool has_key_file(const std::vector<FileHeader>& files) {
  return std::any_of(files.begin(), files.end(),
                     [](const FileHeader& file) { return file.type == FileType::kKeys; });
}

bool is_taken(const std::vector<FileHeader>& files, const FileHeader& wanted) {
  return std::any_of(files.begin(), files.end(), [&](const FileHeader& file) {
    const bool both_elementary =
        file.type != FileType::kDirectory && wanted.type != FileType::kDirectory;
    const bool same_short_id = both_elementary && file.short_id() == wanted.short_id() &&
                               file.type != FileType::kKeys && wanted.type != FileType::kKeys;
    return file.id == wanted.id || same_short_id;
  });
}

bool name_is_taken(Context& card, const FileHeader& wanted) {
  const auto found = find_directory(card, wanted.name, Occurrence::kFirst);
  return found && base::equal(found->name, wanted.name);
}

std::size_t room_left(const FileHeader& directory, const std::vector<FileHeader>& files) {
  std::size_t used = 0;
  for (const auto& file : files) used += layout::room_of(file);
  return used < directory.size ? directory.size - used : 0;
}

// One purse application a card: the grey lock and the last proof belong to the card.
bool purse_stands_elsewhere(const Context& card, Byte directory) {
  for (const RecordId id : card.nvm.ids(record::kFileHeader, record::kFileHeaderLast)) {
    const auto file = header_of(card, static_cast<Byte>(id - record::kFileHeader));
    if (file && file->type == FileType::kPurse && file->parent != directory) return true;
  }
  return false;
}

// What the type asks beyond rights and room.
StatusWord check_type(Context& card, const FileHeader& here, const std::vector<FileHeader>& files,
                      const FileHeader& wanted) {
  const bool keys = wanted.type == FileType::kKeys;
  if (keys != files.empty() && (keys || !has_key_file(files)))
    return status::kConditionNotSatisfied;
  if (wanted.type == FileType::kDirectory) {
    if (level_of(card, here) >= kDirectoryLevels) return status::kNotSupported;
    if (name_is_taken(card, wanted)) return status::kWrongP1P2;
  }
  if (wanted.type == FileType::kPurse) {
    if (wanted.id != kDepositId && wanted.id != kWalletId) return status::kWrongData;
    if (purse_stands_elsewhere(card, here.number)) return status::kNotSupported;
  }
  return status::kOk;
}

// 0: all numbers are taken.
Byte free_number(const Context& card) {
  for (Byte number = 1; number < kMostFiles; ++number)
    if (!header_of(card, number)) return number;
  return 0;
}

void erase_content(Context& card, const FileHeader& file) {
  card.nvm.erase(static_cast<RecordId>(record::kFile + file.number));
  const auto first = static_cast<RecordId>(record::kFileRecord + file.number * 0x0100);
  for (const RecordId id : card.nvm.ids(first, static_cast<RecordId>(first + 0xFF)))
    card.nvm.erase(id);
  if (file.type != FileType::kPurse) return;
  card.nvm.erase(static_cast<RecordId>(record::kPurse + file.id));
  card.nvm.erase(record::kProof);
  card.nvm.erase(record::kGreyLock);
}

void erase_files_in(Context& card, Byte directory) {
  for (const auto& file : files_in(card, directory)) {
    if (file.type == FileType::kDirectory) erase_files_in(card, file.number);
    erase_content(card, file);
    card.nvm.erase(static_cast<RecordId>(record::kFileHeader + file.number));
  }
}

}  // namespace

Answer create_file(Context& card, const CommandApdu& command) {
  const auto id = static_cast<std::uint16_t>((command.p1 << 8U) | command.p2);
  FileHeader wanted = layout::decode_creation(id, command.data);
  const FileHeader here = current_directory(card);
  const auto files = files_in(card, here.number);
  if (has_key_file(files) && !is_permitted(card, here.read_access))
    return refused(status::kSecurityNotSatisfied);
  if (id == kMasterFileId || id == here.id || is_taken(files, wanted))
    return refused(status::kWrongP1P2);
  if (const auto word = check_type(card, here, files, wanted); !word.is_ok()) return refused(word);
  if (layout::room_of(wanted) > room_left(here, files)) return refused(status::kNoSpace);
  wanted.number = free_number(card);
  wanted.parent = here.number;
  if (wanted.number == 0) return refused(status::kNoSpace);
  store_header(card, wanted);
  return done();
}

Answer erase_directory(Context& card, const CommandApdu&) {
  const FileHeader here = current_directory(card);
  if (!is_permitted(card, here.write_access)) return refused(status::kSecurityNotSatisfied);
  erase_files_in(card, here.number);
  card.ram.of<FileSelection>().file.reset();
  return done();
}

}  // namespace card::chip

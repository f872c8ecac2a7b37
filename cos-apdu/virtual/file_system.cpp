// The tree of files.
#include "cos-apdu/virtual/file_system.h"

#include <algorithm>

#include "base/core/error.h"
#include "cos-apdu/layout/card_files.h"
#include "cos-apdu/virtual/records.h"

namespace card::chip {
namespace {

using layout::kApplicationFileNumber;
using layout::kMasterFileNumber;

FileSelection& selection(Context& card) {
  return card.ram.of<FileSelection>();
}

ByteView native_name(const Context& card, Byte number) {
  if (number == kMasterFileNumber) return base::view_of(layout::kPaymentSystemName);
  const bool user = card.identity().kind() == derivation::CardKind::kUser;
  return user ? ByteView(layout::kPurseAid) : ByteView(layout::kSamAid);
}

FileHeader native_directory(const Context& card, Byte number) {
  const ByteView name = native_name(card, number);
  return {.number = number,
          .parent = kMasterFileNumber,
          .id = number == kMasterFileNumber ? kMasterFileId : kApplicationFileId,
          .type = FileType::kDirectory,
          .linked_file = layout::kInformationFile,
          .name = Bytes(name.begin(), name.end())};
}

std::optional<FileHeader> native_file(const Context& card, Byte short_id) {
  const auto identity = card.identity();
  const auto* row = layout::find_file(identity.kind(), short_id);
  if (row == nullptr) return std::nullopt;
  const bool in_use = identity.life_cycle == layout::LifeCycle::kInUse;
  return layout::header_of(*row,
                           in_use ? layout::CardStage::kInUse : layout::CardStage::kBeforeUse);
}

FileHeader created_header(Byte number, ByteView stored) {
  base::Reader in(stored, "file header");
  const Byte parent = in.u8();
  const std::uint16_t id = in.u16();
  FileHeader header = layout::decode_creation(id, in.rest());
  header.number = number;
  header.parent = parent;
  return header;
}

template <typename Wanted>
std::optional<FileHeader> first_in(const Context& card, Byte directory, const Wanted& wanted) {
  for (const auto& file : files_in(card, directory))
    if (wanted(file)) return file;
  return std::nullopt;
}

std::vector<FileHeader> created_directories(const Context& card) {
  std::vector<FileHeader> out;
  for (const RecordId id : card.nvm.ids(record::kFileHeader, record::kFileHeaderLast)) {
    auto header = created_header(static_cast<Byte>(id - record::kFileHeader), card.nvm.get(id));
    if (header.type == FileType::kDirectory) out.push_back(std::move(header));
  }
  return out;
}

bool begins_with(ByteView whole, ByteView start) {
  return start.size() <= whole.size() && base::equal(whole.first(start.size()), start);
}

}  // namespace

std::optional<FileHeader> header_of(const Context& card, Byte number) {
  if (!is_interoperability(card.nvm)) {
    const bool directory = number == kMasterFileNumber || number == kApplicationFileNumber;
    return directory ? native_directory(card, number) : native_file(card, number);
  }
  const ByteView stored = card.nvm.get(static_cast<RecordId>(record::kFileHeader + number));
  if (stored.empty()) return std::nullopt;
  return created_header(number, stored);
}

void store_header(Context& card, const FileHeader& header) {
  card.nvm.put(static_cast<RecordId>(record::kFileHeader + header.number),
               base::Writer()
                   .u8(header.parent)
                   .u16(header.id)
                   .bytes(layout::encode_creation(header))
                   .view());
}

std::vector<FileHeader> files_in(const Context& card, Byte directory) {
  std::vector<FileHeader> out;
  for (const RecordId id : card.nvm.ids(record::kFileHeader, record::kFileHeaderLast)) {
    const auto number = static_cast<Byte>(id - record::kFileHeader);
    const ByteView stored = card.nvm.get(id);
    if (number != kMasterFileNumber && stored.front() == directory)
      out.push_back(created_header(number, stored));
  }
  return out;
}

FileHeader current_directory(Context& card) {
  auto header = header_of(card, selection(card).directory);
  if (!header) base::fail(base::Fault::kNotFound, "the selected directory is not there");
  return std::move(*header);
}

std::optional<FileHeader> find_file(Context& card, Byte short_id) {
  const auto& selected = selection(card);
  if (short_id == 0) return selected.file ? header_of(card, *selected.file) : std::nullopt;
  if (!is_interoperability(card.nvm)) return native_file(card, short_id);
  return first_in(card, selected.directory, [&](const FileHeader& file) {
    return file.type != FileType::kDirectory && file.short_id() == short_id;
  });
}

std::optional<FileHeader> find_by_id(Context& card, std::uint16_t id) {
  if (id == kMasterFileId) return header_of(card, kMasterFileNumber);
  if (!is_interoperability(card.nvm)) {
    if (id == kApplicationFileId) return header_of(card, kApplicationFileNumber);
    return id > 0xFF ? std::nullopt : native_file(card, static_cast<Byte>(id));
  }
  const FileHeader here = current_directory(card);
  if (here.id == id) return here;
  auto child = first_in(card, here.number, [&](const FileHeader& file) { return file.id == id; });
  if (child) return child;
  auto parent = header_of(card, here.parent);
  return parent && parent->id == id ? std::move(parent) : std::nullopt;
}

std::optional<FileHeader> find_directory(Context& card, ByteView name, Occurrence which) {
  if (name.empty()) return header_of(card, kMasterFileNumber);
  const Byte current = selection(card).directory;
  const auto fits = [&](Byte number, ByteView whole) {
    return (which == Occurrence::kFirst || number > current) && begins_with(whole, name);
  };
  if (!is_interoperability(card.nvm)) {
    for (const Byte number : {kMasterFileNumber, kApplicationFileNumber})
      if (fits(number, native_name(card, number))) return native_directory(card, number);
    return std::nullopt;
  }
  for (auto& directory : created_directories(card))
    if (fits(directory.number, directory.name)) return std::move(directory);
  return std::nullopt;
}

std::optional<FileHeader> find_of_type(Context& card, FileType type) {
  return first_in(card, selection(card).directory,
                  [&](const FileHeader& file) { return file.type == type; });
}

void select(Context& card, const FileHeader& header) {
  auto& selected = selection(card);
  if (header.type != FileType::kDirectory) {
    selected.file = header.number;
    return;
  }
  selected.file.reset();
  selected.directory = header.number;
  const bool master = header.number == kMasterFileNumber;
  selected.security.directory = master ? selected.security.master : Byte{0};
  card.ram.pin_verified = false;
}

void reach_state(Context& card, Byte post_state) {
  auto& selected = selection(card);
  selected.security.directory = post_state & 0x0FU;
  if (selected.directory == kMasterFileNumber)
    selected.security.master = selected.security.directory;
}

bool is_permitted(Context& card, Byte access) {
  return layout::permits(access, selection(card).security);
}

}  // namespace card::chip

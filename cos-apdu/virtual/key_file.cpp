// Key files.
#include "cos-apdu/virtual/key_file.h"

#include "base/crypto/hash.h"
#include "cos-apdu/virtual/door.h"
#include "cos-apdu/virtual/file_system.h"
#include "cos-apdu/virtual/records.h"

namespace card::chip {
namespace {

constexpr Byte kControlNumber = 0x00;
constexpr std::size_t kKeysOfFile = 0xFF;
constexpr std::size_t kKeyOverhead = 8;
constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kMostPin = 8;

RecordId first_place(const FileHeader& file) {
  return static_cast<RecordId>(record::kFileRecord + file.number * 0x0100);
}

std::vector<RecordId> places_of(const Context& card, const FileHeader& file) {
  const RecordId first = first_place(file);
  return card.nvm.ids(first, static_cast<RecordId>(first + kKeysOfFile));
}

StoredKey load_key(const Nvm& nvm, RecordId place) {
  base::Reader in(nvm.get(place), "key of a key file");
  StoredKey key{.place = place,
                .header = layout::decode_key_header(in.take(layout::kKeyHeaderBytes))};
  key.number = in.u8();
  key.value = base::SecretBytes::copy_of(in.rest());
  return key;
}

std::optional<FileHeader> key_file_of(const Context& card, Byte directory) {
  for (const auto& file : files_in(card, directory))
    if (file.type == FileType::kKeys) return file;
  return std::nullopt;
}

std::vector<StoredKey> keys_in(const Context& card, Byte directory, KeyType type) {
  std::vector<StoredKey> out;
  const auto file = key_file_of(card, directory);
  if (!file) return out;
  for (const RecordId place : places_of(card, *file)) {
    auto key = load_key(card.nvm, place);
    if (key.header.type == type) out.push_back(std::move(key));
  }
  return out;
}

std::optional<StoredKey> find_in(const Context& card, Byte directory, KeyType type, Byte number) {
  for (auto& key : keys_in(card, directory, type))
    if (key.number == number) return std::move(key);
  return std::nullopt;
}

// A PIN takes the room of the longest.
std::size_t room_of_key(KeyType type, std::size_t value_bytes) {
  return kKeyOverhead + (type == KeyType::kPin ? kMostPin : value_bytes);
}

std::size_t room_used(const Context& card, const FileHeader& file) {
  std::size_t used = 0;
  for (const RecordId place : places_of(card, file)) {
    const auto key = load_key(card.nvm, place);
    used += room_of_key(key.header.type, key.value.size());
  }
  return used;
}

RecordId free_place(const Context& card, const FileHeader& file) {
  RecordId place = first_place(file);
  while (card.nvm.holds(place)) ++place;
  return place;
}

// An empty key file, alone in its directory, and no control key above it: nobody could be asked for
// leave, and nothing is there to protect. Power was lost before the first key came.
bool awaits_first_key(Context& card, const FileHeader& file) {
  return places_of(card, file).empty() && files_in(card, file.parent).size() == 1 &&
         !find_control_key(card);
}

base::SecretBytes stored_value(Context& card, layout::KeyEntry& entry) {
  if (entry.header.type != KeyType::kPin) return std::move(entry.value);
  return pin_value(card, entry.value.reveal(ChipMemoryDoor::open()));
}

crypto::Hash32 pin_hash(ByteView salt, ByteView pin) {
  return crypto::sha256({salt, pin});
}

}  // namespace

std::optional<StoredKey> find_stored_key(Context& card, KeyType type, Byte number) {
  return find_in(card, current_directory(card).number, type, number);
}

std::vector<StoredKey> stored_keys(Context& card, KeyType type) {
  return keys_in(card, current_directory(card).number, type);
}

std::optional<StoredKey> find_control_key(Context& card) {
  FileHeader directory = current_directory(card);
  while (true) {
    auto key = find_in(card, directory.number, KeyType::kAuthenticate, kControlNumber);
    if (key || directory.parent == directory.number) return key;
    directory = *header_of(card, directory.parent);
  }
}

void store_key(Nvm& nvm, const StoredKey& key) {
  const Bytes header = layout::encode(key.header);
  base::WipedBytes bytes(header.begin(), header.end());
  bytes.push_back(key.number);
  const ByteView value = key.value.reveal(ChipMemoryDoor::open());
  bytes.insert(bytes.end(), value.begin(), value.end());
  nvm.put(key.place, bytes);
}

StatusWord add_key(Context& card, layout::KeyEntry entry) {
  const auto file = key_file_of(card, current_directory(card).number);
  if (!file) return status::kFileNotFound;
  if (!is_permitted(card, file->write_access) && !awaits_first_key(card, *file))
    return status::kSecurityNotSatisfied;
  if (find_stored_key(card, entry.header.type, entry.number)) return status::kWrongP1P2;
  const std::size_t room = room_of_key(entry.header.type, entry.value.size());
  if (room_used(card, *file) + room > file->size) return status::kNoSpace;
  store_key(card.nvm, {.place = free_place(card, *file),
                       .header = entry.header,
                       .number = entry.number,
                       .value = stored_value(card, entry)});
  return status::kOk;
}

void replace_key(Context& card, const StoredKey& old, layout::KeyEntry entry) {
  store_key(card.nvm, {.place = old.place,
                       .header = entry.header,
                       .number = old.number,
                       .value = stored_value(card, entry)});
}

crypto::Key working_key(const StoredKey& key) {
  const ByteView value = key.value.reveal(ChipMemoryDoor::open());
  if (value.size() == crypto::kKeyBytes) return base::SecretBytes::copy_of(value);
  base::WipedBytes twice(value.begin(), value.end());
  twice.insert(twice.end(), value.begin(), value.end());
  return base::SecretBytes::copy_of(twice);
}

StatusWord check_stored_key(Context& card, StoredKey& key,
                            const std::function<bool(const crypto::Key&)>& holds,
                            StatusWord wrong) {
  if (layout::is_exhausted(key.header.counter)) return status::kAuthenticationBlocked;
  if (key.header.counter != layout::kNoLimit) {
    key.header.counter = layout::counted_down(key.header.counter);
    store_key(card.nvm, key);
    card.commit_now();
  }
  if (!holds(working_key(key))) return wrong;
  key.header.counter = layout::restored(key.header.counter);
  store_key(card.nvm, key);
  card.commit_now();
  return status::kOk;
}

base::SecretBytes pin_value(Context& card, ByteView pin) {
  const Bytes salt = card.random(kSaltBytes);
  return base::SecretBytes::copy_of(base::concat({salt, pin_hash(salt, pin)}));
}

bool pin_matches(const StoredKey& key, ByteView pin) {
  const ByteView value = key.value.reveal(ChipMemoryDoor::open());
  return base::equal_in_constant_time(pin_hash(value.first(kSaltBytes), pin),
                                      value.subspan(kSaltBytes));
}

}  // namespace card::chip

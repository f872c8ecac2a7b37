// Records of composite purchases, over the record files of the card.
#include "cos-apdu/virtual/purchase_records.h"

#include "cos-apdu/virtual/record_files.h"

namespace card::chip {
namespace {

constexpr Byte kByNumber = 0x04;
constexpr Byte kHowBits = 0x07;

std::optional<FileHeader> file_of(Context& card, Byte p2) {
  return find_file(card, static_cast<Byte>(p2 >> 3U));
}

// An interoperability card's file may be any that is written without secure messaging.
bool takes_purchases(Context& card, const FileHeader& file) {
  const bool writable = file.writing == Protection::kWithPurchase ||
                        (is_interoperability(card.nvm) && file.writing == Protection::kPlain);
  return file.type == FileType::kFixed && writable && is_permitted(card, file.write_access);
}

}  // namespace

StatusWord judge_purchase_record(Context& card, Byte p1, Byte p2, ByteView content) {
  if ((p2 & kHowBits) != kByNumber) return status::kWrongP1P2;
  const auto file = file_of(card, p2);
  if (!file) return status::kFileNotFound;
  if (!takes_purchases(card, *file)) return status::kSecurityNotSatisfied;
  if (p1 == 0 || p1 > file->records || record_of(card.nvm, *file, p1).empty())
    return status::kRecordNotFound;
  return content.size() == file->size ? status::kOk : status::kWrongLength;
}

void store_purchase_record(Context& card, Byte p1, Byte p2, ByteView content) {
  const auto file = file_of(card, p2);
  if (file) store_record(card.nvm, *file, p1, content);
}

}  // namespace card::chip

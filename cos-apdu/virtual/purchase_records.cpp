// Records of composite purchases, in the file's content of all its records.
#include "cos-apdu/virtual/purchase_records.h"

#include <algorithm>

#include "cos-apdu/layout/card_files.h"
#include "cos-apdu/virtual/files.h"

namespace card::chip {
namespace {

constexpr Byte kByNumber = 0x04;
constexpr Byte kHowBits = 0x07;

const layout::FileRow* file_of(const Context& card, Byte p2) {
  return layout::find_file(card.identity().kind(), static_cast<Byte>(p2 >> 3));
}

}  // namespace

StatusWord judge_purchase_record(const Context& card, Byte p1, Byte p2, ByteView content) {
  if ((p2 & kHowBits) != kByNumber) return status::kWrongP1P2;
  const auto* file = file_of(card, p2);
  if (file == nullptr) return status::kFileNotFound;
  if (file->writing != layout::FileWriting::kWithPurchase) return status::kSecurityNotSatisfied;
  if (p1 == 0 || p1 > file->records) return status::kRecordNotFound;
  return content.size() == file->size ? status::kOk : status::kWrongLength;
}

void store_purchase_record(Context& card, Byte p1, Byte p2, ByteView content) {
  const auto* file = file_of(card, p2);
  const std::size_t size = file->size;
  Bytes all = file_content(card.nvm, file->sfi, size * file->records);
  std::copy(content.begin(), content.end(),
            all.begin() + static_cast<std::ptrdiff_t>((p1 - 1U) * size));
  store_file(card.nvm, file->sfi, all);
}

}  // namespace card::chip

// Look-ups in the file and key tables.
#include "cos-apdu/layout/card_files.h"

#include "base/core/error.h"
#include "cos-apdu/layout/field_files.h"

namespace card::layout {
namespace {

template <typename Rows>
constexpr bool files_are_unique(const Rows& rows) {
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (std::size_t j = i + 1; j < rows.size(); ++j)
      if (rows.at(i).sfi == rows.at(j).sfi) return false;
  return true;
}

template <typename Rows>
constexpr bool keys_are_unique(const Rows& rows) {
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (std::size_t j = i + 1; j < rows.size(); ++j)
      if (rows.at(i).purpose == rows.at(j).purpose) return false;
  return true;
}

static_assert(files_are_unique(kUserCardFiles) && files_are_unique(kPsamFiles) &&
              files_are_unique(kEsamFiles) && files_are_unique(kToolFiles) &&
              files_are_unique(kCarrierFiles));
static_assert(keys_are_unique(kUserCardKeys) && keys_are_unique(kPsamKeys) &&
              keys_are_unique(kEsamKeys) && keys_are_unique(kToolKeys) &&
              keys_are_unique(kCarrierKeys));

constexpr bool is_carrier(CardKind kind) {
  return kind == CardKind::kModify || kind == CardKind::kRestore;
}

}  // namespace

FileHeader header_of(const FileRow& row, CardStage stage) {
  const bool with_purchase = row.writing == FileWriting::kWithPurchase;
  const bool open = with_purchase || row.writing == FileWriting::kByOrder ||
                    (row.writing == FileWriting::kOnce && stage == CardStage::kBeforeUse);
  return {.number = row.sfi,
          .parent = kApplicationFileNumber,
          .id = row.sfi,
          .type = row.type,
          .writing = with_purchase ? Protection::kWithPurchase : Protection::kOrder,
          .size = row.size,
          .records = row.records,
          .read_access = kAccessAlways,
          .write_access = open ? kAccessAlways : kAccessNever};
}

std::span<const FileRow> files_of(CardKind kind) {
  if (kind == CardKind::kUser) return kUserCardFiles;
  if (kind == CardKind::kPsam) return kPsamFiles;
  if (kind == CardKind::kEsam) return kEsamFiles;
  if (kind == CardKind::kTool) return kToolFiles;
  if (is_carrier(kind)) return kCarrierFiles;
  return {};
}

const FileRow* find_file(CardKind kind, Byte sfi) {
  for (const auto& row : files_of(kind))
    if (row.sfi == sfi) return &row;
  return nullptr;
}

std::span<const KeyRow> keys_of(CardKind kind) {
  if (kind == CardKind::kUser) return kUserCardKeys;
  if (kind == CardKind::kPsam) return kPsamKeys;
  if (kind == CardKind::kEsam) return kEsamKeys;
  if (kind == CardKind::kTool) return kToolKeys;
  if (is_carrier(kind)) return kCarrierKeys;
  return {};
}

const KeyRow* find_key(CardKind kind, Purpose purpose) {
  for (const auto& row : keys_of(kind))
    if (row.purpose == purpose) return &row;
  return nullptr;
}

Purpose control_purpose(CardKind kind) {
  if (kind == CardKind::kUser) return Purpose::kCardControl;
  if (kind == CardKind::kPsam) return Purpose::kPsamControl;
  if (kind == CardKind::kEsam) return Purpose::kEsamControl;
  if (kind == CardKind::kTool || is_carrier(kind)) return Purpose::kCardControl;
  base::fail(base::Fault::kMalformed, "a {} takes no orders under a control key",
             derivation::row_of(kind).english);
}

}  // namespace card::layout

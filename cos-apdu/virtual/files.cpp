// File commands.
#include "cos-apdu/virtual/files.h"

#include <algorithm>

#include "cos-apdu/layout/card_files.h"
#include "cos-apdu/layout/purse_files.h"
#include "cos-apdu/virtual/blocking.h"
#include "cos-apdu/virtual/key_check.h"
#include "cos-apdu/virtual/life_cycle.h"
#include "cos-apdu/virtual/records.h"

namespace card::chip {
namespace {

constexpr Byte kShortIdBit = 0x80;
constexpr Byte kShortIdMask = 0x1F;
constexpr Byte kRecordByNumber = 0x04;
constexpr Byte kInformationFile = 0x15;
constexpr std::uint16_t kMasterFile = 0x3F00;
constexpr std::uint16_t kApplicationFile = 0x3F01;

void put_tlv(base::Writer& out, ByteView tag, ByteView value) {
  out.bytes(tag).u8(static_cast<Byte>(value.size())).bytes(value);
}

// 6F len 84 n name A5 m 9F0C k content of file 15 (PBOC SELECT answer).
Bytes control_information(const Context& card, ByteView name) {
  base::Writer own;
  if (const auto* row = layout::find_file(card.identity().kind(), kInformationFile))
    put_tlv(own, FixedBytes<2>{0x9F, 0x0C}, file_content(card.nvm, row->sfi, row->size));
  base::Writer body;
  put_tlv(body, FixedBytes<1>{0x84}, name);
  put_tlv(body, FixedBytes<1>{0xA5}, own.view());
  base::Writer out;
  put_tlv(out, FixedBytes<1>{0x6F}, body.view());
  return out.take();
}

// A blocked application still answers its FCI, with 6A81.
Answer selected(Context& card, ByteView name) {
  card.ram.selected_file.reset();
  card.ram.pin_verified = false;
  return {control_information(card, name), select_word(card.nvm)};
}

ByteView application_name(derivation::CardKind kind) {
  if (kind == derivation::CardKind::kUser) return layout::kPurseAid;
  return layout::kSamAid;
}

struct Place {
  const layout::FileRow* row = nullptr;
  std::size_t offset = 0;
};

// P1 with bit 8: short id and offset in P2; else an offset in the selected file.
Place place_of(const Context& card, const CommandApdu& command) {
  const auto kind = card.identity().kind();
  if ((command.p1 & kShortIdBit) != 0) {
    const auto sfi = static_cast<Byte>(command.p1 & kShortIdMask);
    return {layout::find_file(kind, sfi), command.p2};
  }
  if (!card.ram.selected_file) return {};
  return {layout::find_file(kind, *card.ram.selected_file),
          static_cast<std::size_t>((command.p1 << 8) | command.p2)};
}

std::size_t detail_head(const Nvm& nvm) {
  const ByteView head = nvm.get(record::kDetailHead);
  return head.empty() ? 0 : head.front();
}

Bytes fixed_record(const Nvm& nvm, const layout::FileRow& row, std::size_t index) {
  const Bytes all = file_content(nvm, row.sfi, static_cast<std::size_t>(row.size) * row.records);
  const auto first = all.begin() + static_cast<std::ptrdiff_t>(index * row.size);
  return {first, first + row.size};
}

// A native card has one cyclic file.
std::size_t cyclic_records(derivation::CardKind kind) {
  for (const auto& row : layout::files_of(kind))
    if (row.type == layout::FileType::kCyclic) return row.records;
  return 1;
}

bool content_is_well_formed(derivation::CardKind kind, Byte sfi, ByteView content) {
  if (kind == derivation::CardKind::kUser && sfi == kInformationFile)
    layout::decode_application_info(content);  // throws kMalformed: 6A80
  return true;
}

}  // namespace

Bytes file_content(const Nvm& nvm, Byte sfi, std::size_t size) {
  const ByteView stored = nvm.get(static_cast<RecordId>(record::kFile + sfi));
  Bytes out(stored.begin(), stored.end());
  out.resize(size);
  return out;
}

void store_file(Nvm& nvm, Byte sfi, ByteView content) {
  nvm.put(static_cast<RecordId>(record::kFile + sfi), content);
}

void append_detail(Context& card, ByteView detail) {
  Nvm& nvm = card.nvm;
  const std::size_t head = (detail_head(nvm) + 1) % cyclic_records(card.identity().kind());
  nvm.put(static_cast<RecordId>(record::kDetail + head), detail);
  nvm.put(record::kDetailHead, Bytes{static_cast<Byte>(head)});
}

Answer select_by_name(Context& card, const CommandApdu& command) {
  const ByteView name = command.data;
  const auto kind = card.identity().kind();
  if (name.empty() || base::equal(name, base::bytes_of(layout::kPaymentSystemName)))
    return selected(card, base::bytes_of(layout::kPaymentSystemName));
  if (base::equal(name, application_name(kind))) return selected(card, name);
  return refused(status::kFileNotFound);
}

Answer select_by_id(Context& card, const CommandApdu& command) {
  const std::uint16_t id = base::Reader(command.data).u16();
  if (id == kMasterFile) return selected(card, base::bytes_of(layout::kPaymentSystemName));
  const auto kind = card.identity().kind();
  if (id == kApplicationFile) return selected(card, application_name(kind));
  if (id > 0xFF || layout::find_file(kind, static_cast<Byte>(id)) == nullptr)
    return refused(status::kFileNotFound);
  card.ram.selected_file = static_cast<Byte>(id);
  return done();
}

Answer read_binary(Context& card, const CommandApdu& command) {
  const Place place = place_of(card, command);
  if (place.row == nullptr) return refused(status::kFileNotFound);
  if (place.row->type != layout::FileType::kBinary) return refused(status::kWrongFileType);
  if (place.offset >= place.row->size) return refused(status::kOffsetOutOfRange);
  const std::size_t left = place.row->size - place.offset;
  const std::size_t wanted = command.le.value_or(kShortLe);
  if (wanted > left && wanted != kShortLe) return refused(status::exact_le(left));
  const Bytes content = file_content(card.nvm, place.row->sfi, place.row->size);
  const auto first = content.begin() + static_cast<std::ptrdiff_t>(place.offset);
  return done({first, first + static_cast<std::ptrdiff_t>(std::min(wanted, left))});
}

Answer read_record(Context& card, const CommandApdu& command) {
  if ((command.p2 & 0x07) != kRecordByNumber) return refused(status::kWrongP1P2);
  const auto sfi = static_cast<Byte>(command.p2 >> 3);
  const auto* row = layout::find_file(card.identity().kind(), sfi);
  if (row == nullptr) return refused(status::kFileNotFound);
  if (row->type == layout::FileType::kBinary) return refused(status::kWrongFileType);
  if (command.p1 == 0 || command.p1 > row->records) return refused(status::kRecordNotFound);
  if (row->type == layout::FileType::kFixed)
    return done(fixed_record(card.nvm, *row, static_cast<std::size_t>(command.p1) - 1));
  const std::size_t back = static_cast<std::size_t>(command.p1) - 1;
  const std::size_t at = (detail_head(card.nvm) + row->records - back) % row->records;
  const ByteView found = card.nvm.get(static_cast<RecordId>(record::kDetail + at));
  if (found.empty()) return refused(status::kRecordNotFound);
  return done({found.begin(), found.end()});
}

Answer update_binary(Context& card, const CommandApdu& command) {
  const Place place = place_of(card, command);
  if (place.row == nullptr) return refused(status::kFileNotFound);
  const auto identity = card.identity();
  const bool in_use = identity.life_cycle == layout::LifeCycle::kInUse;
  const bool writable = place.row->writing == layout::FileWriting::kByOrder ||
                        (place.row->writing == layout::FileWriting::kOnce && !in_use);
  if (!writable) return refused(status::kSecurityNotSatisfied);
  const auto order = check_order(card, command);
  if (!order.status.is_ok()) return refused(order.status);
  if (place.offset + order.data.size() > place.row->size) return refused(status::kOffsetOutOfRange);
  Bytes content = file_content(card.nvm, place.row->sfi, place.row->size);
  std::copy(order.data.begin(), order.data.end(),
            content.begin() + static_cast<std::ptrdiff_t>(place.offset));
  if (!content_is_well_formed(identity.kind(), place.row->sfi, content))
    return refused(status::kWrongData);
  store_file(card.nvm, place.row->sfi, content);
  begin_personalising(card);
  return done();
}

}  // namespace card::chip

// Keys of key files as bytes.
#include "cos-apdu/layout/key_types.h"

#include "base/core/error.h"
#include "base/crypto/suite.h"

namespace card::layout {
namespace {

using base::Fault;

constexpr Byte kTypeMask = 0x3F;
constexpr Byte kCipherBits = 0xC0;
constexpr Byte kMacBit = 0x40;

const KeyTypeRow& row_of(Byte type_byte) {
  for (const auto& row : kKeyTypes)
    if (static_cast<Byte>(row.type) == (type_byte & kTypeMask)) return row;
  base::fail(Fault::kMalformed, "key type {:02X} is unknown", type_byte);
}

Protection protection_of(Byte type_byte) {
  const auto modifiers = static_cast<Byte>(type_byte & kCipherBits);
  if (modifiers == 0) return Protection::kPlain;
  if (modifiers == kMacBit) return Protection::kMac;
  if (modifiers == kCipherBits) return Protection::kEncipheredMac;
  base::fail(Fault::kMalformed, "key type {:02X}: modifier 80 alone is none", type_byte);
}

Byte modifiers_of(Protection updating) {
  if (updating == Protection::kPlain) return 0;
  return updating == Protection::kMac ? kMacBit : kCipherBits;
}

void set_fields(KeyHeader& header, KeyFields fields, Byte first, Byte second) {
  if (fields == KeyFields::kVersionAlgorithm) {
    header.version = first;
    header.algorithm = second;
    return;
  }
  if (fields == KeyFields::kStateCounter) header.post_state = first;
  header.counter = second;
}

bool has_length(const KeyTypeRow& row, std::size_t length) {
  const auto [first, second] = row.lengths;
  if (row.type == KeyType::kPin) return first <= length && length <= second;
  return length == first || length == second;
}

void check_entry(const KeyTypeRow& row, const KeyEntry& entry) {
  if (!has_length(row, entry.value.size()))
    base::fail(Fault::kMalformed, "{} key of {} bytes", row.name, entry.value.size());
  const Byte counter = entry.header.counter;
  const bool counts = counter == kNoLimit || (tries_left(counter) <= counter >> 4U && counter != 0);
  if (!counts) base::fail(Fault::kMalformed, "error counter {:02X}", counter);
  if (row.type == KeyType::kTac && entry.number != 0)
    base::fail(Fault::kMalformed, "TAC key {:02X}, expected the only one, 00", entry.number);
}

KeyEntry decode_fmcos(KeyTarget target, ByteView data) {
  base::Reader in(data, "WRITE KEY");
  const Byte type_byte = in.u8();
  const auto& row = row_of(type_byte);
  if (target.type != kAddKey && (target.type & kTypeMask) != static_cast<Byte>(row.type))
    base::fail(Fault::kMalformed, "data of a {} key for type {:02X}", row.name, target.type);
  KeyEntry entry{.number = target.number};
  entry.header.type = row.type;
  entry.header.updating = protection_of(type_byte);
  entry.header.use_right = in.u8();
  entry.header.change_right = in.u8();
  const Byte first = in.u8();
  set_fields(entry.header, row.fields, first, in.u8());
  entry.value = base::SecretBytes::copy_of(in.rest());
  check_entry(row, entry);
  return entry;
}

const HuadaTypeRow& huada_row(Byte theirs) {
  for (const auto& row : kHuadaTypes)
    if (row.theirs == theirs) return row;
  base::fail(Fault::kMalformed, "key type {:02X} is unknown", theirs);
}

KeyEntry decode_huada(KeyTarget target, ByteView data) {
  const auto& theirs = huada_row(target.type);
  base::Reader in(data, "WRITE KEY");
  KeyEntry entry{.number = static_cast<Byte>(theirs.first_number | target.number)};
  entry.header = {.type = theirs.type, .updating = Protection::kEncipheredMac};
  entry.header.version = in.u8();
  entry.header.algorithm = in.u8();
  entry.header.counter = in.u8();
  entry.header.post_state = in.u8();
  entry.value = base::SecretBytes::copy_of(in.take(crypto::kKeyBytes));
  check_entry(row_of(static_cast<Byte>(theirs.type)), entry);
  return entry;
}

}  // namespace

Bytes encode(const KeyHeader& header) {
  return base::Writer()
      .u8(static_cast<Byte>(static_cast<Byte>(header.type) | modifiers_of(header.updating)))
      .u8(header.use_right)
      .u8(header.change_right)
      .u8(header.version)
      .u8(header.algorithm)
      .u8(header.post_state)
      .u8(header.counter)
      .take();
}

KeyHeader decode_key_header(ByteView bytes) {
  base::Reader in(bytes, "key header");
  const Byte type_byte = in.u8();
  KeyHeader header{.type = row_of(type_byte).type, .updating = protection_of(type_byte)};
  header.use_right = in.u8();
  header.change_right = in.u8();
  header.version = in.u8();
  header.algorithm = in.u8();
  header.post_state = in.u8();
  header.counter = in.u8();
  in.finish();
  return header;
}

KeyEntry decode_key_entry(KeyTarget target, ByteView data) {
  return key_form_of(data.size()) == KeyForm::kHuada ? decode_huada(target, data)
                                                     : decode_fmcos(target, data);
}

}  // namespace card::layout

// One form check for what a program states and for what is read back.
#include "audit/object.h"

#include <algorithm>

#include "audit/act.h"
#include "audit/utf8.h"
#include "base/core/error.h"
#include "base/crypto/random.h"

namespace audit {

namespace {

using base::fail;
using base::Fault;

constexpr bool fields_in_order() {
  for (std::size_t i = 0; i < kFields.size(); ++i) {
    if (static_cast<std::size_t>(kFields.at(i).field) != i) return false;
  }
  return true;
}

static_assert(fields_in_order());

bool has_form(const FieldRow& row, const std::string& text) {
  const auto all = [&text](auto&& wanted) { return std::ranges::all_of(text, wanted); };
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  switch (row.form) {
    case Form::kInteger:
      return false;
    case Form::kHex:
      return text.size() == 2 * row.size &&
             all([&](char c) { return digit(c) || (c >= 'A' && c <= 'F'); });
    case Form::kDigits:
      return !text.empty() && text.size() <= row.size && all(digit);
    case Form::kName:
      return !text.empty() && text.size() <= row.size && is_utf8(text) && has_no_controls(text);
  }
  return false;
}

Item integer_item(Field field, std::uint64_t number) {
  if (!std::in_range<std::int64_t>(number)) {
    fail(Fault::kMalformed, "field {} above 2^63 - 1", row_of(field).name);
  }
  return Item::parse(field, static_cast<std::int64_t>(number));
}

Item hex_item(Field field, base::ByteView bytes) {
  return Item::parse(field, base::to_hex(bytes));
}

Item byte_item(Field field, std::uint8_t byte) {
  return hex_item(field, std::array{byte});
}

Item text_item(Field field, std::string_view text) {
  return Item::parse(field, std::string(text));
}

}  // namespace

Act parse_act(std::string_view name) {
  const auto row = std::ranges::find(kActs, name, &ActRow::name);
  if (row == kActs.end()) fail(Fault::kMalformed, "act '{}' is not in the list", name);
  return row->act;
}

crypto::Hash32 commitment(const Disclosure& disclosure) {
  return crypto::sha256({disclosure.salt, base::bytes_of(disclosure.value)});
}

Item Item::parse(Field field, std::variant<std::int64_t, std::string> value) {
  const FieldRow& row = row_of(field);
  const auto* number = std::get_if<std::int64_t>(&value);
  const bool good = number != nullptr ? row.form == Form::kInteger && *number >= 0
                                      : has_form(row, std::get<std::string>(value));
  if (!good) fail(Fault::kMalformed, "field {} has not its form", row.name);
  return {field, std::move(value)};
}

Item kind(std::uint8_t card_kind) {
  return byte_item(Field::kKind, card_kind);
}

Item serial(const base::FixedBytes<8>& serial8) {
  return hex_item(Field::kSerial, serial8);
}

Item card(const base::CardNumber& number) {
  return text_item(Field::kCard, number.digits());
}

Item pair(const base::FixedBytes<8>& pair_id) {
  return hex_item(Field::kPair, pair_id);
}

Item generation(std::uint16_t number) {
  return integer_item(Field::kGeneration, number);
}

Item county(const base::CountyCode& code) {
  return text_item(Field::kCounty, code.digits());
}

Item level(std::uint8_t level_byte) {
  return byte_item(Field::kLevel, level_byte);
}

Item purpose(std::uint8_t purpose_byte) {
  return byte_item(Field::kPurpose, purpose_byte);
}

Item suite(crypto::SuiteId id) {
  return text_item(Field::kSuite, crypto::suite(id).name);
}

Item key_version(std::uint8_t number) {
  return integer_item(Field::kKeyVersion, number);
}

Item check_value(const crypto::Kcv& kcv) {
  return hex_item(Field::kCheckValue, kcv.value);
}

Item tag(const base::FixedBytes<8>& audit_tag) {
  return hex_item(Field::kTag, audit_tag);
}

Item amount(base::Amount amount) {
  return Item::parse(Field::kFen, amount.fen());
}

Item amount_after(base::Amount amount) {
  return Item::parse(Field::kFenAfter, amount.fen());
}

Item count(std::uint64_t number) {
  return integer_item(Field::kCount, number);
}

Item index(std::uint64_t number) {
  return integer_item(Field::kIndex, number);
}

Item of_total(std::uint64_t number) {
  return integer_item(Field::kOf, number);
}

Item tree_size(std::uint64_t size) {
  return integer_item(Field::kSize, size);
}

Item meter(std::string_view digits) {
  return text_item(Field::kMeter, digits);
}

Item device(std::string_view name) {
  return text_item(Field::kDevice, name);
}

Item account(std::string_view number) {
  return text_item(Field::kAccount, number);
}

Item hash(const crypto::Hash32& hash) {
  return hex_item(Field::kHash, hash);
}

Item card_set(const crypto::Hash32& fingerprint) {
  return hex_item(Field::kSet, fingerprint);
}

Item file(const crypto::Hash32& hash) {
  return hex_item(Field::kFile, hash);
}

Item key_name(std::string_view label) {
  return text_item(Field::kKeyName, label);
}

Item text(std::string_view words) {
  return text_item(Field::kText, words);
}

Item person(Disclosure disclosure) {
  Item item = hex_item(Field::kPerson, commitment(disclosure));
  item.disclosure_ = std::move(disclosure);
  return item;
}

Disclosure person_of(std::string_view value) {
  return {base::fixed<16>(crypto::random_bytes(16)), std::string(value)};
}

}  // namespace audit

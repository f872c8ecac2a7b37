// What an act was done to: a closed list of typed fields, so that no secret can be named.
// Every field is made by the function of its name; secret types convert to none of them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/core/amount.h"
#include "base/core/card_number.h"
#include "base/core/county_code.h"
#include "base/crypto/hash.h"
#include "base/crypto/suite.h"

namespace audit {

// In the order in which they stand in an entry.
enum class Field : std::uint8_t {
  kKind,
  kSerial,
  kCard,
  kPair,
  kGeneration,
  kCounty,
  kLevel,
  kPurpose,
  kSuite,
  kKeyVersion,
  kCheckValue,
  kTag,
  kFen,
  kFenAfter,
  kCount,
  kIndex,
  kOf,
  kSize,
  kMeter,
  kDevice,
  kAccount,
  kPerson,
  kHash,
  kSet,
  kFile,
  kKeyName,
  kText,
};

enum class Form : std::uint8_t { kInteger, kHex, kDigits, kName };

struct FieldRow {
  Field field;
  std::string_view name;
  Form form;
  std::size_t size;  // bytes for kHex, the most characters otherwise
};

inline constexpr std::array kFields = {
    FieldRow{Field::kKind, "kind", Form::kHex, 1},      // card kind, key-protocol §2
    FieldRow{Field::kSerial, "serial", Form::kHex, 8},  // kind | serial7
    FieldRow{Field::kCard, "card", Form::kDigits, 20},  // number of a user card
    FieldRow{Field::kPair, "pair", Form::kHex, 8},
    FieldRow{Field::kGeneration, "generation", Form::kInteger, 0},
    FieldRow{Field::kCounty, "county", Form::kDigits, 6},
    FieldRow{Field::kLevel, "level", Form::kHex, 1},
    FieldRow{Field::kPurpose, "purpose", Form::kHex, 1},
    FieldRow{Field::kSuite, "suite", Form::kName, 8},
    FieldRow{Field::kKeyVersion, "keyversion", Form::kInteger, 0},
    FieldRow{Field::kCheckValue, "check", Form::kHex, 3},
    FieldRow{Field::kTag, "tag", Form::kHex, 8},  // audit tag made by the card
    FieldRow{Field::kFen, "fen", Form::kInteger, 0},
    FieldRow{Field::kFenAfter, "fenafter", Form::kInteger, 0},  // purse or ledger afterwards
    FieldRow{Field::kCount, "count", Form::kInteger, 0},
    FieldRow{Field::kIndex, "index", Form::kInteger, 0},  // of a component, a log entry
    FieldRow{Field::kOf, "of", Form::kInteger, 0},
    FieldRow{Field::kSize, "size", Form::kInteger, 0},  // of a tree
    FieldRow{Field::kMeter, "meter", Form::kDigits, 12},
    FieldRow{Field::kDevice, "device", Form::kName, 64},  // token, reader, bag, terminal
    FieldRow{Field::kAccount, "account", Form::kName, 32},
    FieldRow{Field::kPerson, "person", Form::kHex, 32},  // commitment, see below
    FieldRow{Field::kHash, "hash", Form::kHex, 32},
    FieldRow{Field::kSet, "set", Form::kHex, 32},        // fingerprint of a card set
    FieldRow{Field::kFile, "file", Form::kHex, 32},      // SHA-256 of an attached file
    FieldRow{Field::kKeyName, "key", Form::kName, 128},  // label, or a verifier key
    FieldRow{Field::kText, "text", Form::kName, 512},
};

constexpr const FieldRow& row_of(Field field) {
  return kFields.at(static_cast<std::size_t>(field));
}

// What a commitment hides: kept in a side table, deletable. commitment = SHA-256(salt16 | value).
struct Disclosure {
  base::FixedBytes<16> salt{};
  std::string value;
  bool operator==(const Disclosure&) const = default;
};

crypto::Hash32 commitment(const Disclosure& disclosure);

class Item {
 public:
  Field field() const { return field_; }

  // Hex is upper case.
  const std::variant<std::int64_t, std::string>& value() const { return value_; }

  const std::optional<Disclosure>& disclosure() const { return disclosure_; }

  bool operator==(const Item&) const = default;

  // From an entry that was read; throws kMalformed when the value has not the field's form.
  static Item parse(Field field, std::variant<std::int64_t, std::string> value);

 private:
  friend Item person(Disclosure disclosure);

  Item(Field field, std::variant<std::int64_t, std::string> value)
      : field_(field), value_(std::move(value)) {}

  Field field_;
  std::variant<std::int64_t, std::string> value_;
  std::optional<Disclosure> disclosure_;
};

using Object = std::vector<Item>;

Item kind(std::uint8_t card_kind);
Item serial(const base::FixedBytes<8>& serial8);
Item card(const base::CardNumber& number);
Item pair(const base::FixedBytes<8>& pair_id);
Item generation(std::uint16_t number);
Item county(const base::CountyCode& code);
Item level(std::uint8_t level_byte);
Item purpose(std::uint8_t purpose_byte);
Item suite(crypto::SuiteId id);
Item key_version(std::uint8_t number);
Item check_value(const crypto::Kcv& kcv);
Item tag(const base::FixedBytes<8>& audit_tag);
Item amount(base::Amount amount);
Item amount_after(base::Amount amount);
Item count(std::uint64_t number);
Item index(std::uint64_t number);
Item of_total(std::uint64_t number);
Item tree_size(std::uint64_t size);
Item meter(std::string_view digits);
Item device(std::string_view name);
Item account(std::string_view number);
Item hash(const crypto::Hash32& hash);
Item card_set(const crypto::Hash32& fingerprint);
Item file(const crypto::Hash32& hash);
Item key_name(std::string_view label);

// Public words only: never a component, a PIN, a name or a telephone number.
Item text(std::string_view words);

// Name, identity or telephone number of a person: the entry holds the commitment only. The caller
// draws the salt (person_of) so that a retried append makes the same bytes.
Item person(Disclosure disclosure);
Disclosure person_of(std::string_view value);

}  // namespace audit

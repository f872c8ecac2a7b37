// Attribute templates.
#include "base/hsm/template.h"

#include <array>
#include <map>
#include <tuple>

namespace hsm {
namespace {

struct UsageRow {
  Usage usage;
  CK_ATTRIBUTE_TYPE attribute;
  Mechanism mechanism;
};

constexpr std::array kUsages = {
    UsageRow{Usage::kDeriveAes, CKA_DERIVE, Mechanism::kDeriveAes},
    UsageRow{Usage::kDeriveDes3, CKA_DERIVE, Mechanism::kDeriveDes3},
    UsageRow{Usage::kWrap, CKA_WRAP, Mechanism::kKeyWrap},
    UsageRow{Usage::kUnwrap, CKA_UNWRAP, Mechanism::kKeyWrap},
    UsageRow{Usage::kSign, CKA_SIGN, Mechanism::kCmac},
};

constexpr std::array<CK_ATTRIBUTE_TYPE, 7> kUsageAttributes = {
    CKA_ENCRYPT, CKA_DECRYPT, CKA_SIGN, CKA_VERIFY, CKA_WRAP, CKA_UNWRAP, CKA_DERIVE};
constexpr std::array<CK_ATTRIBUTE_TYPE, 4> kPrivateUsages = {CKA_DECRYPT, CKA_SIGN, CKA_UNWRAP,
                                                             CKA_DERIVE};

const UsageRow& row_of(Usage usage) {
  return kUsages.at(static_cast<std::size_t>(usage));
}

Flag flag_of(bool value) {
  return value ? Flag::kOn : Flag::kOff;
}

base::ByteView raw(const CK_ULONG& value) {
  return {reinterpret_cast<const base::Byte*>(&value), sizeof value};
}

void seal(Template& shape, CK_MECHANISM_TYPE mechanism) {
  shape.bytes(CKA_ALLOWED_MECHANISMS, raw(mechanism))
      .flag(CKA_COPYABLE, Flag::kOff)
      .flag(CKA_MODIFIABLE, Flag::kOff);
}

Template head_of(const KeyRules& rules) {
  Template shape;
  shape.number(CKA_CLASS, CKO_SECRET_KEY)
      .number(CKA_KEY_TYPE, rules.type == KeyType::kDes2 ? CKK_DES2 : CKK_AES)
      .flag(CKA_TOKEN, flag_of(rules.lifetime == Lifetime::kToken))
      .flag(CKA_PRIVATE, Flag::kOn)
      .flag(CKA_SENSITIVE, Flag::kOn)
      .flag(CKA_EXTRACTABLE, flag_of(rules.extraction == Extraction::kWrapped));
  if (!rules.label.empty()) shape.text(CKA_LABEL, rules.label);
  return shape;
}

void finish(Template& shape, const KeyRules& rules, const MechanismMap& mechanisms) {
  for (const auto attribute : kUsageAttributes)
    shape.flag(attribute, flag_of(attribute == row_of(rules.usage).attribute));
  seal(shape, mechanisms.number(mechanism_of(rules.usage)));
}

}  // namespace

std::size_t bytes_of(KeyType type) {
  return type == KeyType::kAes256 ? 32 : 16;
}

Mechanism mechanism_of(Usage usage) {
  return row_of(usage).mechanism;
}

Template& Template::flag(CK_ATTRIBUTE_TYPE type, Flag value) {
  const CK_BBOOL byte = value == Flag::kOn ? CK_TRUE : CK_FALSE;
  return bytes(type, {&byte, 1});
}

Template& Template::number(CK_ATTRIBUTE_TYPE type, CK_ULONG value) {
  return bytes(type, raw(value));
}

Template& Template::text(CK_ATTRIBUTE_TYPE type, std::string_view value) {
  return bytes(type, base::bytes_of(value));
}

Template& Template::bytes(CK_ATTRIBUTE_TYPE type, base::ByteView value) {
  auto& owned = values_.emplace_back(value.begin(), value.end());
  attributes_.push_back({type, owned.data(), owned.size()});
  return *this;
}

Template secret_key_template(const KeyRules& rules, const MechanismMap& mechanisms) {
  auto shape = head_of(rules);
  finish(shape, rules, mechanisms);
  return shape;
}

Template generation_template(const KeyRules& rules, const MechanismMap& mechanisms) {
  auto shape = head_of(rules);
  if (rules.type != KeyType::kDes2) shape.number(CKA_VALUE_LEN, bytes_of(rules.type));
  finish(shape, rules, mechanisms);
  return shape;
}

std::shared_ptr<const KeyShape> shape_of(const KeyRules& rules, const MechanismMap& mechanisms) {
  const auto make = [&] {
    return std::make_shared<const KeyShape>(
        KeyShape{generation_template(rules, mechanisms), secret_key_template(rules, mechanisms)});
  };
  if (!rules.label.empty()) return make();
  thread_local std::map<std::tuple<KeyType, Usage, Lifetime, Extraction, CK_MECHANISM_TYPE>,
                        std::shared_ptr<const KeyShape>>
      kept;
  auto& shape = kept[{rules.type, rules.usage, rules.lifetime, rules.extraction,
                      mechanisms.number(mechanism_of(rules.usage))}];
  if (!shape) shape = make();
  return shape;
}

Template creation_template(const KeyRules& rules, const MechanismMap& mechanisms,
                           base::ByteView value) {
  auto shape = head_of(rules);
  shape.bytes(CKA_VALUE, value);
  finish(shape, rules, mechanisms);
  return shape;
}

Template check_value_template() {
  Template shape;
  shape.number(CKA_CLASS, CKO_SECRET_KEY)
      .number(CKA_KEY_TYPE, CKK_GENERIC_SECRET)
      .number(CKA_VALUE_LEN, 3)
      .flag(CKA_TOKEN, Flag::kOff)
      .flag(CKA_PRIVATE, Flag::kOn)
      .flag(CKA_SENSITIVE, Flag::kOff)
      .flag(CKA_EXTRACTABLE, Flag::kOn);
  for (const auto attribute : kUsageAttributes) shape.flag(attribute, Flag::kOff);
  return shape;
}

Template private_key_template(CK_KEY_TYPE type, CK_ATTRIBUTE_TYPE usage,
                              CK_MECHANISM_TYPE mechanism, std::string_view label) {
  Template shape;
  shape.number(CKA_CLASS, CKO_PRIVATE_KEY)
      .number(CKA_KEY_TYPE, type)
      .flag(CKA_TOKEN, Flag::kOn)
      .flag(CKA_PRIVATE, Flag::kOn)
      .flag(CKA_SENSITIVE, Flag::kOn)
      .flag(CKA_EXTRACTABLE, Flag::kOff)
      .text(CKA_LABEL, label);
  for (const auto attribute : kPrivateUsages) shape.flag(attribute, flag_of(attribute == usage));
  seal(shape, mechanism);
  return shape;
}

Template public_key_template(CK_KEY_TYPE type, base::ByteView curve, std::string_view label) {
  Template shape;
  shape.number(CKA_CLASS, CKO_PUBLIC_KEY)
      .number(CKA_KEY_TYPE, type)
      .flag(CKA_TOKEN, Flag::kOn)
      .flag(CKA_PRIVATE, Flag::kOff)
      .bytes(CKA_EC_PARAMS, curve)
      .text(CKA_LABEL, label)
      .flag(CKA_VERIFY, flag_of(type == CKK_EC_EDWARDS))
      .flag(CKA_ENCRYPT, Flag::kOff)
      .flag(CKA_WRAP, Flag::kOff)
      .flag(CKA_MODIFIABLE, Flag::kOff);
  return shape;
}

}  // namespace hsm

// A session and its secret keys.
#include "base/hsm/session.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/core/error.h"
#include "base/hsm/cryptoki.h"
#include "base/hsm/door.h"
#include "base/hsm/template.h"

namespace hsm {
namespace {

using base::Fault;

// PKCS#11 takes pointers to what it only reads.
CK_BYTE* in(base::ByteView bytes) {
  return const_cast<CK_BYTE*>(bytes.data());
}

constexpr std::size_t kMostFound = 64;
constexpr std::size_t kMostAttribute = 256;
constexpr std::size_t kRoomForMore = 32;  // so that a value that is too long is seen, not refused
constexpr std::size_t kWrapOverhead = 8;

// A length is believed as far as there was room for it.
void require_room(std::size_t told, std::size_t room, std::string_view what) {
  if (told > room)
    base::fail(Fault::kTampered, "the token tells of {} bytes of {}, expected at most {}", told,
               what, room);
}

// Modules write numbers in place, so that each room begins where a number may stand.
constexpr std::size_t room_for(std::size_t length) {
  constexpr auto kStep = alignof(CK_ULONG);
  return (length + kRoomForMore + kStep - 1) / kStep * kStep;
}

base::ByteView value_of(const CK_ATTRIBUTE& attribute) {
  return {static_cast<const base::Byte*>(attribute.pValue), attribute.ulValueLen};
}

}  // namespace

Session::Session(const Module& module, unsigned long slot, const base::SecretBytes& pin)
    : functions_(module.functions()), mechanisms_(module.mechanisms()) {
  check(functions_.C_OpenSession(slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, nullptr, nullptr,
                                 &handle_),
        "C_OpenSession");
  const auto characters = pin.reveal(SecretDoor::open());
  const auto result = functions_.C_Login(handle_, CKU_USER, in(characters), characters.size());
  try {
    check(result, "C_Login");
    require_user();
  } catch (const base::Error&) {
    functions_.C_CloseSession(handle_);
    throw;
  }
}

unsigned long Session::number_of(Usage usage) const {
  return mechanisms_.number(mechanism_of(usage));
}

void Session::require_user() {
  CK_SESSION_INFO info{};
  check(functions_.C_GetSessionInfo(handle_, &info), "C_GetSessionInfo");
  if (info.state != CKS_RW_USER_FUNCTIONS)
    base::fail(Fault::kTampered, "the token took the login, but its session is in state {}",
               info.state);
}

Session::~Session() {
  functions_.C_Logout(handle_);
  functions_.C_CloseSession(handle_);
}

base::Bytes Session::attribute(ObjectHandle object, unsigned long type) {
  base::FixedBytes<kMostAttribute> room{};
  CK_ATTRIBUTE wanted{type, room.data(), room.size()};
  check(functions_.C_GetAttributeValue(handle_, object.value, &wanted, 1), "C_GetAttributeValue");
  require_room(wanted.ulValueLen, room.size(), "an attribute");
  return {room.begin(), room.begin() + static_cast<std::ptrdiff_t>(wanted.ulValueLen)};
}

void Session::require_attributes(ObjectHandle object, const Template& expected) {
  std::vector<CK_ATTRIBUTE> found = expected.attributes();
  std::size_t size = 0;
  for (const auto& wanted : found) size += room_for(wanted.ulValueLen);
  base::Bytes rooms(size);
  auto* room = rooms.data();
  for (auto& wanted : found) {
    wanted.pValue = room;
    wanted.ulValueLen = room_for(wanted.ulValueLen);
    room += wanted.ulValueLen;
  }
  check(functions_.C_GetAttributeValue(handle_, object.value, found.data(), found.size()),
        "C_GetAttributeValue of all rules");
  for (std::size_t i = 0; i < found.size(); ++i)
    require_room(found.at(i).ulValueLen, room_for(expected.attributes().at(i).ulValueLen),
                 "an attribute");
  for (std::size_t i = 0; i < found.size(); ++i)
    if (!base::equal(value_of(found.at(i)), value_of(expected.attributes().at(i))))
      base::fail(Fault::kTampered, "attribute 0x{:X} of a key reads back {}, expected {}",
                 found.at(i).type, base::to_hex(value_of(found.at(i))),
                 base::to_hex(value_of(expected.attributes().at(i))));
}

void Session::require_rules(ObjectHandle key, const KeyRules& rules) {
  require_attributes(key, shape_of(rules, mechanisms_)->expected);
}

ObjectHandle Session::fresh(unsigned long made) {
  if (made == CK_INVALID_HANDLE || !known_.insert(made).second)
    base::fail(Fault::kTampered, "the token answers handle {} for a new object", made);
  return {made};
}

// What is destroyed because of wrong rules must at least be the object that was asked for.
bool Session::carries_label_of(const Template& expected, ObjectHandle object) {
  const auto label = std::ranges::find(expected.attributes(), CKA_LABEL, &CK_ATTRIBUTE::type);
  const auto expected_label =
      label == expected.attributes().end() ? base::ByteView() : value_of(*label);
  try {
    return base::equal(attribute(object, CKA_LABEL), expected_label);
  } catch (const base::Error&) {
    return false;
  }
}

ObjectHandle Session::proved(unsigned long made, const Template& expected) {
  const auto object = fresh(made);
  try {
    require_attributes(object, expected);
  } catch (const base::Error&) {
    if (carries_label_of(expected, object)) functions_.C_DestroyObject(handle_, made);
    known_.erase(made);
    throw;
  }
  return object;
}

ObjectHandle Session::generate(const KeyRules& rules) {
  const auto shape = shape_of(rules, mechanisms_);
  const auto making = rules.type == KeyType::kDes2 ? Mechanism::kDes2Key : Mechanism::kAesKey;
  CK_MECHANISM mechanism{mechanisms_.number(making), nullptr, 0};
  CK_OBJECT_HANDLE made = 0;
  check(functions_.C_GenerateKey(handle_, &mechanism, shape->asked.data(), shape->asked.size(),
                                 &made),
        "C_GenerateKey");
  return proved(made, shape->expected);
}

ObjectHandle Session::derive(ObjectHandle parent, Usage parent_usage, base::ByteView data,
                             const KeyRules& rules) {
  if (data.size() != bytes_of(rules.type))
    base::fail(Fault::kMalformed, "derivation data of {} bytes, expected {}", data.size(),
               bytes_of(rules.type));
  CK_KEY_DERIVATION_STRING_DATA input{in(data), data.size()};
  CK_MECHANISM mechanism{number_of(parent_usage), &input, sizeof input};
  const auto shape = shape_of(rules, mechanisms_);
  CK_OBJECT_HANDLE made = 0;
  check(functions_.C_DeriveKey(handle_, &mechanism, parent.value, shape->asked.data(),
                               shape->asked.size(), &made),
        "C_DeriveKey");
  return proved(made, shape->expected);
}

ObjectHandle Session::unwrap(ObjectHandle unwrapping, base::ByteView wrapped,
                             const KeyRules& rules) {
  if (wrapped.size() != bytes_of(rules.type) + kWrapOverhead)
    base::fail(Fault::kMalformed, "wrapped key of {} bytes, expected {}", wrapped.size(),
               bytes_of(rules.type) + kWrapOverhead);
  CK_MECHANISM mechanism{mechanisms_.number(Mechanism::kKeyWrap), nullptr, 0};
  const auto shape = secret_key_template(rules, mechanisms_);
  CK_OBJECT_HANDLE made = 0;
  const auto result = functions_.C_UnwrapKey(handle_, &mechanism, unwrapping.value, in(wrapped),
                                             wrapped.size(), shape.data(), shape.size(), &made);
  // SoftHSM says CKR_GENERAL_ERROR when the integrity check of AES-KW fails.
  if (result == CKR_GENERAL_ERROR || result == CKR_WRAPPED_KEY_INVALID)
    base::fail(Fault::kTampered, "the wrapped key does not unwrap");
  check(result, "C_UnwrapKey");
  return proved(made, shape);
}

ObjectHandle Session::import_public_value(base::ByteView value, const KeyRules& rules) {
  const auto shape = secret_key_template(rules, mechanisms_);
  const auto with_value = creation_template(rules, mechanisms_, value);
  CK_OBJECT_HANDLE made = 0;
  check(functions_.C_CreateObject(handle_, with_value.data(), with_value.size(), &made),
        "C_CreateObject");
  return proved(made, shape);
}

base::Bytes Session::wrap(ObjectHandle wrapping, ObjectHandle key) {
  CK_MECHANISM mechanism{mechanisms_.number(Mechanism::kKeyWrap), nullptr, 0};
  base::FixedBytes<64> room{};
  CK_ULONG count = room.size();
  check(functions_.C_WrapKey(handle_, &mechanism, wrapping.value, key.value, room.data(), &count),
        "C_WrapKey");
  require_room(count, room.size(), "a wrapped key");
  return {room.begin(), room.begin() + static_cast<std::ptrdiff_t>(count)};
}

// What a call that failed left unfinished is finished, and thrown away.
void Session::finish_what_is_left() {
  functions_.C_FindObjectsFinal(handle_);
  base::FixedBytes<64> nothing{};
  CK_ULONG count = nothing.size();
  functions_.C_Sign(handle_, nothing.data(), nothing.size(), nothing.data(), &count);
}

void Session::start_signing(unsigned long mechanism, ObjectHandle key) {
  CK_MECHANISM with{mechanism, nullptr, 0};
  auto result = functions_.C_SignInit(handle_, &with, key.value);
  if (result == CKR_OPERATION_ACTIVE) {
    finish_what_is_left();
    result = functions_.C_SignInit(handle_, &with, key.value);
  }
  check(result, "C_SignInit");
}

base::FixedBytes<16> Session::cmac(ObjectHandle key, base::ByteView message) {
  start_signing(mechanisms_.number(Mechanism::kCmac), key);
  base::FixedBytes<16> mac{};
  CK_ULONG count = mac.size();
  check(functions_.C_Sign(handle_, in(message), message.size(), mac.data(), &count), "C_Sign");
  if (count != mac.size() || mac == base::FixedBytes<16>{})
    base::fail(Fault::kTampered, "the token gives no CMAC: {} bytes, or zeros alone", count);
  return mac;
}

void Session::require_cmac(ObjectHandle key, base::ByteView message,
                           const base::FixedBytes<16>& mac) {
  if (!base::equal_in_constant_time(cmac(key, message), mac))
    base::fail(Fault::kTampered, "a MAC does not hold");
}

base::FixedBytes<3> Session::check_value(ObjectHandle key, Usage usage) {
  constexpr base::FixedBytes<16> kZeros{};
  const auto block = usage == Usage::kDeriveDes3 ? 8U : 16U;
  CK_KEY_DERIVATION_STRING_DATA input{in(kZeros), block};
  CK_MECHANISM mechanism{number_of(usage), &input, sizeof input};
  static const auto shape = check_value_template();
  CK_OBJECT_HANDLE made = 0;
  check(functions_.C_DeriveKey(handle_, &mechanism, key.value, shape.data(), shape.size(), &made),
        "C_DeriveKey for a check value");
  const SessionKey readable(*this, fresh(made));
  const auto value = base::fixed<3>(attribute({made}, CKA_VALUE), "check value");
  if (value == base::FixedBytes<3>{})
    base::fail(Fault::kTampered, "a key's check value is all zeros");
  return value;
}

void Session::start_finding(Template& wanted) {
  auto result = functions_.C_FindObjectsInit(handle_, wanted.data(), wanted.size());
  if (result == CKR_OPERATION_ACTIVE) {
    finish_what_is_left();
    result = functions_.C_FindObjectsInit(handle_, wanted.data(), wanted.size());
  }
  check(result, "C_FindObjectsInit");
}

std::vector<ObjectHandle> Session::find(unsigned long object_class, const std::string& label) {
  Template wanted;
  wanted.number(CKA_CLASS, object_class).text(CKA_LABEL, label);
  start_finding(wanted);
  std::array<CK_OBJECT_HANDLE, kMostFound> found{};
  CK_ULONG count = 0;
  const auto result = functions_.C_FindObjects(handle_, found.data(), found.size(), &count);
  const auto closed = functions_.C_FindObjectsFinal(handle_);
  check(result, "C_FindObjects");
  check(closed, "C_FindObjectsFinal");
  require_room(count, found.size(), "found objects");
  std::vector<ObjectHandle> objects(count);
  std::transform(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(count), objects.begin(),
                 [](CK_OBJECT_HANDLE value) { return ObjectHandle{value}; });
  return objects;
}

ObjectHandle Session::find_one(unsigned long object_class, const std::string& label) {
  const auto found = find(object_class, label);
  if (found.empty()) base::fail(Fault::kNotFound, "the token has no key {}", label);
  if (found.size() > 1)
    base::fail(Fault::kConflict, "the token has {} keys {}, expected one", found.size(), label);
  return found.front();
}

ObjectHandle Session::find_secret_key(const std::string& label) {
  return find_one(CKO_SECRET_KEY, label);
}

bool Session::has_object(const std::string& label) {
  for (const auto object_class : {CKO_SECRET_KEY, CKO_PRIVATE_KEY, CKO_PUBLIC_KEY})
    if (!find(object_class, label).empty()) return true;
  return false;
}

void Session::destroy(ObjectHandle key) {
  check(functions_.C_DestroyObject(handle_, key.value), "C_DestroyObject");
  known_.erase(key.value);
}

SessionKey& SessionKey::operator=(SessionKey&& other) noexcept {
  std::swap(session_, other.session_);
  std::swap(handle_, other.handle_);
  return *this;
}

SessionKey::~SessionKey() {
  if (session_ == nullptr) return;
  try {
    session_->destroy(handle_);
  } catch (const base::Error&) {  // the session's end destroys it too
  }
}

}  // namespace hsm

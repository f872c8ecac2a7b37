// One import block by PKCS#11 calls alone.
#include "tests/bench/keys/raw_calls.h"

namespace bench {
namespace {

using hsm::check;

hsm::Template session_key(hsm::Usage usage, hsm::Extraction extraction) {
  return hsm::generation_template(
      {hsm::KeyType::kAes128, usage, hsm::Lifetime::kSession, extraction, ""}, {});
}

base::FixedBytes<16> data_of(const derivation::Factor& factor) {
  base::FixedBytes<16> data{};
  for (std::size_t i = 0; i < 8; ++i) {
    data.at(i) = factor.bytes().at(i);
    data.at(i + 8) = static_cast<base::Byte>(~factor.bytes().at(i));
  }
  return data;
}

}  // namespace

RawCalls::RawCalls(const hsm::Module& module, unsigned long slot, const std::string& content_label,
                   const std::string& transport_label)
    : calls_(module.functions()),
      deriving_(session_key(hsm::Usage::kDeriveAes, hsm::Extraction::kNever)),
      leaving_(session_key(hsm::Usage::kDeriveAes, hsm::Extraction::kWrapped)),
      wrapping_(session_key(hsm::Usage::kWrap, hsm::Extraction::kNever)),
      signing_(session_key(hsm::Usage::kSign, hsm::Extraction::kNever)),
      readable_(hsm::check_value_template()) {
  check(
      calls_.C_OpenSession(slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, nullptr, nullptr, &session_),
      "C_OpenSession");
  content_ = find(content_label);
  transport_ = find(transport_label);
}

RawCalls::~RawCalls() {
  calls_.C_CloseSession(session_);
}

CK_OBJECT_HANDLE RawCalls::find(const std::string& label) {
  hsm::Template wanted;
  wanted.number(CKA_CLASS, CKO_SECRET_KEY).text(CKA_LABEL, label);
  check(calls_.C_FindObjectsInit(session_, wanted.data(), wanted.size()), "C_FindObjectsInit");
  CK_OBJECT_HANDLE found = 0;
  CK_ULONG count = 0;
  check(calls_.C_FindObjects(session_, &found, 1, &count), "C_FindObjects");
  check(calls_.C_FindObjectsFinal(session_), "C_FindObjectsFinal");
  return found;
}

CK_OBJECT_HANDLE RawCalls::derive(CK_OBJECT_HANDLE parent, base::FixedBytes<16> data,
                                  hsm::Template& attributes) {
  CK_KEY_DERIVATION_STRING_DATA input{data.data(), data.size()};
  CK_MECHANISM mechanism{CKM_AES_ECB_ENCRYPT_DATA, &input, sizeof input};
  CK_OBJECT_HANDLE made = 0;
  check(
      calls_.C_DeriveKey(session_, &mechanism, parent, attributes.data(), attributes.size(), &made),
      "C_DeriveKey");
  return made;
}

CK_OBJECT_HANDLE RawCalls::walk(const std::vector<derivation::Factor>& path) {
  auto key = content_;
  for (const auto& factor : path) {
    const auto next = derive(key, data_of(factor), &factor == &path.back() ? leaving_ : deriving_);
    if (key != content_) destroy(key);
    key = next;
  }
  return key;
}

crypto::Kcv RawCalls::check_value(CK_OBJECT_HANDLE key) {
  const auto readable = derive(key, {}, readable_);
  base::FixedBytes<3> value{};
  CK_ATTRIBUTE wanted{CKA_VALUE, value.data(), value.size()};
  check(calls_.C_GetAttributeValue(session_, readable, &wanted, 1), "C_GetAttributeValue");
  destroy(readable);
  return {value};
}

void RawCalls::wrap(CK_OBJECT_HANDLE wrapping, CK_OBJECT_HANDLE key,
                    base::FixedBytes<24>& wrapped) {
  CK_MECHANISM mechanism{CKM_AES_KEY_WRAP, nullptr, 0};
  CK_ULONG count = wrapped.size();
  check(calls_.C_WrapKey(session_, &mechanism, wrapping, key, wrapped.data(), &count), "C_WrapKey");
}

void RawCalls::sign(CK_OBJECT_HANDLE key, base::ByteView message, base::FixedBytes<16>& mac) {
  CK_MECHANISM mechanism{CKM_AES_CMAC, nullptr, 0};
  CK_ULONG count = mac.size();
  check(calls_.C_SignInit(session_, &mechanism, key), "C_SignInit");
  check(calls_.C_Sign(session_, const_cast<base::Byte*>(message.data()), message.size(), mac.data(),
                      &count),
        "C_Sign");
}

void RawCalls::destroy(CK_OBJECT_HANDLE key) {
  check(calls_.C_DestroyObject(session_, key), "C_DestroyObject");
}

derivation::ImportBlockBytes RawCalls::export_block(const std::vector<derivation::Factor>& path,
                                                    const derivation::ExportHeader& header) {
  const auto transport =
      derive(transport_, data_of(derivation::Factor::of_device(header.target)), deriving_);
  const auto wrapping = derive(transport, {0x31}, wrapping_);
  const auto signing = derive(transport, {0x32}, signing_);
  const auto leaving = walk(path);
  derivation::ImportBlock block{header, check_value(leaving), {}, {}};
  wrap(wrapping, leaving, block.wrapped);
  sign(signing, derivation::mac_input(block), block.mac);
  for (const auto key : {transport, wrapping, signing, leaving}) destroy(key);
  return derivation::encode(block);
}

}  // namespace bench

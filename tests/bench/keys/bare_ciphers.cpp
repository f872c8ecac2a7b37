// The cipher operations of one card key, by OpenSSL alone.
#include "tests/bench/keys/bare_ciphers.h"

#include <memory>

#include <openssl/core_names.h>
#include <openssl/evp.h>

#include "base/core/bytes.h"

namespace bench {
namespace {

constexpr int kBlocks = 7;

struct Context {
  Context() { EVP_CIPHER_CTX_set_flags(cipher.get(), EVP_CIPHER_CTX_FLAG_WRAP_ALLOW); }

  std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> cipher{EVP_CIPHER_CTX_new(),
                                                                         EVP_CIPHER_CTX_free};
};

bool enciphers(const EVP_CIPHER* kind, base::ByteView key, base::ByteView data,
               base::ByteView expected) {
  static const Context context;
  base::FixedBytes<64> room{};
  int count = 0;
  return EVP_EncryptInit_ex(context.cipher.get(), kind, nullptr, key.data(), nullptr) == 1 &&
         EVP_CIPHER_CTX_set_padding(context.cipher.get(), 0) == 1 &&
         EVP_EncryptUpdate(context.cipher.get(), room.data(), &count, data.data(),
                           static_cast<int>(data.size())) == 1 &&
         base::equal(base::ByteView(room).first(static_cast<std::size_t>(count)), expected);
}

bool authenticates(base::ByteView key, base::ByteView data, base::ByteView expected) {
  static const std::unique_ptr<EVP_MAC, decltype(&EVP_MAC_free)> kind{
      EVP_MAC_fetch(nullptr, "CMAC", nullptr), EVP_MAC_free};
  static const std::unique_ptr<EVP_MAC_CTX, decltype(&EVP_MAC_CTX_free)> context{
      EVP_MAC_CTX_new(kind.get()), EVP_MAC_CTX_free};
  char name[] = "AES-128-CBC";
  const OSSL_PARAM cipher[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_CIPHER, name, 0),
                               OSSL_PARAM_construct_end()};
  base::FixedBytes<16> mac{};
  std::size_t count = 0;
  return EVP_MAC_init(context.get(), key.data(), key.size(), cipher) == 1 &&
         EVP_MAC_update(context.get(), data.data(), data.size()) == 1 &&
         EVP_MAC_final(context.get(), mac.data(), &count, mac.size()) == 1 &&
         base::equal(mac, expected);
}

}  // namespace

bool bare_card_key() {
  static const auto key = base::from_hex("000102030405060708090A0B0C0D0E0F");
  static const auto plain = base::from_hex("00112233445566778899AABBCCDDEEFF");
  static const auto block = base::from_hex("69C4E0D86A7B0430D8CDB78070B4C55A");
  static const auto wrapped = base::from_hex("1FA68B0A8112B447AEF34BD8FB5A7B829D3E862371D2CFE5");
  static const auto mac_key = base::from_hex("2B7E151628AED2A6ABF7158809CF4F3C");
  static const auto message = base::from_hex(
      "6BC1BEE22E409F96E93D7E117393172AAE2D8A571E03AC9C9EB76FAC45AF8E51"
      "30C81C46A35CE411E5FBC1191A0A52EFF69F2445DF4F9B17AD2B417BE66C3710");
  static const auto mac = base::from_hex("51F0BEBF7E3B9D92FC49741779363CFE");
  for (int i = 0; i < kBlocks; ++i)
    if (!enciphers(EVP_aes_128_ecb(), key, plain, block)) return false;
  return enciphers(EVP_aes_128_wrap(), key, plain, wrapped) && authenticates(mac_key, message, mac);
}

}  // namespace bench

// Ciphers against published vectors, suites against their stated formulas.
#include <atomic>
#include <set>
#include <thread>

#include <doctest/doctest.h>

#include "base/core/error.h"
#include "base/crypto/cipher.h"
#include "base/crypto/ed25519.h"
#include "base/crypto/hash.h"
#include "base/crypto/p256.h"
#include "base/crypto/random.h"
#include "base/crypto/suite.h"

using base::Bytes;
using base::from_hex;
using base::SecretBytes;
using base::to_hex;
using crypto::Cipher;
using crypto::Direction;
using crypto::SuiteId;

namespace {

SecretBytes key(std::string_view hex) {
  return SecretBytes::copy_of(from_hex(hex));
}

// Opens a secret that a test made itself.
std::string shown(const SecretBytes& secret, Cipher cipher) {
  return to_hex(crypto::ecb(cipher, Direction::kEncrypt, secret, Bytes(16, 0)));
}

}  // namespace

TEST_CASE("block ciphers agree with FIPS 197, GB/T 32907 and NIST SP 800-67") {
  CHECK(to_hex(crypto::ecb(
            Cipher::kAes128, Direction::kEncrypt, key("000102030405060708090A0B0C0D0E0F"),
            from_hex("00112233445566778899AABBCCDDEEFF"))) == "69C4E0D86A7B0430D8CDB78070B4C55A");
  CHECK(to_hex(crypto::ecb(
            Cipher::kSm4, Direction::kEncrypt, key("0123456789ABCDEFFEDCBA9876543210"),
            from_hex("0123456789ABCDEFFEDCBA9876543210"))) == "681EDF34D206965E86B3E94F536E4246");
  // The DES worked example of FIPS 46: key 133457799BBCDFF1.
  CHECK(to_hex(crypto::ecb(Cipher::kDes, Direction::kEncrypt, key("133457799BBCDFF1"),
                           from_hex("0123456789ABCDEF"))) == "85E813540F0AB405");
}

// The zero key's zero block is known from the GCM specification (its H of test case 1).
TEST_CASE("memory that held a key is zero before it holds the next, in every thread") {
  std::atomic<int> wrong = 0;
  const auto use_keys = [&](base::Byte own) {
    const auto expected = shown(SecretBytes::copy_of(Bytes(16, own)), Cipher::kAes128);
    for (int round = 0; round < 2000; ++round) {
      const SecretBytes fresh(16);
      const auto mine = SecretBytes::copy_of(Bytes(16, own));
      const auto wide = SecretBytes::copy_of(Bytes(32, own));
      if (shown(fresh, Cipher::kAes128) != "66E94BD4EF8A2C3B884CFA59CA342B2E") ++wrong;
      if (shown(mine, Cipher::kAes128) != expected) ++wrong;
    }
  };
  std::vector<std::thread> threads;
  for (const base::Byte own : Bytes{0x11, 0x22, 0x33, 0x44}) threads.emplace_back(use_keys, own);
  for (auto& thread : threads) thread.join();
  CHECK(wrong == 0);
}

TEST_CASE("CMAC agrees with RFC 4493 and with the SP 800-38B example for two-key 3DES") {
  const SecretBytes k = key("2B7E151628AED2A6ABF7158809CF4F3C");
  const Bytes message =
      from_hex("6BC1BEE22E409F96E93D7E117393172AAE2D8A571E03AC9C9EB76FAC45AF8E5130C81C46A35CE411");
  CHECK(to_hex(crypto::cmac(Cipher::kAes128, k, {})) == "BB1D6929E95937287FA37D129B756746");
  CHECK(to_hex(crypto::cmac(Cipher::kAes128, k, base::ByteView(message).first(16))) ==
        "070A16B46B4D4144F79BDD9DD04A287C");
  CHECK(to_hex(crypto::cmac(Cipher::kAes128, k, message)) == "DFA66747DE9AE63030CA32611497C827");
  const SecretBytes two = key("4CF15134A2850DD58A3D10BA80570D38");
  CHECK(to_hex(crypto::cmac(Cipher::kTdes2, two, {})) == "BD2EBF9A3BA00361");
  CHECK(to_hex(crypto::cmac(Cipher::kTdes2, two, base::ByteView(message).first(8))) ==
        "4FF2AB813C53CE83");
}

TEST_CASE("key wrap agrees with RFC 3394 and finds every flipped bit") {
  const SecretBytes wrapping = key("000102030405060708090A0B0C0D0E0F");
  const Bytes wrapped =
      crypto::key_wrap(Cipher::kAes128, wrapping, key("00112233445566778899AABBCCDDEEFF"));
  CHECK(to_hex(wrapped) == "1FA68B0A8112B447AEF34BD8FB5A7B829D3E862371D2CFE5");
  CHECK(shown(crypto::key_unwrap(Cipher::kAes128, wrapping, wrapped), Cipher::kAes128) ==
        shown(key("00112233445566778899AABBCCDDEEFF"), Cipher::kAes128));
  for (std::size_t bit = 0; bit < wrapped.size() * 8; ++bit) {
    Bytes flipped = wrapped;
    flipped[bit / 8] ^= static_cast<base::Byte>(1U << bit % 8);
    CHECK_THROWS_AS(crypto::key_unwrap(Cipher::kAes128, wrapping, flipped), base::Error);
  }
}

TEST_CASE("padding adds a whole block to what is already whole") {
  CHECK(to_hex(crypto::pad80(from_hex("0102"), 8)) == "0102800000000000");
  CHECK(to_hex(crypto::pad80(from_hex("0102030405060708"), 8)) ==
        "01020304050607088000000000000000");
}

TEST_CASE("the check value of a key is the head of the encrypted zero block, never zero") {
  // AES-128 of the zero block under the zero key is 66E94BD4EF8A2C3B… (NIST AESAVS).
  CHECK(format(crypto::check_value(SuiteId::kAes128, SecretBytes(16))) == "66E94B");
  // 3DES under the zero key is DES of zero: 8CA64DE9C1B123A7.
  CHECK(format(crypto::check_value(SuiteId::kTdes2, SecretBytes(16))) == "8CA64D");
  CHECK_THROWS_AS(crypto::kcv_of_bytes(Bytes{0, 0, 0}), base::Error);
  CHECK_THROWS_AS(crypto::kcv_of_bytes(Bytes{}), base::Error);
}

TEST_CASE("a child key depends on every bit of its factor [R128]") {
  const SecretBytes parent = key("000102030405060708090A0B0C0D0E0F");
  const auto of = [&](std::string_view factor) {
    return format(crypto::check_value(
        SuiteId::kAes128,
        crypto::diversify(SuiteId::kAes128, parent, base::fixed<8>(from_hex(factor)))));
  };
  const std::string one = of("1301130109000000");
  for (std::size_t bit = 0; bit < 64; ++bit) {
    Bytes factor = from_hex("1301130109000000");
    factor[bit / 8] ^= static_cast<base::Byte>(1U << bit % 8);
    CHECK(of(to_hex(factor)) != one);
  }
}

TEST_CASE("a reserve of random numbers hands out whole numbers and none twice") {
  crypto::RandomReserve reserve;
  std::set<base::Bytes> seen;
  for (int i = 0; i < 100; ++i) {
    CHECK(reserve.take(3).size() == 3);
    CHECK(seen.insert(reserve.take(8)).second);
    CHECK(seen.insert(reserve.take(16)).second);
  }
  CHECK(seen.size() == 200);
}

TEST_CASE("SHA-256 agrees with FIPS 180-4") {
  CHECK(to_hex(crypto::sha256(base::bytes_of("abc")), base::HexCase::kLower) ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_CASE("two P-256 parties agree on one key, and a point off the curve is refused") {
  const auto one = crypto::P256Pair::generate();
  const auto two = crypto::P256Pair::generate();
  const Bytes label = base::bytes_of("WK/test");
  CHECK(shown(crypto::labelled_key(crypto::agree(one.scalar, two.point), label), Cipher::kAes128) ==
        shown(crypto::labelled_key(crypto::agree(two.scalar, one.point), label), Cipher::kAes128));
  auto off = one.point;
  off[40] ^= 1U;
  CHECK_THROWS_AS(crypto::point_of_bytes(off), base::Error);
}

TEST_CASE("the ECDH primitive agrees with NIST CAVP and signatures verify only what was signed") {
  // NIST CAVP KAS_ECC_CDH_PrimitiveTest, P-256, count 0.
  const SecretBytes d = key("7D7DC5F71EB29DDAF80D6214632EEAE03D9058AF1FB6D22ED80BADB62BC1A534");
  const auto peer = crypto::point_of_bytes(
      from_hex("04700C48F77F56584C5CC632CA65640DB91B6BACCE3A4DF6B42CE7CC838833D287"
               "DB71E509E3FD9B060DDB20BA5C51DCC5948D46FBF640DFE0441782CAB85FA4AC"));
  const SecretBytes agreed = crypto::agree(d, peer);
  const SecretBytes expected =
      key("46FC62106420FF012E54A434FBDD2D25CCC5852060561E68040DD7778997BD7B");
  CHECK(to_hex(crypto::sha256_of_secret({}, agreed)) ==
        to_hex(crypto::sha256_of_secret({}, expected)));
  const auto pair = crypto::P256Pair::generate();
  const auto digest = crypto::sha256(base::bytes_of("plan"));
  auto signature = crypto::sign_digest(pair.scalar, digest);
  CHECK(crypto::verify_digest(pair.point, digest, signature));
  CHECK_FALSE(crypto::verify_digest(pair.point, crypto::sha256(base::bytes_of("plam")), signature));
  signature[63] ^= 1U;
  CHECK_FALSE(crypto::verify_digest(pair.point, digest, signature));
}

TEST_CASE("Ed25519 agrees with RFC 8032 test 1") {
  const auto pair = crypto::Ed25519Pair::of_seed(
      key("9D61B19DEFFD5A60BA844AF492EC2CC44449C5697B326919703BAC031CAE7F60"));
  CHECK(to_hex(pair.point) == "D75A980182B10AB7D54BFED3C964073A0EE172F3DAA62325AF021A68F707511A");
  const auto signature = crypto::sign(pair.seed, {});
  CHECK(to_hex(signature) ==
        "E5564300C360AC729086E2CC806E828A84877F1EB8E5D974D873E065224901555FB8821590A33BACC61E39701"
        "CF9B46BD25BF5F0595BBE24655141438E7A100B");
  CHECK(crypto::verify(pair.point, {}, signature));
  CHECK_FALSE(crypto::verify(pair.point, Bytes{0}, signature));
}

// The map of mechanisms: its file, and that a wrong number is found by its known answer.
#include "base/hsm/mechanisms.h"

#include <fstream>

#include <doctest/doctest.h>

#include "base/core/error.h"
#include "base/hsm/probe.h"
#include "tests/hsm/soft_token.h"

namespace {

using hsm::Mechanism;
using hsm::MechanismMap;

// sha256sum of the text in docs/formats/mechanism-map.md.
constexpr const char* kStandardHash =
    "27261C95712F91811A8C5C7AC5CF6BB07A5D01EE8B335ECFB9B232214B2079C6";

std::string refusal_of(const std::string& text) {
  try {
    MechanismMap::parse(text, "mechanisms.toml");
  } catch (const base::Error& error) {
    return error.what();
  }
  return "taken";
}

// A token whose map file says this; what its probes say of a suite.
std::string refusal_of_suite(const std::string& map, crypto::SuiteId suite) {
  support::SoftToken soft(hsm::kKeyTokenLabel, support::Medium::kMemory);
  soft.config.mechanisms = soft.folder.path() / "mechanisms.toml";
  std::ofstream(soft.config.mechanisms) << "format = 1\n[mechanisms]\n" << map << "\n";
  hsm::Token token(soft.config, soft.pin);
  try {
    hsm::require_suite(token.session(), suite);
    return "offered";
  } catch (const base::Error& error) {
    CHECK(error.fault() == base::Fault::kRefused);
    return error.what();
  }
}

bool says(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("without a map, and with one that changes nothing, mechanisms have PKCS#11's numbers") {
  const MechanismMap standard;
  CHECK(standard.number(Mechanism::kKeyWrap) == 0x2109);
  CHECK(base::to_hex(standard.hash()) == kStandardHash);
  CHECK(MechanismMap::of_file("/nowhere/mechanisms.toml") == standard);
  CHECK(MechanismMap::parse("format = 1\n", "m") == standard);
  CHECK(MechanismMap::parse("format = 1\n[mechanisms]\nderive-aes = 0x1104\n", "m") == standard);
}

TEST_CASE("a map gives a mechanism the number of its maker, and has a hash of its own") {
  const auto map =
      MechanismMap::parse("format = 1\n[mechanisms]\nkey-wrap = 0x80000170\n", "mechanisms.toml");
  CHECK(map.number(Mechanism::kKeyWrap) == 0x80000170);
  CHECK(map.number(Mechanism::kCmac) == 0x108A);
  CHECK(base::to_hex(map.hash()) != kStandardHash);
}

TEST_CASE("all errors of a map are named at once, by file, line and field") {
  const auto refusal = refusal_of(
      "format = 1\n"
      "maker = \"A\"\n"
      "[mechanisms]\n"
      "key-warp = 1\n"
      "cmac = \"CKM_AES_CMAC\"\n"
      "aes-key = -1\n"
      "agreement = 0x100000000\n"
      "derive-aes = 0x1102\n");
  CHECK(says(refusal, "mechanisms.toml:2: maker: expected"));
  CHECK(says(refusal, "mechanisms.toml:4: mechanisms.key-warp: expected"));
  CHECK(says(refusal, "mechanisms.toml:5: mechanisms.cmac: expected a number"));
  CHECK(says(refusal, "mechanisms.toml:6: mechanisms.aes-key: expected a number"));
  CHECK(says(refusal, "mechanisms.toml:7: mechanisms.agreement: expected a number"));
  CHECK(says(refusal, "mechanisms.derive-des3: expected another number than that of derive-aes"));
  CHECK(says(refusal_of("[mechanisms]\n"), "expected format 1"));
  CHECK(says(refusal_of("format = 1\n[mechanisms\n"), "mechanisms.toml:2:"));
}

TEST_CASE("a map that names a wrong mechanism is refused by its known answer [R134]") {
  // AES_KEY_WRAP_PAD takes the same keys and gives as many bytes, but others.
  CHECK(says(refusal_of_suite("key-wrap = 0x210A", crypto::SuiteId::kAes128), "wrap gives"));
  // AES_CBC_ENCRYPT_DATA derives as well, from other parameters.
  CHECK(says(refusal_of_suite("derive-aes = 0x1105", crypto::SuiteId::kAes128), "derive"));
  // SHA256_HMAC makes MACs as well, with another key type.
  CHECK(says(refusal_of_suite("cmac = 0x0251", crypto::SuiteId::kAes128), "mac"));
  CHECK(refusal_of_suite("key-wrap = 0x2109", crypto::SuiteId::kAes128) == "offered");
}

// The token home: probes, rules read back, attacks, its folder.
#include <fstream>
#include <functional>

#include <doctest/doctest.h>

#include "base/core/durable_file.h"
#include "base/core/error.h"
#include "base/hsm/cryptoki.h"
#include "base/hsm/door.h"
#include "base/hsm/probe.h"
#include "tests/hsm/soft_token.h"

namespace {

namespace fs = std::filesystem;

base::Fault fault_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const base::Error& error) {
    return error.fault();
  }
  FAIL("nothing was thrown");
  return {};
}

hsm::KeyRules parent_rules(const std::string& label) {
  return {hsm::KeyType::kAes128, hsm::Usage::kDeriveAes, hsm::Lifetime::kToken,
          hsm::Extraction::kNever, label};
}

}  // namespace

TEST_CASE("every verb of aes128 and tdes2 gives the published values in the token") {
  support::SoftToken soft;
  hsm::Token token(soft.config, soft.pin);
  for (const auto suite : {crypto::SuiteId::kAes128, crypto::SuiteId::kTdes2})
    for (const auto& result : hsm::probe(token.session(), suite)) {
      CAPTURE(result.verb);
      CHECK(result.fault == "");
    }
}

TEST_CASE("a suite that the token cannot do is not offered") {
  support::SoftToken soft;
  hsm::Token token(soft.config, soft.pin);
  CHECK(fault_of([&] { hsm::require_suite(token.session(), crypto::SuiteId::kSm4); }) ==
        base::Fault::kRefused);
}

TEST_CASE("a parent key only derives, and no attack through PKCS#11 changes that [R134]") {
  support::SoftToken soft;
  hsm::Token token(soft.config, soft.pin);
  auto& session = token.session();
  const auto rules = parent_rules("parent");
  const auto parent = session.generate(rules);
  session.require_rules(parent, rules);

  auto& p11 = token.module().functions();
  CK_SESSION_HANDLE other = 0;
  REQUIRE(p11.C_OpenSession(token.module().slot_of_token(soft.config.label),
                            CKF_SERIAL_SESSION | CKF_RW_SESSION, nullptr, nullptr,
                            &other) == CKR_OK);
  CK_BBOOL on = CK_TRUE;
  CK_BBOOL off = CK_FALSE;
  base::FixedBytes<64> room{};

  SUBCASE("its value cannot be read") {
    CK_ATTRIBUTE value{CKA_VALUE, room.data(), room.size()};
    CHECK(p11.C_GetAttributeValue(other, parent.value, &value, 1) == CKR_ATTRIBUTE_SENSITIVE);
  }
  SUBCASE("its attributes cannot be changed") {
    for (const CK_ATTRIBUTE_TYPE type : {CKA_ENCRYPT, CKA_WRAP, CKA_EXTRACTABLE}) {
      CK_ATTRIBUTE change{type, &on, 1};
      CHECK(p11.C_SetAttributeValue(other, parent.value, &change, 1) != CKR_OK);
    }
    CK_ATTRIBUTE change{CKA_SENSITIVE, &off, 1};
    CHECK(p11.C_SetAttributeValue(other, parent.value, &change, 1) != CKR_OK);
  }
  SUBCASE("it cannot be copied") {
    CK_ATTRIBUTE weaker{CKA_ENCRYPT, &on, 1};
    CK_OBJECT_HANDLE copy = 0;
    CHECK(p11.C_CopyObject(other, parent.value, &weaker, 1, &copy) != CKR_OK);
  }
  SUBCASE("it neither encrypts nor is wrapped") {
    CK_MECHANISM ecb{CKM_AES_ECB, nullptr, 0};
    CHECK(p11.C_EncryptInit(other, &ecb, parent.value) != CKR_OK);
    const auto wrapping = session.generate({hsm::KeyType::kAes128, hsm::Usage::kWrap,
                                            hsm::Lifetime::kSession, hsm::Extraction::kNever, ""});
    CHECK(fault_of([&] { session.wrap(wrapping, parent); }) == base::Fault::kRefused);
  }
}

TEST_CASE("a wrapping key cannot decrypt what it wrapped [R134]") {
  support::SoftToken soft;
  hsm::Token token(soft.config, soft.pin);
  auto& session = token.session();
  const auto wrapping = session.generate({hsm::KeyType::kAes128, hsm::Usage::kWrap,
                                          hsm::Lifetime::kSession, hsm::Extraction::kNever, ""});
  const auto content = session.generate({hsm::KeyType::kAes128, hsm::Usage::kDeriveAes,
                                         hsm::Lifetime::kSession, hsm::Extraction::kWrapped, ""});
  CHECK(session.wrap(wrapping, content).size() == 24);
  auto& p11 = token.module().functions();
  CK_SESSION_HANDLE other = 0;
  REQUIRE(p11.C_OpenSession(token.module().slot_of_token(soft.config.label), CKF_SERIAL_SESSION,
                            nullptr, nullptr, &other) == CKR_OK);
  CK_MECHANISM ecb{CKM_AES_ECB, nullptr, 0};
  CHECK(p11.C_DecryptInit(other, &ecb, wrapping.value) != CKR_OK);
  CK_MECHANISM wrap{CKM_AES_KEY_WRAP, nullptr, 0};
  CK_ATTRIBUTE readable{CKA_SENSITIVE, nullptr, 0};
  CK_OBJECT_HANDLE made = 0;
  auto blob = session.wrap(wrapping, content);
  CHECK(p11.C_UnwrapKey(other, &wrap, wrapping.value, blob.data(), blob.size(), &readable, 0,
                        &made) != CKR_OK);
}

TEST_CASE("a wrapped key with one bit changed is refused as tampered") {
  support::SoftToken soft;
  hsm::Token token(soft.config, soft.pin);
  auto& session = token.session();
  const hsm::KeyRules content{hsm::KeyType::kAes128, hsm::Usage::kDeriveAes,
                              hsm::Lifetime::kSession, hsm::Extraction::kWrapped, "content"};
  const auto value = base::from_hex("000102030405060708090A0B0C0D0E0F");
  const auto with_usage = [&](hsm::Usage usage) {
    return session.import_public_value(
        value,
        {hsm::KeyType::kAes128, usage, hsm::Lifetime::kSession, hsm::Extraction::kNever, ""});
  };
  auto blob = session.wrap(with_usage(hsm::Usage::kWrap), session.generate(content));
  blob.at(5) ^= 0x10;
  CHECK(fault_of([&] { session.unwrap(with_usage(hsm::Usage::kUnwrap), blob, content); }) ==
        base::Fault::kTampered);
}

TEST_CASE("three wrong PINs lock the token in our own store") {
  support::SoftToken soft;
  const auto wrong = hsm::token_pin_of(crypto::random_secret(hsm::kPinSecretBytes));
  for (int i = 0; i < 3; ++i)
    CHECK(fault_of([&] { hsm::Token(soft.config, wrong); }) == base::Fault::kRefused);
  CHECK_THROWS_WITH_AS(hsm::Token(soft.config, soft.pin), "the token is locked after 3 wrong PINs",
                       base::Error);
  hsm::TokenFolder::open(*soft.config.folder).unlock_pin();
  CHECK_NOTHROW(hsm::Token(soft.config, soft.pin));
}

TEST_CASE("a right PIN gives the three tries back") {
  support::SoftToken soft;
  const auto wrong = hsm::token_pin_of(crypto::random_secret(hsm::kPinSecretBytes));
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 2; ++i) CHECK_THROWS_AS(hsm::Token(soft.config, wrong), base::Error);
    CHECK_NOTHROW(hsm::Token(soft.config, soft.pin));
  }
}

TEST_CASE("a damaged token folder is restored from its snapshot, and the damage is named") {
  support::SoftToken soft;
  {
    hsm::Token token(soft.config, soft.pin);
    token.session().generate(parent_rules("kept"));
    token.commit();
  }
  std::vector<fs::path> objects;
  for (const auto& entry : fs::recursive_directory_iterator(*soft.config.folder / "store"))
    if (entry.path().extension() == ".object") objects.push_back(entry.path());
  REQUIRE(objects.size() == 2);

  const auto reopened = [&] {
    hsm::Token token(soft.config, soft.pin);
    CHECK_NOTHROW(token.session().find_secret_key("kept"));
    return token.restored().size();
  };
  SUBCASE("emptied, as by a kill during a login") {
    for (const auto& object : objects) fs::resize_file(object, 0);
    CHECK(reopened() == 2);
  }
  SUBCASE("gone") {
    fs::remove_all(*soft.config.folder / "store");
    CHECK(reopened() >= 2);
  }
  SUBCASE("one attribute byte changed") {
    auto bytes = base::read_file(objects.front());
    bytes.at(bytes.size() / 2) ^= 0x01;
    base::write_durably(objects.front(), base::ByteView(bytes));
    CHECK(reopened() == 1);
  }
  SUBCASE("a foreign object planted") {
    fs::copy_file(objects.front(), objects.front().parent_path() / "planted.object");
    CHECK(reopened() == 1);
  }
  SUBCASE("nothing changed") {
    CHECK(reopened() == 0);
  }
}

TEST_CASE("a changed manifest, or one written without the PIN, is refused") {
  support::SoftToken soft;
  const auto path = *soft.config.folder / "manifest";
  auto text = base::read_text_file(path);
  text.at(text.find("snapshot 1\n") + 12) ^= 1;
  base::write_durably(path, std::string_view(text));
  CHECK(fault_of([&] { hsm::Token(soft.config, soft.pin); }) == base::Fault::kRefused);
}

TEST_CASE("work that was not committed is undone, so that a cut leaves the last state") {
  support::SoftToken soft;
  {
    hsm::Token token(soft.config, soft.pin);
    token.session().generate(parent_rules("committed"));
    token.commit();
    token.session().generate(parent_rules("cut"));
  }
  hsm::Token token(soft.config, soft.pin);
  CHECK(token.session().has_object("committed"));
  CHECK_FALSE(token.session().has_object("cut"));
}

TEST_CASE("the token signs with Ed25519, and agrees on P-256 as a card does") {
  support::SoftToken soft;
  hsm::Token token(soft.config, soft.pin);
  auto& session = token.session();
  const auto point = session.generate_signing_pair("log.example");
  const auto message = base::bytes_of("a message");
  CHECK(crypto::verify(point, message, session.sign("log.example", message)));
  CHECK(fault_of([&] { session.generate_signing_pair("log.example"); }) == base::Fault::kConflict);

  const auto card = crypto::P256Pair::generate();
  const auto token_point = session.generate_agreement_pair("delivery");
  const auto agreed = session.agree("delivery", card.point);
  const auto label = base::bytes_of("a label");
  const auto hash = crypto::sha256(label);
  const auto key = session.derive(agreed, hsm::Usage::kDeriveAes, base::ByteView(hash).first(16),
                                  parent_rules("agreed"));
  const auto in_card = crypto::labelled_key(crypto::agree(card.scalar, token_point), label);
  CHECK(session.check_value(key, hsm::Usage::kDeriveAes) ==
        crypto::check_value(crypto::SuiteId::kAes128, in_card).value);
  session.destroy_pair("delivery");
  CHECK_FALSE(session.has_object("delivery"));
}

TEST_CASE("a token in use is not opened a second time") {
  support::SoftToken soft;
  {
    hsm::Token token(soft.config, soft.pin);
    CHECK(fault_of([&] { hsm::Token(soft.config, soft.pin); }) == base::Fault::kConflict);
  }
  CHECK_NOTHROW(hsm::Token(soft.config, soft.pin));
}

TEST_CASE("a PIN is the 160-bit number in base 36") {
  // By hand with python: int.from_bytes(bytes(range(1, 21)), "big") in base 36, 31 digits.
  base::Bytes number;
  for (base::Byte byte = 1; byte <= 20; ++byte) number.push_back(byte);
  const auto pin = hsm::token_pin_of(base::SecretBytes::copy_of(number));
  const auto expected = base::bytes_of("048KRPIVSH77EYZU17IX0NOMOUXJT3O");
  CHECK(crypto::sha256_of_secret({}, pin) == crypto::sha256(expected));
  CHECK(fault_of([] { hsm::token_pin_of(base::SecretBytes(19)); }) == base::Fault::kMalformed);
}

TEST_CASE("a token that took a new PIN keeps its keys and opens with no other PIN") {
  support::SoftToken soft;
  const auto next = hsm::token_pin_of(crypto::random_secret(hsm::kPinSecretBytes));
  {
    hsm::Token token(soft.config, soft.pin);
    token.session().generate(parent_rules("parent"));
    token.commit();
    token.change_pin(next);
    CHECK(token.session().has_object("parent"));
  }
  CHECK(fault_of([&] { hsm::Token(soft.config, soft.pin); }) == base::Fault::kRefused);
  hsm::Token token(soft.config, next);
  CHECK(token.session().has_object("parent"));
}

TEST_CASE("a new PIN that was not kept is undone, and the old one opens") {
  support::SoftToken soft;
  {
    hsm::Token token(soft.config, soft.pin);
    auto& p11 = token.module().functions();
    CK_SESSION_HANDLE other = 0;
    REQUIRE(p11.C_OpenSession(token.module().slot_of_token(soft.config.label),
                              CKF_SERIAL_SESSION | CKF_RW_SESSION, nullptr, nullptr,
                              &other) == CKR_OK);
    base::Bytes next = base::bytes_of("ANOTHER PIN THAT IS NOT KEPT");
    REQUIRE(p11.C_SetPIN(other,
                         const_cast<base::Byte*>(soft.pin.reveal(hsm::SecretDoor::open()).data()),
                         soft.pin.size(), next.data(), next.size()) == CKR_OK);
  }
  CHECK_NOTHROW(hsm::Token(soft.config, soft.pin));
}

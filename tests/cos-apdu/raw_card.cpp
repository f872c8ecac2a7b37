// Speaking to an interoperability card in hexadecimal.
#include "tests/cos-apdu/raw_card.h"

#include <algorithm>

#include <doctest/doctest.h>

#include "base/crypto/suite.h"
#include "cos-apdu/door.h"
#include "cos-apdu/virtual/interoperability.h"

namespace test {
namespace {

using base::Bytes;

Bytes bytes_of_hex(std::string hex) {
  hex.erase(std::remove(hex.begin(), hex.end(), ' '), hex.end());
  return base::from_hex(hex);
}

}  // namespace

crypto::Key key_of_hex(const std::string& hex) {
  return base::SecretBytes::copy_of(base::from_hex(hex));
}

std::string hex_of(const base::SecretBytes& secret) {
  return base::to_hex(secret.reveal(card::SecretDoor::open()));
}

RawCard::RawCard(const std::string& transport_key) {
  const auto serial = derivation::Serial8::of(derivation::CardKind::kUser, 17);
  const Bytes image = card::chip::interoperability_image(serial, key_of_hex(transport_key));
  auto medium = std::make_shared<base::WipedBytes>(image.begin(), image.end());
  chip_ = std::make_unique<card::chip::Chip>(
      std::make_unique<card::chip::MemoryStorage>(medium),
      [draw = draw_.get()](std::size_t count) { return draw->bytes(count); });
  link_ = std::make_unique<card::chip::DirectLink>(*chip_);
  session_ = std::make_unique<card::Session>(*link_);
}

Bytes RawCard::Draw::bytes(std::size_t count) {
  Bytes said = base::from_hex(wanted);
  if (said.size() == count) {
    wanted.clear();
    return said;
  }
  Bytes out(count);
  for (auto& byte : out) byte = ++pattern;
  return out;
}

std::string RawCard::send(const std::string& command) {
  return base::to_hex(chip_->transmit(bytes_of_hex(command)));
}

std::string RawCard::send(const std::string& key, const std::string& command,
                          card::Protection protection) {
  const std::string drawn = send("0084000004");
  REQUIRE(drawn.size() == 12);
  const auto secret = key_of_hex(key);
  const card::SecureMessaging messaging(crypto::SuiteId::kTdes2, secret,
                                        base::from_hex(drawn.substr(0, 8)));
  const auto plain = card::decode_command(bytes_of_hex(command));
  REQUIRE(plain.has_value());
  return base::to_hex(chip_->transmit(card::encode(messaging.protect(*plain, protection))));
}

std::string RawCard::authenticate(const std::string& key, const std::string& number) {
  const std::string drawn = send("0084000008");
  const std::string whole = key.size() == 16 ? key + key : key;
  const auto cryptogram = crypto::authentication_cryptogram(
      crypto::SuiteId::kTdes2, key_of_hex(whole), base::from_hex(drawn.substr(0, 16)));
  return send("008200" + number + "08" + base::to_hex(cryptogram));
}

void make_directory(RawCard& card) {
  REQUIRE(card.authenticate(kTransportKey) == "9000");
  REQUIRE(card.send("80E03F01 0D 38 0400 0A 0A 95 FFFF 5445535431") == "9000");
  card.send("00A40000 02 3F01");
  REQUIRE(card.send("80E00000 07 3F 0200 95 0A FFFF") == "9000");
  REQUIRE(card.send(std::string("80D40100 15 36 F0 0A FF 33") + kLineKey) == "9000");
}

}  // namespace test

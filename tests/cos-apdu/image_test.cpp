// Card images: what survives, what is refused, and that a second process keeps out.
#include <filesystem>

#include <doctest/doctest.h>

#include "base/core/durable_file.h"
#include "base/core/error.h"
#include "cos-apdu/virtual/chip.h"
#include "tests/support/temp_folder.h"

using namespace card::chip;

namespace {

std::shared_ptr<base::WipedBytes> medium_of(base::ByteView image) {
  return std::make_shared<base::WipedBytes>(image.begin(), image.end());
}

Nvm open(const std::shared_ptr<base::WipedBytes>& medium) {
  return Nvm(std::make_unique<MemoryStorage>(medium));
}

base::Fault fault_of(const std::shared_ptr<base::WipedBytes>& medium) {
  try {
    open(medium);
  } catch (const base::Error& error) {
    return error.fault();
  }
  FAIL("the image was accepted");
  return base::Fault::kMalformed;
}

std::shared_ptr<base::WipedBytes> image_with_two_commits() {
  auto medium = medium_of(empty_image());
  auto nvm = open(medium);
  nvm.put(1, Bytes{1, 2, 3});
  nvm.put(2, Bytes{4});
  nvm.commit();
  nvm.put(1, Bytes{9});
  nvm.erase(2);
  nvm.commit();
  return medium;
}

}  // namespace

TEST_CASE("records come back as the last commit left them") {
  const auto nvm = open(image_with_two_commits());
  CHECK(base::to_hex(nvm.get(1)) == "09");
  CHECK_FALSE(nvm.holds(2));
  CHECK(nvm.ids(0, 0xFFFF) == std::vector<RecordId>{1});
}

TEST_CASE("uncommitted writes are seen by their own transaction and forgotten by a rollback") {
  auto nvm = open(image_with_two_commits());
  nvm.put(1, Bytes{7});
  nvm.put(3, Bytes{8});
  CHECK(nvm.ids(0, 0xFFFF) == std::vector<RecordId>{1, 3});
  nvm.rollback();
  CHECK(base::to_hex(nvm.get(1)) == "09");
  CHECK_FALSE(nvm.holds(3));
}

TEST_CASE("any flipped bit of an image is found, or drops nothing but an unfinished last commit") {
  const auto whole = image_with_two_commits();
  const std::size_t last_byte = whole->size() - 1;
  for (std::size_t at = 0; at <= last_byte; ++at) {
    CAPTURE(at);
    auto damaged = std::make_shared<base::WipedBytes>(*whole);
    (*damaged)[at] ^= 0x40;
    const auto fault = fault_of(damaged);
    CHECK((fault == base::Fault::kTampered || at < 8));
  }
}

TEST_CASE("what a commit erases is no longer in the image") {
  auto medium = medium_of(empty_image());
  auto nvm = open(medium);
  const Bytes key = base::from_hex("00112233445566778899AABBCCDDEEFF");
  nvm.put(0x010E, key);
  nvm.commit();
  const auto image = [&] { return base::to_hex(*medium); };
  CHECK(image().find(base::to_hex(key)) != std::string::npos);
  nvm.erase(0x010E);
  nvm.commit();
  CHECK(image().find(base::to_hex(key)) == std::string::npos);
}

TEST_CASE("an image of another format is refused by name, however sound it is") {
  // 0001 = 090909, sealed by hand.
  const std::string frame =
      "00000009"
      "00000001"
      "281653D2"
      "0001"
      "00000003"
      "090909"
      "AC48DAA932164D9D";
  const auto of_format = [&](std::string_view number) {
    return medium_of(base::from_hex("574B43415244" + std::string(number) + frame));
  };
  CHECK(base::to_hex(open(of_format("0002")).get(1)) == "090909");
  CHECK_THROWS_WITH(open(of_format("0001")),
                    "card image: format 1, this program knows format 2: make the card anew");
  CHECK_THROWS_WITH(open(of_format("0003")), "card image: format 3, this program knows format 2");
  CHECK_THROWS_WITH(open(of_format("0100")), "card image: format 256, this program knows format 2");
  CHECK(fault_of(of_format("0001")) == base::Fault::kRefused);
}

TEST_CASE("a worn image is written afresh and keeps its records") {
  auto medium = medium_of(empty_image());
  auto nvm = open(medium);
  for (int i = 0; i < 200; ++i) {
    nvm.put(1, Bytes(1000, static_cast<base::Byte>(i)));
    nvm.commit();
  }
  CHECK(medium->size() < 100000);
  CHECK(base::equal(open(medium).get(1), Bytes(1000, 199)));
}

TEST_CASE("a card in a slot keeps a second one out, and its commits are in the file") {
  const support::TempFolder folder;
  const auto path = folder.path() / "card.wkc";
  const auto serial = derivation::Serial8::of(derivation::CardKind::kPsam, 1);
  base::write_durably(path, manufactured_image(serial, crypto::SuiteId::kAes128));
  {
    Chip chip(std::make_unique<FileStorage>(path));
    chip.power_on();
    CHECK_THROWS_AS(FileStorage{path}, base::Error);
    CHECK(base::to_hex(chip.transmit(base::from_hex("0046000041"))).size() == 2 * 67);
  }
  Chip again(std::make_unique<FileStorage>(path));
  again.power_on();
  CHECK(base::to_hex(again.transmit(base::from_hex("0046010041"))).size() == 2 * 67);
  CHECK(base::to_hex(again.transmit(base::from_hex("0046000041"))) == "6985");
}

TEST_CASE("a card without power answers nothing, and forgets what is volatile at reset") {
  const auto serial = derivation::Serial8::of(derivation::CardKind::kRole, 1);
  auto medium = medium_of(manufactured_image(serial, crypto::SuiteId::kAes128));
  Chip chip(std::make_unique<MemoryStorage>(medium));
  const auto sent = [&](std::string_view hex) {
    return base::to_hex(chip.transmit(base::from_hex(hex)));
  };
  CHECK(sent("80CA010000").empty());
  chip.power_on();
  CHECK(sent("805E010005FF123456FF") == "9000");
  CHECK(sent("0020000003123456") == "9000");
  CHECK(sent("80CA010000").substr(0, 4) == "0122");
  chip.power_off();
  CHECK(sent("80CA010000").empty());
}

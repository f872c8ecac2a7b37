// What travels between cards, stations and desks, written out by hand byte for byte: what it means,
// and that it encodes again. Files of cards are in layouts_test.cpp.
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "base/core/error.h"
#include "cos-apdu/card_commands.h"
#include "cos-apdu/layout/card_status.h"
#include "cos-apdu/layout/field_package.h"
#include "cos-apdu/layout/keycard_orders.h"
#include "cos-apdu/layout/keycard_plan.h"
#include "cos-apdu/layout/release_package.h"
#include "tests/completeness/trial.h"

namespace {

namespace fs = std::filesystem;
namespace layout = card::layout;
using namespace completeness;

struct Package {
  std::string_view name;
  std::size_t size;
  std::string bytes;
  Bytes (*through)(ByteView bytes);
};

std::string times(std::size_t count, std::string_view hex) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += hex;
  return out;
}

const card::FixedBytes<4> kJuly{0x20, 0x26, 0x07, 0x15};

Bytes through_part(ByteView bytes) {
  const auto part = layout::decode_part(bytes);
  CHECK(part.bytes.size() + 1 == bytes.size());
  CHECK(derivation::format(layout::target_of(part)) == "2C00000000000003");
  return encode(part);
}

Bytes through_target(ByteView bytes) {
  const auto target = layout::decode_target(bytes);
  CHECK(target.serial.kind() == CardKind::kEsam);
  CHECK(target.state == layout::TargetState::kDone);
  CHECK(target.parts == 5);
  CHECK(target.version == 2);
  CHECK(target.tag.front() == 0xA1);
  return encode(target);
}

Bytes through_endorsement(ByteView bytes) {
  const auto made = layout::decode_endorsement(bytes);
  CHECK(made.fingerprint.back() == 0xF1);
  CHECK(made.pair.id.front() == 0x11);
  CHECK(made.pair.generation == 2);
  CHECK(made.mac.back() == 0xC1);
  return encode(made);
}

Bytes through_head(ByteView bytes) {
  const auto head = layout::decode_head(bytes);
  CHECK(head.origin_hash.front() == 0x01);
  CHECK(head.size == 258);
  CHECK(head.root.front() == 0xD1);
  return encode(head);
}

Bytes through_plan(ByteView bytes) {
  const auto plan = layout::decode_plan_parts(bytes);
  CHECK(plan.mode == base::Mode::kLive);
  CHECK(plan.suite == crypto::SuiteId::kSm4);
  CHECK(plan.set_id.front() == 0x51);
  CHECK(plan.profile_hash.front() == 0x52);
  CHECK(plan.token_key_hash.front() == 0x53);
  CHECK(plan.plan_text_hash.front() == 0x54);
  return encode(plan);
}

Bytes through_settlement(ByteView bytes) {
  const auto made = layout::decode_settlement_package(bytes);
  CHECK(made.card.digits() == "01223000000000017019");
  CHECK(made.amount == base::Amount::fen(1500));
  CHECK(made.offline_sn == 7);
  CHECK(made.terminal == card::FixedBytes<6>{0, 0, 0, 0, 0x12, 0x34});
  CHECK(made.terminal_sn == 9);
  CHECK(made.at.date == kJuly);
  CHECK(made.at.time == card::FixedBytes<3>{0x12, 0x00, 0x00});
  CHECK(made.gmac == card::FixedBytes<4>{0xA1, 0xA2, 0xA3, 0xA4});
  return encode(made);
}

Bytes through_release(ByteView bytes) {
  const auto made = layout::decode_release_package(bytes);
  CHECK(made.psam.kind() == CardKind::kPsam);
  CHECK(made.card.digits() == "01223000000000017019");
  CHECK(made.online_sn == 3);
  CHECK(made.offline_sn == 7);
  CHECK(made.amount == base::Amount::fen(1500));
  CHECK(made.record.front() == 0xE1);
  CHECK(made.key.front() == 0xB1);
  CHECK(made.mac.front() == 0xC1);
  return encode(made);
}

Bytes through_restore(ByteView bytes) {
  const auto order = card::decode_restore_order(bytes);
  CHECK(order.target.kind() == CardKind::kEsam);
  CHECK(order.version == 1);
  CHECK(order.seq == 2);
  CHECK(order.settled_sn == 9);
  CHECK(order.mac.front() == 0xC1);
  return encode(order);
}

Bytes through_status(ByteView bytes) {
  const auto status = layout::decode_card_status(bytes);
  CHECK(status.kind() == CardKind::kCountyMother);
  CHECK(status.suite == crypto::SuiteId::kAes128);
  CHECK(status.life_cycle == LifeCycle::kInUse);
  CHECK(status.flags == 0x09);
  CHECK(status.level == 0x13);
  CHECK(status.county == card::FixedBytes<3>{0x41, 0x01, 0x22});
  CHECK(status.version == 1);
  CHECK(status.generation == 2);
  CHECK(status.pair_id.front() == 0x11);
  CHECK(status.index == 4);
  CHECK(status.pin_tries == 3);
  CHECK(status.plan_id.front() == 0xF1);
  return encode(status);
}

Bytes through_keys(ByteView bytes) {
  const auto package = layout::decode_key_package(bytes);
  CHECK(package.target.kind() == CardKind::kEsam);
  CHECK(package.version == 2);
  REQUIRE(package.blocks.size() == 2);
  CHECK(package.blocks.back().front() == 0xB2);
  CHECK(package.switch_mac.front() == 0xC1);
  return encode(package);
}

Bytes through_field_card(ByteView bytes) {
  const auto package = layout::decode_field_package(bytes);
  CHECK(package.card.kind() == CardKind::kModify);
  CHECK(package.blocks.size() == 1);
  REQUIRE(package.parts.size() == 1);
  CHECK(package.parts.front().type == layout::PartType::kSwitch);
  CHECK(package.grant.uses == 300);
  CHECK(package.issue_mac.front() == 0xC1);
  return encode(package);
}

const std::string kEsam3 = "2C00000000000003";
const std::string kFarmer = "01223000000000017019";
const std::string kMac16 = times(16, "C1");
const std::string kSwitchPart = "01" + kEsam3 + "02" + kMac16;

const std::vector<Package>& packages() {
  static const std::vector<Package> all = {
      {"part: import block", 73, "00" + times(16, "B1") + kEsam3 + times(48, "B1"), through_part},
      {"part: switch", 26, kSwitchPart, through_part},
      {"part: restore", 34, "02" + kEsam3 + "01 00000002 00000009" + kMac16, through_part},
      {"target", 19, kEsam3 + "03 05 02" + times(8, "A1"), through_target},
      {"endorsement", 58, times(32, "F1") + times(8, "11") + "0002" + kMac16, through_endorsement},
      {"head", 48, times(8, "01") + "0000000000000102" + times(32, "D1"), through_head},
      {"plan parts", 114,
       "01 04" + times(16, "51") + times(32, "52") + times(32, "53") + times(32, "54"),
       through_plan},
      {"settlement package", 38,
       "03" + kFarmer + "000005DC 0007 000000001234 00000009 20260715 120000 A1A2A3A4",
       through_settlement},
      {"release package", 147,
       "04 2B00000000000003" + kFarmer + "0003 0007 000005DC" + times(32, "E1") + times(72, "B1") +
           kMac16,
       through_release},
      {"restore order", 33, kEsam3 + "01 00000002 00000009" + kMac16, through_restore},
      {"card status", 62,
       "01 27 2700000000000003 05 05 09 13 410122 01 0002" + times(8, "11") + "04 03" +
           times(32, "F1"),
       through_status},
      {"key package", 171, "01" + kEsam3 + "02 02" + times(72, "B1") + times(72, "B2") + kMac16,
       through_keys},
      {"field package of a modify card", 145,
       "02 2D00000000000003 01" + times(72, "B1") + "0001" + kSwitchPart +
           "00 01 410122 20260101 20261231 012C 00000007" + kMac16,
       through_field_card},
  };
  return all;
}

std::string text_of(const fs::path& file) {
  std::ifstream in(file);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

}  // namespace

TEST_CASE("every package decodes to what was written and encodes to the same bytes") {
  for (const auto& one : packages()) {
    CAPTURE(std::string(one.name));
    const Bytes bytes = bytes_of_hex(one.bytes);
    REQUIRE(bytes.size() == one.size);
    CHECK(base::to_hex(one.through(bytes)) == base::to_hex(bytes));
  }
}

TEST_CASE("a package that is a byte too short or too long is refused") {
  for (const auto& one : packages()) {
    CAPTURE(std::string(one.name));
    Bytes bytes = bytes_of_hex(one.bytes);
    bytes.push_back(0);
    CHECK_THROWS_AS(one.through(bytes), base::Error);
    bytes.resize(bytes.size() - 2);
    CHECK_THROWS_AS(one.through(bytes), base::Error);
  }
}

TEST_CASE("a signed head ends with its origin, of one to a hundred bytes") {
  const std::string before = "0000000000000102" + times(32, "D1") + times(64, "51");
  const Bytes bytes = bytes_of_hex(before + "6C6F67");
  const auto head = layout::decode_signed_head(bytes);
  CHECK(head.size == 258);
  CHECK(head.root.front() == 0xD1);
  CHECK(head.signature.front() == 0x51);
  CHECK(head.origin == "log");
  CHECK(base::to_hex(encode(head)) == base::to_hex(bytes));
  CHECK_NOTHROW(layout::decode_signed_head(bytes_of_hex(before + times(100, "6C"))));
  CHECK_THROWS_AS(layout::decode_signed_head(bytes_of_hex(before + times(101, "6C"))), base::Error);
  CHECK_THROWS_AS(layout::decode_signed_head(bytes_of_hex(before)), base::Error);
}

TEST_CASE("every decoder of cos-apdu/layout has a case by hand") {
  static const std::regex name(R"(\b(decode_\w+)\()");
  const fs::path root = WELLKEY_SOURCE_DIR;
  std::string tests;
  for (const char* folder : {"tests/completeness", "tests/cos-apdu"})
    for (const auto& entry : fs::directory_iterator(root / folder)) tests += text_of(entry.path());
  std::set<std::string> decoders;
  for (const auto& entry : fs::directory_iterator(root / "cos-apdu/layout")) {
    if (entry.path().extension() != ".h") continue;
    const std::string text = text_of(entry.path());
    for (std::sregex_iterator at(text.begin(), text.end(), name), end; at != end; ++at)
      decoders.insert((*at)[1]);
  }
  REQUIRE(decoders.size() > 15);
  for (const auto& decoder : decoders) {
    CAPTURE(decoder);
    CHECK(tests.find(decoder + "(") != std::string::npos);
  }
}

// Keys of key files: how they enter, who may use and change them, and traces of real cards.
#include <map>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "base/core/durable_file.h"
#include "base/core/error.h"
#include "cos-apdu/layout/key_types.h"
#include "tests/cos-apdu/raw_card.h"

using namespace test;
using card::Protection;
using card::layout::decode_key_entry;
using card::layout::KeyTarget;
using card::layout::KeyType;

namespace {

constexpr auto kMac = Protection::kMac;
constexpr auto kBoth = Protection::kEncipheredMac;
const std::string kOldKey = "000102030405060708090A0B0C0D0E0F";
const std::string kNewKey = "303132333435363738393A3B3C3D3E3F";

card::layout::KeyEntry entry(KeyTarget target, const std::string& hex) {
  return decode_key_entry(target, base::from_hex(hex));
}

// The control key of the directory, enciphered updates in master state A.
RawCard card_with_control_key() {
  RawCard card;
  make_directory(card);
  REQUIRE(card.send("80D40100 15 F9 F0 0A 05 33" + kOldKey) == "9000");
  return card;
}

struct Trace {
  std::map<std::string, nlohmann::json> rows;

  Trace() {
    const auto file =
        nlohmann::json::parse(base::read_text_file(WELLKEY_SOURCE_DIR "/tests/vectors/card.json"));
    for (const auto& row : file.at("verified")) rows[row.at("id")] = row;
  }

  std::string in(const std::string& id, const char* name) const {
    return rows.at(id).at("inputs").at(name).get<std::string>();
  }

  std::string out(const std::string& id, const char* name) const {
    return rows.at(id).at("outputs").at(name).get<std::string>();
  }

  // The command as it was recorded, after the challenge as it was recorded.
  std::string replay(RawCard& card, const std::string& id) const {
    card.draw_next(in(id, "challenge"));
    REQUIRE(card.send("0084000004") == in(id, "challenge") + "9000");
    return card.send(in(id, "command"));
  }
};

}  // namespace

TEST_CASE("WRITE KEY data: each field where it stands, in both makers' forms") {
  const auto control = entry({0x01, 0x00}, "F9F0AA0A33" + kNewKey);
  CHECK(control.header.type == KeyType::kAuthenticate);
  CHECK(control.header.updating == Protection::kEncipheredMac);
  CHECK(control.header.use_right == 0xF0);
  CHECK(control.header.change_right == 0xAA);
  CHECK(control.header.post_state == 0x0A);
  CHECK(control.header.counter == 0x33);
  CHECK(hex_of(control.value) == kNewKey);

  const auto purchase = entry({0x01, 0x02}, "3EF0020105" + kNewKey);
  CHECK(purchase.header.type == KeyType::kPurchase);
  CHECK(purchase.header.updating == Protection::kPlain);
  CHECK(purchase.header.version == 0x01);
  CHECK(purchase.header.algorithm == 0x05);
  CHECK(purchase.header.counter == 0x33);
  CHECK(purchase.number == 0x02);

  const auto line = entry({0x36, 0x00}, "76F00AFF53" + kNewKey);
  CHECK(line.header.updating == Protection::kMac);
  CHECK(line.header.counter == 0x53);
  CHECK(line.header.post_state == 0x00);

  const auto pin = entry({0x01, 0x00}, "3AF0EF0133123456");
  CHECK(pin.header.type == KeyType::kPin);
  CHECK(pin.header.post_state == 0x01);
  CHECK(pin.header.change_right == 0xEF);
  CHECK(hex_of(pin.value) == "123456");

  const auto huada = entry({0x07, 0x01}, "01003305" + kNewKey);
  CHECK(huada.header.type == KeyType::kLoad);
  CHECK(huada.number == 0x01);
  CHECK(huada.header.version == 0x01);
  CHECK(huada.header.counter == 0x33);
  CHECK(huada.header.post_state == 0x05);
  CHECK(huada.header.updating == Protection::kEncipheredMac);
  CHECK(entry({0x03, 0x01}, "01003300" + kNewKey).number == 0x11);

  for (const auto& header :
       {control.header, purchase.header, line.header, pin.header, huada.header})
    CHECK(card::layout::decode_key_header(encode(header)) == header);
}

TEST_CASE("WRITE KEY data that no key can have are refused") {
  struct Row {
    KeyTarget target;
    std::string data;
  };

  const Row kRows[] = {
      {{0x01, 0x00}, "33F0F00A33" + kNewKey},              // no such type
      {{0x01, 0x00}, "B9F0F00A33" + kNewKey},              // modifier 80 alone
      {{0x39, 0x00}, "3EF0F00100" + kNewKey},              // another type than P1 says
      {{0x01, 0x00}, "3FF0F001001122334455667788"},        // a load key of 8 bytes
      {{0x01, 0x00}, "3AF0EF013312"},                      // a PIN of one byte
      {{0x01, 0x00}, "39F0F00A35" + kNewKey},              // five tries left of three
      {{0x01, 0x00}, "39F0F00A00" + kNewKey},              // none of none
      {{0x01, 0x01}, "34F0F00100" + kNewKey},              // a second TAC key
      {{0x39, 0x00}, "01003300" + kNewKey.substr(0, 30)},  // 19 bytes
      {{0x02, 0x00}, "01003300" + kNewKey},                // no such Huada type
  };
  for (const auto& row : kRows) {
    CAPTURE(row.data);
    CHECK_THROWS_AS(entry(row.target, row.data), base::Error);
  }
}

TEST_CASE("an error counter byte: tries at most and left, FF counts nothing") {
  using namespace card::layout;
  CHECK(counted_down(0x33) == 0x32);
  CHECK(counted_down(0x31) == 0x30);
  CHECK(counted_down(0x30) == 0x30);
  CHECK(counted_down(0xFF) == 0xFF);
  CHECK(restored(0x31) == 0x33);
  CHECK(restored(0x5F) == 0x55);
  CHECK(restored(0xFF) == 0xFF);
  CHECK(is_exhausted(0x30));
  CHECK_FALSE(is_exhausted(0x31));
  CHECK_FALSE(is_exhausted(0xFF));
}

TEST_CASE("a key enters under the add right, once, while there is room") {
  RawCard card;
  make_directory(card);
  CHECK(card.send("80D40100 15 39 F0 0A 05 33" + kOldKey) == "9000");
  CHECK(card.send("80D40100 15 39 F0 0A 05 33" + kOldKey) == "6A86");
  CHECK(card.send("80D40101 0D 39 F0 0A 05 33 0102030405060708") == "9000");
  CHECK(card.send("80D40101 0E 39 F0 0A 05 33 010203040506070809") == "6A80");
  CHECK(card.send("80D40102 15 33 F0 0A 05 33" + kOldKey) == "6A80");
  CHECK(card.send("80D43E01 15 3E F0 0A 01 00" + kOldKey) == "6A88");
  for (const char* number : {"01", "02", "03", "04", "05", "06", "07", "08", "09", "0A", "0B", "0C",
                             "0D", "0E", "0F", "10", "11", "12"})
    CHECK(card.send(std::string("80D401") + number + "15 3E F0 0A 01 00" + kOldKey) == "9000");
  CHECK(card.send("80D40113 15 3E F0 0A 01 00" + kOldKey) == "6A84");
  card.reset();
  card.send("00A40000 02 3F01");
  CHECK(card.send("80D40102 15 30 F0 0A 01 00" + kOldKey) == "6982");
}

TEST_CASE("a key is changed in the way its type demands, under the control key") {
  auto card = card_with_control_key();
  REQUIRE(card.send("80D40101 15 3F F0 0A 01 00" + kOldKey) == "9000");
  REQUIRE(card.send("80D40101 15 7E F0 0A 01 00" + kOldKey) == "9000");
  REQUIRE(card.send("80D40101 15 FD F0 0A 01 00" + kOldKey) == "9000");
  REQUIRE(card.send("80D40100 08 3A F0 EF 01 33 123456") == "9000");
  CHECK(card.send("80D43F01 15 3F F0 0A 02 00" + kNewKey) == "9000");
  CHECK(card.send("80D47E01 15 7E F0 0A 02 00" + kNewKey) == "6987");
  CHECK(card.send("80D4FD01 15 FD F0 0A 02 00" + kNewKey) == "6987");
  CHECK(card.send("80D43A00 08 3A F0 EF 01 33 654321") == "6982");
  CHECK(card.send(kOldKey, "84D47E01 15 7E F0 0A 02 00" + kNewKey, kMac) == "9000");
  CHECK(card.send(kOldKey, "84D4FD01 15 FD F0 0A 02 00" + kNewKey, kBoth) == "9000");
  CHECK(card.send(kOldKey, "84D4FD01 15 FE F0 0A 02 00" + kNewKey, kBoth) == "6A80");
  CHECK(card.send(kNewKey, "84D4FD01 15 FD F0 0A 03 00" + kOldKey, kBoth) == "6988");
  CHECK(card.send("84D4FD01 1C" + std::string(56, '0')) == "6984");
  SUBCASE("a control key changes itself, and the old one is worth nothing") {
    CHECK(card.send(kOldKey, "84D4F900 15 F9 F0 0A 05 33" + kNewKey, kBoth) == "9000");
    CHECK(card.authenticate(kOldKey) == "63C2");
    CHECK(card.authenticate(kNewKey) == "9000");
  }
  SUBCASE("a protected command adds a key that is not there") {
    CHECK(card.send(kOldKey, "84D40101 15 FC F0 0A 01 00" + kNewKey, kBoth) == "9000");
    CHECK(card.send(kOldKey, "84D40101 15 FC F0 0A 01 00" + kNewKey, kBoth) == "6A86");
  }
  SUBCASE("two more wrong MACs block the control key") {
    for (int i = 0; i < 2; ++i)
      CHECK(card.send(kNewKey, "84D4FD01 15 FD F0 0A 03 00" + kOldKey, kBoth) == "6988");
    CHECK(card.send(kOldKey, "84D4FD01 15 FD F0 0A 03 00" + kOldKey, kBoth) == "6983");
  }
}

TEST_CASE("EXTERNAL AUTHENTICATE: the state it reaches, and its counter across a power cut [R14]") {
  auto card = card_with_control_key();
  REQUIRE(card.send("80D40101 15 39 F5 0A 07 22" + kNewKey) == "9000");
  REQUIRE(card.send("80E00010 07 28 0004 77 F0 FF FF") == "9000");
  CHECK(card.authenticate(kNewKey, "01") == "6982");
  CHECK(card.authenticate(kOldKey) == "9000");
  CHECK(card.authenticate(kNewKey, "02") == "6A88");
  CHECK(card.authenticate(kOldKey, "01") == "63C1");
  CHECK(card.send("00B0900000") == "6982");
  CHECK(card.authenticate(kNewKey, "01") == "9000");
  CHECK(card.send("00B0900000") == "000000009000");
  card.send("00A40000 02 3F01");
  CHECK(card.send("00B0900000") == "6982");
  CHECK(card.authenticate(kOldKey) == "9000");
  CHECK(card.authenticate(kOldKey, "01") == "63C1");
  card.reset();
  card.send("00A40000 02 3F01");
  CHECK(card.authenticate(kOldKey) == "9000");
  CHECK(card.authenticate(kOldKey, "01") == "63C0");
  CHECK(card.authenticate(kNewKey, "01") == "6983");
  CHECK(card.send("00820000 08 0000000000000000") == "6984");
}

TEST_CASE("INTERNAL AUTHENTICATE: published vectors, answered by a card [R13]") {
  const Trace trace;
  RawCard card;
  make_directory(card);
  const auto write = [&](const char* type, const std::string& id) {
    const auto key = trace.in(id, "key");
    REQUIRE(card.send("80D40101 0D " + std::string(type) + " F0 0A 01 01" + key) == "9000");
  };
  write("30", "intauth-des-enc");
  write("31", "intauth-des-dec");
  write("32", "intauth-des-mac");
  const auto ask = [&](const char* p1, const std::string& id) {
    return card.send("0088" + std::string(p1) + "01 08" + trace.in(id, "data"));
  };
  CHECK(ask("00", "intauth-des-enc") == trace.out("intauth-des-enc", "result") + "9000");
  CHECK(ask("01", "intauth-des-dec") == trace.out("intauth-des-dec", "result") + "9000");
  CHECK(ask("02", "intauth-des-mac") == trace.out("intauth-des-mac", "mac4") + "9000");
  CHECK(card.send("00880002 08 0102030405060708") == "6A88");
  CHECK(card.send("00880001 09 010203040506070809") == "6700");
  CHECK(card.send("00880301 08 0102030405060708") == "6A86");
}

TEST_CASE("EXTERNAL AUTHENTICATE: published vectors, accepted by a card [R14]") {
  const Trace trace;
  RawCard card;
  card.draw_next(trace.in("extauth-3des-41424344", "challenge"));
  card.send("0084000004");
  CHECK(card.send("00820000 08" + trace.out("extauth-3des-41424344", "apdu_data")) == "9000");
  make_directory(card);
  REQUIRE(card.send("80D40101 0D 39 F0 0A 07 33" + trace.in("extauth-des-1", "key")) == "9000");
  card.draw_next(trace.in("extauth-des-1", "challenge"));
  card.send("0084000004");
  CHECK(card.send("00820001 08" + trace.out("extauth-des-1", "apdu_data")) == "9000");
}

TEST_CASE("the key loading of a real card's personalisation, command by command [R14]") {
  const Trace trace;
  RawCard card;
  REQUIRE(card.authenticate(kTransportKey) == "9000");
  CHECK(trace.replay(card, "sm-real-01") == "9000");
  CHECK(card.authenticate(trace.in("sm-real-03", "key")) == "9000");
  card.reset();
  CHECK(card.authenticate(kTransportKey) == "63C2");

  RawCard issued;
  REQUIRE(issued.authenticate(kTransportKey) == "9000");
  CHECK(trace.replay(issued, "sm-real-01") == "9000");
  CHECK(trace.replay(issued, "sm-real-03") == "9000");
  REQUIRE(issued.send("80E03F01 0D 38 0400 0A 0A 95 FFFF 5445535431") == "9000");
  issued.send("00A40000 02 3F01");
  REQUIRE(issued.send("80E00000 07 3F 0200 95 0A FFFF") == "9000");
  for (const char* id : {"sm-real-05", "sm-real-07", "sm-real-09", "sm-real-11", "sm-real-13",
                         "sm-real-15", "sm-real-17", "sm-real-19"}) {
    CAPTURE(id);
    CHECK(trace.replay(issued, id) == "9000");
  }
  CHECK(issued.authenticate(trace.in("sm-real-07", "key")) == "9000");
  CHECK(trace.replay(issued, "sm-real-05") == "6988");

  RawCard script;
  CHECK(trace.replay(script, "sm-perso-1") == "9000");
  CHECK(script.authenticate("31323334353637383132333435363738") == "9000");
}

TEST_CASE("file updates and the application block of real cards, command by command") {
  const Trace trace;
  RawCard card;
  make_directory(card);
  const auto line_key = [&](const char* number, const std::string& id) {
    REQUIRE(card.send("80D401" + std::string(number) + "15 36 F0 0A FF 33" + trace.in(id, "key")) ==
            "9000");
  };
  line_key("01", "sm-real-21");
  line_key("02", "sm-perso-3");
  REQUIRE(card.send("80E00011 07 A8 0040 F0 F0 FF FE") == "9000");
  REQUIRE(card.send("80E00005 07 A8 0040 F0 F0 FF FD") == "9000");
  CHECK(trace.replay(card, "sm-real-21") == "9000");
  CHECK(trace.replay(card, "sm-perso-3") == "9000");
  CHECK(card.send("00B0910010") == trace.in("sm-real-21", "command").substr(10, 32) + "9000");
  CHECK(card.send("00B0850010") == trace.in("sm-perso-3", "command").substr(10, 32) + "9000");

  RawCard blocked;
  REQUIRE(blocked.authenticate(kTransportKey) == "9000");
  REQUIRE(blocked.send("80D40100 15 36 F0 0A FF 33" + trace.in("sm-real-23", "key")) == "9000");
  CHECK(trace.replay(blocked, "sm-real-23") == "9000");
  CHECK(blocked.send("00A40000 02 3F00").substr(46) == "6A81");
}

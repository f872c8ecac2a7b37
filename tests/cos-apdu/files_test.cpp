// Files of every type: what CREATE FILE says of them, and the commands that read and write them.
#include <doctest/doctest.h>

#include "base/core/error.h"
#include "cos-apdu/layout/file_header.h"
#include "tests/cos-apdu/issued_cards.h"
#include "tests/cos-apdu/raw_card.h"

using namespace test;
using card::Protection;
using card::layout::decode_creation;
using card::layout::FileType;

namespace {

card::layout::FileHeader creation(const std::string& hex) {
  return decode_creation(0x0015, base::from_hex(hex));
}

constexpr auto kMac = Protection::kMac;
constexpr auto kBoth = Protection::kEncipheredMac;
constexpr auto kCipher = Protection::kEnciphered;

std::string hex_text(std::size_t bytes, const std::string& byte) {
  std::string out;
  for (std::size_t i = 0; i < bytes; ++i) out += byte;
  return out;
}

}  // namespace

TEST_CASE("CREATE FILE data of every type: each field where it stands, and back again") {
  const auto binary = creation("28001EF01AFFFF");
  CHECK(binary.type == FileType::kBinary);
  CHECK(binary.size == 30);
  CHECK(binary.read_access == 0xF0);
  CHECK(binary.write_access == 0x1A);
  CHECK(binary.writing == Protection::kPlain);
  CHECK(binary.is_read_freely());
  CHECK(card::layout::room_of(binary) == 41);

  const auto fixed = creation("2A0510F0F0FF70");
  CHECK(fixed.type == FileType::kFixed);
  CHECK(fixed.records == 5);
  CHECK(fixed.size == 16);
  CHECK_FALSE(fixed.is_read_freely());
  CHECK(fixed.read_key() == 3);
  CHECK(fixed.write_key() == 3);
  CHECK(card::layout::room_of(fixed) == 96);

  const auto cyclic = creation("2E0A17F0EFFFFE");
  CHECK(cyclic.type == FileType::kCyclic);
  CHECK(cyclic.records == 10);
  CHECK(cyclic.size == 23);
  CHECK(cyclic.write_access == 0xEF);
  CHECK(cyclic.read_key() == 0);
  CHECK(cyclic.write_key() == 1);
  CHECK(card::layout::room_of(cyclic) == 251);

  CHECK(creation("2C0080F0F0FFF9").read_key() == 1);
  CHECK(creation("2C0080F0F0FFF9").write_key() == 2);
  CHECK(creation("A8001EF0F0FFFF").writing == Protection::kMac);
  CHECK(creation("68001EF0F0FFFF").writing == Protection::kEnciphered);
  CHECK(creation("E8001EF0F0FFFF").writing == Protection::kEncipheredMac);
  CHECK(creation("EE0A17F0F0FFFF").type == FileType::kCyclic);

  const auto purse = creation("2F0208F100FF18");
  CHECK(purse.type == FileType::kPurse);
  CHECK(purse.read_access == 0xF1);
  CHECK(purse.linked_file == 0x18);
  CHECK(card::layout::room_of(purse) == 33);

  const auto keys = creation("3F0200950AFFFF");
  CHECK(keys.type == FileType::kKeys);
  CHECK(keys.size == 512);
  CHECK(keys.write_access == 0x0A);

  const auto directory = creation("3804000AAA95FFFFF0574B015055525345");
  CHECK(directory.type == FileType::kDirectory);
  CHECK(directory.size == 1024);
  CHECK(directory.read_access == 0x0A);
  CHECK(directory.write_access == 0xAA);
  CHECK(base::to_hex(directory.name) == "F0574B015055525345");

  for (const char* hex :
       {"28001EF01AFFFF", "2A0510F0F0FF70", "2E0A17F0EFFFFE", "2C0080F0F0FFF9", "68001EF0F0FFFF",
        "AA0510F0F0FF70", "2F0208F100FF18", "3F0200950AFFFF", "3804000AAA95FFFFF0574B015055525345"})
    CHECK(base::to_hex(encode_creation(creation(hex))) == hex);
}

TEST_CASE("CREATE FILE data that no file can have are refused") {
  for (const char* hex : {
           "29001EF0F0FFFF",                               // no such type
           "280000F0F0FFFF",                               // no bytes
           "2A0010F0F0FFFF", "2A0500F0F0FFFF",             // no records, records of no bytes
           "2E0117F0F0FFFF", "2EFF17F0F0FFFF",             // cyclic: two to 254 records
           "2F0108F000FF18", "AF0208F000FF18",             // purse: one size, no modifiers
           "3F0000950AFFFF",                               // no room for keys
           "3804000A0A95FFFF54455354",                     // a name of four bytes
           "28001EF0F0FF", "28001EF0F0FFFF00",             // too short, too long
           "BF0200950AFFFF", "B804000A0A95FFFF5445535431"  // modifiers where there are none
       }) {
    CAPTURE(hex);
    CHECK_THROWS_AS(creation(hex), base::Error);
  }
}

TEST_CASE("files are created in order, in their room, three directories deep, and under rights") {
  RawCard card;
  CHECK(card.send("80E00010 07 28 0010 F0 F0 FF FF") == "6982");
  CHECK(card.send("800E000000") == "6982");
  make_directory(card);
  CHECK(card.send("80E00010 07 28 0010 F0 F0 FF FF") == "9000");
  SUBCASE("an id, a short id and a name exist once") {
    CHECK(card.send("80E00010 07 28 0010 F0 F0 FF FF") == "6A86");
    CHECK(card.send("80E00030 07 28 0010 F0 F0 FF FF") == "6A86");
    CHECK(card.send("80E03F00 07 28 0010 F0 F0 FF FF") == "6A86");
    CHECK(card.send("80E03F02 0D 38 0080 0A 0A 95 FFFF 5445535431") == "6A86");
  }
  SUBCASE("wrong data and wrong length") {
    CHECK(card.send("80E00011 07 29 0010 F0 F0 FF FF") == "6A80");
    CHECK(card.send("80E00011 07 2E 01 10 F0 F0 FF FF") == "6A80");
    CHECK(card.send("80E00011 06 28 0010 F0 F0 FF") == "6700");
  }
  SUBCASE("room: 1024 bytes, of which 11 + 512 and 11 + 16 are taken") {
    CHECK(card.send("80E00011 07 28 01D0 F0 F0 FF FF") == "6A84");
    CHECK(card.send("80E00011 07 28 01CF F0 F0 FF FF") == "9000");
    CHECK(card.send("80E00012 07 28 0001 F0 F0 FF FF") == "6A84");
  }
  SUBCASE("a key file is the first file of its directory, and the only one") {
    CHECK(card.send("80E00001 07 3F 0010 95 0A FFFF") == "6985");
    CHECK(card.send("80E03F02 0D 38 0080 0A 0A 95 FFFF 5445535432") == "9000");
    card.send("00A40000 02 3F02");
    CHECK(card.send("80E00010 07 28 0010 F0 F0 FF FF") == "6985");
    CHECK(card.send("80E00000 07 3F 0010 95 0A FFFF") == "9000");
    CHECK(card.send("80E03F03 0D 38 0010 0A 0A 95 FFFF 5445535433") == "6A81");
  }
  SUBCASE("purses have the ids 0001 and 0002, in one directory of the card") {
    CHECK(card.send("80E00003 07 2F 0208 F0 00 FF 18") == "6A80");
    CHECK(card.send("80E00002 07 2F 0208 F0 00 FF 18") == "9000");
    CHECK(card.send("80E03F02 0D 38 0080 0A 0A 95 FFFF 5445535432") == "9000");
    card.send("00A40000 02 3F02");
    REQUIRE(card.send("80E00000 07 3F 0010 95 0A FFFF") == "9000");
    CHECK(card.send("80E00001 07 2F 0208 F0 00 FF 18") == "6A81");
  }
  SUBCASE("rights are those of the directory, and end with a reset") {
    card.reset();
    card.send("00A40000 02 3F01");
    CHECK(card.send("80E00011 07 28 0010 F0 F0 FF FF") == "6982");
    CHECK(card.send("800E000000") == "6982");
  }
  SUBCASE("ERASE DF empties the directory, with all below") {
    CHECK(card.send("800E000000") == "9000");
    CHECK(card.send("00B0900000") == "6A82");
    CHECK(card.send("80D40100 15 36 F0 0A FF 33 " + hex_text(16, "11")) == "6A82");
    CHECK(card.send("80E00000 07 3F 0200 95 0A FFFF") == "9000");
  }
}

TEST_CASE("SELECT: by id, by name, the next by name, and what it answers") {
  RawCard card;
  const std::string master = "6F15840E315041592E5359532E4444463031A5038801019000";
  CHECK(card.send("00A40000 02 3F00") == master);
  CHECK(card.send("00A4040000") == master);
  make_directory(card);
  REQUIRE(card.send("80E00015 07 28 001E F0 F0 FF FF") == "9000");
  REQUIRE(card.send("00D69500 02 AABB") == "9000");
  CHECK(card.send("00A40400 05 5445535431") ==
        "6F2A84055445535431A5219F0C1EAABB" + hex_text(28, "00") + "9000");
  CHECK(card.send("00A40000 02 0015") == "9000");
  CHECK(card.send("00B0000002") == "AABB9000");
  CHECK(card.send("00A40000 02 0016") == "6A82");
  CHECK(card.send("00A40402 05 5445535431") == "6A82");
  CHECK(card.send("00A40000 02 3F00") == master);
  CHECK(card.send("00A40402 04 54455354").substr(0, 18) == "6F2A84055445535431");
  CHECK(card.send("00A40400 05 5445535439") == "6A82");
}

TEST_CASE("a binary file: reading and writing inside it, and what is refused") {
  RawCard card;
  make_directory(card);
  REQUIRE(card.send("80E00010 07 28 0008 F0 F0 FF FF") == "9000");
  REQUIRE(card.send("80E00011 07 28 0008 AA EF FF FF") == "9000");
  CHECK(card.send("00B0900000") == "00000000000000009000");
  CHECK(card.send("00D69002 03 010203") == "9000");
  CHECK(card.send("00D09007 01 FF") == "9000");
  CHECK(card.send("00B0900000") == "00000102030000FF9000");
  CHECK(card.send("00B0900302") == "02039000");
  CHECK(card.send("00B0900009") == "6C08");
  CHECK(card.send("00B0900800") == "6B00");
  CHECK(card.send("00D69007 02 0102") == "6B00");
  CHECK(card.send("00B0910000") == "6982");
  CHECK(card.send("00D69100 01 00") == "6982");
  CHECK(card.send("00B0920000") == "6A82");
  CHECK(card.send("00B2018400") == "6981");
  CHECK(card.send("0084000004").size() == 12);
  CHECK(card.send("04D69000 05 0100000000") == "6985");
}

TEST_CASE("fixed records: appended until full, changed by number in their length") {
  RawCard card;
  make_directory(card);
  REQUIRE(card.send("80E00010 07 2A 02 03 F0 F0 FF FF") == "9000");
  CHECK(card.send("00B2018400") == "6A83");
  CHECK(card.send("00DC0184 03 010203") == "6A83");
  CHECK(card.send("00E20080 03 010203") == "9000");
  CHECK(card.send("00E20080 02 0102") == "6700");
  CHECK(card.send("00E20080 03 040506") == "9000");
  CHECK(card.send("00E20080 03 070809") == "6A84");
  CHECK(card.send("00DC0284 03 141516") == "9000");
  CHECK(card.send("00D20184 03 111213") == "9000");
  CHECK(card.send("00B2018400") == "1112139000");
  CHECK(card.send("00B2028400") == "1415169000");
  CHECK(card.send("00B2038400") == "6A83");
  CHECK(card.send("00B2008400") == "6A83");
  CHECK(card.send("00B2018000") == "6A86");
  CHECK(card.send("00B2018500") == "6A86");
  CHECK(card.send("00B0900000") == "6981");
}

TEST_CASE("cyclic records: the newest is record 1, the oldest makes room") {
  RawCard card;
  make_directory(card);
  REQUIRE(card.send("80E00010 07 2E 02 02 F0 F0 FF FF") == "9000");
  CHECK(card.send("00B2018400") == "6A83");
  CHECK(card.send("00E20080 02 0101") == "9000");
  CHECK(card.send("00DC0083 02 0202") == "9000");
  CHECK(card.send("00B2018400") == "02029000");
  CHECK(card.send("00B2028400") == "01019000");
  CHECK(card.send("00DC0083 02 0303") == "9000");
  CHECK(card.send("00B2018400") == "03039000");
  CHECK(card.send("00B2028400") == "02029000");
  CHECK(card.send("00B2038400") == "6A83");
  CHECK(card.send("00DC0184 02 0404") == "6A86");
  CHECK(card.send("00DC0083 03 040404") == "6700");
}

TEST_CASE("TLV records: by number and by tag, in the room of the file") {
  RawCard card;
  make_directory(card);
  REQUIRE(card.send("80E00010 07 2C 000A F0 F0 FF FF") == "9000");
  CHECK(card.send("00E20080 04 51020102") == "9000");
  CHECK(card.send("00E20080 04 52030102") == "6A80");
  CHECK(card.send("00E20080 03 5201AA") == "9000");
  CHECK(card.send("00E20080 04 53020000") == "6A84");
  CHECK(card.send("00B2528000") == "5201AA9000");
  CHECK(card.send("00B2018400") == "510201029000");
  CHECK(card.send("00B2538000") == "6A83");
  CHECK(card.send("00DC5280 06 5204AABBCCDD") == "9000");
  CHECK(card.send("00DC5280 07 5205AABBCCDDEE") == "6A84");
  CHECK(card.send("00DC5280 03 5101AA") == "6A80");
  CHECK(card.send("00B2528000") == "5204AABBCCDD9000");
}

TEST_CASE("a file with modifiers is written under its line protection key only") {
  RawCard card;
  make_directory(card);
  const std::string second = "202122232425262728292A2B2C2D2E2F";
  REQUIRE(card.send("80D40101 15 36 F0 0A FF 33" + second) == "9000");
  REQUIRE(card.send("80E00010 07 A8 0008 F0 F0 FF FF") == "9000");
  REQUIRE(card.send("80E00011 07 68 0008 F0 F0 FF FF") == "9000");
  REQUIRE(card.send("80E00012 07 E8 0008 F0 F0 FF FE") == "9000");
  REQUIRE(card.send("80E00013 07 EE 02 04 F0 F0 FF FF") == "9000");

  CHECK(card.send("00D69000 01 01") == "6987");
  CHECK(card.send("04D69000 05 0100000000") == "6984");
  CHECK(card.send(kLineKey, "04D69000 02 0102", kMac) == "9000");
  CHECK(card.send(kLineKey, "04D69100 02 0304", kCipher) == "9000");
  CHECK(card.send(second, "04D69200 02 0506", kBoth) == "9000");
  CHECK(card.send(kLineKey, "04DC009B 04 01020304", kBoth) == "9000");
  CHECK(card.send(kLineKey, "04E20098 04 05060708", kBoth) == "9000");
  CHECK(card.send("00B0900002") == "01029000");
  CHECK(card.send("00B0910002") == "03049000");
  CHECK(card.send("00B0920002") == "05069000");
  CHECK(card.send("00B2019C00") == "050607089000");

  CHECK(card.send(second, "04D69000 02 FFFF", kMac) == "6988");
  CHECK(card.send(kLineKey, "04D69200 02 FFFF", kBoth) == "6988");
  CHECK(card.send(second, "04D69200 02 FFFF", kMac) == "6988");
  CHECK(card.send("00B0900002") == "01029000");
}

TEST_CASE("a wrong MAC counts down the key before it is looked at, and three block it") {
  RawCard card;
  make_directory(card);
  REQUIRE(card.send("80E00010 07 A8 0008 F0 F0 FF FF") == "9000");
  const std::string wrong(32, '0');
  CHECK(card.send(wrong, "04D69000 02 0102", kMac) == "6988");
  card.reset();
  card.send("00A40000 02 3F01");
  CHECK(card.send(wrong, "04D69000 02 0102", kMac) == "6988");
  CHECK(card.send(kLineKey, "04D69000 02 0102", kMac) == "9000");
  for (int i = 0; i < 3; ++i) CHECK(card.send(wrong, "04D69000 02 0102", kMac) == "6988");
  CHECK(card.send(kLineKey, "04D69000 02 0102", kMac) == "6983");
}

TEST_CASE("a read with MAC or enciphered answers under the same challenge") {
  RawCard card;
  make_directory(card);
  REQUIRE(card.send("80E00010 07 28 0008 F0 F0 FF FF") == "9000");
  REQUIRE(card.send("80E00011 07 E8 0008 F0 F0 FF 7F") == "9000");
  REQUIRE(card.send("80E00012 07 2A 02 03 F0 F0 FF FF") == "9000");
  REQUIRE(card.send("00D69000 08 0102030405060708") == "9000");
  REQUIRE(card.send("00E20090 03 AABBCC") == "9000");
  REQUIRE(card.send(kLineKey, "04D69100 08 1112131415161718", kBoth) == "9000");
  const auto key = key_of_hex(kLineKey);
  const auto challenge = [&] { return base::from_hex(card.send("0084000004").substr(0, 8)); };
  const auto read = [&](const std::string& header, std::optional<base::Byte> wanted) {
    const card::SecureMessaging messaging(crypto::SuiteId::kTdes2, key, challenge());
    auto command = *card::decode_command(base::from_hex(header));
    command = wanted ? messaging.enciphered_read(command, *wanted) : messaging.with_mac(command);
    const auto answer = base::from_hex(card.send(base::to_hex(card::encode(command))));
    const ByteView all(answer);
    if (all.size() == 2) return base::to_hex(all);
    const auto data = all.first(all.size() - 2);
    if (!wanted) return base::to_hex(messaging.checked_answer(data));
    CHECK(data.size() == 8 + 4 + (*wanted > 7 ? 8 : 0));
    return hex_of(messaging.deciphered_answer(data));
  };
  CHECK(read("04B09000", std::nullopt) == "0102030405060708");
  CHECK(read("04B09005", std::nullopt) == "060708");
  CHECK(read("04B09000", base::Byte{6}) == "010203040506");
  CHECK(read("04B09102", base::Byte{4}) == "13141516");
  CHECK(read("04B20194", std::nullopt) == "AABBCC");
  CHECK(card.send("00B0910000") == "6987");
  CHECK(read("04B09100", std::nullopt) == "6985");
  CHECK(card.send("04B09000 04 00000000") == "6984");
  CHECK(card.send("0084000004").size() == 12);
  CHECK(card.send("04B09000 04 00000000") == "6988");
}

TEST_CASE("a native card reads under its maintenance key in every suite") {
  for (const auto suite :
       {crypto::SuiteId::kAes128, crypto::SuiteId::kTdes2, crypto::SuiteId::kSm4}) {
    const County county(suite);
    auto user = issue_user_card(county);
    const Bytes expected = card::read_file(user->session(), 0x15);
    const auto key = county.leaf(Purpose::kMaintenance, user_number(county).factor8());
    const auto read = [&](const crypto::Key& with, base::Byte wanted) {
      const card::SecureMessaging messaging(
          suite, with, card::get_challenge(user->session(), card::sm_challenge_bytes(suite)));
      const card::CommandApdu command{
          .name = "READ BINARY", .cla = 0x04, .ins = 0xB0, .p1 = 0x95, .p2 = 0x00};
      const auto response = user->session().send(
          wanted == 0 ? messaging.with_mac(command) : messaging.enciphered_read(command, wanted));
      if (!response.status.is_ok()) return card::format(response.status);
      if (wanted != 0)
        return std::to_string(messaging.deciphered_answer(response.data).size()) + " bytes";
      return base::to_hex(messaging.checked_answer(response.data));
    };
    CHECK(read(key, 0) == base::to_hex(expected));
    CHECK(read(key, 10) == "10 bytes");
    CHECK(read(county.leaf(Purpose::kLoad, user_number(county).factor8()), 0) == "6988");
  }
}

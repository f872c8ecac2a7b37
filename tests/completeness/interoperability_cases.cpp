// The conversations: card reference §3.1, §3.6, §7.1 to §7.4. Answers of INTERNAL and EXTERNAL
// AUTHENTICATE are published vectors (tests/vectors/card.json), MACs and TAC of the overdraft limit
// come from the second implementation in tests/suites.
#include "tests/completeness/interoperability_cases.h"

#include <array>

#include <doctest/doctest.h>

#include "tests/completeness/trial.h"
#include "tests/cos-apdu/raw_card.h"

namespace completeness {
namespace {

using card::Protection;

constexpr std::string_view kControlKey = "2122232425262728292A2B2C2D2E2F30";

// Directory 3F01 in master state A: binary files 10 and 11, fixed record files 12 and 13 with one
// record, the second of each to be written under the line key; the deposit purse with its records.
constexpr std::array kPreparation = {
    "80D40100 15 F9 F0 0A 0A 33 2122232425262728292A2B2C2D2E2F30",
    "80D40101 0D 39 F0 0A 07 33 0102030405060708",
    "80D40101 0D 30 F0 0A 01 01 1122334455667788",
    "80D40101 0D 31 F0 0A 01 01 1122334455667788",
    "80D40101 0D 32 F0 0A 01 01 1122334455667788",
    "80D40100 08 3A F0 EF 01 33 123456",
    "80D40100 15 34 F0 0A 01 00 E1E2E3E4E5E6E7E8F1F2F3F4F5F6F7F8",
    "80D40101 15 3C F0 0A 01 00 6162636465666768696A6B6C6D6E6F70",
    "80E00010 07 28 0008 F0 F0 FF FF",
    "80E00011 07 A8 0008 F0 F0 FF FF",
    "80E00012 07 2A 02 03 F0 F0 FF FF",
    "80E00013 07 AA 02 03 F0 F0 FF FF",
    "80E00018 07 2E 0A 17 F0 EF FF FF",
    "80E00001 07 2F 0208 F0 00 FF 18",
    "00E20090 03 010203",
};

constexpr auto kMac = Protection::kMac;
constexpr std::string_view kLine = test::kLineKey;

}  // namespace

std::span<const Conversation> accepting_conversations() {
  // clang-format off
  static const std::vector<Conversation> kConversations = {
      {"00 20 00 xx VERIFY PIN", "", {}, "00200000 03 123456", "9000"},
      {"00 82 00 xx EXTERNAL AUTHENTICATE", "BB83BFF3", {"0084000004"}, "00820001 08 74B0047DD681D96C", "9000"},
      {"00 88 00 xx INTERNAL AUTHENTICATE", "", {}, "00880001 08 0102030405060708", "178F59F8578E0D3F 9000"},
      {"00 88 01 xx INTERNAL AUTHENTICATE", "", {}, "00880101 08 178F59F8578E0D3F", "0102030405060708 9000"},
      {"00 88 02 xx INTERNAL AUTHENTICATE", "", {}, "00880201 08 0102030405060708", "A82A8CEB 9000"},
      // The directory has no file 15 to show in its FCI.
      {"00 A4 04 02 SELECT next by name", "", {"00A40000 02 3F00"}, "00A40402 04 54455354", "6F09 8405 5445535431 A500 9000"},
      {"00 D0 xx xx UPDATE BINARY", "", {}, "00D09002 03 010203", "9000", "00B0900000", "0000 010203 000000 9000"},
      {"00 D6 xx xx UPDATE BINARY", "", {}, "00D69005 03 010203", "9000", "00B0900000", "0000000000 010203 9000"},
      {"04 D0 xx xx UPDATE BINARY protected", "", {}, "04D09102 02 0102", "9000", "00B0910004", "0000 0102 9000", kLine, kMac},
      {"04 D6 xx xx UPDATE BINARY protected", "", {}, "04D69100 02 0102", "9000", "00B0910004", "0102 0000 9000", kLine, kMac},
      {"00 D2 xx xx UPDATE RECORD", "", {}, "00D20194 03 111213", "9000", "00B2019400", "111213 9000"},
      {"00 DC xx xx UPDATE RECORD", "", {}, "00DC0194 03 141516", "9000", "00B2019400", "141516 9000"},
      {"04 D2 xx xx UPDATE RECORD protected", "", {}, "04D2019C 03 212223", "9000", "00B2019C00", "212223 9000", kLine, kMac},
      {"04 DC xx xx UPDATE RECORD protected", "", {}, "04DC019C 03 242526", "9000", "00B2019C00", "242526 9000", kLine, kMac},
      {"00 E2 xx xx APPEND RECORD", "", {}, "00E20090 03 040506", "9000", "00B2029400", "040506 9000"},
      {"04 E2 xx xx APPEND RECORD protected", "", {}, "04E20098 03 040506", "9000", "00B2029C00", "040506 9000", kLine, kMac},
      {"80 5E 01 xx PIN CHANGE", "", {}, "805E0100 07 123456FF654321", "9000", "00200000 03 654321", "9000"},
      {"80 D4 xx xx WRITE KEY", "", {}, "80D40101 15 3E F0 0A 01 00 000102030405060708090A0B0C0D0E0F", "9000",
       "80D40101 15 3E F0 0A 01 00 000102030405060708090A0B0C0D0E0F", "6A86"},
      {"84 D4 xx xx WRITE KEY protected", "", {}, "84D40101 15 FF F0 0A 01 00 000102030405060708090A0B0C0D0E0F", "9000",
       "80D40101 15 3F F0 0A 01 00 000102030405060708090A0B0C0D0E0F", "6A86", kControlKey, Protection::kEncipheredMac},
      {"80 E0 xx xx CREATE FILE", "", {}, "80E00014 07 28 0004 F0 F0 FF FF", "9000", "00B0940000", "00000000 9000"},
      {"80 0E 00 00 ERASE DF", "", {}, "800E000000", "9000", "00B0900000", "6A82"},
      {"80 50 04 01 INITIALIZE FOR UPDATE", "01020304", {}, "80500401 07 01 000000001001",
       "00000000 0000 000000 01 00 01020304 1758C4EC 9000"},
      {"80 58 00 00 UPDATE OVERDRAW LIMIT", "01020304", {"80500401 07 01 000000001001"},
       "80580000 0E 000300 20260715 083000 9F68C050", "C0CB0F7F 9000", "805C000104", "00000300 9000"},
  };
  // clang-format on
  return kConversations;
}

std::span<const Conversation> refusing_conversations() {
  // clang-format off
  static const std::vector<Conversation> kConversations = {
      {"a file that is written under a MAC takes no plain data", "", {}, "00D69100 01 01", "6987"},
      {"two records are in the file, and that is all it holds", "", {"00E20090 03 040506"}, "00E20090 03 070809", "6A84"},
      {"the directory has no room for so large a file", "", {}, "80E00014 07 28 0400 F0 F0 FF FF", "6A84"},
  };
  // clang-format on
  return kConversations;
}

std::string joined(std::string_view spaced) {
  std::string out(spaced);
  std::erase(out, ' ');
  return out;
}

Said converse(const Conversation& conversation) {
  test::RawCard card;
  test::make_directory(card);
  for (const auto* command : kPreparation) REQUIRE(card.send(command) == "9000");
  REQUIRE(card.send(std::string(kLine), "04E20098 03 010203", kMac) == "9000");
  card.draw_next(std::string(conversation.draws));
  for (const auto command : conversation.before) card.send(std::string(command));
  const std::string apdu(conversation.apdu);
  Said said;
  said.answer = conversation.protection == Protection::kPlain
                    ? card.send(apdu)
                    : card.send(std::string(conversation.key), apdu, conversation.protection);
  const auto word = bytes_of_hex(said.answer.substr(said.answer.size() - 4));
  words_seen().insert(card::StatusWord::of(word[0], word[1]).value());
  if (!conversation.after.empty()) said.after = card.send(std::string(conversation.after));
  return said;
}

}  // namespace completeness

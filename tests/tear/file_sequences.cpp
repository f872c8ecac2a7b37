// Files of an interoperability card: binary, fixed, cyclic and TLV files, written in clear, enciphered,
// under a MAC and enciphered under a MAC, by each command that may; and reading that counts tries.
#include "tests/tear/interoperability_card.h"

namespace tear {

namespace {

using interoperability::kPlainBinary;
using interoperability::kPlainCyclic;
using interoperability::kPlainFixed;

// Type byte 28, 2A, 2C, 2E: + 80 MAC, + 40 enciphered, + C0 both.
constexpr Byte kPlainTlv = 0x10;
constexpr Byte kMacTlv = 0x11;
constexpr Byte kBareTlv = 0x12;
constexpr Byte kEncipheredTlv = interoperability::kEncipheredTlv;
constexpr Byte kBareBinary = 0x13;
constexpr Byte kBareFixed = 0x14;
constexpr Byte kBareCyclic = 0x17;

// Records of eight bytes, in a TLV file tag1 length1 value.
const Bytes& content() {
  static const Bytes bytes = base::from_hex("A106A3A4A5A6A7A8");
  return bytes;
}

constexpr Byte kTag = 0xA1;

card::CommandApdu on(Byte ins, Byte p1, unsigned p2) {
  return {.name = "FILE", .cla = 0x00, .ins = ins, .p1 = p1, .p2 = static_cast<Byte>(p2)};
}

constexpr unsigned short_id(Byte file) {
  return static_cast<unsigned>(file) << 3U;
}

// A command that writes the content, and the one that reads it back.
struct FileRow {
  std::string name;
  Protection protection;
  card::CommandApdu write;
  card::CommandApdu read;
};

// P2 of the commands on records.
constexpr unsigned kByTag = 0x00;
constexpr unsigned kPrevious = 0x03;
constexpr unsigned kByNumber = 0x04;

FileRow binary(std::string name, Byte ins, Byte file, Protection protection) {
  const auto p1 = static_cast<Byte>(0x80U | file);
  return {std::move(name), protection, on(ins, p1, 0).with(content()),
          on(0xB0, p1, 0).expect(static_cast<std::uint32_t>(content().size()))};
}

FileRow fixed(std::string name, Byte ins, Byte file, Protection protection) {
  return {std::move(name), protection, on(ins, 0x02, short_id(file) | kByNumber).with(content()),
          on(0xB2, 0x02, short_id(file) | kByNumber).expect(card::kShortLe)};
}

// One more record, the newest; by UPDATE RECORD as the previous one.
FileRow cyclic(std::string name, Byte ins, Byte file, Protection protection) {
  constexpr Byte kAppend = 0xE2;
  return {std::move(name), protection,
          on(ins, 0x00, short_id(file) | (ins == kAppend ? 0U : kPrevious)).with(content()),
          on(0xB2, 0x01, short_id(file) | kByNumber).expect(card::kShortLe)};
}

FileRow tlv(std::string name, Byte ins, Byte p1, unsigned p2, Protection protection) {
  return {std::move(name), protection, on(ins, p1, p2).with(content()),
          on(0xB2, kTag, (p2 & ~7U) | kByTag).expect(card::kShortLe)};
}

constexpr auto kClear = Protection::kPlain;
constexpr auto kMac = Protection::kMac;
constexpr auto kBare = Protection::kEnciphered;
constexpr auto kBoth = Protection::kEncipheredMac;

std::vector<FileRow> fixed_length_rows() {
  using interoperability::kEncipheredBinary;
  using interoperability::kMacBinary;
  using interoperability::kMacCyclic;
  using interoperability::kMacFixed;
  return {binary("a file in clear", 0xD6, kPlainBinary, kClear),
          binary("a file under a MAC", 0xD6, kMacBinary, kMac),
          binary("a file enciphered", 0xD6, kBareBinary, kBare),
          binary("a file enciphered under a MAC", 0xD6, kEncipheredBinary, kBoth),
          binary("a file in clear, D0", 0xD0, kPlainBinary, kClear),
          binary("a file under a MAC, D0", 0xD0, kMacBinary, kMac),
          binary("a file enciphered, D0", 0xD0, kBareBinary, kBare),
          fixed("a record in clear", 0xDC, kPlainFixed, kClear),
          fixed("a record under a MAC", 0xDC, kMacFixed, kMac),
          fixed("a record enciphered", 0xDC, kBareFixed, kBare),
          fixed("a record in clear, D2", 0xD2, kPlainFixed, kClear),
          fixed("a record under a MAC, D2", 0xD2, kMacFixed, kMac),
          fixed("a record enciphered, D2", 0xD2, kBareFixed, kBare),
          cyclic("one more record in clear", 0xE2, kPlainCyclic, kClear),
          cyclic("one more record under a MAC", 0xE2, kMacCyclic, kMac),
          cyclic("one more record enciphered", 0xE2, kBareCyclic, kBare),
          cyclic("the previous record in clear", 0xDC, kPlainCyclic, kClear),
          cyclic("the previous record under a MAC", 0xDC, kMacCyclic, kMac)};
}

// A TLV file has one record under the tag and grows by its change.
std::vector<FileRow> tlv_rows() {
  constexpr Byte kFirst = 0x01;
  return {tlv("a TLV record in clear, by tag", 0xDC, kTag, short_id(kPlainTlv) | kByTag, kClear),
          tlv("a TLV record in clear, by number", 0xD2, kFirst, short_id(kPlainTlv) | kByNumber,
              kClear),
          tlv("a TLV record under a MAC", 0xDC, kTag, short_id(kMacTlv) | kByTag, kMac),
          tlv("a TLV record enciphered", 0xDC, kFirst, short_id(kBareTlv) | kByNumber, kBare),
          tlv("a TLV record enciphered under a MAC", 0xD2, kTag, short_id(kEncipheredTlv) | kByTag,
              kBoth)};
}

std::vector<FileRow> new_tlv_rows() {
  return {tlv("one more TLV record in clear", 0xE2, 0x00, short_id(kPlainTlv), kClear),
          tlv("one more TLV record under a MAC", 0xE2, 0x00, short_id(kMacTlv), kMac),
          tlv("one more TLV record enciphered", 0xE2, 0x00, short_id(kBareTlv), kBare),
          tlv("one more TLV record enciphered under a MAC", 0xE2, 0x00, short_id(kEncipheredTlv),
              kBoth)};
}

void write(card::Session& session, Protection protection, const card::CommandApdu& command) {
  const auto sent = under(protection, command);
  check(sent, send_with(session, KeyType::kLine, sent, protection));
}

struct NewFile {
  Byte id;
  Bytes data;
};

// The files that the issuer's card lacks, with two records of zeros in the fixed one.
std::vector<Placed> with_more_files(const interoperability::Card& card) {
  return after(one(card), [](Table& table) {
    auto& session = table.session(0);
    interoperability::select(session, Directory::kMaster);
    interoperability::authenticate(
        session, interoperability::key_of(Directory::kMaster, KeyType::kAuthenticate));
    interoperability::select(session, Directory::kPurse);
    for (const NewFile& file : {NewFile{kPlainTlv, {0x2C, 0x00, 0x40, 0xF0, 0xF0, 0xFF, 0xFF}},
                                NewFile{kMacTlv, {0xAC, 0x00, 0x40, 0xF0, 0xF0, 0xFF, 0xFF}},
                                NewFile{kBareTlv, {0x6C, 0x00, 0x40, 0xF0, 0xF0, 0xFF, 0xFF}},
                                NewFile{kBareBinary, {0x68, 0x00, 0x10, 0xF0, 0xF0, 0xFF, 0xFF}},
                                NewFile{kBareFixed, {0x6A, 0x04, 0x08, 0xF0, 0xF0, 0xFF, 0xFF}},
                                NewFile{kBareCyclic, {0x6E, 0x04, 0x08, 0xF0, 0xF0, 0xFF, 0xFF}}})
      session.expect_ok(card::CommandApdu{
          .name = "CREATE FILE", .cla = 0x80, .ins = 0xE0, .p1 = 0x00, .p2 = file.id}
                            .with(file.data));
    for (int record = 0; record < 2; ++record)
      write(session, kBare, on(0xE2, 0x00, short_id(kBareFixed)).with(Bytes(8)));
  });
}

std::vector<Placed> with_tlv_records(const std::vector<Placed>& cards) {
  return after(cards, [](Table& table) {
    auto& session = table.session(0);
    interoperability::select(session, Directory::kPurse);
    const Bytes shorter{kTag, 0x01, 0xEE};
    const Bytes neighbour{0xB2, 0x02, 0xEE, 0xEE};
    for (const auto& row : new_tlv_rows())
      for (const Bytes& record : {shorter, neighbour}) {
        auto append = row.write;
        append.data.assign(record.begin(), record.end());
        write(session, row.protection, append);
      }
  });
}

Sequence writing(const std::vector<Placed>& cards, const FileRow& row) {
  return scripted("write " + row.name, cards, [row](Table& table) {
    const auto read = [&table, row] {
      interoperability::select(table.session(0), Directory::kPurse);
      const auto answer = table.session(0).send(row.read);
      return std::pair(answer.status.value(), answer.data);
    };
    const auto written = std::pair(card::status::kOk.value(), content());
    return Steps{[&table, row] {
                   interoperability::select(table.session(0), Directory::kPurse);
                   write(table.session(0), row.protection, row.write);
                 },
                 [read, written] { return ending_if(read() == written); },
                 [read, written, before = read()](Ending ending, Findings& findings) {
                   findings.expect(read() == (ending == Ending::kHappened ? written : before),
                                   "neither the old content nor the new one");
                 }};
  });
}

unsigned line_tries(Table& table) {
  return tries_of(table, kPurseKeys, KeyType::kLine);
}

// The wrong MAC counts before it is looked at, the right one gives the tries back.
Sequence reading_under_a_mac(const std::vector<Placed>& cards, std::string name,
                             const card::CommandApdu& read) {
  const auto once_wrong = after(cards, [read](Table& table) {
    enter_purse(table.session(0));
    interoperability::send(
        table.session(0), interoperability::key_of(Directory::kMaster, KeyType::kLine), read, kMac);
  });
  return scripted(std::move(name), once_wrong, [read](Table& table) {
    return Steps{[&table, read] {
                   interoperability::select(table.session(0), Directory::kPurse);
                   check(read, send_with(table.session(0), KeyType::kLine, read, kMac));
                 },
                 [&table] { return ending_if(line_tries(table) == 3); },
                 [&table](Ending ending, Findings& findings) {
                   const auto left = line_tries(table);
                   findings.expect(ending == Ending::kHappened || left == 1 || left == 2,
                                   "a cut gave a try back");
                 }};
  });
}

// 6A80 for what does not decipher: without a MAC it is the padding alone that tells.
Sequence wrong_cipher(const std::vector<Placed>& cards) {
  return scripted("a wrong cipher without a MAC", cards, [](Table& table) {
    return Steps{[&table] {
                   interoperability::select(table.session(0), Directory::kPurse);
                   card::get_challenge(table.session(0), 4);
                   const auto p1 = static_cast<Byte>(0x80U | kBareBinary);
                   table.session(0).send(under(kBare, on(0xD6, p1, 0)).with(Bytes(8)));
                 },
                 [&table] { return ending_if(line_tries(table) == 2); },
                 [&table](Ending ending, Findings& findings) {
                   findings.expect(line_tries(table) == (ending == Ending::kHappened ? 2U : 3U),
                                   "tries");
                 }};
  });
}

}  // namespace

std::vector<Sequence> file_sequences() {
  const auto cards = with_more_files(*interoperability::issue());
  std::vector<Sequence> sequences;
  for (const auto& row : fixed_length_rows()) sequences.push_back(writing(cards, row));
  for (const auto& row : new_tlv_rows()) sequences.push_back(writing(cards, row));
  const auto filled = with_tlv_records(cards);
  for (const auto& row : tlv_rows()) sequences.push_back(writing(filled, row));
  sequences.push_back(wrong_cipher(cards));
  const auto p1 = static_cast<Byte>(0x80U | kPlainBinary);
  sequences.push_back(reading_under_a_mac(cards, "read a file under a MAC, right after a wrong one",
                                          under(kMac, on(0xB0, p1, 0))));
  sequences.push_back(
      reading_under_a_mac(cards, "read a record under a MAC, right after a wrong one",
                          under(kMac, on(0xB2, 0x01, short_id(kPlainFixed) | kByNumber))));
  return sequences;
}

}  // namespace tear

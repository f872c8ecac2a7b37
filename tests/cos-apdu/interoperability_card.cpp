// The issuer's steps.
#include "tests/cos-apdu/interoperability_card.h"

#include <array>

#include "base/core/card_number.h"
#include "base/core/error.h"
#include "base/crypto/hash.h"
#include "cos-apdu/card_commands.h"
#include "cos-apdu/layout/purse_files.h"
#include "cos-apdu/virtual/interoperability.h"

namespace test::interoperability {
namespace {

using crypto::SuiteId;

constexpr std::uint16_t kMasterFile = 0x3F00;
constexpr std::uint16_t kPurseDirectory = 0x3F01;
constexpr Byte kControl = 0x00;
constexpr Byte kAdd = 0x01;
constexpr Byte kRecords = 2;

// Data of WRITE KEY in front of the key.
struct KeyRow {
  Directory directory;
  Byte number;
  std::array<Byte, 5> head;
};

// The control keys come last: from then on it is they that protect WRITE KEY.
constexpr std::array kKeys = {
    KeyRow{Directory::kMaster, 0x00, {0xF6, 0xF0, 0xAA, 0xFF, 0x33}},
    KeyRow{Directory::kPurse, 0x00, {0xF6, 0xF0, 0x0A, 0xFF, 0x33}},
    KeyRow{Directory::kPurse, 0x00, {0xF7, 0xF0, 0x0A, 0xFF, 0x33}},
    KeyRow{Directory::kPurse, 0x00, {0xF8, 0xF0, 0x0A, 0xFF, 0x33}},
    KeyRow{Directory::kPurse, 0x00, {0x3A, 0xF0, 0xEF, 0x01, 0x33}},
    KeyRow{Directory::kPurse, 0x00, {0xF4, 0xF0, 0x0A, 0x01, 0x00}},
    KeyRow{Directory::kPurse, 0x01, {0xFE, 0xF0, 0x0A, 0x01, 0x00}},
    KeyRow{Directory::kPurse, 0x01, {0xFF, 0xF1, 0x0A, 0x01, 0x00}},
    KeyRow{Directory::kPurse, 0x01, {0xFD, 0xF1, 0x0A, 0x01, 0x00}},
    KeyRow{Directory::kPurse, 0x01, {0xFC, 0xF1, 0x0A, 0x01, 0x00}},
    KeyRow{Directory::kPurse, kInternalKey, {0x30, 0xF0, 0x0A, 0x01, 0x00}},
    KeyRow{Directory::kPurse, kInternalKey, {0x72, 0xF0, 0x0A, 0x01, 0x00}},
    KeyRow{Directory::kPurse, kInternalKey, {0xF1, 0xF0, 0x0A, 0x01, 0x00}},
    KeyRow{Directory::kPurse, kControl, {0xF9, 0xF0, 0x0A, 0x0A, 0x33}},
};

struct FileRow {
  std::uint16_t id;
  std::array<Byte, 7> creation;
};

constexpr std::array kFiles = {
    FileRow{0x0015, {0xA8, 0x00, 0x1E, 0xF0, 0x0A, 0xFF, 0xFF}},
    FileRow{0x0018, {0x2E, 0x0A, 0x17, 0xF0, 0xEF, 0xFF, 0xFF}},
    FileRow{0x0001, {0x2F, 0x02, 0x08, 0xF1, 0x00, 0xFF, 0x18}},
    FileRow{0x0002, {0x2F, 0x02, 0x08, 0xF0, 0x00, 0xFF, 0x18}},
    FileRow{kPlainBinary, {0x28, 0x00, kBinaryBytes, 0xF0, 0xF0, 0xFF, 0xFF}},
    FileRow{kMacBinary, {0xA8, 0x00, kBinaryBytes, 0xF0, 0xF0, 0xFF, 0xFF}},
    FileRow{kEncipheredBinary, {0xE8, 0x00, kBinaryBytes, 0xF0, 0xF0, 0xFF, 0xFF}},
    FileRow{kPlainFixed, {0x2A, 0x04, kRecordBytes, 0xF0, 0xF0, 0xFF, 0xFF}},
    FileRow{kMacFixed, {0xAA, 0x04, kRecordBytes, 0xF0, 0xF0, 0xFF, 0xFF}},
    FileRow{kPlainCyclic, {0x2E, 0x04, kRecordBytes, 0xF0, 0xF0, 0xFF, 0xFF}},
    FileRow{kMacCyclic, {0xAE, 0x04, kRecordBytes, 0xF0, 0xF0, 0xFF, 0xFF}},
    FileRow{kEncipheredTlv, {0xEC, 0x00, 0x40, 0xF0, 0xF0, 0xFF, 0xFF}},
};

Bytes purse_name() {
  return base::from_hex("F0574B015055525345");
}

card::CommandApdu command(std::string_view name, Byte cla, Byte ins, std::uint16_t params) {
  return {.name = name,
          .cla = cla,
          .ins = ins,
          .p1 = static_cast<Byte>(params >> 8U),
          .p2 = static_cast<Byte>(params)};
}

void select_file(card::Session& session, std::uint16_t id) {
  session.expect_ok(command("SELECT", 0x00, 0xA4, 0x0000)
                        .with(Bytes{static_cast<Byte>(id >> 8U), static_cast<Byte>(id)}));
}

// What an earlier try left is left: a key or file that stands is no error.
void made(const card::CommandApdu& sent, card::StatusWord word) {
  if (!word.is_ok() && word != card::status::kWrongP1P2) card::refuse(sent, word);
}

void create(card::Session& session, std::uint16_t id, ByteView data) {
  const auto sent = command("CREATE FILE", 0x80, 0xE0, id).with(data);
  made(sent, session.send(sent).status);
}

Bytes key_data(const KeyRow& row) {
  const auto type = static_cast<KeyType>(row.head[0] & 0x3FU);
  Bytes data(row.head.begin(), row.head.end());
  const Bytes value =
      type == KeyType::kPin ? base::from_hex(kPin) : key_bytes(row.directory, type, row.number);
  data.insert(data.end(), value.begin(), value.end());
  return data;
}

void write_key(card::Session& session, std::uint16_t params, const Bytes& data,
               const crypto::Key& control, KeyTravel travel) {
  const bool clear = travel == KeyTravel::kClear;
  const auto sent = command("WRITE KEY", clear ? 0x80 : 0x84, 0xD4, params).with(data);
  made(sent, send(session, control, sent, clear ? Protection::kPlain : Protection::kEncipheredMac));
}

void write_keys(card::Session& session, Directory directory, const crypto::Key& control,
                KeyTravel travel) {
  for (const auto& row : kKeys)
    if (row.directory == directory)
      write_key(session, static_cast<std::uint16_t>(kAdd << 8U | row.number), key_data(row),
                control, travel);
}

const Bytes& control_data() {
  static const Bytes data =
      key_data({Directory::kMaster, kControl, {0xF9, 0xF0, 0x0A, 0x0A, 0x33}});
  return data;
}

// A fixed file has the records that were appended.
void append_records(card::Session& session, Byte file, const crypto::Key& line,
                    Protection protection) {
  const auto short_id = static_cast<std::uint16_t>(static_cast<unsigned>(file) << 3U);
  for (unsigned number = 1; number <= kRecords; ++number) {
    const auto read = command("READ RECORD", 0x00, 0xB2,
                              static_cast<std::uint16_t>(number << 8U | short_id | 4U));
    if (session.send(read).status != card::status::kRecordNotFound) continue;
    const bool clear = protection == Protection::kPlain;
    const auto append =
        command("APPEND RECORD", clear ? 0x00 : 0x04, 0xE2, short_id).with(Bytes(kRecordBytes));
    if (const auto word = send(session, line, append, protection); !word.is_ok())
      card::refuse(append, word);
  }
}

Bytes information() {
  const auto county = base::CountyCode::parse("410122");
  return encode(card::layout::ApplicationInfo{.county = county,
                                              .number = base::CardNumber::of(county, 17, 1)});
}

}  // namespace

Bytes key_bytes(Directory directory, KeyType type, Byte number, Byte version) {
  const auto hash =
      crypto::sha256(Bytes{static_cast<Byte>(directory), static_cast<Byte>(type), number, version});
  return {hash.begin(), hash.begin() + crypto::kKeyBytes};
}

crypto::Key key_of(Directory directory, KeyType type, Byte number, Byte version) {
  return base::SecretBytes::copy_of(key_bytes(directory, type, number, version));
}

void select(card::Session& session, Directory directory) {
  if (directory == Directory::kMaster)
    select_file(session, kMasterFile);
  else
    card::select_by_name(session, purse_name());
}

bool authenticate(card::Session& session, const crypto::Key& key) {
  const auto challenge = card::get_challenge(session, 8);
  return session
      .send(command("EXTERNAL AUTHENTICATE", 0x00, 0x82, 0x0000)
                .with(crypto::authentication_cryptogram(SuiteId::kTdes2, key, challenge)))
      .status.is_ok();
}

card::StatusWord send(card::Session& session, const crypto::Key& key,
                      const card::CommandApdu& command, Protection protection) {
  if (protection == Protection::kPlain) return session.send(command).status;
  const auto challenge = card::get_challenge(session, 4);
  const card::SecureMessaging messaging(SuiteId::kTdes2, key, challenge);
  return session.send(messaging.protect(command, protection)).status;
}

// False when the master file has no control key at all.
bool Station::authenticate_at(card::Session& session) {
  for (int guess = 0; guess < 2; ++guess) {
    const bool ours = control_ == Control::kOfIssuer;
    if (authenticate(session, ours ? key_of(Directory::kMaster, KeyType::kAuthenticate)
                                   : card::chip::usual_transport_key()))
      return true;
    control_ = ours ? Control::kOfMaker : Control::kOfIssuer;
  }
  return false;
}

// An empty key file, and the issuer's control key as the first in it.
void Station::begin_anew(card::Session& session) {
  if (authenticate_at(session)) session.expect_ok(command("ERASE DF", 0x80, 0x0E, 0x0000));
  const auto keys = command("CREATE FILE", 0x80, 0xE0, 0x0000)
                        .with(Bytes{0x3F, 0x00, 0x50, 0x01, 0xAA, 0xFF, 0xFF});
  const auto word = session.send(keys).status;
  const bool stands = word == card::status::kSecurityNotSatisfied;
  if (!word.is_ok() && !stands) card::refuse(keys, word);
  control_ = Control::kOfIssuer;
  write_key(session, kAdd << 8U, control_data(), key_of(Directory::kMaster, KeyType::kAuthenticate),
            KeyTravel::kClear);
}

// The issuer's control key in the place of the maker's.
void Station::take_over(card::Session& session) {
  authenticate_at(session);
  if (control_ == Control::kOfIssuer) return;
  control_ = Control::kOfIssuer;
  write_key(session, 0xF900, control_data(), card::chip::usual_transport_key(),
            KeyTravel::kEnciphered);
}

void Station::personalise(card::Session& session, KeyTravel travel) {
  const auto master = key_of(Directory::kMaster, KeyType::kAuthenticate);
  const auto control = key_of(Directory::kPurse, KeyType::kAuthenticate);
  select(session, Directory::kMaster);
  if (travel == KeyTravel::kClear)
    begin_anew(session);
  else
    take_over(session);
  if (!authenticate(session, master))
    base::fail(base::Fault::kWrongState, "the card has another control key");
  write_keys(session, Directory::kMaster, master, travel);
  Bytes directory{0x38, 0x08, 0x00, 0x0A, 0x0A, 0x95, 0xFF, 0xFF};
  const Bytes name = purse_name();
  directory.insert(directory.end(), name.begin(), name.end());
  create(session, kPurseDirectory, directory);
  select(session, Directory::kPurse);
  create(session, 0x0000, Bytes{0x3F, 0x02, 0x00, 0x95, 0x0A, 0xFF, 0xFF});
  write_keys(session, Directory::kPurse, authenticate(session, control) ? control : master, travel);
  for (const auto& row : kFiles) create(session, row.id, row.creation);
  const auto line = key_of(Directory::kPurse, KeyType::kLine);
  append_records(session, kPlainFixed, line, Protection::kPlain);
  append_records(session, kMacFixed, line, Protection::kMac);
  const auto sent = command("UPDATE BINARY", 0x04, 0xD6, 0x9500).with(information());
  if (const auto word = send(session, line, sent, Protection::kMac); !word.is_ok())
    card::refuse(sent, word);
}

bool is_personalised(card::Session& session) {
  try {
    select(session, Directory::kPurse);
    return card::read_file(session, kInformation) == information();
  } catch (const card::Refusal&) {
    return false;
  }
}

Card::Card() {
  const auto serial = derivation::Serial8::of(derivation::CardKind::kUser, 17);
  const Bytes made = card::chip::interoperability_image(serial, card::chip::usual_transport_key());
  medium_ = std::make_shared<base::WipedBytes>(made.begin(), made.end());
  chip_ = std::make_unique<card::chip::Chip>(std::make_unique<card::chip::MemoryStorage>(medium_));
  link_ = std::make_unique<support::WatchedLink>(*chip_);
  session_ = std::make_unique<card::Session>(*link_);
  link_->reset();
}

std::unique_ptr<Card> issue() {
  auto card = std::make_unique<Card>();
  Station().personalise(card->session(), KeyTravel::kEnciphered);
  return card;
}

}  // namespace test::interoperability

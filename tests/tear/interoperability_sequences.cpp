// An interoperability card: personalised by CREATE FILE and WRITE KEY, its keys written in each way
// that they may be protected, its PIN.
#include "base/crypto/cipher.h"
#include "tests/tear/interoperability_card.h"

namespace tear {

namespace {

using interoperability::KeyTravel;

constexpr Byte kNextVersion = 2;

Sequence personalising(std::string name, KeyTravel travel) {
  return scripted(std::move(name), one(interoperability::Card()), [travel](Table& table) {
    const auto station = std::make_shared<interoperability::Station>();
    const auto is_done = [&table] { return interoperability::is_personalised(table.session(0)); };
    return Steps{[&table, station, travel] { station->personalise(table.session(0), travel); },
                 [is_done] { return ending_if(is_done()); },
                 [is_done](Ending ending, Findings& findings) {
                   findings.expect(is_done() == (ending == Ending::kHappened), "information");
                 }};
  });
}

// One of the keys that INTERNAL AUTHENTICATE uses: its type byte as WRITE KEY has it, and P1.
struct KeyRow {
  std::string name;
  Byte type;
  Byte p1;
  Protection protection;
  Bytes (*answer)(const crypto::Key& key, ByteView data);
};

Bytes encrypted(const crypto::Key& key, ByteView data) {
  return crypto::ecb(crypto::Cipher::kTdes2, crypto::Direction::kEncrypt, key, data);
}

Bytes decrypted(const crypto::Key& key, ByteView data) {
  return crypto::ecb(crypto::Cipher::kTdes2, crypto::Direction::kDecrypt, key, data);
}

Bytes mac_of(const crypto::Key& key, ByteView data) {
  Bytes mac = crypto::retail_mac(key, Bytes(8), data);
  mac.resize(4);
  return mac;
}

Bytes data_of_key(Byte type, Bytes head, Byte number) {
  const auto value = interoperability::key_bytes(
      Directory::kPurse, static_cast<KeyType>(type & 0x3FU), number, kNextVersion);
  head.insert(head.begin(), type);
  head.insert(head.end(), value.begin(), value.end());
  return head;
}

// With the master file's control key authenticated, as the change rights ask.
void write_next_key(card::Session& session, Byte type, Byte number, const Bytes& data,
                    Protection protection) {
  interoperability::select(session, Directory::kMaster);
  interoperability::authenticate(
      session, interoperability::key_of(Directory::kMaster, KeyType::kAuthenticate));
  interoperability::select(session, Directory::kPurse);
  const auto sent = under(
      protection,
      card::CommandApdu{.name = "WRITE KEY", .cla = 0x80, .ins = 0xD4, .p1 = type, .p2 = number}
          .with(data));
  check(sent, interoperability::send(
                  session, interoperability::key_of(Directory::kPurse, KeyType::kAuthenticate),
                  sent, protection));
}

Sequence replacing(const interoperability::Card& card, const KeyRow& row) {
  const Bytes asked = base::from_hex("0102030405060708");
  return scripted("replace a key, " + row.name, one(card), [row, asked](Table& table) {
    const auto answered = [&table, row, asked] {
      interoperability::select(table.session(0), Directory::kPurse);
      card::CommandApdu ask{.name = "INTERNAL AUTHENTICATE",
                            .ins = 0x88,
                            .p1 = row.p1,
                            .p2 = interoperability::kInternalKey};
      return table.session(0).expect_ok(ask.with(asked));
    };
    const auto expected = [row, asked](Byte version) {
      const auto type = static_cast<KeyType>(row.type & 0x3FU);
      return row.answer(interoperability::key_of(Directory::kPurse, type,
                                                 interoperability::kInternalKey, version),
                        asked);
    };
    return Steps{[&table, row] {
                   const auto data = data_of_key(row.type, {0xF0, 0x0A, kNextVersion, 0x00},
                                                 interoperability::kInternalKey);
                   write_next_key(table.session(0), row.type, interoperability::kInternalKey, data,
                                  row.protection);
                 },
                 [answered, expected] { return ending_if(answered() == expected(kNextVersion)); },
                 [answered, expected](Ending ending, Findings& findings) {
                   const Byte version = ending == Ending::kHappened ? kNextVersion : 1;
                   findings.expect(answered() == expected(version),
                                   "neither the old key nor the new one");
                 }};
  });
}

// The key that protects the others changes itself.
Sequence replacing_control(const interoperability::Card& card) {
  return scripted("replace the control key", one(card), [](Table& table) {
    const auto is_active = [&table](Byte version) {
      interoperability::select(table.session(0), Directory::kPurse);
      return interoperability::authenticate(
          table.session(0),
          interoperability::key_of(Directory::kPurse, KeyType::kAuthenticate, 0, version));
    };
    return Steps{[&table] {
                   const auto data = data_of_key(0xF9, {0xF0, 0x0A, 0x0A, 0x33}, 0);
                   write_next_key(table.session(0), 0xF9, 0, data, Protection::kEncipheredMac);
                 },
                 [is_active, asked = OldOrNew()]() mutable {
                   return asked.ask([&] { return is_active(1); },
                                    [&] { return is_active(kNextVersion); });
                 },
                 [is_active](Ending ending, Findings& findings) {
                   findings.expect(is_active(ending == Ending::kHappened ? kNextVersion : 1),
                                   "neither control key");
                 }};
  });
}

Sequence wrong_cryptogram(const interoperability::Card& card) {
  return scripted("a wrong cryptogram at an interoperability card", one(card), [](Table& table) {
    const auto tries = [&table] { return tries_of(table, kMasterKeys, KeyType::kAuthenticate); };
    return Steps{[&table] {
                   interoperability::authenticate(
                       table.session(0),
                       interoperability::key_of(Directory::kMaster, KeyType::kLine));
                 },
                 [tries] { return ending_if(tries() == 2); },
                 [tries](Ending ending, Findings& findings) {
                   findings.expect(tries() == (ending == Ending::kHappened ? 2U : 3U), "tries");
                 }};
  });
}

constexpr std::string_view kNewPin = "654321";
constexpr std::string_view kWrongPin = "000000";

bool is_pin(Table& table, std::string_view digits) {
  interoperability::select(table.session(0), Directory::kPurse);
  return card::verify_pin(table.session(0), test::secret(digits)).right();
}

unsigned pin_tries(Table& table) {
  return tries_of(table, kPurseKeys, KeyType::kPin);
}

std::vector<Placed> after_wrong_pins(const interoperability::Card& card, int times) {
  Table table(one(card), sound_memory);
  for (int at = 0; at < times; ++at) is_pin(table, kWrongPin);
  return {{"user card", table.card(0).image()}};
}

Sequence wrong_pin(const interoperability::Card& card, int earlier) {
  const auto before = 3U - static_cast<unsigned>(earlier);
  const std::string which = earlier == 2 ? ", for the last time" : "";
  return scripted("a wrong PIN at an interoperability card" + which,
                  after_wrong_pins(card, earlier), [before](Table& table) {
                    return Steps{
                        [&table] { is_pin(table, kWrongPin); },
                        [&table, before] { return ending_if(pin_tries(table) == before - 1); },
                        [&table, before](Ending ending, Findings& findings) {
                          const bool happened = ending == Ending::kHappened;
                          findings.expect(pin_tries(table) == before - (happened ? 1 : 0), "tries");
                        }};
                  });
}

Sequence changing_pin(const interoperability::Card& card) {
  return scripted("change the PIN of an interoperability card", one(card), [](Table& table) {
    const auto is_old = [&table] { return is_pin(table, interoperability::kPin); };
    const auto is_new = [&table] { return is_pin(table, kNewPin); };
    return Steps{
        [&table] {
          interoperability::select(table.session(0), Directory::kPurse);
          card::change_pin(table.session(0), test::secret(interoperability::kPin),
                           test::secret(kNewPin));
        },
        [is_old, is_new, asked = OldOrNew()]() mutable { return asked.ask(is_old, is_new); },
        [is_old, is_new](Ending ending, Findings& findings) {
          findings.expect(ending == Ending::kHappened ? is_new() : is_old(),
                          "neither the old PIN nor the new one");
        }};
  });
}

// By the issuer, on a card whose tries are used up.
Sequence new_pin(const interoperability::Card& card, std::string name,
                 void (*give)(card::Session& session, const Bytes& pin)) {
  return scripted(std::move(name), after_wrong_pins(card, 3), [give](Table& table) {
    return Steps{[&table, give] {
                   interoperability::select(table.session(0), Directory::kPurse);
                   give(table.session(0), base::from_hex(kNewPin));
                 },
                 [&table] { return ending_if(pin_tries(table) > 0 && is_pin(table, kNewPin)); },
                 [&table](Ending ending, Findings& findings) {
                   findings.expect(pin_tries(table) == (ending == Ending::kHappened ? 3U : 0U),
                                   "tries");
                 }};
  });
}

void unblock(card::Session& session, const Bytes& pin) {
  const auto sent = card::CommandApdu{.name = "PIN UNBLOCK", .cla = 0x84, .ins = 0x24}.with(pin);
  check(sent, interoperability::send(
                  session, interoperability::key_of(Directory::kPurse, KeyType::kPinUnblock), sent,
                  Protection::kEncipheredMac));
}

void reload(card::Session& session, const Bytes& pin) {
  const auto mac =
      crypto::tac4(crypto::SuiteId::kTdes2,
                   interoperability::key_of(Directory::kPurse, KeyType::kPinReload), pin);
  session.expect_ok(
      card::CommandApdu{.name = "RELOAD PIN", .cla = 0x80, .ins = 0x5E}.with(pin).with(mac));
}

}  // namespace

std::vector<Sequence> interoperability_sequences() {
  std::vector<Sequence> sequences;
  sequences.push_back(
      personalising("personalise an interoperability card, keys in clear", KeyTravel::kClear));
  sequences.push_back(personalising("personalise an interoperability card, keys enciphered",
                                    KeyTravel::kEnciphered));
  const auto card = interoperability::issue();
  for (const KeyRow& row :
       {KeyRow{"in clear", 0x30, 0x00, Protection::kPlain, encrypted},
        KeyRow{"under a MAC", 0x72, 0x02, Protection::kMac, mac_of},
        KeyRow{"enciphered", 0xF1, 0x01, Protection::kEncipheredMac, decrypted}})
    sequences.push_back(replacing(*card, row));
  sequences.push_back(replacing_control(*card));
  sequences.push_back(wrong_cryptogram(*card));
  sequences.push_back(wrong_pin(*card, 0));
  sequences.push_back(wrong_pin(*card, 2));
  sequences.push_back(changing_pin(*card));
  sequences.push_back(new_pin(*card, "unblock the PIN of an interoperability card", unblock));
  sequences.push_back(new_pin(*card, "reload the PIN of an interoperability card", reload));
  return sequences;
}

}  // namespace tear

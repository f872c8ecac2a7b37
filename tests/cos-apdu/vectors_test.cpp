// Every row of the published card vectors is computed anew, or named with the reason why not.
#include <map>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "base/core/durable_file.h"
#include "base/crypto/cipher.h"
#include "base/crypto/suite.h"
#include "cos-apdu/purse.h"
#include "cos-apdu/secure_messaging.h"

namespace {

using base::Bytes;
using base::ByteView;
using crypto::Cipher;
using crypto::Direction;
using crypto::SuiteId;

struct Row {
  nlohmann::json json;

  Bytes in(const char* name) const {
    return base::from_hex(json.at("inputs").at(name).get<std::string>());
  }

  std::string out(const char* name) const { return json.at("outputs").at(name).get<std::string>(); }

  crypto::Key key(const char* name) const { return base::SecretBytes::copy_of(in(name)); }

  bool asks(const char* name) const { return json.at("outputs").contains(name); }

  base::Amount amount(const char* name) const { return base::Amount::of_card(in(name)); }

  base::CardTime at() const { return {base::fixed<4>(in("date")), base::fixed<3>(in("time"))}; }

  card::purse::Order order() const {
    return {.amount = amount("amount"),
            .type = static_cast<card::TransactionType>(in("type").front()),
            .terminal = base::fixed<6>(in("terminal"))};
  }
};

// Session keys are secrets: they are compared by what they make of a zero block.
std::string des_of_zeros(const base::SecretBytes& key) {
  return base::to_hex(crypto::ecb(Cipher::kDes, Direction::kEncrypt, key, Bytes(8)));
}

std::string des_of_zeros(const std::string& key_hex) {
  return des_of_zeros(base::SecretBytes::copy_of(base::from_hex(key_hex)));
}

std::string mac(const base::SecretBytes& session, ByteView input) {
  return base::to_hex(crypto::mac4(SuiteId::kTdes2, session, input));
}

card::CommandApdu command_of(ByteView bytes) {
  const auto command = card::decode_command(bytes);
  REQUIRE(command.has_value());
  return *command;
}

void des_authentication(const Row& row) {
  Bytes block = row.in("challenge");
  block.resize(8);
  CHECK(base::to_hex(crypto::ecb(Cipher::kDes, Direction::kEncrypt, row.key("key"), block)) ==
        row.out("apdu_data"));
}

void tdes_authentication(const Row& row) {
  CHECK(base::to_hex(crypto::authentication_cryptogram(
            SuiteId::kTdes2, row.key("key"), row.in("challenge"))) == row.out("apdu_data"));
}

void des_encrypt(const Row& row) {
  CHECK(base::to_hex(crypto::ecb(Cipher::kDes, Direction::kEncrypt, row.key("key"),
                                 row.in("data"))) == row.out("result"));
}

void des_decrypt(const Row& row) {
  CHECK(base::to_hex(crypto::ecb(Cipher::kDes, Direction::kDecrypt, row.key("key"),
                                 row.in("data"))) == row.out("result"));
}

void des_mac(const Row& row) {
  CHECK(mac(row.key("key"), row.in("data")) == row.out("mac4"));
}

void load(const Row& row) {
  const auto order = row.order();
  const auto session = card::purse::online_session_key(SuiteId::kTdes2, row.key("DLK"),
                                                       base::fixed<4>(row.in("card_random")),
                                                       base::Reader(row.in("online_sn")).u16());
  CHECK(des_of_zeros(session) == des_of_zeros(row.out("SESLK")));
  CHECK(mac(session, card::purse::load_mac1_input(row.amount("old_balance"), order)) ==
        row.out("MAC1"));
  CHECK(mac(session, card::purse::load_mac2_input(order, row.at())) == row.out("MAC2"));
}

crypto::SecretBytes purchase_key(const Row& row) {
  return card::purse::purchase_session_key(
      SuiteId::kTdes2, row.key("DPK"), base::fixed<4>(row.in("card_random")),
      base::Reader(row.in("offline_sn")).u16(), base::Reader(row.in("terminal_sn")).u32());
}

void purchase(const Row& row) {
  const auto session = purchase_key(row);
  CHECK(des_of_zeros(session) == des_of_zeros(row.out("SESPK")));
  CHECK(mac(session, card::purse::debit_mac1_input(row.order(), row.at())) == row.out("MAC1"));
}

// The composite variant appends the card's security code to MAC1 alone.
void composite(const Row& row) {
  const auto session = purchase_key(row);
  const auto order = row.order();
  const Bytes plain = card::purse::debit_mac1_input(order, row.at());
  CHECK(des_of_zeros(session) == des_of_zeros(row.out("SESPK")));
  CHECK(mac(session, plain) != row.out("MAC1"));
  CHECK(mac(session, base::concat({plain, row.in("mac1_suffix")})) == row.out("MAC1"));
  CHECK(mac(session, card::purse::debit_mac2_input(order.amount)) == row.out("MAC2"));
  const auto tac =
      card::purse::debit_tac_input(order, base::Reader(row.in("terminal_sn")).u32(), row.at());
  CHECK(base::to_hex(crypto::tac4(SuiteId::kTdes2, row.key("DTK"), tac)) == row.out("TAC"));
}

void secure_messaging_mac(const Row& row) {
  const auto command = command_of(row.in("command"));
  const auto key = row.key("key");
  const card::SecureMessaging messaging(SuiteId::kTdes2, key, row.in("challenge"));
  const auto data = messaging.checked(command);
  REQUIRE(data.has_value());
  auto bare = command;
  bare.data = *data;
  const auto made = messaging.with_mac(bare);
  CHECK(base::to_hex(ByteView(made.data).last(4)) == row.out("mac4"));
}

void secure_messaging_key(const Row& row) {
  secure_messaging_mac(row);
  const auto command = command_of(row.in("command"));
  const auto key = row.key("key");
  const card::SecureMessaging messaging(SuiteId::kTdes2, key, row.in("challenge"));
  const Bytes framed = base::from_hex(row.out("plaintext"));
  REQUIRE(messaging.deciphered(command).has_value());
  auto bare = command;
  bare.data.assign(framed.begin() + 1, framed.begin() + 1 + framed.front());
  CHECK(base::equal(messaging.enciphered(bare).data, command.data));
}

void retail_mac(const Row& row) {
  CHECK(base::to_hex(crypto::retail_mac(row.key("key"), row.in("iv"), row.in("data"))) ==
        row.out("mac8"));
}

void sm4_block(const Row& row) {
  CHECK(base::to_hex(crypto::ecb(Cipher::kSm4, Direction::kEncrypt, row.key("key"),
                                 row.in("data"))) == row.out("ct"));
}

void key_wrap(const Row& row) {
  CHECK(base::to_hex(crypto::ecb(Cipher::kTdes2, Direction::kEncrypt, row.key("kek"),
                                 row.in("key"))) == row.out("wrapped"));
}

const std::map<std::string, void (*)(const Row&)> kKinds = {
    {"external_authenticate_des", des_authentication},
    {"external_authenticate_3des", tdes_authentication},
    {"internal_authenticate_des_encrypt", des_encrypt},
    {"internal_authenticate_des_decrypt", des_decrypt},
    {"des_cbc_mac4", des_mac},
    {"pboc_load", load},
    {"pboc_purchase", purchase},
    {"mohurd_composite_purchase", composite},
    {"secure_messaging_write_key", secure_messaging_key},
    {"secure_messaging_mac", secure_messaging_mac},
    {"retail_mac8", retail_mac},
    {"sm4_ecb", sm4_block},
    {"kek_wrap_3des_ecb", key_wrap},
};

// Rows that nothing here computes, each with its reason.
const std::map<std::string, std::string> kUnused = {
    {"tr31-a", "no TR-31 block exists here: keys travel in import blocks"},
};

}  // namespace

TEST_CASE(
    "published card vectors: every row holds, or is unused for a reason that is written down") {
  const auto file =
      nlohmann::json::parse(base::read_text_file(WELLKEY_SOURCE_DIR "/tests/vectors/card.json"));
  std::size_t used = 0;
  for (const auto& json : file.at("verified")) {
    const Row row{json};
    const auto id = json.at("id").get<std::string>();
    CAPTURE(id);
    if (kUnused.contains(id)) continue;
    const auto kind = kKinds.find(json.at("kind").get<std::string>());
    REQUIRE(kind != kKinds.end());
    kind->second(row);
    ++used;
  }
  CHECK(used + kUnused.size() == file.at("verified").size());
  CHECK(used == 25);
}

// Traces of a real card that the vector file does not hold: ConardLKL/ChangSha, load with TAC.
TEST_CASE("a real card's load: MAC1, MAC2 and TAC of its trace") {
  const auto key = base::SecretBytes::copy_of(base::from_hex("374598B5C0B0EAE1E1D06609AC5BB369"));
  const auto tac_key =
      base::SecretBytes::copy_of(base::from_hex("CAA6025290114BFCC3C9043F70F7A07A"));
  const card::purse::Order order{.amount = base::Amount::fen(0x1C37),
                                 .type = card::TransactionType::kLoadWallet,
                                 .terminal = {0x00, 0x00, 0x01, 0x00, 0x00, 0x50}};
  const base::CardTime at{{0x20, 0x14, 0x08, 0x25}, {0x10, 0x31, 0x00}};
  const auto session =
      card::purse::online_session_key(SuiteId::kTdes2, key, {0xCD, 0xEF, 0x4F, 0x20}, 0);
  CHECK(mac(session, card::purse::load_mac1_input({}, order)) == "06B1BEF5");
  CHECK(mac(session, card::purse::load_mac2_input(order, at)) == "0641DCD8");
  CHECK(base::to_hex(crypto::tac4(SuiteId::kTdes2, tac_key,
                                  card::purse::load_tac_input(order.amount, 0, order, at))) ==
        "ED0F8755");
}

// Computed by an independent program (Python, OpenSSL ciphers); no published grey-lock vector exists.
TEST_CASE("grey lock: MAC1, MAC2 and GMAC of an independent computation") {
  const auto key = base::SecretBytes::copy_of(base::from_hex("E058E06798EED4B65F46842D8D04D97A"));
  const auto session = card::purse::grey_session_key(SuiteId::kTdes2, key,
                                                     {.card_random = {0xA1, 0xB2, 0xC3, 0xD4},
                                                      .offline_sn = 5,
                                                      .terminal_sn = 0x42,
                                                      .terminal_random = {0x55, 0x66, 0x77, 0x88}});
  const card::TerminalNumber terminal{0x00, 0x00, 0x00, 0x00, 0x12, 0x34};
  const base::CardTime at{{0x20, 0x24, 0x07, 0x15}, {0x08, 0x30, 0x00}};
  CHECK(des_of_zeros(session) == des_of_zeros("9C62B9A6A5B93BC0"));
  CHECK(mac(session, card::purse::grey_lock_mac1_input(card::TransactionType::kGreyLockWallet,
                                                       terminal, at)) == "0BA17ED4");
  CHECK(mac(session, card::purse::grey_lock_mac2_input(base::Amount::fen(0x2710), 5)) ==
        "226C7B31");
  CHECK(mac(session, card::purse::gmac_input(base::Amount::fen(0x5DC))) == "61042FD2");
}

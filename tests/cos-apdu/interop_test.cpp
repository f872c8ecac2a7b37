// A user card of the tdes2 interoperability profile: from the maker's delivery through
// personalisation, in the order of cards on sale, to load and purchase.
#include <doctest/doctest.h>

#include "base/core/card_number.h"
#include "base/core/error.h"
#include "cos-apdu/card_commands.h"
#include "cos-apdu/layout/purse_files.h"
#include "cos-apdu/user_card.h"
#include "tests/cos-apdu/raw_card.h"

using namespace test;
using base::Amount;
using card::Protection;
using crypto::SuiteId;

namespace {

constexpr auto kMac = Protection::kMac;
constexpr auto kBoth = Protection::kEncipheredMac;
constexpr card::TerminalNumber kTerminal = {0x00, 0x00, 0x00, 0x00, 0x10, 0x01};
constexpr base::CardTime kAt{{0x20, 0x26, 0x07, 0x15}, {0x08, 0x30, 0x00}};

// The county's keys; the card's are diversified by its number.
const std::string kCountyLoad = "A1A2A3A4A5A6A7A8B1B2B3B4B5B6B7B8";
const std::string kCountyPurchase = "C1C2C3C4C5C6C7C8D1D2D3D4D5D6D7D8";
const std::string kCountyTac = "E1E2E3E4E5E6E7E8F1F2F3F4F5F6F7F8";
const std::string kMasterControl = "0102030405060708090A0B0C0D0E0F10";
const std::string kDirectoryControl = "1112131415161718191A1B1C1D1E1F20";
const std::string kLine = "2122232425262728292A2B2C2D2E2F30";
const std::string kUnblock = "3132333435363738393A3B3C3D3E3F40";
const std::string kReload = "4142434445464748494A4B4C4D4E4F50";
const std::string kUnload = "5152535455565758595A5B5C5D5E5F60";
const std::string kOverdraft = "6162636465666768696A6B6C6D6E6F70";

base::CardNumber number() {
  return base::CardNumber::of(base::CountyCode::parse("410122"), 17, 1);
}

crypto::Key leaf(const std::string& county_key) {
  return crypto::diversify(SuiteId::kTdes2, key_of_hex(county_key), number().factor8());
}

void ok(const std::string& answer) {
  REQUIRE(answer == "9000");
}

void write_directory_keys(RawCard& card) {
  ok(card.send("80D40100 15 F9 F0 0A 0A 33" + kDirectoryControl));
  ok(card.send("80D40100 15 F6 F0 0A FF 33" + kLine));
  ok(card.send("80D40100 15 F7 F0 0A FF 33" + kUnblock));
  ok(card.send("80D40100 15 F8 F0 0A FF 33" + kReload));
  ok(card.send("80D40100 08 3A F0 EF 01 33 123456"));
  ok(card.send("80D40100 15 F4 F0 0A 01 00" + hex_of(leaf(kCountyTac))));
  ok(card.send("80D40101 15 FE F0 0A 01 00" + hex_of(leaf(kCountyPurchase))));
  ok(card.send("80D40101 15 FF F1 0A 01 00" + hex_of(leaf(kCountyLoad))));
  ok(card.send("80D40101 15 FD F1 0A 01 00" + kUnload));
}

void write_files(RawCard& card) {
  ok(card.send("80E00015 07 A8 001E F0 0A FF FF"));
  ok(card.send("80E00016 07 A8 0027 F0 F0 FF FF"));
  ok(card.send("80E00018 07 2E 0A 17 F0 EF FF FF"));
  ok(card.send("80E00001 07 2F 0208 F1 00 FF 18"));
  ok(card.send("80E00002 07 2F 0208 F0 00 FF 18"));
  const auto info = encode(card::layout::ApplicationInfo{
      .county = base::CountyCode::parse("410122"), .number = number()});
  ok(card.send(kLine, "04D69500 1E" + base::to_hex(info), kMac));
}

enum class Credit { kNone, kAllowed };

// The order of card reference §7.6.
RawCard issue(Credit credit = Credit::kNone) {
  RawCard card;
  card.send("00A40000 02 3F00");
  ok(card.authenticate(kTransportKey));
  ok(card.send("800E000000"));
  ok(card.send("80E00000 07 3F 0050 01 AA FFFF"));
  ok(card.send("80D40100 15 F9 F0 AA 0A 33" + kMasterControl));
  ok(card.send("80D40100 15 F6 F0 AA FF 33" + kLine));
  ok(card.send("80E03F01 11 38 0800 0A 0A 95 FFFF F0574B015055525345"));
  card.send("00A40000 02 3F01");
  ok(card.send("80E00000 07 3F 0200 95 0A FFFF"));
  write_directory_keys(card);
  if (credit == Credit::kAllowed) ok(card.send("80D40101 15 FC F1 0A 01 00" + kOverdraft));
  write_files(card);
  card.reset();
  return card;
}

void select_purse(RawCard& card) {
  const std::string answer = card.send("00A40400 09 F0574B015055525345");
  REQUIRE(answer.substr(answer.size() - 4) == "9000");
}

card::Mac4 load(RawCard& card, Amount amount) {
  const auto init =
      card::init_load(card.session(), card::Purse::kWallet, card::kFirstKey, amount, kTerminal);
  const card::purse::Order order{
      .amount = amount, .type = card::TransactionType::kLoadWallet, .terminal = kTerminal};
  const auto session = card::purse::online_session_key(SuiteId::kTdes2, leaf(kCountyLoad),
                                                       init.key.random, init.online_sn);
  CHECK(init.mac1 ==
        crypto::mac4(SuiteId::kTdes2, session, card::purse::load_mac1_input(init.balance, order)));
  CHECK(init.key.version == 0x01);
  CHECK(init.key.algorithm == 0x00);
  const auto mac2 =
      crypto::mac4(SuiteId::kTdes2, session, card::purse::load_mac2_input(order, kAt));
  const auto tac = card::credit_load(card.session(), kAt, mac2);
  CHECK(tac == crypto::tac4(SuiteId::kTdes2, leaf(kCountyTac),
                            card::purse::load_tac_input(init.balance.plus(amount), init.online_sn,
                                                        order, kAt)));
  return tac;
}

}  // namespace

TEST_CASE("a card personalised in FMCOS order does a load and a purchase with its own keys [R14]") {
  auto card = issue();
  select_purse(card);
  CHECK(card.send("805C000204") == "000000009000");
  CHECK(card.send("80500002 0B 01 00002710 000000001001") == "6982");
  ok(card.send("00200000 03 123456"));
  load(card, Amount::fen(10000));
  CHECK(card.send("805C000204") == "000027109000");

  const auto init = card::init_purchase(card.session(), card::Purse::kWallet, card::kFirstKey,
                                        Amount::fen(2500), kTerminal);
  const card::purse::Order order{.amount = Amount::fen(2500),
                                 .type = card::TransactionType::kPurchaseWallet,
                                 .terminal = kTerminal};
  const auto session = card::purse::purchase_session_key(SuiteId::kTdes2, leaf(kCountyPurchase),
                                                         init.key.random, init.offline_sn, 0x42);
  const auto mac1 =
      crypto::mac4(SuiteId::kTdes2, session, card::purse::debit_mac1_input(order, kAt));
  const std::string debit = card.send("80540100 0F 00000042 20260715 083000" + base::to_hex(mac1));
  const auto tac = crypto::tac4(SuiteId::kTdes2, leaf(kCountyTac),
                                card::purse::debit_tac_input(order, 0x42, kAt));
  const auto mac2 =
      crypto::mac4(SuiteId::kTdes2, session, card::purse::debit_mac2_input(order.amount));
  CHECK(debit == base::to_hex(tac) + base::to_hex(mac2) + "9000");
  CHECK(card.send("805C000204") == "00001D4C9000");
  // The newest record: number 0001, 25.00 yuan, wallet purchase; the one before it the load.
  CHECK(card.send("00B201C417") == "0001000000000009C406000000001001202607150830009000");
  CHECK(card.send("00B202C417") == "00010000000000271002000000001001202607150830009000");
}

TEST_CASE("what a personalised card refuses: other keys, indexes, directories and a stranger") {
  auto card = issue();
  CHECK(card.send("805C000204") == "6A82");
  select_purse(card);
  CHECK(card.send("805C000104") == "6982");
  CHECK(card.send("80500102 0B 02 00000000 000000001001") == "9403");
  ok(card.send("00200000 03 123456"));
  CHECK(card.send("805C000104") == "000000009000");
  CHECK(card.send("80500002 0B 02 00000001 000000001001") == "9403");
  CHECK(card.send("80500401 07 01 000000001001") == "9403");
  CHECK(card.send("802C000000") == "6D00");
  CHECK(card.send("80E00010 07 28 0008 F0 F0 FF FF") == "6982");
  CHECK(card.send("800E000000") == "6982");
  CHECK(card.send("80D40102 15 3F F0 F0 01 00" + kUnload) == "6982");
  CHECK(card.send("00E200C0 17" + std::string(46, '0')) == "6982");
  CHECK(card.send(kLine, "04D69500 01 00", kMac) == "6982");
  CHECK(card.send(kDirectoryControl, "84D4FF01 15 FF F0 F0 02 00" + kUnload, kBoth) == "6982");
  CHECK(card.send("00B0800000") == "6A82");
}

TEST_CASE("an overdraft limit moves the deposit's balance with it, and never below zero [R20]") {
  auto card = issue(Credit::kAllowed);
  select_purse(card);
  CHECK(card.send("80500401 07 01 000000001001") == "6982");
  ok(card.send("00200000 03 123456"));
  CHECK(card.send("80500402 07 01 000000001001") == "6A86");
  CHECK(card.send("80500401 07 02 000000001001") == "9403");
  const auto key = key_of_hex(kOverdraft);
  const auto mac = [](const crypto::SecretBytes& session, const std::string& hex) {
    return crypto::mac4(SuiteId::kTdes2, session, base::from_hex(hex));
  };
  const auto open = [&] {
    const auto init = card::init_overdraft(card.session(), card::kFirstKey, kTerminal);
    return std::pair{init, card::purse::online_session_key(SuiteId::kTdes2, key, init.key.random,
                                                           init.online_sn)};
  };

  const auto [first, session] = open();
  CHECK(first.old_limit == 0);
  CHECK(first.mac1 == mac(session, "0000000000000007000000001001"));
  const auto tac = card::update_overdraft(card.session(), 0x300, kAt,
                                          mac(session, "0003000700000000100120260715083000"));
  CHECK(tac == crypto::tac4(SuiteId::kTdes2, leaf(kCountyTac),
                            base::from_hex("000003000000"
                                           "000300"
                                           "07"
                                           "000000001001"
                                           "20260715083000")));
  CHECK(card.send("805C000104") == "000003009000");
  CHECK(card.send("00B201C417") ==
        "0001000300000000000700000000100120260715083000"
        "9000");
  CHECK(card.send("805A0007 02 0000").substr(8) == base::to_hex(tac) + "9000");

  // Cash on credit: the balance holds the limit, so 2 of 3 are left to take.
  const auto cash = card::init_cash(card.session(), card::kFirstKey, Amount::fen(0x200), kTerminal);
  CHECK(cash.overdraft == 0x300);
  const auto debit_key = card::purse::purchase_session_key(SuiteId::kTdes2, leaf(kCountyPurchase),
                                                           cash.key.random, cash.offline_sn, 7);
  card::debit(card.session(), 7, kAt, mac(debit_key, "000002000400000000100120260715083000"));
  CHECK(card.send("805C000104") == "000001009000");

  const auto [lower, lower_session] = open();
  CHECK(lower.old_limit == 0x300);
  const auto mac2 = mac(lower_session, "0001000700000000100120260715083000");
  CHECK(card.send("80580000 0E 000100 20260715 083000" + base::to_hex(mac2)) == "9401");
  CHECK(card.send("805C000104") == "000001009000");
}

TEST_CASE("personalisation is locked by a new control key, under the old one") {
  auto card = issue();
  const std::string secret_key = "A0A1A2A3A4A5A6A7A8A9AAABACADAEAF";
  CHECK(card.send(kMasterControl, "84D4F900 15 F9 F0 EF 0A 33" + secret_key, kBoth) == "6982");
  ok(card.authenticate(kMasterControl));
  ok(card.send(kMasterControl, "84D4F900 15 F9 F0 EF 0A 33" + secret_key, kBoth));
  card.reset();
  CHECK(card.authenticate(kTransportKey) == "63C2");
  CHECK(card.authenticate(kMasterControl) == "63C1");
  CHECK(card.authenticate(secret_key) == "9000");
}

TEST_CASE("the PIN of a key file: verified, changed, reloaded and unblocked [R14]") {
  auto card = issue();
  select_purse(card);
  CHECK(card.send("00200001 03 123456") == "6A88");
  CHECK(card.send("00200000 03 000000") == "63C2");
  CHECK(card.send("00200000 03 123456") == "9000");
  CHECK(card.send("805E0100 07 123456 FF 654321") == "9000");
  CHECK(card.send("00200000 04 654321FF") == "9000");
  for (const char* left : {"63C2", "63C1", "63C0"}) CHECK(card.send("00200000 03 123456") == left);
  CHECK(card.send("00200000 03 654321") == "6983");
  card.reset();
  select_purse(card);
  CHECK(card.send("00200000 03 654321") == "6983");
  SUBCASE("PIN UNBLOCK under key 37") {
    CHECK(card.send(kReload, "84240000 03 112233", kBoth) == "6988");
    CHECK(card.send(kUnblock, "84240000 03 112233", kBoth) == "9000");
    CHECK(card.send("00200000 03 112233") == "9000");
  }
  SUBCASE("RELOAD PIN under key 38, without a challenge") {
    const auto mac = crypto::tac4(SuiteId::kTdes2, key_of_hex(kReload), base::from_hex("112233"));
    CHECK(card.send("805E0000 07 112233 00000000") == "6988");
    CHECK(card.send("805E0000 07 112233" + base::to_hex(mac)) == "9000");
    CHECK(card.send("00200000 03 112233") == "9000");
  }
}

TEST_CASE("three wrong MAC2 block the application, key 36 brings it back, CARD BLOCK ends it") {
  auto card = issue();
  select_purse(card);
  ok(card.send("00200000 03 123456"));
  for (int i = 0; i < 3; ++i) {
    CHECK(card.send("80500002 0B 01 00002710 000000001001").size() == 36);
    CHECK(card.send("80520000 0B 20260715 083000 00000000") == "9302");
  }
  CHECK(card.send("805C000204") == "6A81");
  CHECK(card.send(kUnload, "84180000", kMac) == "6988");
  CHECK(card.send(kLine, "84180000", kMac) == "9000");
  load(card, Amount::fen(100));
  CHECK(card.send(kLine, "841E0000", kMac) == "9000");
  CHECK(card.send("805C000204") == "6A81");
  CHECK(card.send(kLine, "84180000", kMac) == "9000");
  CHECK(card.send(kLine, "84160000", kMac) == "9000");
  CHECK(card.send("805C000204") == "6A81");
  CHECK(card.send(kLine, "84180000", kMac) == "6A81");
}

TEST_CASE("personalisation torn after the erasure starts again: a directory without keys is open") {
  RawCard card;
  ok(card.authenticate(kTransportKey));
  ok(card.send("800E000000"));
  card.reset();
  CHECK(card.send("80E00000 07 3F 0050 01 F0 FFFF") == "9000");
  CHECK(card.send("80D40100 15 F9 F0 AA 0A 33" + kMasterControl) == "9000");
  CHECK(card.send("80E03F01 0D 38 0400 0A 0A 95 FFFF 5445535431") == "6982");
  CHECK(card.authenticate(kMasterControl) == "9000");
  CHECK(card.send("80E03F01 0D 38 0400 0A 0A 95 FFFF 5445535431") == "9000");
}

TEST_CASE(
    "personalisation torn after the key file was made goes on: its first key needs no leave") {
  RawCard card;
  ok(card.authenticate(kTransportKey));
  ok(card.send("800E000000"));
  ok(card.send("80E00000 07 3F 0050 01 AA FFFF"));
  card.reset();
  CHECK(card.send("80E03F01 0D 38 0400 0A 0A 95 FFFF 5445535431") == "6982");
  CHECK(card.send("80D40100 15 F9 F0 AA 0A 33" + kMasterControl) == "9000");
  CHECK(card.send("80D40101 15 F6 F0 AA FF 33" + kLine) == "6982");
  CHECK(card.authenticate(kMasterControl) == "9000");
  ok(card.send("80E03F01 0D 38 0400 0A 0A 95 FFFF 5445535431"));
  card.send("00A40000 02 3F01");
  ok(card.send("80E00000 07 3F 0200 95 0A FFFF"));
  card.reset();
  card.send("00A40000 02 3F01");
  CHECK(card.send("80D40100 15 F6 F0 0A FF 33" + kLine) == "6982");
}

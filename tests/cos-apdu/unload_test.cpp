// Unload, cash and overdraft of the deposit, the last number, and what each refuses.
#include <doctest/doctest.h>

#include "tests/cos-apdu/issued_cards.h"
#include "tests/cos-apdu/trace_card.h"
#include "tests/support/refusal.h"

using namespace test;
using support::refusal;

namespace {

constexpr auto kDeposit = card::Purse::kDeposit;
constexpr std::array kAllSuites = {crypto::SuiteId::kAes128, crypto::SuiteId::kTdes2,
                                   crypto::SuiteId::kSm4};

// The host: it knows the county's keys and writes out every MAC input itself.
struct Host {
  explicit Host(crypto::SuiteId suite)
      : county(suite), number(user_number(county)), user(issue_user_card(county)) {}

  card::Session& session() { return user->session(); }

  crypto::SecretBytes open(Purpose purpose, const card::InitLoadAnswer& init) const {
    return crypto::session_key(county.suite(), county.leaf(purpose, number.factor8()),
                               base::Writer().bytes(init.key.random).u16(init.online_sn).view());
  }

  card::Mac4 mac(const crypto::SecretBytes& key, std::string_view hex) const {
    return crypto::mac4(county.suite(), key, base::from_hex(hex));
  }

  void load_deposit() {
    const auto init =
        card::init_load(session(), kDeposit, card::kFirstKey, Amount::fen(0x2000), kDeskTerminal);
    const auto key = open(Purpose::kLoad, init);
    card::credit_load(session(), kMorning,
                      mac(key,
                          "00002000"
                          "01"
                          "000000001001"
                          "20260715083000"));
  }

  County county;
  base::CardNumber number;
  std::unique_ptr<Card> user;
};

// Two wrong PINs and the right one are other tests' business: the card gets one here.
void set_pin(Host& host) {
  const auto leaf = host.county.leaf(Purpose::kPinReload, host.number.factor8());
  const Bytes pin = base::from_hex("123456");
  card::CommandApdu command{.name = "RELOAD PIN", .cla = 0x80, .ins = 0x5E};
  command.with(pin).with(crypto::tac4(host.county.suite(), leaf, pin));
  host.session().expect_ok(command);
}

}  // namespace

TEST_CASE("an unload takes money back from the deposit once, in every suite [R20]") {
  for (const auto suite : kAllSuites) {
    CAPTURE(static_cast<int>(suite));
    Host host(suite);
    host.load_deposit();
    const auto init =
        card::init_unload(host.session(), card::kFirstKey, Amount::fen(0x600), kDeskTerminal);
    CHECK(init.balance == Amount::fen(0x2000));
    CHECK(init.online_sn == 1);
    const auto key = host.open(Purpose::kUnload, init);
    CHECK(init.mac1 == host.mac(key,
                                "00002000"
                                "00000600"
                                "03"
                                "000000001001"));
    const auto mac2 = host.mac(key,
                               "00000600"
                               "03"
                               "000000001001"
                               "20260715120000");
    const auto mac3 = card::debit_for_unload(host.session(), kNoon, mac2);
    CHECK(mac3 == host.mac(key,
                           "00001A00"
                           "0001"
                           "00000600"
                           "03"
                           "000000001001"
                           "20260715120000"));
    CHECK(card::get_balance(host.session(), kDeposit) == Amount::fen(0x1A00));
    const auto record = card::read_transactions(host.session()).front();
    CHECK(record.type == card::TransactionType::kUnload);
    CHECK(record.sn == 2);
    CHECK(record.amount == Amount::fen(0x600));
    const auto proof =
        card::get_transaction_proof(host.session(), card::TransactionType::kUnload, 1);
    REQUIRE(proof.has_value());
    CHECK(proof->mac == mac3);
    CHECK(refusal([&] { card::debit_for_unload(host.session(), kNoon, mac2); }) ==
          "DEBIT FOR UNLOAD: 6985, condition of use is not satisfied");
  }
}

TEST_CASE("an unload beyond the balance, of the wallet, and without the PIN is refused") {
  Host host(crypto::SuiteId::kAes128);
  host.load_deposit();
  CHECK(refusal([&] {
          card::init_unload(host.session(), card::kFirstKey, Amount::fen(0x2001), kDeskTerminal);
        }) == "INITIALIZE FOR UNLOAD: 9401, not enough money");
  CHECK(base::to_hex(host.user->chip().transmit(
            base::from_hex("805005020B010000000100000000100110"))) == "6A86");
  CHECK(refusal([&] { card::init_unload(host.session(), 0x02, Amount::fen(1), kDeskTerminal); }) ==
        "INITIALIZE FOR UNLOAD: 9403, key index or version is not held");
  set_pin(host);
  const std::string closed = ": 6982, security state is not satisfied";
  CHECK(refusal([&] {
          card::init_unload(host.session(), card::kFirstKey, Amount::fen(1), kDeskTerminal);
        }) == "INITIALIZE FOR UNLOAD" + closed);
  CHECK(refusal([&] {
          card::init_cash(host.session(), card::kFirstKey, Amount::fen(1), kDeskTerminal);
        }) == "INITIALIZE FOR CASH WITHDRAW" + closed);
  CHECK(refusal([&] {
          card::init_purchase(host.session(), kDeposit, card::kFirstKey, Amount::fen(1),
                              kDeskTerminal);
        }) == "INITIALIZE FOR PURCHASE" + closed);
  CHECK(refusal([&] { card::get_balance(host.session(), kDeposit); }) == "GET BALANCE" + closed);
  CHECK(card::get_balance(host.session(), card::Purse::kWallet) == Amount::fen(0));
  CHECK_NOTHROW(card::init_purchase(host.session(), card::Purse::kWallet, card::kFirstKey,
                                    Amount::fen(0), kDeskTerminal));
  REQUIRE(card::verify_pin(host.session(), secret("123456")).right());
  CHECK(card::get_balance(host.session(), kDeposit) == Amount::fen(0x2000));
  CHECK_NOTHROW(card::init_unload(host.session(), card::kFirstKey, Amount::fen(1), kDeskTerminal));
}

TEST_CASE("three forged MAC2 of an unload block the application, loads before that count apart") {
  Host host(crypto::SuiteId::kTdes2);
  host.load_deposit();
  const auto forge_load = [&] {
    card::init_load(host.session(), kDeposit, card::kFirstKey, Amount::fen(1), kDeskTerminal);
    return refusal([&] { card::credit_load(host.session(), kNoon, {1, 2, 3, 4}); });
  };
  const auto forge_unload = [&] {
    card::init_unload(host.session(), card::kFirstKey, Amount::fen(1), kDeskTerminal);
    return refusal([&] { card::debit_for_unload(host.session(), kNoon, {1, 2, 3, 4}); });
  };
  CHECK(forge_load() == "CREDIT FOR LOAD: 9302, MAC is invalid");
  CHECK(forge_load() == "CREDIT FOR LOAD: 9302, MAC is invalid");
  CHECK(forge_unload() == "DEBIT FOR UNLOAD: 9302, MAC is invalid");
  CHECK(forge_unload() == "DEBIT FOR UNLOAD: 9302, MAC is invalid");
  CHECK(card::get_balance(host.session(), kDeposit) == Amount::fen(0x2000));
  CHECK(forge_unload() == "DEBIT FOR UNLOAD: 9302, MAC is invalid");
  CHECK(refusal([&] { card::get_balance(host.session(), kDeposit); }) ==
        "GET BALANCE: 6A81, not supported, or card or application blocked");
}

TEST_CASE("a card of the native profile has no overdraft key: 9403") {
  Host host(crypto::SuiteId::kAes128);
  CHECK(refusal([&] { card::init_overdraft(host.session(), card::kFirstKey, kDeskTerminal); }) ==
        "INITIALIZE FOR UPDATE: 9403, key index or version is not held");
  CHECK(refusal([&] { card::update_overdraft(host.session(), 100, kNoon, {}); }) ==
        "UPDATE OVERDRAW LIMIT: 6985, condition of use is not satisfied");
}

TEST_CASE("after the last number every transaction is refused with 9402, and reads still work") {
  constexpr std::string_view kKey = "11223344556677888877665544332211";
  TraceCard card({.keys = {{Purpose::kLoad, kKey},
                           {Purpose::kPurchase, kKey},
                           {Purpose::kUnload, kKey},
                           {Purpose::kTac, kKey}},
                  .draw = "11223344",
                  .purse = kDeposit,
                  .record = {.balance = Amount::fen(100),
                             .offline_sn = 0xFFFF,
                             .online_sn = 0xFFFF,
                             .overdraft = 0}});
  CHECK(card.send("8050 00 01 0B 01 00000001 000000001001 10") == "9402");
  CHECK(card.send("8050 05 01 0B 01 00000001 000000001001 10") == "9402");
  CHECK(card.send("8050 01 01 0B 01 00000001 000000001001 0F") == "9402");
  CHECK(card.send("8050 02 01 0B 01 00000001 000000001001 0F") == "9402");
  CHECK(card.send("E07A 08 01 07 01 000000001001 0F") == "9402");
  CHECK(card.send("805C 00 01 04") == "000000649000");
}

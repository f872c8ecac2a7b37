// The user card's purse: load, purchase, balance, proof, and what a grey card refuses.
#include <random>

#include <doctest/doctest.h>

#include "base/core/error.h"
#include "tests/cos-apdu/issued_cards.h"
#include "tests/support/refusal.h"

using namespace test;
using support::refusal;

namespace {

constexpr auto kWallet = card::Purse::kWallet;

constexpr std::array kAllSuites = {crypto::SuiteId::kAes128, crypto::SuiteId::kTdes2,
                                   crypto::SuiteId::kSm4};

}  // namespace

TEST_CASE(
    "a load raises the balance once and leaves a record and a proof, in every suite [R13] [R14] "
    "[R38] [R49]") {
  for (const auto suite : kAllSuites) {
    CAPTURE(static_cast<int>(suite));
    const County county(suite);
    auto user = issue_user_card(county);
    auto psam = issue_psam(county, usual_ceiling());
    REQUIRE(card::verify_pin(psam->session(), secret(kPsamPin)).right());

    const auto tac =
        load(user->session(), psam->session(), user_number(county), Amount::fen(12345));

    CHECK(card::get_balance(user->session(), kWallet) == Amount::fen(12345));
    const auto records = card::read_transactions(user->session());
    REQUIRE(records.size() == 1);
    CHECK(records[0].sn == 1);
    CHECK(records[0].amount == Amount::fen(12345));
    CHECK(records[0].type == card::TransactionType::kLoadWallet);
    CHECK(records[0].terminal == kDeskTerminal);
    const auto proof =
        card::get_transaction_proof(user->session(), card::TransactionType::kLoadWallet, 0);
    REQUIRE(proof.has_value());
    CHECK(proof->tac == tac);
    CHECK_FALSE(
        card::get_transaction_proof(user->session(), card::TransactionType::kLoadWallet, 1));
  }
}

TEST_CASE(
    "a load with a wrong MAC2 is refused and changes nothing, the third wrong one blocks the "
    "application") {
  const County county(crypto::SuiteId::kAes128);
  auto user = issue_user_card(county);
  for (int i = 0; i < 3; ++i) {
    card::init_load(user->session(), kWallet, card::kFirstKey, Amount::fen(100), kDeskTerminal);
    CHECK(refusal([&] {
            card::credit_load(user->session(), kMorning, {1, 2, 3, 4});
          }) == "CREDIT FOR LOAD: 9302, MAC is invalid");
  }
  CHECK(refusal([&] { card::get_balance(user->session(), kWallet); }) ==
        "GET BALANCE: 6A81, not supported, or card or application blocked");
}

TEST_CASE("a credit is taken only right after its initialize") {
  const County county(crypto::SuiteId::kAes128);
  auto user = issue_user_card(county);
  card::init_load(user->session(), kWallet, card::kFirstKey, Amount::fen(100), kDeskTerminal);
  card::get_balance(user->session(), kWallet);
  CHECK(refusal([&] { card::credit_load(user->session(), kMorning, {}); }) ==
        "CREDIT FOR LOAD: 6985, condition of use is not satisfied");
}

TEST_CASE(
    "a purchase takes exactly its amount, and none is possible beyond the balance [R20] [R39]") {
  const County county(crypto::SuiteId::kAes128);
  auto user = issue_user_card(county);
  auto psam = issue_psam(county, usual_ceiling());
  REQUIRE(card::verify_pin(psam->session(), secret(kPsamPin)).right());
  const auto number = user_number(county);
  load(user->session(), psam->session(), number, Amount::fen(500));

  CHECK(refusal([&] {
          card::init_purchase(user->session(), kWallet, card::kFirstKey, Amount::fen(501),
                              kDeskTerminal);
        }) == "INITIALIZE FOR PURCHASE: 9401, not enough money");
  const auto init = card::init_purchase(user->session(), kWallet, card::kFirstKey, Amount::fen(500),
                                        kDeskTerminal);
  const auto sam = card::init_sam_for_purchase(psam->session(), {.card_random = init.key.random,
                                                                 .offline_sn = init.offline_sn,
                                                                 .amount = Amount::fen(500),
                                                                 .at = kNoon,
                                                                 .key_version = init.key.version,
                                                                 .algorithm = init.key.algorithm,
                                                                 .card_factor = number.factor8()});
  const auto answer = card::debit(user->session(), sam.terminal_sn, kNoon, sam.mac1);
  CHECK(card::credit_sam_for_purchase(psam->session(), answer.mac2) == card::Verdict::kHolds);
  CHECK(card::get_balance(user->session(), kWallet) == Amount::fen(0));
  CHECK(card::read_transactions(user->session()).size() == 2);
}

TEST_CASE("a card of one county gets no money from the PSAM of another [R149]") {
  const County here(crypto::SuiteId::kAes128, "410122");
  const County there(crypto::SuiteId::kAes128, "410181");
  auto user = issue_user_card(here);
  auto psam = issue_psam(there, usual_ceiling());
  REQUIRE(card::verify_pin(psam->session(), secret(kPsamPin)).right());
  CHECK(refusal([&] {
          load(user->session(), psam->session(), user_number(here), Amount::fen(100));
        }) == "INIT SAM FOR LOAD: 9302, MAC is invalid");
  CHECK(card::get_balance(user->session(), kWallet) == Amount::fen(0));
}

TEST_CASE("a terminal may send anything and always gets a status word") {
  const County county(crypto::SuiteId::kAes128);
  auto user = issue_user_card(county);
  auto& chip = user->chip();
  const auto sent = [&](std::string_view hex) {
    return base::to_hex(chip.transmit(base::from_hex(hex)));
  };
  CHECK(sent("") == "6700");
  CHECK(sent("00A4") == "6700");
  CHECK(sent("00B0000002") == "6A82");
  CHECK(sent("00B0950020") == "6C1E");
  CHECK(sent("00B09520") == "6B00");
  CHECK(sent("00FF000000") == "6D00");
  CHECK(sent("F0A4000000") == "6E00");
  CHECK(sent("805000030B0100000001000000000000") == "6A86");
  CHECK(sent("8052000003010203") == "6700");
  CHECK(sent("E07C08000100") == "6700");
  CHECK(sent("00C0000004") == "6D00");
}

TEST_CASE("no random command breaks a card or moves its money") {
  const County county(crypto::SuiteId::kAes128);
  const std::array cards = {issue_user_card(county), issue_psam(county, usual_ceiling()),
                            issue_esam(county)};
  constexpr std::array<base::Byte, 8> kClasses = {0x00, 0x04, 0x80, 0x84, 0xE0, 0x10, 0x90, 0xFF};
  std::mt19937 random(20261122);  // NOLINT(cert-msc32-c,cert-msc51-cpp): a failure repeats
  for (const auto& one : cards) {
    auto& chip = one->chip();
    const auto before = one->status().serial;
    for (int i = 0; i < 4000; ++i) {
      Bytes apdu(4 + random() % 40);
      for (auto& byte : apdu) byte = static_cast<base::Byte>(random());
      apdu[0] = kClasses.at(random() % kClasses.size());
      if (apdu.size() > 5 && random() % 2 == 0) apdu[4] = static_cast<base::Byte>(apdu.size() - 5);
      CHECK(chip.transmit(apdu).size() >= 2);
    }
    chip.reset();
    CHECK(one->status().serial == before);
  }
  CHECK(card::get_balance(cards[0]->session(), kWallet) == Amount::fen(0));
}

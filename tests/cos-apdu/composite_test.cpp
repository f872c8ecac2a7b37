// Composite purchase: the debit and its records happen together or not at all.
#include <doctest/doctest.h>

#include "tests/cos-apdu/issued_cards.h"
#include "tests/support/refusal.h"

using namespace test;
using support::refusal;

namespace {

constexpr auto kWallet = card::Purse::kWallet;
constexpr base::Byte kRecords = 0x19;
constexpr std::size_t kRecordBytes = 32;

struct Shop {
  explicit Shop(crypto::SuiteId suite = crypto::SuiteId::kAes128)
      : county(suite),
        number(user_number(county)),
        user(issue_user_card(county)),
        psam(issue_psam(county, usual_ceiling())) {
    REQUIRE(card::verify_pin(psam->session(), secret(kPsamPin)).right());
    load(user->session(), psam->session(), number, Amount::fen(1000));
  }

  card::Session& session() { return user->session(); }

  Bytes record(base::Byte index) {
    return session().expect_ok({.name = "READ RECORD",
                                .cla = 0x00,
                                .ins = 0xB2,
                                .p1 = index,
                                .p2 = kRecords << 3 | 4,
                                .data = {},
                                .le = kRecordBytes});
  }

  card::SamPurchaseAnswer ask_psam(const card::InitDebitAnswer& init, std::int64_t fen) {
    const auto code = card::get_security_code(code_reader());
    return card::init_sam_for_purchase(psam->session(),
                                       {.card_random = init.key.random,
                                        .offline_sn = init.offline_sn,
                                        .amount = Amount::fen(fen),
                                        .type = card::TransactionType::kComposite,
                                        .at = kNoon,
                                        .key_version = init.key.version,
                                        .algorithm = init.key.algorithm,
                                        .card_factor = number.factor8(),
                                        .security_code = Bytes(code.begin(), code.end())});
  }

  // The code is read before the purchase begins: here from a second copy of the card.
  card::Session& code_reader() {
    if (!twin) twin = user->copy();
    twin->chip().reset();
    return twin->session();
  }

  County county;
  base::CardNumber number;
  std::unique_ptr<Card> user;
  std::unique_ptr<Card> psam;
  std::unique_ptr<Card> twin;
};

Bytes filled(base::Byte value) {
  return Bytes(kRecordBytes, value);
}

}  // namespace

TEST_CASE("a composite purchase debits and writes its records together, in every suite [R20]") {
  for (const auto suite :
       {crypto::SuiteId::kAes128, crypto::SuiteId::kTdes2, crypto::SuiteId::kSm4}) {
    CAPTURE(static_cast<int>(suite));
    Shop shop(suite);
    const auto init =
        card::init_composite(shop.session(), card::kFirstKey, Amount::fen(250), kDeskTerminal);
    card::update_with_composite(shop.session(), kRecords, 1, filled(0x11));
    card::update_with_composite(shop.session(), kRecords, 8, filled(0x88));
    const auto sam = shop.ask_psam(init, 250);
    const auto answer = card::debit(shop.session(), sam.terminal_sn, kNoon, sam.mac1);
    CHECK(card::credit_sam_for_purchase(shop.psam->session(), answer.mac2) ==
          card::Verdict::kHolds);
    CHECK(card::get_balance(shop.session(), kWallet) == Amount::fen(750));
    CHECK(shop.record(1) == filled(0x11));
    CHECK(shop.record(2) == filled(0x00));
    CHECK(shop.record(8) == filled(0x88));
    CHECK(card::read_transactions(shop.session()).front().type ==
          card::TransactionType::kComposite);
    CHECK(card::get_transaction_proof(shop.session(), card::TransactionType::kComposite, 0)->tac ==
          answer.tac);
  }
}

TEST_CASE("a composite purchase whose MAC1 is wrong, or that is interrupted, writes no record") {
  Shop shop;
  card::init_composite(shop.session(), card::kFirstKey, Amount::fen(250), kDeskTerminal);
  card::update_with_composite(shop.session(), kRecords, 1, filled(0x11));
  CHECK(refusal([&] {
          card::debit(shop.session(), 1, kNoon, {1, 2, 3, 4});
        }) == "DEBIT FOR PURCHASE: 9302, MAC is invalid");
  const auto init =
      card::init_composite(shop.session(), card::kFirstKey, Amount::fen(250), kDeskTerminal);
  card::update_with_composite(shop.session(), kRecords, 1, filled(0x11));
  const auto sam = shop.ask_psam(init, 250);
  card::get_balance(shop.session(), kWallet);
  CHECK(refusal([&] { card::debit(shop.session(), sam.terminal_sn, kNoon, sam.mac1); }) ==
        "DEBIT FOR PURCHASE: 6985, condition of use is not satisfied");
  CHECK(shop.record(1) == filled(0x00));
  CHECK(card::get_balance(shop.session(), kWallet) == Amount::fen(1000));
}

TEST_CASE("records of a composite purchase are judged when they are sent") {
  Shop shop;
  const auto begin = [&] {
    card::init_composite(shop.session(), card::kFirstKey, Amount::fen(0), kDeskTerminal);
  };
  const std::string name = "UPDATE RECORD with composite purchase: ";
  begin();
  CHECK(refusal([&] { card::update_with_composite(shop.session(), 0x18, 1, filled(1)); }) ==
        name + "6982, security state is not satisfied");
  begin();
  CHECK(refusal([&] { card::update_with_composite(shop.session(), 0x1A, 1, filled(1)); }) ==
        name + "6A82, file not found");
  begin();
  CHECK(refusal([&] { card::update_with_composite(shop.session(), kRecords, 9, filled(1)); }) ==
        name + "6A83, record not found");
  begin();
  CHECK(refusal([&] { card::update_with_composite(shop.session(), kRecords, 1, Bytes(31)); }) ==
        name + "6700, wrong length");
  CHECK(refusal([&] { card::update_with_composite(shop.session(), kRecords, 1, filled(1)); }) ==
        name + "6985, condition of use is not satisfied");
  card::init_purchase(shop.session(), kWallet, card::kFirstKey, Amount::fen(1), kDeskTerminal);
  CHECK(refusal([&] { card::update_with_composite(shop.session(), kRecords, 1, filled(1)); }) ==
        name + "6985, condition of use is not satisfied");
}

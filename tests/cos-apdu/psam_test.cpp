// The desk's PSAM: PIN, ceiling to the fen, repeated requests, refused uses of its keys.
#include <doctest/doctest.h>

#include "base/core/error.h"
#include "cos-apdu/purse.h"
#include "tests/cos-apdu/issued_cards.h"
#include "tests/support/refusal.h"

using namespace test;
using support::refusal;

namespace {

constexpr auto kWallet = card::Purse::kWallet;

struct Desk {
  explicit Desk(const card::layout::LoadCeiling& ceiling = usual_ceiling())
      : county(crypto::SuiteId::kAes128),
        number(user_number(county)),
        user(issue_user_card(county)),
        psam(issue_psam(county, ceiling)) {
    REQUIRE(card::verify_pin(psam->session(), secret(kPsamPin)).right());
  }

  void sell(std::int64_t fen) { load(user->session(), psam->session(), number, Amount::fen(fen)); }

  card::layout::SamCounters counters() {
    return card::layout::decode_sam_counters(card::read_file(psam->session(), 0x18));
  }

  County county;
  base::CardNumber number;
  std::unique_ptr<Card> user;
  std::unique_ptr<Card> psam;
};

card::layout::LoadCeiling ceiling_of(std::int64_t fen, std::uint32_t count) {
  auto ceiling = usual_ceiling();
  ceiling.money = Amount::fen(fen);
  ceiling.count = count;
  return ceiling;
}

}  // namespace

TEST_CASE("a PSAM sells up to its ceiling to the very fen, and not one more [R49] [R142]") {
  Desk desk(ceiling_of(1000, 10));
  desk.sell(999);
  CHECK(refusal([&] { desk.sell(2); }) == "INIT SAM FOR LOAD: 9401, not enough money");
  desk.sell(1);
  CHECK(refusal([&] { desk.sell(1); }) == "INIT SAM FOR LOAD: 9401, not enough money");
  CHECK(desk.counters().loaded == Amount::fen(1000));
  CHECK(card::get_balance(desk.user->session(), kWallet) == Amount::fen(1000));
}

TEST_CASE("a PSAM makes no more loads than its count [R142]") {
  Desk desk(ceiling_of(1000, 2));
  desk.sell(1);
  desk.sell(1);
  CHECK(refusal([&] { desk.sell(1); }) ==
        "INIT SAM FOR LOAD: 9402, transaction counter is at its maximum");
}

TEST_CASE("a repeated request gets the same MAC2 and is charged once, also after power loss") {
  Desk desk(ceiling_of(1000, 10));
  const auto init = card::init_load(desk.user->session(), kWallet, card::kFirstKey,
                                    Amount::fen(600), kDeskTerminal);
  const card::SamLoadRequest request{.card_random = init.key.random,
                                     .online_sn = init.online_sn,
                                     .balance = init.balance,
                                     .amount = Amount::fen(600),
                                     .at = kMorning,
                                     .key_version = init.key.version,
                                     .algorithm = init.key.algorithm,
                                     .card_factor = desk.number.factor8(),
                                     .mac1 = init.mac1};
  const auto first = card::init_sam_for_load(desk.psam->session(), request);
  desk.psam->chip().reset();
  REQUIRE(card::verify_pin(desk.psam->session(), secret(kPsamPin)).right());
  CHECK(card::init_sam_for_load(desk.psam->session(), request) == first);
  CHECK(desk.counters().loaded == Amount::fen(600));
  CHECK(desk.counters().loads == 1);
}

TEST_CASE("a PSAM does nothing before its PIN, and three wrong PINs block it [R36]") {
  Desk desk;
  desk.psam->chip().reset();
  CHECK(refusal([&] { desk.sell(1); }) ==
        "INIT SAM FOR LOAD: 6982, security state is not satisfied");
  auto& psam = desk.psam->session();
  CHECK(card::verify_pin(psam, secret("000000")).tries_left() == 2);
  CHECK(card::verify_pin(psam, secret("000000")).tries_left() == 1);
  CHECK(card::verify_pin(psam, secret(kPsamPin)).right());
  for (int i = 0; i < 3; ++i) card::verify_pin(psam, secret("000000"));
  CHECK(card::verify_pin(psam, secret(kPsamPin)).status == card::status::kAuthenticationBlocked);
}

TEST_CASE("three wrong MAC1 in a row block the load key of a PSAM") {
  Desk desk;
  card::SamLoadRequest forged{.amount = Amount::fen(100),
                              .at = kMorning,
                              .key_version = 1,
                              .algorithm = 5,
                              .card_factor = desk.number.factor8()};
  for (card::CardSn sn = 0; sn < 3; ++sn) {
    forged.online_sn = sn;
    CHECK(refusal([&] { card::init_sam_for_load(desk.psam->session(), forged); }) ==
          "INIT SAM FOR LOAD: 9302, MAC is invalid");
  }
  CHECK(refusal([&] { desk.sell(1); }) == "INIT SAM FOR LOAD: 6983, key or PIN is blocked");
  CHECK(desk.counters().loaded == Amount::fen(0));
}

TEST_CASE("a PSAM loads within its dates only, and its latest date never falls") {
  auto ceiling = ceiling_of(1000, 10);
  ceiling.valid_until = {0x20, 0x26, 0x07, 0x14};
  Desk desk(ceiling);
  CHECK(refusal([&] { desk.sell(1); }) ==
        "INIT SAM FOR LOAD: 6985, condition of use is not satisfied");
}

TEST_CASE("a refresh order for this PSAM sets a new ceiling once [R142]") {
  Desk desk(ceiling_of(10, 10));
  desk.sell(10);
  auto fresh = ceiling_of(70, 10);
  fresh.seq = 2;
  const auto message = card::layout::refresh_message(desk.psam->serial(), fresh);
  const auto mac = desk.psam->control_mac(message);
  auto forged = mac;
  forged[0] ^= 1;
  CHECK(refusal([&] { card::refresh_ceiling(desk.psam->session(), message, forged); }) ==
        "REFRESH CEILING: 6988, secure messaging MAC is wrong");
  card::refresh_ceiling(desk.psam->session(), message, mac);
  desk.sell(70);
  CHECK(refusal([&] { card::refresh_ceiling(desk.psam->session(), message, mac); }) ==
        "REFRESH CEILING: 6985, condition of use is not satisfied");
}

TEST_CASE("a PSAM verifies a TAC and never makes one") {
  Desk desk;
  const auto tac = load(desk.user->session(), desk.psam->session(), desk.number, Amount::fen(50));
  const card::purse::Order order{.amount = Amount::fen(50),
                                 .type = card::TransactionType::kLoadWallet,
                                 .terminal = kDeskTerminal};
  card::TacClaim claim{.key_version = 1,
                       .algorithm = 5,
                       .card_factor = desk.number.factor8(),
                       .tac = tac,
                       .input = card::purse::load_tac_input(Amount::fen(50), 0, order, kMorning)};
  CHECK(card::verify_tac(desk.psam->session(), claim) == card::Verdict::kHolds);
  claim.tac[3] ^= 1;
  for (int i = 0; i < 10; ++i)
    CHECK(card::verify_tac(desk.psam->session(), claim) == card::Verdict::kDoesNotHold);
  claim.tac[3] ^= 1;
  CHECK(refusal([&] { card::verify_tac(desk.psam->session(), claim); }) ==
        "VERIFY TAC: 6983, key or PIN is blocked");
}

TEST_CASE("no key of a PSAM computes on bytes of the caller's choice, and it locks no card") {
  Desk desk;
  const auto sent = [&](std::string_view hex) {
    return base::to_hex(desk.psam->chip().transmit(base::from_hex(hex)));
  };
  for (const auto* purpose : {"01", "02", "03", "0C", "0E"}) {
    CAPTURE(purpose);
    CHECK(sent(std::string("008800") + purpose + "083132333435363738") == "6985");
  }
  for (const auto* usage : {"20", "22", "24", "26", "2E"}) {
    CAPTURE(usage);
    CHECK(sent(std::string("801A") + usage + "01083132333435363738") == "6985");
  }
  CHECK(sent("80FA0000083132333435363738") == "6985");
  CHECK(sent("E0400000"
             "04"
             "00000000") == "6E00");
}

TEST_CASE("sam-sn: a purchase uses the terminal number up with MAC1, or with the card's MAC2") {
  for (const auto& [row, after_mac1] : {std::pair{"sam-sn=mac1", 2U}, {"sam-sn=credit", 1U}}) {
    CAPTURE(row);
    card::chip::Making making;
    making.profile.set(row);
    const County county(crypto::SuiteId::kAes128, "410122", making);
    const auto number = user_number(county);
    auto user = issue_user_card(county);
    auto psam = issue_psam(county, usual_ceiling());
    REQUIRE(card::verify_pin(psam->session(), secret(kPsamPin)).right());
    const auto number_now = [&] {
      return card::layout::decode_sam_counters(card::read_file(psam->session(), 0x18)).terminal_sn;
    };
    const auto init = card::init_purchase(user->session(), kWallet, card::kFirstKey, Amount::fen(0),
                                          kDeskTerminal);
    const auto sam =
        card::init_sam_for_purchase(psam->session(), {.card_random = init.key.random,
                                                      .offline_sn = init.offline_sn,
                                                      .amount = Amount::fen(0),
                                                      .at = kNoon,
                                                      .key_version = init.key.version,
                                                      .algorithm = init.key.algorithm,
                                                      .card_factor = number.factor8()});
    CHECK(sam.terminal_sn == 1);
    CHECK(number_now() == after_mac1);
    const auto answer = card::debit(user->session(), sam.terminal_sn, kNoon, sam.mac1);
    CHECK(card::credit_sam_for_purchase(psam->session(), {9, 9, 9, 9}) ==
          card::Verdict::kDoesNotHold);
    CHECK(number_now() == after_mac1);
    CHECK(card::credit_sam_for_purchase(psam->session(), answer.mac2) == card::Verdict::kHolds);
    CHECK(number_now() == 2);
  }
}

TEST_CASE("a PSAM of T=0 answers 61xx and 6Cxx, and the session follows them") {
  Desk desk;
  const auto sent = [&](std::string_view hex) {
    return base::to_hex(desk.psam->chip().transmit(base::from_hex(hex)));
  };
  CHECK(base::to_hex(desk.psam->chip().power_on()).substr(0, 8) == "3B6C0002");
  CHECK(sent("00A40000023F00").substr(0, 2) == "61");
  CHECK(sent("00B0960000") == "6C06");
  CHECK(sent("00B0960006") == "0000000010019000");
  CHECK(card::read_file(desk.psam->session(), 0x16).size() == 6);
}

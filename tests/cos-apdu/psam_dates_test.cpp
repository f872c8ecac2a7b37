// The dates of a load-capable PSAM: activation, expiry, refresh period, and the greatest date.
#include <doctest/doctest.h>

#include "base/core/error.h"
#include "tests/cos-apdu/issued_cards.h"

using namespace test;

namespace {

using Date = base::FixedBytes<4>;

constexpr Date kFirst = {0x20, 0x28, 0x01, 0x30};
constexpr Date kNext = {0x20, 0x28, 0x01, 0x31};
constexpr Date kLeapDay = {0x20, 0x28, 0x02, 0x29};
constexpr Date kMarch = {0x20, 0x28, 0x03, 0x01};

const std::string kOutside = "INIT SAM FOR LOAD: 6985, condition of use is not satisfied";

struct Desk {
  explicit Desk(const card::layout::LoadCeiling& ceiling, std::uint16_t refresh_days = 0)
      : county(crypto::SuiteId::kAes128),
        number(user_number(county)),
        user(issue_user_card(county)),
        psam(issue_psam(county, ceiling, {.refresh_days = refresh_days})) {
    REQUIRE(card::verify_pin(psam->session(), secret(kPsamPin)).right());
  }

  // One fen; what the PSAM said.
  std::string sell_on(const Date& date) {
    const auto init = card::init_load(user->session(), card::Purse::kWallet, card::kFirstKey,
                                      Amount::fen(1), kDeskTerminal);
    const base::CardTime at{date, {0x08, 0x30, 0x00}};
    try {
      const auto mac2 = card::init_sam_for_load(psam->session(), {.card_random = init.key.random,
                                                                  .online_sn = init.online_sn,
                                                                  .balance = init.balance,
                                                                  .amount = Amount::fen(1),
                                                                  .at = at,
                                                                  .key_version = init.key.version,
                                                                  .algorithm = init.key.algorithm,
                                                                  .card_factor = number.factor8(),
                                                                  .mac1 = init.mac1});
      card::credit_load(user->session(), at, mac2);
    } catch (const base::Error& error) {
      return error.what();
    }
    return "sold";
  }

  card::layout::SamCounters counters() {
    return card::layout::decode_sam_counters(card::read_file(psam->session(), 0x18));
  }

  void refresh(const card::layout::LoadCeiling& ceiling) {
    const auto message = card::layout::refresh_message(psam->serial(), ceiling);
    card::refresh_ceiling(psam->session(), message, psam->control_mac(message));
  }

  County county;
  base::CardNumber number;
  std::unique_ptr<Card> user;
  std::unique_ptr<Card> psam;
};

card::layout::LoadCeiling ceiling_between(const Date& from, const Date& until) {
  auto ceiling = usual_ceiling();
  ceiling.valid_from = from;
  ceiling.valid_until = until;
  ceiling.issued = from;
  return ceiling;
}

}  // namespace

TEST_CASE("a PSAM loads from its activation to its expiry, both days included [R142]") {
  Desk desk(ceiling_between(kNext, kLeapDay));
  CHECK(desk.sell_on(kFirst) == kOutside);
  CHECK(desk.sell_on(kNext) == "sold");
  CHECK(desk.sell_on(kLeapDay) == "sold");
  CHECK(desk.sell_on(kMarch) == kOutside);
  CHECK(desk.counters().loads == 2);
}

TEST_CASE("a PSAM with a refresh period stops that many days after its last order [R142]") {
  Desk desk(ceiling_between(kFirst, {0x20, 0x30, 0x12, 0x31}), 30);
  CHECK(desk.sell_on(kLeapDay) == "sold");
  CHECK(desk.sell_on(kMarch) == kOutside);
  auto fresh = ceiling_between(kFirst, {0x20, 0x30, 0x12, 0x31});
  fresh.seq = 2;
  fresh.issued = kLeapDay;
  desk.refresh(fresh);
  CHECK(desk.sell_on(kMarch) == "sold");
  CHECK(desk.sell_on({0x20, 0x28, 0x03, 0x30}) == "sold");
  CHECK(desk.sell_on({0x20, 0x28, 0x03, 0x31}) == kOutside);
}

TEST_CASE("the greatest date of a PSAM never falls, over power loss and refresh orders") {
  Desk desk(ceiling_between(kFirst, {0x20, 0x30, 0x12, 0x31}));
  CHECK(desk.sell_on(kLeapDay) == "sold");
  CHECK(desk.sell_on(kFirst) == "sold");
  CHECK(desk.counters().latest_date == kLeapDay);
  desk.psam->chip().reset();
  REQUIRE(card::verify_pin(desk.psam->session(), secret(kPsamPin)).right());
  auto shorter = ceiling_between(kFirst, kNext);
  shorter.seq = 2;
  desk.refresh(shorter);
  CHECK(desk.sell_on(kFirst) == kOutside);
  CHECK(desk.counters().latest_date == kLeapDay);
}

TEST_CASE("a date that a PSAM refuses is not kept: a wrong clock does not end its life") {
  Desk desk(ceiling_between(kFirst, kLeapDay));
  CHECK(desk.sell_on({0x20, 0x99, 0x12, 0x31}) == kOutside);
  CHECK(desk.sell_on({0xFF, 0xFF, 0xFF, 0xFF}) == kOutside);
  CHECK(desk.sell_on(kNext) == "sold");
  CHECK(desk.counters().latest_date == kNext);
}

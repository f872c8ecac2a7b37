// The functions that take a package: key modification, tool cards, release of a lock.
#include "cos-apdu/fieldcards/field_card.h"
#include "cos-apdu/fieldcards/meter_visit.h"
#include "tests/cos-apdu/field_packages.h"
#include "tests/reader/desk.h"

using namespace test;
using card::layout::ToolSubtype;

namespace {

// A desk whose user card has 1,000 fen and is locked at a meter.
struct LockedDesk : Desk {
  std::unique_ptr<Card> esam = issue_esam(county);
  base::CardNumber number = user_number(county);
  Lock lock;

  LockedDesk() {
    Seen seen;
    wellkey_topup topup = order(1000, seen);
    REQUIRE(wellkey_purchase(&port, &topup) == WELLKEY_OK);
    lock = start(user->session(), esam->session(), number);
  }

  // One load and one lock so far.
  Bytes release_order(Amount amount, std::uint16_t online = 1, std::uint16_t offline = 1) {
    return encode(release_package(*psam, number, online, offline, amount));
  }

  int release(const Bytes& package, wellkey_release& out) {
    out = {};
    put(out.date, "20260715");
    put(out.time, "120000");
    return wellkey_release_lock(&port, package.data(), package.size(), &out);
  }
};

Bytes settlement(Card& esam, const Lock& lock, const base::CardNumber& number, Amount amount) {
  const auto request = settle_request(esam.session(), lock, number, amount);
  card::layout::SettlementPackage package{.card = number, .amount = request.amount};
  package.offline_sn = request.offline_sn;
  package.terminal = request.terminal;
  package.terminal_sn = request.terminal_sn;
  package.at = request.at;
  package.gmac = request.gmac;
  return encode(package);
}

}  // namespace

TEST_CASE("a key package moves this PSAM to the next version, and only this one [R37]") {
  Desk desk;
  const Bytes package = encode(key_package(*desk.psam));
  const auto modify = [&](const Bytes& bytes) {
    return wellkey_psam_modify_key(&desk.port, bytes.data(), bytes.size());
  };
  CHECK(wellkey_psam_modify_key(&desk.port, nullptr, 0) == WELLKEY_BAD_ARGUMENT);
  CHECK(modify(Bytes(20, 1)) == WELLKEY_BAD_ARGUMENT);
  Card other(desk.county, derivation::Serial8::of(CardKind::kPsam, 4));
  CHECK(modify(encode(key_package(other))) == WELLKEY_OTHER_CARD);
  CHECK(modify(encode(key_package(*desk.psam, 3))) == WELLKEY_KEY_VERSION);
  auto forged = package;
  forged.at(60) ^= 1;
  CHECK(modify(forged) == WELLKEY_MAC_REFUSED);
  forged = package;
  forged.back() ^= 1;
  CHECK(modify(forged) == WELLKEY_MAC_REFUSED);
  CHECK(desk.psam->status().version == 1);
  CHECK(modify(package) == WELLKEY_OK);
  CHECK(desk.psam->status().version == 2);
  CHECK(card::get_key_info(desk.psam->session(), Purpose::kLoad)->version == 2);
  CHECK(modify(package) == WELLKEY_OK);
}

TEST_CASE(
    "a blank tool card is issued by its package and read back with its readings [R41] [R42]") {
  Desk desk;
  wellkey_tool_card seen{};
  CHECK(wellkey_read_tool_card(&desk.port, &seen) == WELLKEY_NO_TOOL_CARD);
  Card tool(desk.county, derivation::Serial8::of(CardKind::kTool, 8));
  desk.counter.tool = &tool.chip();
  REQUIRE(wellkey_read_tool_card(&desk.port, &seen) == WELLKEY_OK);
  CHECK(std::string(seen.serial) == "2F00000000000008");
  CHECK(seen.life_cycle == 2);
  CHECK(seen.subtype == 0);

  auto grant = usual_grant(desk.county, ToolSubtype::kReading);
  grant.well_group = 7;
  const Bytes package = encode(field_package(tool, grant));
  const auto issue = [&](const Bytes& bytes) {
    return wellkey_issue_tool_card(&desk.port, bytes.data(), bytes.size());
  };
  Card other(desk.county, derivation::Serial8::of(CardKind::kTool, 9));
  CHECK(issue(encode(field_package(other, grant))) == WELLKEY_OTHER_CARD);
  Card modify(desk.county, derivation::Serial8::of(CardKind::kModify, 9));
  CHECK(issue(encode(field_package(modify, usual_grant(desk.county)))) == WELLKEY_BAD_ARGUMENT);
  auto forged = package;
  forged.at(forged.size() - 20) ^= 1;
  CHECK(issue(forged) == WELLKEY_MAC_REFUSED);
  CHECK(issue(package) == WELLKEY_OK);
  CHECK(issue(package) == WELLKEY_OK);

  const auto esam = issue_esam(desk.county);
  card::fieldcards::present_tool(tool.session(), esam->session(), {0x20, 0x26, 0x07, 0x15});
  card::fieldcards::append_reading(tool.session(), {.terminal = kMeterTerminal,
                                                    .at = kNoon,
                                                    .energy = 4321,
                                                    .money = Amount::fen(99),
                                                    .sessions = 3,
                                                    .suspended = 1});
  REQUIRE(wellkey_read_tool_card(&desk.port, &seen) == WELLKEY_OK);
  CHECK(seen.life_cycle == 5);
  CHECK(seen.subtype == 5);
  CHECK(std::string(seen.county) == "410122");
  CHECK(std::string(seen.valid_until) == "20261231");
  CHECK(seen.well_group == 7);
  CHECK(seen.uses == 3);
  CHECK(seen.uses_left == 2);
  CHECK(seen.data[63] == 63);
  REQUIRE(seen.readings_count == 1);
  CHECK(std::string(seen.readings[0].terminal) == "000000001234");
  CHECK(std::string(seen.readings[0].date) == "20260715");
  CHECK(seen.readings[0].energy == 4321);
  CHECK(seen.readings[0].money_fen == 99);
  CHECK(seen.readings[0].suspended == 1);
}

TEST_CASE("a lock is released by the meter's GMAC for what was consumed [R46] [R181]") {
  LockedDesk desk;
  const Bytes package = settlement(*desk.esam, desk.lock, desk.number, Amount::fen(230));
  CHECK(package.size() == 38);
  wellkey_release out{};
  auto cheaper = package;
  cheaper.at(14) ^= 1;
  CHECK(desk.release(cheaper, out) == WELLKEY_MAC_REFUSED);
  CHECK(desk.release(package, out) == WELLKEY_OK);
  CHECK(out.by_order == 0);
  CHECK(out.amount_fen == 230);
  CHECK(out.balance_after_fen == 770);
  CHECK(std::string(out.card_number) == desk.number.digits());
  CHECK(desk.release(package, out) == WELLKEY_OK);
  CHECK(desk.on_card() == 770);
}

TEST_CASE("a lock is released by a county's order for this lock, once, and by nothing else [R46]") {
  LockedDesk desk;
  const Bytes package = desk.release_order(Amount::fen(300));
  CHECK(package.size() == 147);
  wellkey_release out{};
  for (const std::size_t at :
       {std::size_t{19}, std::size_t{21}, std::size_t{26}, std::size_t{40}}) {
    CAPTURE(at);
    auto forged = package;
    forged.at(at) ^= 1;
    CHECK(desk.release(forged, out) != WELLKEY_OK);
  }
  CHECK(desk.release(desk.release_order(Amount::fen(300), 2), out) == WELLKEY_NOT_LOCKED);
  CHECK(desk.release(desk.release_order(Amount::fen(300), 1, 2), out) == WELLKEY_NOT_LOCKED);
  CHECK(desk.release(desk.release_order(Amount::fen(1001)), out) == WELLKEY_CEILING);
  CHECK(desk.on_card() == 1000);

  CHECK(desk.release(package, out) == WELLKEY_OK);
  CHECK(out.by_order == 1);
  CHECK(out.amount_fen == 300);
  CHECK(out.balance_after_fen == 700);
  CHECK(desk.release(package, out) == WELLKEY_OK);
  CHECK(desk.on_card() == 700);
  wellkey_lock_state state{};
  REQUIRE(wellkey_get_lock_state(&desk.port, &state) == WELLKEY_OK);
  CHECK(state.state == WELLKEY_LOCK_NONE);
  CHECK(state.transaction_type == 0x96);

  SUBCASE("and the order does not fit the next lock") {
    const auto another = issue_esam(desk.county, 6);
    start(desk.user->session(), another->session(), desk.number);
    CHECK(desk.release(package, out) == WELLKEY_NOT_LOCKED);
    CHECK(desk.on_card() == 700);
  }
}

TEST_CASE("without the PSAM's PIN, or for another desk's PSAM, no lock is released [R46] [R49]") {
  LockedDesk desk;
  const Bytes package = desk.release_order(Amount::fen(300));
  wellkey_port closed(std::make_unique<ChipReaders>(desk.counter));
  wellkey_release out{};
  put(out.date, "20260715");
  put(out.time, "120000");
  CHECK(wellkey_release_lock(&closed, package.data(), package.size(), &out) == WELLKEY_PIN_NEEDED);
  CHECK(wellkey_release_lock(&closed, package.data(), package.size(), nullptr) ==
        WELLKEY_BAD_ARGUMENT);
  Card elsewhere(desk.county, derivation::Serial8::of(CardKind::kPsam, 4));
  const Bytes foreign = encode(release_package(elsewhere, desk.number, 1, 1, Amount::fen(300)));
  wellkey_port port(std::make_unique<ChipReaders>(desk.counter));
  REQUIRE(verify_pin(&port, kPsamPin) == WELLKEY_OK);
  CHECK(wellkey_release_lock(&port, foreign.data(), foreign.size(), &out) == WELLKEY_CARD_REFUSED);
  CHECK(desk.on_card() == 1000);
}

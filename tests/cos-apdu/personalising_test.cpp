// How keys and files enter a card, and what a card refuses on the way.
#include <doctest/doctest.h>

#include "base/core/error.h"
#include "tests/cos-apdu/issued_cards.h"
#include "tests/support/refusal.h"

using namespace test;
using derivation::ImportMode;
using derivation::Level;
using support::refusal;

namespace {

const std::string kMac = "IMPORT BLOCK: 6988, secure messaging MAC is wrong";
const std::string kHeader = "IMPORT BLOCK: 6A80, wrong data field";
const std::string kCondition = "IMPORT BLOCK: 6985, condition of use is not satisfied";
const std::string kVersion = "IMPORT BLOCK: 9403, key index or version is not held";

Card blank_psam(const County& county) {
  return Card(county, derivation::Serial8::of(CardKind::kPsam, 3));
}

}  // namespace

TEST_CASE("a key enters a card only as a block for that card, that slot and the next number") {
  const County county(crypto::SuiteId::kAes128);
  auto psam = blank_psam(county);
  auto& session = psam.session();
  const auto key = county.key(Purpose::kLoad);
  const auto send = [&](const derivation::ImportBlock& block) {
    card::import_block(session, encode(block));
  };
  const auto good = psam.block(Purpose::kLoad, Level::kCounty, key, 7);

  auto forged = good;
  forged.mac[0] ^= 1;
  CHECK(refusal([&] { send(forged); }) == kMac);
  auto foreign = good;
  foreign.header.target = derivation::Serial8::of(CardKind::kPsam, 4);
  CHECK(refusal([&] { send(foreign); }) == kHeader);
  auto live = good;
  live.header.flag = base::Mode::kLive;
  CHECK(refusal([&] { send(live); }) == kHeader);
  CHECK(refusal([&] {
          send(psam.block(Purpose::kUnload, Level::kCounty, county.key(Purpose::kUnload), 1));
        }) == kHeader);
  CHECK(refusal([&] { send(psam.block(Purpose::kLoad, Level::kDevice, key, 1)); }) == kHeader);

  send(good);
  CHECK(psam.status().life_cycle == card::layout::LifeCycle::kPersonalising);
  CHECK(psam.status().county == county.code().bcd());
  CHECK(refusal([&] { send(good); }) == kCondition);
  const auto info = card::get_key_info(session, Purpose::kLoad);
  REQUIRE(info.has_value());
  CHECK(info->seq == 7);
  CHECK(info->version == 1);
  CHECK(info->check_value == crypto::check_value(county.suite(), key));
  CHECK_FALSE(card::get_key_info(session, Purpose::kTac));
  CHECK(refusal([&] { send(psam.block(Purpose::kLoad, Level::kCounty, key, 8, 0)); }) == kVersion);
}

TEST_CASE("a card takes keys of one county only [R149]") {
  const County here(crypto::SuiteId::kAes128, "410122");
  const County there(crypto::SuiteId::kAes128, "410181");
  auto psam = blank_psam(here);
  card::import_block(psam.session(), encode(psam.block(Purpose::kLoad, Level::kCounty,
                                                       here.key(Purpose::kLoad), 1)));
  auto other = psam.block(Purpose::kTac, Level::kCounty, there.key(Purpose::kTac), 1);
  other.header.county = there.code().bcd();
  CHECK(refusal([&] { card::import_block(psam.session(), encode(other)); }) == kMac);
}

TEST_CASE(
    "an unfinished card does not go into use, a finished user card forgets its transport keys") {
  const County county(crypto::SuiteId::kAes128);
  auto psam = blank_psam(county);
  card::import_block(
      psam.session(),
      encode(psam.block(Purpose::kPsamControl, Level::kDevice,
                        county.leaf(Purpose::kPsamControl, psam.serial().bytes()), 1)));
  CHECK(refusal([&] { card::switch_to_use(psam.session(), psam.order_mac()); }) ==
        "SWITCH TO USE: 6985, condition of use is not satisfied");

  auto user = issue_user_card(county);
  CHECK(user->status().life_cycle == card::layout::LifeCycle::kInUse);
  CHECK_FALSE(card::get_key_info(user->session(), Purpose::kTransport));
  CHECK(refusal([&] {
          card::import_block(user->session(), encode(user->block(Purpose::kLoad, Level::kUser,
                                                                 county.key(Purpose::kLoad), 9, 2,
                                                                 ImportMode::kUpdate)));
        }) == kCondition);
}

TEST_CASE("files that are written once stay as they are in use, others take orders [R48]") {
  const County county(crypto::SuiteId::kAes128);
  auto user = issue_user_card(county);
  auto& session = user->session();
  CHECK(refusal([&] { card::write_file(session, 0x15, Bytes(30), user->order_mac()); }) ==
        "UPDATE BINARY: 6982, security state is not satisfied");
  const card::layout::Holder holder{.name = "王小麦", .id_number = "410122197001011234"};
  card::write_file(session, 0x16, encode(holder), user->order_mac());
  const auto read = card::layout::decode_holder(card::read_file(session, 0x16));
  CHECK(read.name == "王小麦");
  CHECK(read.id_number == "0122197001011234");
  const auto info = card::layout::decode_application_info(card::read_file(session, 0x15));
  CHECK(info.number == user_number(county));
}

TEST_CASE(
    "a key update waits until all keys of its version are there, then they change together [R37]") {
  const County county(crypto::SuiteId::kAes128);
  auto psam = issue_psam(county, usual_ceiling());
  auto& session = psam->session();
  const auto stage = [&](Purpose purpose, std::uint8_t version, ImportMode mode) {
    card::import_block(session,
                       encode(psam->block(purpose, Level::kCounty, county.key(purpose, version), 2,
                                          version, mode)));
  };
  const auto mac = psam->control_mac(card::switch_message(psam->serial(), 2));
  CHECK(refusal([&] { stage(Purpose::kLoad, 3, ImportMode::kUpdate); }) == kVersion);
  CHECK(refusal([&] { stage(Purpose::kLoad, 2, ImportMode::kInstall); }) == kCondition);
  stage(Purpose::kLoad, 2, ImportMode::kUpdate);
  stage(Purpose::kPurchase, 2, ImportMode::kUpdate);
  CHECK(refusal([&] { card::switch_version(session, 2, mac); }) ==
        "SWITCH VERSION: 6985, condition of use is not satisfied");
  CHECK(card::get_key_info(session, Purpose::kLoad)->version == 1);
  stage(Purpose::kTac, 2, ImportMode::kUpdate);
  psam->chip().reset();
  card::switch_version(session, 2, mac);
  CHECK(card::get_key_info(session, Purpose::kLoad)->version == 2);
  CHECK(card::get_key_info(session, Purpose::kTac)->version == 2);
  CHECK_FALSE(card::get_key_info(session, Purpose::kTac, card::SlotSide::kStaged));
  CHECK(psam->status().version == 2);

  SUBCASE("cards of the version before are still served") {
    auto user = issue_user_card(county);
    REQUIRE(card::verify_pin(session, secret(kPsamPin)).right());
    CHECK_NOTHROW(load(user->session(), session, user_number(county), Amount::fen(5)));
  }
}

TEST_CASE("an authentic order that comes too early costs no try of the control key [R37]") {
  const County county(crypto::SuiteId::kAes128);
  auto psam = issue_psam(county, usual_ceiling());
  auto& session = psam->session();
  const auto mac = psam->control_mac(card::switch_message(psam->serial(), 2));
  auto forged = mac;
  forged[0] ^= 1;
  const std::string kWrongMac = "SWITCH VERSION: 6988, secure messaging MAC is wrong";
  for (int early = 0; early < 5; ++early)
    CHECK(refusal([&] { card::switch_version(session, 2, mac); }) ==
          "SWITCH VERSION: 6985, condition of use is not satisfied");
  for (int wrong = 0; wrong < 2; ++wrong)
    CHECK(refusal([&] { card::switch_version(session, 2, forged); }) == kWrongMac);
  CHECK(refusal([&] { card::switch_version(session, 2, mac); }) ==
        "SWITCH VERSION: 6985, condition of use is not satisfied");
  psam->chip().reset();
  for (int wrong = 0; wrong < 3; ++wrong)
    CHECK(refusal([&] { card::switch_version(session, 2, forged); }) == kWrongMac);
  CHECK(refusal([&] { card::switch_version(session, 2, mac); }) ==
        "SWITCH VERSION: 6983, key or PIN is blocked");
}

TEST_CASE(
    "a restore order erases the county's keys of one ESAM whose sessions are settled and read, and "
    "the meter starts no card [R143]") {
  const County county(crypto::SuiteId::kAes128);
  auto user = issue_user_card(county);
  auto psam = issue_psam(county, usual_ceiling());
  auto esam = issue_esam(county);
  REQUIRE(card::verify_pin(psam->session(), secret(kPsamPin)).right());
  load(user->session(), psam->session(), user_number(county), Amount::fen(100));
  const auto order_at = [&](std::uint32_t settled_sn) {
    card::RestoreOrder order{
        .target = esam->serial(), .version = 1, .seq = 1, .settled_sn = settled_sn};
    order.mac = esam->control_mac(card::restore_message(order));
    return order;
  };
  const std::string kRefused = "RESTORE: 6985, condition of use is not satisfied";
  const auto lock = start(user->session(), esam->session(), user_number(county));
  CHECK(refusal([&] { card::restore(esam->session(), order_at(2)); }) == kRefused);
  const auto request = settle_request(esam->session(), lock, user_number(county), Amount::fen(1));
  card::debit_for_unlock(user->session(), card::Purse::kWallet, request);
  card::clear_tac_unread(user->session());
  CHECK(refusal([&] { card::restore(esam->session(), order_at(2)); }) == kRefused);
  auto forged = order_at(3);
  forged.settled_sn = 2;
  CHECK(refusal([&] { card::restore(esam->session(), forged); }) == kRefused);
  forged = order_at(2);
  forged.settled_sn = 3;
  CHECK(refusal([&] { card::restore(esam->session(), forged); }) ==
        "RESTORE: 6988, secure messaging MAC is wrong");
  card::restore(esam->session(), order_at(3));
  CHECK_FALSE(card::get_key_info(esam->session(), Purpose::kPurchase));
  CHECK(refusal([&] { start(user->session(), esam->session(), user_number(county)); }) ==
        "INIT SAM GREY LOCK: 9403, key index or version is not held");
}

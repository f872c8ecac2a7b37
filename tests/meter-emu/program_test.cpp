// The program meter-emu with a card in a real PC/SC reader, and what it refuses.
#include <fstream>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "base/core/durable_file.h"
#include "tests/cos-apdu/issued_cards.h"
#include "tests/support/private_pcscd.h"
#include "tests/support/temp_folder.h"

using nlohmann::json;
using support::PrivatePcscd;
using support::ProgramRun;
using support::TempFolder;

namespace {

ProgramRun meter_emu(std::vector<std::string> words) {
  words.insert(words.begin(), WELLKEY_BINARY_DIR "/bin/meter-emu");
  return support::run_program(words);
}

std::string write_image(const TempFolder& folder, const std::string& name, test::Card& card) {
  auto path = (folder.path() / name).string();
  base::write_durably(path, base::ByteView(*card.medium()));
  return path;
}

// A meter, its ESAM and a card with 100.00 yuan, as files.
struct Well {
  Well() : county(crypto::SuiteId::kAes128) {
    auto user = test::issue_user_card(county);
    auto psam = test::issue_psam(county, test::usual_ceiling());
    REQUIRE(card::verify_pin(psam->session(), test::secret(test::kPsamPin)).right());
    test::load(user->session(), psam->session(), test::user_number(county),
               test::Amount::fen(10'000));
    card = write_image(folder, "card", *user);
    auto module = test::issue_esam(county);
    esam = write_image(folder, "esam", *module);
    image = (folder.path() / "meter").string();
  }

  ProgramRun make(const std::string& number = "000000001234",
                  const std::string& price = "0.5529") const {
    return meter_emu({"new", "--meter", number, "--esam", esam, "--constant", "1600", "--price",
                      price, "--area", "410122", "--image", image});
  }

  ProgramRun swipe() const {
    return meter_emu({"swipe", "--image", image, "--time", "2026-07-15T00:30:00Z"});
  }

  TempFolder folder;
  test::County county;
  std::string card;
  std::string esam;
  std::string image;
};

}  // namespace

TEST_CASE(
    "a card in a reader starts the pump, is debited, and leaves a record for the desk [R15] [R25] "
    "[R26] [R27]") {
  PrivatePcscd daemon(2);
  const Well well;
  daemon.insert(1, well.card);
  const auto made = well.make();
  REQUIRE_MESSAGE(made.status == 0, made.text);
  CHECK(well.swipe().text == "pump on, 100.00 yuan on the card\n");
  CHECK(meter_emu({"run", "--image", well.image, "--pulses", "16000"}).text == "16000 pulses\n");
  CHECK(well.swipe().text == "pump off, 5.53 yuan used, 94.47 yuan left\n");

  const auto file = (well.folder.path() / "harvest.json").string();
  CHECK(meter_emu({"records", "--image", well.image, "--json", file}).status == 0);
  const auto lists = json::parse(std::ifstream(file));
  REQUIRE(lists.at(0).at("records").size() == 1);
  const auto& record = lists[0]["records"][0];
  CHECK(lists[0]["meter"] == "000000001234");
  CHECK(lists[0]["list"] == "usage");
  CHECK(record["seq"] == 1);
  CHECK(record["card"] == test::user_number(well.county).digits());
  CHECK(record["end"] == "2026-07-15T00:30:00Z");
  CHECK(record["used_fen"] == 553);
  CHECK(record["left_fen"] == 9447);
  CHECK(record["card_sn"] == 1);
  CHECK(record["energy_centi_kwh"] == 1000);
  CHECK(record["price"] == 5529);
  CHECK(record["state"] == "settled");
}

TEST_CASE(
    "a mains failure suspends the session, and the next swipe of the card settles it [R177] "
    "[R178]") {
  PrivatePcscd daemon(1);
  const Well well;
  daemon.insert(0, well.card);
  REQUIRE(well.make().status == 0);
  well.swipe();
  meter_emu({"run", "--image", well.image, "--pulses", "1600"});
  CHECK(meter_emu({"outage", "--image", well.image}).status == 0);
  const auto state = json::parse(meter_emu({"show", "--image", well.image, "--json"}).text);
  CHECK(state["relay"] == 0);
  CHECK(state["suspended"].size() == 1);
  CHECK(well.swipe().text == "pump off, 0.55 yuan used, 99.45 yuan left\n");
}

TEST_CASE("the pump runs until the money is used up and no further [R20]") {
  PrivatePcscd daemon(1);
  const Well well;
  daemon.insert(0, well.card);
  REQUIRE(well.make("000000001234", "9.0").status == 0);
  well.swipe();
  // 0.5625 fen a pulse: 17,777 are the first whose cost rounds to 10,000 fen
  CHECK(meter_emu({"run", "--image", well.image, "--pulses", "900000"}).text ==
        "17777 pulses, then the money was used up: pump off\n");
  CHECK(well.swipe().text == "pump off, 100.00 yuan used, 0.00 yuan left\n");
}

TEST_CASE(
    "meter-emu refuses a foreign ESAM, a missing card and what is not built, each with its "
    "status") {
  PrivatePcscd daemon(1);
  const Well well;
  CHECK(well.make("000000009999").text ==
        "meter-emu: the ESAM is of meter 000000001234, not 000000009999\n");
  REQUIRE(well.make().status == 0);
  CHECK(well.make().status == 14);
  const auto absent = meter_emu({"swipe", "--image", well.image, "--wait", "0"});
  CHECK(absent.status == 13);
  CHECK(absent.text ==
        "meter-emu: expected a user card in use in one of 1 readers, found no card\n");
  for (const std::string number : {"99999999999999999999", "4294967296", "010", "0x10", "-1"}) {
    CHECK(meter_emu({"run", "--image", well.image, "--pulses=" + number}).status == 10);
    CHECK(meter_emu({"swipe", "--image", well.image, "--wait=" + number}).status == 10);
  }
  for (const std::string name : {"infrared", "handheld", "fleet", "parameters"}) {
    CHECK(meter_emu({name}).text == "meter-emu: " + name + " is not built yet\n");
    CHECK(meter_emu({name}).status == 11);
  }
  CHECK(meter_emu({"swipe"}).status == 2);
  CHECK(meter_emu({"--version"}).text == "meter-emu " WELLKEY_VERSION "\n");
}

// Emulated cards in our slots, seen by programs that we did not write and by our own reader code.
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "base/core/error.h"
#include "cos-apdu/layout/card_status.h"
#include "cos-apdu/pcsc/find_card.h"
#include "derivation/kind.h"
#include "tests/support/private_pcscd.h"
#include "tests/support/temp_folder.h"

using base::Bytes;
using base::Fault;
using card::Session;
using card::pcsc::Context;
using card::pcsc::find_card;
using card::pcsc::WantedCard;
using derivation::CardKind;
using support::PrivatePcscd;
using support::run_program;
using support::TempFolder;

namespace {

constexpr auto kPatience = std::chrono::seconds(10);

support::ProgramRun virtual_card(std::vector<std::string> words) {
  words.insert(words.begin(), WELLKEY_BINARY_DIR "/bin/virtual-card");
  return run_program(words);
}

std::string new_card(const TempFolder& folder, const std::string& kind) {
  auto image = (folder.path() / kind).string();
  const auto made = virtual_card({"new", kind, "--serial", "7001", "--out", image});
  REQUIRE_MESSAGE(made.status == 0, made.text);
  return image;
}

WantedCard card_of_kind(CardKind kind) {
  return {std::string("a ") + std::string(derivation::row_of(kind).english),
          [kind](Session& session) {
            const card::CommandApdu status{"GET CARD STATUS", 0x80, 0xCA, 0x01, 0x00, {}, 256U};
            const auto answer = session.send(status);
            return answer.status.is_ok() &&
                   card::layout::decode_card_status(answer.data).kind() == kind;
          }};
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("opensc-tool, scriptor and pcsc_scan see our readers and talk to our cards [R12] [R14]") {
  PrivatePcscd daemon(3);
  const TempFolder folder;
  daemon.insert(0, new_card(folder, "user"));
  daemon.insert(2, new_card(folder, "psam"));
  for (const auto kind : {CardKind::kUser, CardKind::kPsam}) {
    find_card(Context(), card_of_kind(kind), kPatience);
  }

  const auto list = run_program({"opensc-tool", "-l"});
  CHECK(contains(list.text, "0    Yes             wellkey 00 00"));
  CHECK(contains(list.text, "1    No              wellkey 00 01"));
  CHECK(contains(list.text, "2    Yes             wellkey 00 02"));

  const auto sent = run_program({"opensc-tool", "-r", "0", "-s", "80CA010000"});
  CHECK_MESSAGE(contains(sent.text, "Received (SW1=0x90, SW2=0x00)"), sent.text);

  const auto script = run_program({"scriptor", "-r", "wellkey 00 02"}, "80 CA 01 00 00\n");
  CHECK_MESSAGE(contains(script.text, "< 6C 3E"), script.text);  // T=0: 62 bytes exactly

  const auto scan = run_program({"pcsc_scan", "-n", "-c"});
  CHECK_MESSAGE(contains(scan.text, "wellkey 00 02"), scan.text);
}

TEST_CASE("Session follows 61xx and 6Cxx of a T=0 card behind a real reader [R49]") {
  PrivatePcscd daemon(1);
  const TempFolder folder;
  daemon.insert(0, new_card(folder, "psam"));
  const auto link = find_card(Context(), card_of_kind(CardKind::kPsam), kPatience);

  const Bytes status_any_length = {0x80, 0xCA, 0x01, 0x00, 0x00};
  CHECK(link->transmit(status_any_length) == Bytes{0x6C, 0x3E});
  Session session(*link);
  const auto answer = session.send({"GET CARD STATUS", 0x80, 0xCA, 0x01, 0x00, {}, card::kShortLe});
  CHECK(answer.status == card::status::kOk);
  REQUIRE(answer.data.size() == 62);
  CHECK(base::to_hex({answer.data.data() + 2, 8}) == "2B00000000001B59");
}

TEST_CASE("a card is found by what it says in whatever slot, and its absence is explained") {
  PrivatePcscd daemon(4);
  const TempFolder folder;
  daemon.insert(3, new_card(folder, "esam"));
  daemon.insert(1, new_card(folder, "leader"));
  const Context context;
  const auto leader = find_card(context, card_of_kind(CardKind::kLeader), kPatience);
  CHECK(leader->name() == "wellkey 00 01");
  const auto esam = find_card(context, card_of_kind(CardKind::kEsam), kPatience);
  CHECK(esam->name() == "wellkey 00 03");

  std::string what;
  try {
    find_card(context, card_of_kind(CardKind::kPsam), std::chrono::milliseconds(0));
  } catch (const base::Error& error) {
    CHECK(error.fault() == Fault::kNotFound);
    what = error.what();
  }
  CHECK(what ==
        "expected a PSAM in one of 4 readers, found wellkey 00 01: a card in use; "
        "wellkey 00 03: a card in use");
}

TEST_CASE("find_card waits for the card to be inserted, and names kind and masked serial if not") {
  PrivatePcscd daemon(2);
  const TempFolder folder;
  daemon.insert(0, new_card(folder, "leader"));
  const auto psam = new_card(folder, "psam");
  find_card(Context(), card_of_kind(CardKind::kLeader), kPatience);
  std::string what;
  try {
    find_card(Context(), card_of_kind(CardKind::kPsam), std::chrono::milliseconds(0));
  } catch (const base::Error& error) {
    what = error.what();
  }
  CHECK(what ==
        "expected a PSAM in one of 2 readers, found wellkey 00 00: leader card …1B59 "
        "(manufactured)");
  std::thread inserting([&] { daemon.insert(1, psam); });
  CHECK(find_card(Context(), card_of_kind(CardKind::kPsam), kPatience)->name() == "wellkey 00 01");
  inserting.join();
}

TEST_CASE("a card comes back by itself when the service was restarted") {
  const TempFolder folder;
  const auto image = new_card(folder, "role");
  auto daemon = std::make_unique<PrivatePcscd>(1);
  daemon->insert(0, image);
  daemon->restart();
  CHECK(find_card(Context(), card_of_kind(CardKind::kRole), kPatience)->name() == "wellkey 00 00");
}

TEST_CASE("no two processes serve one image, and no two cards sit in one slot") {
  PrivatePcscd daemon(2);
  const TempFolder folder;
  const auto psam = new_card(folder, "psam");
  const auto esam = new_card(folder, "esam");
  daemon.insert(0, psam);
  const auto same_image = virtual_card({"insert", "--background", "1", psam});
  CHECK(same_image.status == 14);
  const auto same_slot = virtual_card({"insert", "--background", "0", esam});
  CHECK(same_slot.status == 14);
  CHECK(same_slot.text == "virtual-card: slot 0 holds a card already\n");
  daemon.eject(0);
  daemon.insert(1, psam);
  daemon.insert(0, esam);
  const auto list = virtual_card({"list"});
  CHECK(contains(list.text, "slot  0  " + esam));
  CHECK(contains(list.text, "slot  1  " + psam));
}

TEST_CASE("a card that leaves its slot says how many commands it answered") {
  PrivatePcscd daemon(1);
  const TempFolder folder;
  const auto image = new_card(folder, "tool");
  daemon.insert(0, image);
  find_card(Context(), card_of_kind(CardKind::kTool), kPatience);
  const auto first = nlohmann::json::parse(virtual_card({"eject", "0", "--json"}).text);
  CHECK(first["image"] == image);
  CHECK(first["commands"] == 1);
  daemon.insert(0, image);
  CHECK(virtual_card({"eject", "0"}).text ==
        "slot 0: " + image + " is out, it answered 0 commands\n");
}

TEST_CASE("virtual-card refuses what it cannot do, each with its exit status") {
  const TempFolder folder;
  const auto image = new_card(folder, "tool");
  const auto slots = folder.path().string();
  CHECK(virtual_card({}).status == 2);
  CHECK(virtual_card({"insert", "0"}).status == 2);
  CHECK(virtual_card({"dance"}).status == 2);
  CHECK(virtual_card({"trace"}).text ==
        "virtual-card: expected a slot, or --file with a recorded conversation\n");
  CHECK(virtual_card({"trace"}).status == 10);
  CHECK(virtual_card({"insert", "16", image, "--slots", slots}).status == 10);
  CHECK(virtual_card({"insert", "0", image, "--slots", slots}).status == 15);
  CHECK(virtual_card({"insert", "0", image + "x", "--slots", slots}).status == 13);
  CHECK(virtual_card({"eject", "0", "--slots", slots}).status == 13);
  CHECK(virtual_card({"new", "tool", "--serial", "0x10", "--out", image + "2"}).status == 10);
  CHECK(virtual_card({"new", "spoon", "--serial", "1", "--out", image + "2"}).status == 10);
  CHECK(virtual_card({"new", "tool", "--serial", "1", "--out", image}).status == 14);
  CHECK(virtual_card({"--version"}).text == "virtual-card " WELLKEY_VERSION "\n");
}

TEST_CASE("inspect shows what a card is and holds, and no key") {
  const TempFolder folder;
  const auto shown = virtual_card({"inspect", new_card(folder, "tool"), "--json"});
  REQUIRE(shown.status == 0);
  const auto fields = nlohmann::json::parse(shown.text);
  CHECK(fields["kind"] == "tool card");
  CHECK(fields["serial"] == "2F00000000001B59");
  CHECK(fields["life_cycle"] == "manufactured");
  CHECK(fields["keys"].empty());
}

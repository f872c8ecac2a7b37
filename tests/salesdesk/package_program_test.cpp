// Packages of the county station through the program, the stock pcscd and emulated cards.
#include "cos-apdu/fieldcards/meter_visit.h"
#include "tests/cos-apdu/field_packages.h"
#include "tests/salesdesk/clerk.h"

using namespace test;
using card::layout::ToolSubtype;

namespace {

const County& home() {
  static const County county(crypto::SuiteId::kAes128, "130109");
  return county;
}

// A card out of its slot, spoken to without a reader.
class CardInHand {
 public:
  explicit CardInHand(const std::filesystem::path& image)
      : chip_(std::make_unique<card::chip::FileStorage>(image)), link_(chip_), session_(link_) {
    chip_.power_on();
  }

  card::Session& session() { return session_; }

 private:
  card::chip::Chip chip_;
  card::chip::DirectLink link_;
  card::Session session_;
};

int version_of(const std::filesystem::path& image) {
  CardInHand hand(image);
  return card::layout::decode_card_status(card::get_card_status(hand.session())).version;
}

Bytes settlement_of(Card& esam, const Lock& lock, Amount amount) {
  const auto request = settle_request(esam.session(), lock, user_number(home()), amount);
  card::layout::SettlementPackage package{.card = user_number(home()), .amount = request.amount};
  package.offline_sn = request.offline_sn;
  package.terminal = request.terminal;
  package.terminal_sn = request.terminal_sn;
  package.at = request.at;
  package.gmac = request.gmac;
  return encode(package);
}

}  // namespace

TEST_CASE("a clerk brings the PSAM to the next key version, and no other package does [R37]") {
  const RunningSigner signer;
  const Clerk clerk(signer);
  const auto psam = issue_psam(home(), usual_ceiling());
  Card other(home(), derivation::Serial8::of(CardKind::kPsam, 4));
  const auto package = clerk.file_of(encode(key_package(*psam)), "keys");
  const auto foreign = clerk.file_of(encode(key_package(other)), "foreign");
  const auto skipping = clerk.file_of(encode(key_package(*psam, 3)), "skipping");
  const auto image = clerk.image_of(*psam, "psam");
  PrivatePcscd daemon(1);
  daemon.insert(0, image);

  const auto early = clerk.run({"modify-psam", package});
  CHECK(early.status == 12);
  CHECK(contains(early.text, "请先开班 / no shift is open"));
  clerk.asked({"shift", "open", "--clerk", "clerk-12"});
  const auto refused = clerk.run({"modify-psam", foreign});
  CHECK(refused.status == 14);
  CHECK(contains(refused.text, "the package is for PSAM 2B00000000000004"));
  CHECK(contains(clerk.run({"modify-psam", skipping}).text, "密钥版本不衔接"));
  CHECK(clerk.run({"modify-psam", clerk.file_of(Bytes(9, 1), "noise")}).status == 10);
  CHECK(clerk.run({"modify-psam", "/nonexistent"}).status == 13);
  const auto done = clerk.run({"modify-psam", package});
  CHECK_MESSAGE(done.status == 0, done.text);
  CHECK(contains(done.text, "PSAM卡密钥已更新到该版本"));
  CHECK(clerk.run({"modify-psam", package}).status == 0);
  daemon.eject(0);
  CHECK(version_of(image) == 2);
}

TEST_CASE("a clerk issues a tool card and reads what it brings back from a meter [R41] [R42]") {
  const RunningSigner signer;
  const Clerk clerk(signer);
  Card blank(home(), derivation::Serial8::of(CardKind::kTool, 8));
  const auto package = clerk.file_of(
      encode(field_package(blank, usual_grant(home(), ToolSubtype::kReading))), "tool-package");
  const auto image = clerk.image_of(blank, "tool");
  PrivatePcscd daemon(2);
  daemon.insert(0, clerk.image_of(*issue_psam(home(), usual_ceiling()), "psam"));
  const auto missing = clerk.run({"read-tool"});
  CHECK(missing.status == 13);
  CHECK(contains(missing.text, "读写器上没有工具卡 / no tool card on any reader"));
  daemon.insert(1, image);
  CHECK(clerk.asked({"read-tool"})["in_use"] == false);
  clerk.asked({"shift", "open", "--clerk", "clerk-12"});
  const json issued = clerk.asked({"issue-tool", package});
  CHECK(issued["serial"] == "2F00000000000008");
  CHECK(issued["subtype"] == 5);
  CHECK(issued["uses_left"] == 3);
  CHECK(issued["valid_until"] == "20261231");

  daemon.eject(1);
  {
    CardInHand tool(image);
    const auto esam = issue_esam(home());
    card::fieldcards::present_tool(tool.session(), esam->session(), {0x20, 0x26, 0x07, 0x15});
    card::fieldcards::append_reading(tool.session(), {.terminal = kMeterTerminal,
                                                      .at = kNoon,
                                                      .energy = 4321,
                                                      .money = Amount::fen(99),
                                                      .sessions = 3,
                                                      .suspended = 1});
  }
  daemon.insert(1, image);
  const json seen = clerk.asked({"read-tool"});
  CHECK(seen["uses_left"] == 2);
  REQUIRE(seen["readings"].size() == 1);
  CHECK(seen["readings"][0]["terminal"] == "000000001234");
  CHECK(seen["readings"][0]["energy"] == 4321);
  CHECK(
      contains(clerk.run({"read-tool"}).text,
               "表号 000000001234，20260715 120000：43.21 千瓦时，0.99 元，用电 3 次，未结 1 次"));
}

TEST_CASE("a clerk releases a locked card by settlement or by order, once [R46] [R181]") {
  const RunningSigner signer;
  const Clerk clerk(signer);
  const auto psam = issue_psam(home(), usual_ceiling());
  const auto user = issue_user_card(home());
  const auto esam = issue_esam(home());
  REQUIRE(card::verify_pin(psam->session(), secret(kPsamPin)).right());
  load(user->session(), psam->session(), user_number(home()), Amount::fen(1000));
  const Lock lock = start(user->session(), esam->session(), user_number(home()));
  const auto order = clerk.file_of(
      encode(release_package(*psam, user_number(home()), 1, 1, Amount::fen(300))), "order");
  const auto settlement = clerk.file_of(settlement_of(*esam, lock, Amount::fen(230)), "settlement");
  PrivatePcscd daemon(2);
  daemon.insert(0, clerk.image_of(*psam, "psam"));
  daemon.insert(1, clerk.image_of(*user, "user"));

  CHECK(clerk.asked({"show"})["locked"] == true);
  const auto early = clerk.run({"release", order});
  CHECK(early.status == 12);
  CHECK(contains(early.text, "no shift is open"));
  clerk.asked({"shift", "open", "--clerk", "clerk-12"});
  const auto released = [&](const std::string& file, int consumed, bool by_order) {
    for (int time = 1; time <= 2; ++time) {
      const json done = clerk.asked({"release", file});
      CHECK(done["card"] == user_number(home()).digits());
      CHECK(done["consumed_fen"] == consumed);
      CHECK(done["balance_fen"] == 1000 - consumed);
      CHECK(done["by_order"] == by_order);
    }
    CHECK(clerk.asked({"show"})["locked"] == false);
  };
  SUBCASE("by the meter's settlement") {
    released(settlement, 230, false);
    const auto other = clerk.run({"release", order});
    CHECK(other.status == 12);
    CHECK(contains(other.text, "卡片没有待结算的灰锁 / there is no lock to settle"));
  }
  SUBCASE("by the county's order") {
    released(order, 300, true);
    CHECK(contains(clerk.run({"release", order}).text, "已按县局指令解除锁定：扣款 3.00 元"));
  }
}

// The program at work: a real signer with a token, the stock pcscd, cards in its readers.
#include "base/crypto/door.h"
#include "tests/salesdesk/clerk.h"

using namespace test;

TEST_CASE(
    "a clerk opens a shift and an account and sells through pcscd, each act in the log [R32] [R34] "
    "[R36] [R38] [R90] [R91]") {
  const RunningSigner signer;
  const Clerk clerk(signer);
  const County county(crypto::SuiteId::kAes128, "130109");
  const County elsewhere(crypto::SuiteId::kAes128, "130123");
  const auto psam = clerk.image_of(*issue_psam(county, usual_ceiling()), "psam");
  const auto user = clerk.image_of(*issue_user_card(county), "user");
  const auto foreign = clerk.image_of(*issue_user_card(elsewhere), "foreign");
  PrivatePcscd daemon(3);
  daemon.insert(0, psam);
  daemon.insert(1, user);

  CHECK(clerk.asked({"shift", "open", "--clerk", "clerk-12"})["shift"] == 1);
  const json account = clerk.asked(
      {"open-account", "--name", "王小明", "--approved-by", "officer-07", "--village", "兴安村"});
  CHECK(account["card"] == user_number(county).digits());
  const json sold = clerk.asked({"topup", "--yuan", "120", "--request", "r1"});
  CHECK(sold["state"] == "DONE");
  CHECK(sold["balance_fen"] == 12000);
  CHECK(sold["receipt"] == 1);
  CHECK(clerk.asked({"topup", "--yuan", "120", "--request", "r1"})["receipt"] == 1);
  CHECK(clerk.asked({"show"})["balance_fen"] == 12000);
  CHECK(clerk.asked({"balance"})["difference_fen"] == 0);

  SUBCASE("a card of another county is refused with its county") {
    daemon.eject(1);
    daemon.insert(2, foreign);
    const auto refused = clerk.run({"topup", "--yuan", "5"});
    CHECK(refused.status == 11);
    CHECK(contains(refused.text, "外县卡：卡属 130123，本台属 130109"));
  }
  SUBCASE("without a card the program says what it wants") {
    daemon.eject(1);
    const auto refused = clerk.run({"topup", "--yuan", "5"});
    CHECK(refused.status == 13);
    CHECK(contains(refused.text, "读写器上没有用户卡 / no user card on any reader"));
  }
  SUBCASE("two user cards are not chosen between") {
    daemon.insert(2, foreign);
    const auto refused = clerk.run({"topup", "--yuan", "5"});
    CHECK(refused.status == 14);
    CHECK(contains(refused.text, "more than one card of this kind"));
  }
  SUBCASE("what is not built yet is refused by name") {
    const auto refused = clerk.run({"deduct"});
    CHECK(refused.status == 11);
    CHECK(contains(refused.text, "本版本不提供 / deduct is not in this version"));
  }
}

TEST_CASE("a PSAM that is bound to its desk opens there and nowhere else [R36] [R49]") {
  using std::filesystem::perms;
  const RunningSigner signer;
  const Clerk clerk(signer);
  const County county(crypto::SuiteId::kAes128, "130109");
  const auto psam = issue_psam(county, usual_ceiling(), {.keys = {Purpose::kHandheld}});
  PrivatePcscd daemon(2);
  daemon.insert(0, clerk.image_of(*psam, "psam"));
  daemon.insert(1, clerk.image_of(*issue_user_card(county), "user"));
  const auto key = county.leaf(Purpose::kHandheld, psam->serial().bytes());
  const auto ours = key.reveal(crypto::SecretDoor::open());
  const std::vector<std::string> open = {"shift", "open", "--clerk", "clerk-12"};

  const auto unbound = clerk.run(open);
  CHECK(unbound.status == 12);
  CHECK(contains(unbound.text, "PSAM卡已绑定售电终端，本机没有终端密钥"));
  clerk.hold_terminal_key(Bytes(16, 0x11), perms::owner_read);
  const auto elsewhere = clerk.run(open);
  CHECK(elsewhere.status == 11);
  CHECK(contains(elsewhere.text, "the PSAM is bound to another desk: 2 tries left"));
  clerk.hold_terminal_key(Bytes(15, 0x11), perms::owner_read);
  CHECK(contains(clerk.run(open).text, "terminal.key: a key of 16 bytes expected"));
  clerk.hold_terminal_key(ours, perms::owner_read | perms::group_read);
  CHECK(contains(clerk.run(open).text, "terminal.key: others than its owner may read it"));
  clerk.hold_terminal_key(ours, perms::owner_read);
  CHECK(clerk.asked(open)["shift"] == 1);
  clerk.asked({"open-account", "--name", "王小明", "--approved-by", "officer-07"});
  CHECK(clerk.asked({"topup", "--yuan", "7"})["balance_fen"] == 700);
}

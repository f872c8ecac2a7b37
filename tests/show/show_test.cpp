// wellkey card show, as a person runs it, on the stock pcscd, with a card in each condition.
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "base/core/durable_file.h"
#include "cos-apdu/esam.h"
#include "cos-apdu/layout/card_files.h"
#include "cos-apdu/secure_messaging.h"
#include "cos-apdu/show/condition.h"
#include "cos-apdu/virtual/chip.h"
#include "tests/cos-apdu/field_packages.h"
#include "tests/cos-apdu/issued_cards.h"
#include "tests/support/private_pcscd.h"
#include "tests/support/raw_card.h"
#include "tests/support/temp_folder.h"

using namespace test;
using card::show::Condition;
using card::show::condition_of;
using nlohmann::json;
using support::PrivatePcscd;
using support::ProgramRun;

namespace {

constexpr base::FixedBytes<4> kToday = {0x20, 0x26, 0x07, 0x15};

ProgramRun show(std::vector<std::string> words = {}) {
  words.insert(words.begin(), {WELLKEY_BINARY_DIR "/bin/wellkey", "card", "show"});
  return support::run_program(words);
}

bool says(const ProgramRun& run, const std::string& part) {
  return run.text.find(part) != std::string::npos;
}

// One reader with one card; the card of the next case is swapped in.
class OneReader {
 public:
  void put(const Card& card) { put(*card.medium()); }

  void put(base::ByteView image) {
    take_out();
    const auto path = folder_.path() / ("card-" + std::to_string(++cards_));
    base::write_durably(path, image);
    daemon_.insert(0, path);
    is_in_ = true;
  }

  void take_out() {
    if (is_in_) daemon_.eject(0);
    is_in_ = false;
  }

 private:
  support::TempFolder folder_;
  PrivatePcscd daemon_{1};
  int cards_ = 0;
  bool is_in_ = false;
};

card::StatusWord send_protected(Card& user, Purpose purpose, const card::CommandApdu& command) {
  const auto& county = user.county();
  const auto key = county.leaf(purpose, user_number(county).factor8());
  const auto challenge =
      card::get_challenge(user.session(), card::sm_challenge_bytes(county.suite()));
  const card::SecureMessaging messaging(county.suite(), key, challenge);
  return user.session().send(messaging.with_mac(command)).status;
}

void lose_tries(Card& card) {
  for (int tries = 0; tries < 3; ++tries) card::verify_pin(card.session(), secret("000000"));
}

base::WipedBytes void_key_card() {
  const auto serial = derivation::Serial8::of(CardKind::kCountyMother, 42);
  const Bytes made = card::chip::manufactured_image(serial, crypto::SuiteId::kAes128);
  auto medium = std::make_shared<base::WipedBytes>(made.begin(), made.end());
  card::chip::Nvm memory(std::make_unique<card::chip::MemoryStorage>(medium));
  auto identity = card::chip::load_identity(memory);
  identity.life_cycle = card::layout::LifeCycle::kVoid;
  identity.pair_id = {0x0A, 0x1B, 0x2C, 0x3D, 0x4E, 0x5F, 0x60, 0x71};
  identity.generation = 3;
  card::chip::store_identity(memory, identity);
  memory.commit();
  return *medium;
}

}  // namespace

TEST_CASE("a user card is shown with its money, its lock and what to do, in each condition") {
  const County county(crypto::SuiteId::kAes128);
  const auto number = user_number(county);
  const auto user = issue_user_card(county);
  const auto psam = issue_psam(county, usual_ceiling());
  const auto esam = issue_esam(county);
  card::verify_pin(psam->session(), secret(kPsamPin));
  OneReader reader;

  reader.put(*user);
  auto shown = show();
  CHECK_MESSAGE(shown.status == 0, shown.text);
  CHECK(says(shown, "reader 读卡器: wellkey 00 00\n"));
  CHECK(says(shown, "card 卡: user card 用户卡 …0011\n"));
  CHECK(says(shown, "life cycle 生命周期: in use 使用中, rehearsal 演练\n"));
  CHECK(says(shown, "county 县: 410122\n"));
  CHECK(says(shown, "number 卡号: " + number.masked() + "\n"));
  CHECK_FALSE(says(shown, number.digits()));
  CHECK(says(shown, "valid 有效期: 2026-01-01 to 至 2036-12-31\n"));
  CHECK(says(shown, "PIN 密码: none 未设\n"));
  CHECK(says(shown, "balance 余额: 0.00 yuan 元\n"));
  CHECK(says(shown, "lock 锁: not locked 未锁\n"));
  CHECK(says(shown, "condition 状态: ready for use 可正常使用\n"));
  CHECK(says(shown, "what to do 怎么办: nothing to do\n  无需处理\n"));

  load(user->session(), psam->session(), number, Amount::fen(100000));
  const Lock lock = start(user->session(), esam->session(), number);
  reader.put(*user);
  shown = show();
  CHECK(says(shown, "balance 余额: 1000.00 yuan 元\n"));
  CHECK(
      says(shown, "lock 锁: grey 灰锁, terminal 终端 000000001234 since 自 2026-07-15 08:30:00\n"));
  CHECK(says(shown,
             "transaction 交易: 2026-07-15 08:30:00 load 圈存, 1000.00 yuan 元, terminal 终端 "
             "000000001001, number 序号 1\n"));
  CHECK(says(shown, "locked by a pump that has not settled 灰锁，未结算\n"));
  CHECK(says(shown, "swipe it at the same meter to settle"));
  CHECK(says(shown, "请到同一电表刷卡结算"));

  const auto request = settle_request(esam->session(), lock, number, Amount::fen(230));
  card::debit_for_unlock(user->session(), card::Purse::kWallet, request);
  reader.put(*user);
  shown = show();
  CHECK(says(shown, "balance 余额: 997.70 yuan 元\n"));
  CHECK(says(shown,
             "lock 锁: settled, TAC unread 已解扣，TAC未读, last 上次 terminal 终端 "
             "000000001234, 2.30 yuan 元, 2026-07-15 12:00:00\n"));
  CHECK(says(shown, "nothing is owed"));

  card::clear_tac_unread(user->session());
  CHECK(send_protected(*user, Purpose::kMaintenance,
                       {.name = "APPLICATION BLOCK", .cla = 0x84, .ins = 0x1E}) ==
        card::status::kOk);
  reader.put(*user);
  shown = show();
  CHECK(says(shown, "application blocked 应用锁定"));
  CHECK(says(shown, "its money is not lost"));
  CHECK_FALSE(says(shown, "balance"));
}

TEST_CASE("modules and key cards are shown with their life, tries and ceiling") {
  const County county(crypto::SuiteId::kAes128);
  const auto user = issue_user_card(county);
  const auto psam = issue_psam(county, usual_ceiling());
  card::verify_pin(psam->session(), secret(kPsamPin));
  load(user->session(), psam->session(), user_number(county), Amount::fen(12345));
  OneReader reader;

  reader.put(*psam);
  auto shown = show();
  CHECK_MESSAGE(shown.status == 0, shown.text);
  CHECK(says(shown, "card 卡: PSAM PSAM卡 2B00000000000003\n"));
  CHECK(says(shown, "PIN 密码: 3 tries left 剩余次数\n"));
  CHECK(says(shown, "terminal 终端: 000000001001\n"));
  CHECK(says(shown, "ceiling used 已用限额: 123.45 of 1000.00 yuan 元, 1 of 100 loads 次\n"));

  lose_tries(*psam);
  reader.put(*psam);
  shown = show();
  CHECK(says(shown, "PIN 密码: 0 tries left 剩余次数\n"));
  CHECK(says(shown, "condition 状态: PIN blocked 密码锁定\n"));

  reader.put(void_key_card());
  shown = show();
  CHECK(says(shown, "card 卡: county mother card 县级母卡 270000000000002A\n"));
  CHECK(says(shown, "pair 卡对: 0A1B2C3D4E5F6071, generation 代 3\n"));
  CHECK(says(shown, "condition 状态: void 已作废\n"));
  CHECK(says(shown, "destroy it before two witnesses"));

  reader.put(*issue_field_card(county, CardKind::kTool,
                               usual_grant(county, card::layout::ToolSubtype::kReading)));
  shown = show();
  CHECK(says(shown, "card 卡: tool card 工具卡 2F"));
  CHECK(says(shown, "tool 工具: "));
  CHECK(says(shown, "uses 使用次数: 0 of 3\n"));
  CHECK(says(shown, "valid 有效期: 2026-01-01 to 至 2026-12-31\n"));

  reader.put(*issue_esam(county));
  shown = show();
  CHECK(says(shown, "card 卡: ESAM ESAM模块 2C00000000000005\n"));
  CHECK(says(shown, "terminal 终端: 000000001234\n"));

  reader.put(card::chip::manufactured_image(derivation::Serial8::of(CardKind::kLeader, 1),
                                            crypto::SuiteId::kAes128));
  CHECK(says(show(), "condition 状态: not issued yet 尚未发行\n"));
}

TEST_CASE("a card of another maker is told by its ATR, and nobody's card is a plain answer") {
  PrivatePcscd daemon(2);
  const auto none = show();
  CHECK(none.status == 13);
  CHECK(says(none, "wellkey-card: no card could be read in 2 readers: put one on a reader"));

  const support::RawCard foreign(
      PrivatePcscd::socket(1), support::kAtrT1, [](std::span<const std::uint8_t>) {
        return std::vector<support::Bytes>{support::RawCard::answer(support::Bytes{0x6E, 0x00})};
      });
  ProgramRun shown;
  do {
    shown = show();
  } while (shown.status == 13);
  CHECK(says(shown, "reader 读卡器: wellkey 00 01\n"));
  CHECK(says(shown,
             "ATR: 3B820154"
             "31E6\n"));
  CHECK(says(shown, "expected a card that answers GET CARD STATUS"));
  CHECK(says(shown, "非本系统卡"));
}

TEST_CASE("of several cards each is shown with its reader, and one reader may be named") {
  const County county(crypto::SuiteId::kAes128);
  const auto user = issue_user_card(county);
  const auto esam = issue_esam(county);
  const support::TempFolder folder;
  base::write_durably(folder.path() / "user", base::ByteView(*user->medium()));
  base::write_durably(folder.path() / "esam", base::ByteView(*esam->medium()));
  PrivatePcscd daemon(3);
  daemon.insert(0, folder.path() / "user");
  daemon.insert(2, folder.path() / "esam");

  const auto both = show();
  CHECK(says(both, "2 cards in the readers 读卡器中有2张卡\n"));
  CHECK(says(both, "reader 读卡器: wellkey 00 00\n"));
  CHECK(says(both, "reader 读卡器: wellkey 00 02\n"));
  const auto named = show({"--reader", "wellkey 00 02"});
  CHECK(says(named, "ESAM模块"));
  CHECK_FALSE(says(named, "用户卡"));
  const auto unknown = show({"--reader", "wellkey 00 09"});
  CHECK(unknown.status == 13);
  CHECK(says(unknown, "\n  wellkey 00 01\n"));

  const auto listed = json::parse(show({"--json"}).text);
  REQUIRE(listed.at("cards").size() == 2);
  const json& card = listed["cards"][0];
  CHECK(card["kind"] == "user");
  CHECK(card["number"] == user_number(county).digits());
  CHECK(card["balance_fen"] == 0);
  CHECK(card["lock"]["state"] == "00");
  CHECK(card["condition"] == "well");
  CHECK(listed["cards"][1]["terminal"] == "000000001234");
}

TEST_CASE("the condition that matters most is the one that is told") {
  CHECK(condition_of(std::nullopt, kToday) == Condition::kNotOfThisSystem);
  card::show::CardFacts facts{.status = {.serial = derivation::Serial8::of(CardKind::kUser, 1)}};
  facts.status.life_cycle = card::layout::LifeCycle::kInUse;
  CHECK(condition_of(facts, kToday) == Condition::kWell);

  facts.purse.application = card::layout::ApplicationInfo{
      .county = base::CountyCode::parse("410122"),
      .number = base::CardNumber::of(base::CountyCode::parse("410122"), 1, 1),
      .valid_from = {0x20, 0x26, 0x07, 0x16},
      .valid_until = {0x20, 0x36, 0x12, 0x31}};
  CHECK(condition_of(facts, kToday) == Condition::kExpired);

  facts.field.grant = card::layout::Grant{
      .valid_from = {0x20, 0x26, 0x01, 0x01}, .valid_until = {0x20, 0x26, 0x12, 0x31}, .uses = 2};
  facts.field.counters = card::layout::UseCounters{.used = 1};
  CHECK(condition_of(facts, kToday) == Condition::kExpired);
  facts.field.counters->used = 2;
  CHECK(condition_of(facts, kToday) == Condition::kUsesOver);

  facts.module.counters = card::layout::SamCounters{.loaded = Amount::fen(99), .loads = 1};
  facts.module.ceiling = card::layout::LoadCeiling{.money = Amount::fen(100), .count = 2};
  CHECK(condition_of(facts, kToday) == Condition::kUsesOver);
  facts.module.counters->loaded = Amount::fen(100);
  CHECK(condition_of(facts, kToday) == Condition::kCeilingUsed);

  facts.status.pin_tries = 0;
  CHECK(condition_of(facts, kToday) == Condition::kPinBlocked);
  facts.purse.lock = card::LockProof{.state = card::LockState::kTacUnread};
  CHECK(condition_of(facts, kToday) == Condition::kTacUnread);
  facts.purse.lock->state = card::LockState::kGrey;
  CHECK(condition_of(facts, kToday) == Condition::kGreyLocked);
  facts.purse.blocked = true;
  CHECK(condition_of(facts, kToday) == Condition::kBlocked);
  facts.status.life_cycle = card::layout::LifeCycle::kDead;
  CHECK(condition_of(facts, kToday) == Condition::kDead);
  facts.status.flags = card::layout::kFlagVoid;
  CHECK(condition_of(facts, kToday) == Condition::kVoid);
}

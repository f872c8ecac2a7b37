// The same conversations over T=0, T=1 and T=CL: what the cards answer, store and refuse is the same
// to the byte; only the way of the answer differs (card reference §2.2, §2.3, §12 item 9).
#include <doctest/doctest.h>

#include "base/core/error.h"
#include "cos-apdu/purse.h"
#include "tests/cos-apdu/issued_cards.h"

using namespace test;
using card::chip::Chip;
using card::chip::Transport;

namespace {

constexpr auto kWallet = card::Purse::kWallet;
constexpr auto kDeposit = card::Purse::kDeposit;

constexpr std::array kTransports = {Transport::kT0, Transport::kT1, Transport::kContactless};
constexpr std::array kAllSuites = {crypto::SuiteId::kAes128, crypto::SuiteId::kTdes2,
                                   crypto::SuiteId::kSm4};

// The same numbers in the same order on every run: equal conversations give equal MACs.
card::chip::RandomSource counting_source(base::Byte first) {
  return [next = first](std::size_t count) mutable {
    Bytes out(count);
    for (auto& byte : out) byte = next++;
    return out;
  };
}

bool is_case4(ByteView apdu) {
  return apdu.size() > 5 && apdu.size() == 6U + apdu[4];
}

// What passes between a terminal and a card: over T=0 without Le behind data, as the protocol has
// it. Keeps each command with the whole of its answer, however many steps that took.
class Transcript : public card::Link {
 public:
  Transcript(Chip& chip, Transport transport) : chip_(chip), transport_(transport) {
    if (!chip_.powered()) chip_.power_on();
  }

  Bytes transmit(ByteView apdu) override {
    const bool cut = transport_ == Transport::kT0 && is_case4(apdu);
    Bytes answer = chip_.transmit(cut ? apdu.first(apdu.size() - 1) : apdu);
    const ByteView all = answer;
    note(apdu, all.first(all.size() - 2), all.last(2));
    return answer;
  }

  void reset() override { chip_.reset(); }

  std::string name() const override { return "transcript"; }

  const std::vector<std::string>& lines() const { return lines_; }

  int steps() const { return steps_; }

 private:
  void note(ByteView apdu, ByteView data, ByteView word) {
    const bool waits = word[0] == 0x61;
    const bool corrected = word[0] == 0x6C;
    if (waits || corrected) ++steps_;
    if (corrected) return;
    const bool fetch = apdu[0] == 0x00 && apdu[1] == 0xC0;
    if (!fetch)
      lines_.push_back(base::to_hex(apdu.first(std::min<std::size_t>(apdu.size(), 4))) + " ");
    lines_.back() += base::to_hex(data);
    if (!waits) lines_.back() += base::to_hex(word);
  }

  Chip& chip_;
  Transport transport_;
  std::vector<std::string> lines_;
  int steps_ = 0;
};

// Three cards of one county with one transport and one suite, in the hands of one terminal.
class Scene {
 public:
  Scene(crypto::SuiteId suite, Transport transport)
      : county_(suite, "410122", {.transport = transport, .profile = {}}, counting_source(0x30)),
        number_(user_number(county_)),
        user_card_(issue_user_card(county_)),
        psam_card_(issue_psam(county_, usual_ceiling())),
        esam_card_(issue_esam(county_)),
        user_link_(user_card_->chip(), transport),
        psam_link_(psam_card_->chip(), transport),
        esam_link_(esam_card_->chip(), transport) {}

  void play() {
    REQUIRE(card::verify_pin(psam_, secret(kPsamPin)).right());
    card::select_by_name(user_, base::from_hex("F0574B015055525345"));
    load(user_, psam_, number_, Amount::fen(20000));
    load_deposit();
    purchase();
    composite();
    unload();
    session();
    refusals();
    card::read_transactions(user_);
    for (const auto file : base::from_hex("151617")) card::read_file(user_, file);
    card::read_file(psam_, 0x18);
    card::read_file(esam_, 0x18);
  }

  std::vector<std::string> lines() const {
    auto out = user_link_.lines();
    for (const auto* link : {&psam_link_, &esam_link_})
      out.insert(out.end(), link->lines().begin(), link->lines().end());
    return out;
  }

  int steps() const { return user_link_.steps() + psam_link_.steps() + esam_link_.steps(); }

  card::Session& user() { return user_; }

 private:
  crypto::SecretBytes online(Purpose purpose, const card::InitLoadAnswer& init) const {
    return card::purse::online_session_key(
        county_.suite(), county_.leaf(purpose, number_.factor8()), init.key.random, init.online_sn);
  }

  void load_deposit() {
    const card::purse::Order order{.amount = Amount::fen(5000),
                                   .type = card::TransactionType::kLoadDeposit,
                                   .terminal = kDeskTerminal};
    const auto init =
        card::init_load(user_, kDeposit, card::kFirstKey, order.amount, order.terminal);
    card::credit_load(user_, kMorning,
                      crypto::mac4(county_.suite(), online(Purpose::kLoad, init),
                                   card::purse::load_mac2_input(order, kMorning)));
  }

  void unload() {
    const card::purse::Order order{.amount = Amount::fen(1200),
                                   .type = card::TransactionType::kUnload,
                                   .terminal = kDeskTerminal};
    const auto init = card::init_unload(user_, card::kFirstKey, order.amount, order.terminal);
    card::debit_for_unload(user_, kNoon,
                           crypto::mac4(county_.suite(), online(Purpose::kUnload, init),
                                        card::purse::unload_mac2_input(order, kNoon)));
    CHECK(card::get_transaction_proof(user_, order.type, init.online_sn));
  }

  card::SamPurchaseRequest request(const card::InitDebitAnswer& init, Amount amount) const {
    return {.card_random = init.key.random,
            .offline_sn = init.offline_sn,
            .amount = amount,
            .at = kNoon,
            .key_version = init.key.version,
            .algorithm = init.key.algorithm,
            .card_factor = number_.factor8()};
  }

  void finish_debit(const card::SamPurchaseRequest& asked) {
    const auto sam = card::init_sam_for_purchase(psam_, asked);
    const auto answer = card::debit(user_, sam.terminal_sn, kNoon, sam.mac1);
    CHECK(card::credit_sam_for_purchase(psam_, answer.mac2) == card::Verdict::kHolds);
  }

  void purchase() {
    const auto init =
        card::init_purchase(user_, kWallet, card::kFirstKey, Amount::fen(700), kDeskTerminal);
    finish_debit(request(init, Amount::fen(700)));
  }

  void composite() {
    const auto code = card::get_security_code(user_);
    const auto init = card::init_composite(user_, card::kFirstKey, Amount::fen(300), kDeskTerminal);
    card::update_with_composite(user_, 0x19, 3, Bytes(32, 0xA5));
    auto asked = request(init, Amount::fen(300));
    asked.type = card::TransactionType::kComposite;
    asked.security_code.assign(code.begin(), code.end());
    finish_debit(asked);
  }

  void session() {
    const auto lock = start(user_, esam_, number_);
    CHECK(card::get_lock_proof(user_).state == card::LockState::kGrey);
    const auto asked = settle_request(esam_, lock, number_, Amount::fen(2500));
    card::debit_for_unlock(user_, kWallet, asked);
    CHECK(card::get_gmac(esam_, asked.terminal_sn));
    card::clear_tac_unread(user_);
  }

  void refusals() {
    CHECK_THROWS_AS(card::debit(user_, 1, kNoon, {}), base::Error);
    CHECK_THROWS_AS(
        card::init_purchase(user_, kWallet, card::kFirstKey, Amount::fen(99999), kDeskTerminal),
        base::Error);
    CHECK_FALSE(card::get_transaction_proof(user_, card::TransactionType::kUnload, 0));
    CHECK_THROWS_AS(card::init_load(user_, kWallet, 0x07, Amount::fen(1), kDeskTerminal),
                    base::Error);
  }

  County county_;
  base::CardNumber number_;
  std::unique_ptr<Card> user_card_;
  std::unique_ptr<Card> psam_card_;
  std::unique_ptr<Card> esam_card_;
  Transcript user_link_;
  Transcript psam_link_;
  Transcript esam_link_;
  card::Session user_{user_link_};
  card::Session psam_{psam_link_};
  card::Session esam_{esam_link_};
};

}  // namespace

TEST_CASE("whole conversations answer the same to the byte over T=0, T=1 and T=CL [R12] [R14]") {
  for (const auto suite : kAllSuites) {
    CAPTURE(static_cast<int>(suite));
    std::vector<std::string> first;
    for (const auto transport : kTransports) {
      CAPTURE(static_cast<int>(transport));
      Scene scene(suite, transport);
      scene.play();
      CHECK(card::get_balance(scene.user(), kWallet) == Amount::fen(16500));
      CHECK(card::get_balance(scene.user(), kDeposit) == Amount::fen(3800));
      CHECK((scene.steps() > 0) == (transport == Transport::kT0));
      const auto lines = scene.lines();
      if (first.empty()) first = lines;
      CHECK(lines.size() > 40);
      CHECK(lines == first);
    }
  }
}

TEST_CASE("T=0 keeps an answer until the next command, T=1 and T=CL know no GET RESPONSE") {
  const auto sent = [](Chip& chip, std::string_view hex) {
    return base::to_hex(chip.transmit(base::from_hex(hex)));
  };
  const auto psam_of = [](Transport transport) {
    static std::vector<std::unique_ptr<County>> counties;
    counties.push_back(
        std::make_unique<County>(crypto::SuiteId::kTdes2, "410122",
                                 card::chip::Making{.transport = transport, .profile = {}}));
    return issue_psam(*counties.back(), usual_ceiling());
  };
  auto narrow = psam_of(Transport::kT0);
  auto& t0 = narrow->chip();
  CHECK(sent(t0, "00A40000023F00").substr(0, 2) == "61");
  CHECK(sent(t0, "00C00000FF").substr(0, 2) == "6C");
  CHECK(sent(t0, "00C0000002") == "6F236123");
  CHECK(sent(t0, "00C00000FF") == "6C23");
  CHECK(sent(t0, "0084000004").size() == 12);
  CHECK(sent(t0, "00C0000004") == "6985");
  CHECK(sent(t0, "00B0960000") == "6C06");
  CHECK(sent(t0, "00B0960007") == "6C06");
  CHECK(sent(t0, "00B0960006") == "0000000010019000");
  CHECK(sent(t0, "00B09600000006") == "6700");
  CHECK(sent(t0, "00200000000003314159") == "6700");
  for (const auto transport : {Transport::kT1, Transport::kContactless}) {
    auto wide = psam_of(transport);
    auto& chip = wide->chip();
    CHECK(sent(chip, "00C0000004") == "6D00");
    CHECK(sent(chip, "00A40000023F0000").substr(0, 2) == "6F");
    CHECK(sent(chip, "00B0960000") == "0000000010019000");
    CHECK(sent(chip, "00B0960007") == "6C06");
    CHECK(sent(chip, "00B09600000006") == "0000000010019000");
    CHECK(sent(chip, "0020000000000331415900").size() == 4);
  }
}

TEST_CASE("answer to reset and answer to select name transport and serial") {
  const County t0(crypto::SuiteId::kAes128, "410122", {.transport = Transport::kT0, .profile = {}});
  const County t1(crypto::SuiteId::kAes128, "410122", {.transport = Transport::kT1, .profile = {}});
  const County cl(crypto::SuiteId::kAes128, "410122",
                  {.transport = Transport::kContactless, .profile = {}});
  // TS T0 TB1 TC1; TS T0 TD1 … TCK; TL T0 TA1 TB1 TC1; then version 2, issuer 2, serial 8.
  CHECK(base::to_hex(issue_psam(t0, usual_ceiling())->chip().atr()) ==
        "3B6C0002"
        "0100574B"
        "2B00000000000003");
  const auto with_check = issue_psam(t1, usual_ceiling())->chip().atr();
  CHECK(base::to_hex(with_check).substr(0, 6) == "3B8C01");
  base::Byte check = 0;
  for (std::size_t i = 1; i < with_check.size(); ++i) check ^= with_check[i];
  CHECK(check == 0);
  CHECK(base::to_hex(issue_psam(cl, usual_ceiling())->chip().atr()) ==
        "1178804002"
        "0100574B"
        "2B00000000000003");
}

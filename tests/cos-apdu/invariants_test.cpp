// What must hold after any order of transactions, tried with random orders (card reference §12).
#include <optional>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "base/core/error.h"
#include "cos-apdu/purse.h"
#include "tests/cos-apdu/issued_cards.h"

using namespace test;

namespace {

constexpr auto kWallet = card::Purse::kWallet;
constexpr auto kDeposit = card::Purse::kDeposit;

enum class Deed {
  kLoadWallet,
  kLoadDeposit,
  kUnload,
  kPurchase,
  kLock,
  kSettle,
  kClear,
  kRelease,
  kForge,
  kReplay,
  kPowerOff,
};

struct Step {
  Deed deed;
  std::int64_t fen;
};

rc::Gen<Step> any_step() {
  return rc::gen::construct<Step>(
      rc::gen::map(rc::gen::inRange(0, 11), [](int deed) { return static_cast<Deed>(deed); }),
      rc::gen::inRange<std::int64_t>(0, 500));
}

// Remembers the last command that changed money.
class Wire : public card::Link {
 public:
  explicit Wire(card::chip::Chip& chip) : chip_(chip) {}

  Bytes transmit(ByteView apdu) override {
    Bytes answer = chip_.transmit(apdu);
    const bool changes = apdu[1] == 0x52 || apdu[1] == 0x54 || apdu[1] == 0x7C || apdu[1] == 0x7E;
    if (changes && base::equal(ByteView(answer).last(2), Bytes{0x90, 0x00}))
      last_.assign(apdu.begin(), apdu.end());
    return answer;
  }

  void reset() override { chip_.reset(); }

  std::string name() const override { return "wire"; }

  const Bytes& last() const { return last_; }

 private:
  card::chip::Chip& chip_;
  Bytes last_;
};

// A card, and what it must hold: written by hand from the rules, not read from the card.
class Ledger {
 public:
  Ledger() : user_(issue_user_card(county_)), esam_(issue_esam(county_)), wire_(user_->chip()) {}

  void take(const Step& step) {
    const bool grey = lock_.has_value();
    switch (step.deed) {
      case Deed::kLoadWallet:
        if (expect(!grey, [&] { load(kWallet, step.fen); })) wallet_ += step.fen;
        break;
      case Deed::kLoadDeposit:
        if (expect(!grey, [&] { load(kDeposit, step.fen); })) deposit_ += step.fen;
        break;
      case Deed::kUnload:
        if (expect(!grey && step.fen <= deposit_, [&] { unload(step.fen); })) deposit_ -= step.fen;
        break;
      case Deed::kPurchase:
        if (expect(!grey && step.fen <= wallet_, [&] { purchase(step.fen, 0); }))
          wallet_ -= step.fen;
        break;
      case Deed::kLock:
        if (expect(!grey && !tac_unread_, [&] { lock(); })) locked_at_ = wallet_;
        break;
      case Deed::kSettle:
        settle(step.fen);
        break;
      case Deed::kClear:
        if (expect(!grey, [&] { card::clear_tac_unread(user()); })) tac_unread_ = false;
        break;
      case Deed::kRelease:
        if (expect(grey && step.fen <= wallet_, [&] { release(step.fen); })) {
          wallet_ -= step.fen;
          forget_lock();
        }
        break;
      case Deed::kForge:
        expect(false, [&] { purchase(0, 0xFF); });
        break;
      case Deed::kReplay:
        if (!wire_.last().empty()) RC_ASSERT(wire_.transmit(wire_.last()).size() == 2U);
        break;
      case Deed::kPowerOff:
        user_->chip().reset();
        esam_->chip().reset();
        break;
    }
    check();
  }

 private:
  card::Session& user() { return session_; }

  // Runs the deed and holds the card to what the rules say of it.
  static bool expect(bool allowed, const std::function<void()>& deed) {
    bool done = true;
    try {
      deed();
    } catch (const base::Error&) {
      done = false;
    }
    RC_ASSERT(done == allowed);
    return done;
  }

  void check() {
    RC_ASSERT(card::get_balance(user(), kWallet).fen() == wallet_);
    RC_ASSERT(card::get_balance(user(), kDeposit).fen() == deposit_);
    const auto state = card::get_lock_proof(user()).state;
    RC_ASSERT((state == card::LockState::kGrey) == lock_.has_value());
    RC_ASSERT((state == card::LockState::kTacUnread) == tac_unread_);
    const auto records = card::read_transactions(user());
    if (records.size() < 2) return;
    const auto& newest = records[0];
    for (std::size_t i = 1; i < records.size(); ++i) RC_ASSERT(!(records[i] == newest));
  }

  crypto::Key leaf(Purpose purpose) const { return county_.leaf(purpose, number_.factor8()); }

  card::Mac4 mac(const crypto::SecretBytes& session, ByteView input) const {
    return crypto::mac4(county_.suite(), session, input);
  }

  crypto::SecretBytes online(Purpose purpose, const card::Random4& random, card::CardSn sn) const {
    return card::purse::online_session_key(county_.suite(), leaf(purpose), random, sn);
  }

  void load(card::Purse purse, std::int64_t fen) {
    const card::purse::Order order{
        .amount = Amount::fen(fen),
        .type = card::type_for(purse, card::TransactionType::kLoadDeposit),
        .terminal = kDeskTerminal};
    const auto init = card::init_load(user(), purse, card::kFirstKey, order.amount, kDeskTerminal);
    const auto session = online(Purpose::kLoad, init.key.random, init.online_sn);
    card::credit_load(user(), kMorning,
                      mac(session, card::purse::load_mac2_input(order, kMorning)));
  }

  void unload(std::int64_t fen) {
    const card::purse::Order order{.amount = Amount::fen(fen),
                                   .type = card::TransactionType::kUnload,
                                   .terminal = kDeskTerminal};
    const auto init = card::init_unload(user(), card::kFirstKey, order.amount, kDeskTerminal);
    const auto session = online(Purpose::kUnload, init.key.random, init.online_sn);
    card::debit_for_unload(user(), kNoon,
                           mac(session, card::purse::unload_mac2_input(order, kNoon)));
  }

  void purchase(std::int64_t fen, base::Byte damage) {
    const card::purse::Order order{.amount = Amount::fen(fen),
                                   .type = card::TransactionType::kPurchaseWallet,
                                   .terminal = kDeskTerminal};
    const auto init =
        card::init_purchase(user(), kWallet, card::kFirstKey, order.amount, kDeskTerminal);
    const auto session =
        card::purse::purchase_session_key(county_.suite(), leaf(Purpose::kPurchase),
                                          init.key.random, init.offline_sn, ++terminal_sn_);
    auto mac1 = mac(session, card::purse::debit_mac1_input(order, kNoon));
    mac1[0] = static_cast<base::Byte>(mac1[0] ^ damage);
    card::debit(user(), terminal_sn_, kNoon, mac1);
  }

  void lock() { lock_ = start(user(), esam_->session(), number_); }

  void settle(std::int64_t fen) {
    if (!lock_) return;
    const bool enough = fen <= locked_at_;
    std::optional<card::UnlockRequest> request;
    expect(enough,
           [&] { request = settle_request(esam_->session(), *lock_, number_, Amount::fen(fen)); });
    if (!request) return;
    auto forged = *request;
    forged.amount = Amount::fen(fen + 1);
    expect(false, [&] { card::debit_for_unlock(user(), kWallet, forged); });
    expect(true, [&] { card::debit_for_unlock(user(), kWallet, *request); });
    wallet_ -= fen;
    lock_.reset();
    tac_unread_ = true;
  }

  void release(std::int64_t fen) {
    const card::purse::Order order{.amount = Amount::fen(fen),
                                   .type = card::TransactionType::kGreyUnlockWallet,
                                   .terminal = kDeskTerminal};
    const auto init = card::init_grey_unlock(user(), kWallet, card::kFirstKey, kDeskTerminal);
    const auto session = online(Purpose::kUnload, init.key.random, init.online_sn);
    card::grey_unlock(user(), order.amount, kNoon,
                      mac(session, card::purse::grey_unlock_mac2_input(order, kNoon)));
  }

  // The issuer settled the card; the meter lets go of its side with a debit of nothing.
  void forget_lock() {
    settle_request(esam_->session(), *lock_, number_, Amount::fen(0));
    lock_.reset();
  }

  County county_{crypto::SuiteId::kAes128};
  base::CardNumber number_ = user_number(county_);
  std::unique_ptr<Card> user_;
  std::unique_ptr<Card> esam_;
  Wire wire_;
  card::Session session_{wire_};
  card::TerminalSn terminal_sn_ = 0;

  std::int64_t wallet_ = 0;
  std::int64_t deposit_ = 0;
  std::int64_t locked_at_ = 0;
  std::optional<Lock> lock_;
  bool tac_unread_ = false;
};

}  // namespace

TEST_CASE(
    "in any order of transactions money is neither made nor lost, no MAC counts twice, and a grey "
    "card does nothing else [R20] [R179] [R180]") {
  CHECK(rc::check([] {
    const auto steps = *rc::gen::container<std::vector<Step>>(any_step());
    Ledger ledger;
    for (const auto& step : steps) ledger.take(step);
  }));
}

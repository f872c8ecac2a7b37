// A whole grey-lock session, user card and ESAM, beside the cipher operations that its formulas need.
#include <fmt/format.h>

#include "base/core/durable_file.h"
#include "cos-apdu/esam.h"
#include "cos-apdu/purse.h"
#include "tests/bench/cards/bench.h"
#include "tests/cos-apdu/issued_cards.h"
#include "tests/support/temp_folder.h"

namespace bench {
namespace {

using crypto::SuiteId;
using test::Amount;

constexpr int kSessionsOfACard = 20'000;  // its transaction number has two bytes
constexpr auto kConsumed = 1;             // fen

// A pair of card and module on a field; a fresh pair when the card's numbers run out.
class Field {
 public:
  explicit Field(SuiteId suite)
      : county_(suite), number_(test::user_number(county_)), esam_(test::issue_esam(county_)) {
    renew();
    sessions_ = 0;
  }

  // The money that the session before took is looked for in the first answer.
  bool session() {
    if (sessions_++ == kSessionsOfACard) renew();
    const auto lock = test::start(user_->session(), esam_->session(), number_);
    const auto request =
        test::settle_request(esam_->session(), lock, number_, Amount::fen(kConsumed));
    card::debit_for_unlock(user_->session(), card::Purse::kWallet, request);
    card::clear_tac_unread(user_->session());
    return lock.init.balance == Amount::fen(kLoaded - (sessions_ - 1) * kConsumed);
  }

 private:
  static constexpr int kLoaded = 100'000;

  void renew() {
    user_ = test::issue_user_card(county_);
    const auto psam = test::issue_psam(county_, test::usual_ceiling());
    card::verify_pin(psam->session(), test::secret(test::kPsamPin));
    test::load(user_->session(), psam->session(), number_, Amount::fen(kLoaded));
    sessions_ = 1;
  }

  test::County county_;
  base::CardNumber number_;
  std::unique_ptr<test::Card> esam_;
  std::unique_ptr<test::Card> user_;
  int sessions_ = 0;
};

// Card: two session key steps, MAC1, MAC2, GTAC, GMAC, TAC. ESAM: the card's key by its number, two
// session key steps, MAC1, MAC2, GMAC, its own certificate.
class BareCiphers {
 public:
  explicit BareCiphers(SuiteId suite)
      : suite_(suite), county_(suite), key_(county_.key(test::Purpose::kPurchase)) {}

  bool once() const {
    using namespace card;
    const purse::GreyLockDraw draw{{1, 2, 3, 4}, 7, 9, {5, 6, 7, 8}};
    const auto type = TransactionType::kGreyLockWallet;
    const auto& terminal = test::kMeterTerminal;
    const auto balance = Amount::fen(1000);
    const auto factor = test::user_number(county_).factor8();
    const auto leaf = crypto::diversify(suite_, key_, factor);
    const auto of_esam = purse::grey_session_key(suite_, leaf, draw);
    const auto of_card = purse::grey_session_key(suite_, leaf, draw);
    const auto mac1 = purse::grey_lock_mac1_input(type, terminal, test::kMorning);
    const auto mac2 = purse::grey_lock_mac2_input(balance, 7);
    const auto gmac = purse::gmac_input(Amount::fen(kConsumed));
    const purse::Order order{Amount::fen(kConsumed), TransactionType::kUnlockWallet, terminal};
    const auto tac = purse::debit_tac_input(order, 10, test::kNoon);
    const auto gtac = purse::grey_lock_tac_input(balance, 7, type, terminal, 9, test::kMorning);
    const bool agree = crypto::mac4(suite_, of_esam, mac1) == crypto::mac4(suite_, of_card, mac1) &&
                       crypto::mac4(suite_, of_esam, mac2) == crypto::mac4(suite_, of_card, mac2) &&
                       crypto::mac4(suite_, of_esam, gmac) == crypto::mac4(suite_, of_card, gmac);
    const auto certificates = crypto::tac4(suite_, leaf, gtac) != crypto::tac4(suite_, leaf, tac);
    return agree && certificates && crypto::cmac16(suite_, key_, tac).size() == 16;
  }

 private:
  SuiteId suite_;
  test::County county_;
  crypto::Key key_;
};

}  // namespace

void run_session() {
  print_heading("grey-lock session, start and settle, memory that is not durable");
  for (const auto suite : {SuiteId::kAes128, SuiteId::kTdes2, SuiteId::kSm4}) {
    Field field(suite);
    const BareCiphers bare(suite);
    const auto name = crypto::suite(suite).name;
    const auto rows = measure({repeating(fmt::format("whole session, {}", name), Counted::kOwnWork,
                                         [&] { return field.session(); }),
                               repeating(fmt::format("its cipher operations alone, {}", name),
                                         Counted::kOwnWork, [&] { return bare.once(); })});
    for (const auto& row : rows) print_row(row);
    print_ratio("ratio", rows[0].per_second / rows[1].per_second, 0.5);
  }
}

void run_durable() {
  const test::County county(SuiteId::kAes128);
  const support::TempFolder folder;
  const auto path = folder.path() / "user";
  base::write_durably(path, base::ByteView(*test::issue_user_card(county)->medium()));
  card::chip::Chip chip(std::make_unique<card::chip::FileStorage>(path));
  card::chip::DirectLink link(chip);
  card::Session session(link);
  std::size_t sessions = 0;
  const auto esam = test::issue_esam(county);
  const auto number = test::user_number(county);
  const auto before = chip.storage().writes();
  const auto rows =
      measure({repeating("session on a durable image, aes128", Counted::kAllTime, [&] {
        const auto lock = test::start(session, esam->session(), number);
        const auto request = test::settle_request(esam->session(), lock, number, Amount::fen(0));
        card::debit_for_unlock(session, card::Purse::kWallet, request);
        card::clear_tac_unread(session);
        ++sessions;
        return card::get_lock_proof(session).state == card::LockState::kClear;
      })});
  print_heading("durable commits of the user card, each with its fsync");
  print_row(rows.front());
  const auto writes = chip.storage().writes() - before;
  fmt::print("  {:<52} {:>12.2f}\n", "commits, and so fsyncs, a session",
             static_cast<double>(writes) / static_cast<double>(sessions));
  print_row({"commits", rows.front().per_second * static_cast<double>(writes) /
                            static_cast<double>(sessions)});
}

}  // namespace bench

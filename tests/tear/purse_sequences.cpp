// What a host with the keys of a card orders of its purses, each order one row: on an interoperability
// card all of them, on a native card what no other sequence has.
#include "base/core/error.h"
#include "tests/tear/interoperability_card.h"

namespace tear {

namespace {

using base::Amount;
using card::Purse;
using card::TransactionType;

constexpr std::int64_t kBefore = 1000;
const Amount kMoved = Amount::fen(300);
constexpr card::TerminalSn kTerminalSn = 7;
constexpr auto kTerminal = test::kDeskTerminal;

// The host's side of one card; a native card's slots go by the names of the key types.
struct Host {
  crypto::SuiteId suite;
  crypto::Key (*key)(KeyType type);
  // Selects the application and verifies the PIN, where the card has one.
  void (*open)(card::Session& session);

  card::Mac4 mac(const crypto::SecretBytes& session_key, ByteView input) const {
    return crypto::mac4(suite, session_key, input);
  }
};

constexpr Host kInteroperability{
    crypto::SuiteId::kTdes2,
    [](KeyType type) {
      return interoperability::key_of(interoperability::Directory::kPurse, type, card::kFirstKey);
    },
    [](card::Session& session) {
      interoperability::select(session, interoperability::Directory::kPurse);
      card::verify_pin(session, test::secret(interoperability::kPin));
    }};

constexpr Host kNative{crypto::SuiteId::kAes128,
                       [](KeyType type) {
                         const auto purpose = type == KeyType::kLoad ? test::Purpose::kLoad
                                                                     : test::Purpose::kPurchase;
                         return county().leaf(purpose, test::user_number(county()).factor8());
                       },
                       [](card::Session&) {}};

// Noted before the card books: the number of the transaction and the MAC that its proof will have.
struct Noted {
  card::CardSn sn = 0;
  card::Mac4 mac{};
};

// Hands out what it noted in the middle, so that a cut cannot take it back.
using Note = std::function<void(Noted)>;

struct Row {
  std::string name;
  TransactionType type;
  Purse purse;
  std::int64_t change;  // of the balance, in fen
  void (*act)(card::Session& session, const Host& host, const Note& note);
};

card::purse::Order order_of(TransactionType type) {
  return {kMoved, type, kTerminal};
}

crypto::SecretBytes online_key(const Host& host, KeyType type, const card::Random4& random,
                               card::CardSn sn) {
  return card::purse::online_session_key(host.suite, host.key(type), random, sn);
}

void load_purse(card::Session& session, const Host& host, Purse purse, Amount amount,
                const Note& note) {
  const card::purse::Order order{amount, type_for(purse, TransactionType::kLoadDeposit), kTerminal};
  const auto init = card::init_load(session, purse, card::kFirstKey, amount, kTerminal);
  const auto key = online_key(host, KeyType::kLoad, init.key.random, init.online_sn);
  const auto mac2 = host.mac(key, card::purse::load_mac2_input(order, test::kNoon));
  note({init.online_sn, mac2});
  card::credit_load(session, test::kNoon, mac2);
}

void load(card::Session& session, const Host& host, const Note& note) {
  load_purse(session, host, Purse::kWallet, kMoved, note);
}

void unload(card::Session& session, const Host& host, const Note& note) {
  const auto order = order_of(TransactionType::kUnload);
  const auto init = card::init_unload(session, card::kFirstKey, kMoved, kTerminal);
  const auto key = online_key(host, KeyType::kUnload, init.key.random, init.online_sn);
  const auto left = Amount::fen(init.balance.fen() - kMoved.fen());
  note({init.online_sn,
        host.mac(key, card::purse::unload_mac3_input(left, init.online_sn, order, test::kNoon))});
  card::debit_for_unload(session, test::kNoon,
                         host.mac(key, card::purse::unload_mac2_input(order, test::kNoon)));
}

// Purchase, cash and composite purchase end alike; `mac1_input` is what their MAC1 is over.
void debit(card::Session& session, const Host& host, const card::InitDebitAnswer& init,
           ByteView mac1_input, const Note& note) {
  const auto key = card::purse::purchase_session_key(host.suite, host.key(KeyType::kPurchase),
                                                     init.key.random, init.offline_sn, kTerminalSn);
  note({init.offline_sn, host.mac(key, card::purse::debit_mac2_input(kMoved))});
  card::debit(session, kTerminalSn, test::kNoon, host.mac(key, mac1_input));
}

void purchase(card::Session& session, const Host& host, const Note& note) {
  const auto init =
      card::init_purchase(session, Purse::kWallet, card::kFirstKey, kMoved, kTerminal);
  const auto order = order_of(TransactionType::kPurchaseWallet);
  debit(session, host, init, card::purse::debit_mac1_input(order, test::kNoon), note);
}

void cash(card::Session& session, const Host& host, const Note& note) {
  const auto init = card::init_cash(session, card::kFirstKey, kMoved, kTerminal);
  const auto order = order_of(TransactionType::kCash);
  debit(session, host, init, card::purse::debit_mac1_input(order, test::kNoon), note);
}

Bytes written_record() {
  return Bytes(interoperability::kRecordBytes, 0x11);
}

void composite(card::Session& session, const Host& host, const Note& note) {
  const auto code = card::get_security_code(session);
  const auto init = card::init_composite(session, card::kFirstKey, kMoved, kTerminal);
  card::update_with_composite(session, interoperability::kPlainFixed, 1, written_record());
  const auto order = order_of(TransactionType::kComposite);
  debit(session, host, init, card::purse::composite_mac1_input(order, test::kNoon, code), note);
}

void overdraft(card::Session& session, const Host& host, const Note& note) {
  const auto limit = static_cast<std::uint32_t>(kMoved.fen());
  const auto init = card::init_overdraft(session, card::kFirstKey, kTerminal);
  const auto key = online_key(host, KeyType::kOverdraft, init.key.random, init.online_sn);
  const auto mac2 = host.mac(key, card::purse::overdraft_mac2_input(limit, kTerminal, test::kNoon));
  note({init.online_sn, mac2});
  card::update_overdraft(session, limit, test::kNoon, mac2);
}

void release(card::Session& session, const Host& host, const Note& note) {
  const auto order = order_of(TransactionType::kGreyUnlockWallet);
  const auto init = card::init_grey_unlock(session, Purse::kWallet, card::kFirstKey, kTerminal);
  const auto key = online_key(host, KeyType::kUnload, init.key.random, init.online_sn);
  const auto left = Amount::fen(init.balance.fen() - kMoved.fen());
  note({init.online_sn, host.mac(key, card::purse::grey_unlock_mac3_input(left, init.online_sn,
                                                                          order, test::kNoon))});
  card::grey_unlock(session, kMoved, test::kNoon,
                    host.mac(key, card::purse::grey_unlock_mac2_input(order, test::kNoon)));
}

Bytes record_of(card::Session& session) {
  return session.expect_ok(card::CommandApdu{
      .name = "READ RECORD", .ins = 0xB2, .p1 = 0x01, .p2 = interoperability::kPlainFixed << 3 | 4}
                               .expect(interoperability::kRecordBytes));
}

class HostTerminal : public Terminal {
 public:
  HostTerminal(Table& table, const Host& host, Row row)
      : table_(table), host_(host), row_(std::move(row)) {}

  void act() override {
    noted_.reset();
    host_.open(user());
    row_.act(user(), host_, [this](Noted noted) { noted_ = noted; });
  }

  Ending recover() override {
    if (!noted_) return Ending::kDidNotHappen;
    host_.open(user());
    const auto proof = card::get_transaction_proof(user(), row_.type, noted_->sn);
    if (proof && proof->mac != noted_->mac)
      base::fail(base::Fault::kTampered, "the proof is of another order");
    return ending_if(proof.has_value());
  }

  void judge(Ending ending, Findings& findings) override {
    const bool happened = ending == Ending::kHappened;
    host_.open(user());
    const auto balance = card::get_balance(user(), row_.purse).fen();
    findings.expect(balance == kBefore + (happened ? row_.change : 0), "balance");
    const auto records = card::read_transactions(user());
    const bool newest = !records.empty() && records.front().type == row_.type;
    findings.expect(newest == happened, "the newest record");
    if (row_.type == TransactionType::kComposite)
      findings.expect((record_of(user()) == written_record()) == happened, "the record");
    if (row_.type == TransactionType::kGreyUnlockWallet)
      findings.expect((card::get_lock_proof(user()).state == card::LockState::kGrey) != happened,
                      "the lock");
  }

 private:
  card::Session& user() { return table_.session(0); }

  Table& table_;
  const Host& host_;
  Row row_;
  std::optional<Noted> noted_;
};

// The order of a lock, and its session key for what comes after it.
struct Lock {
  Purse purse;
  card::CardSn sn = 0;
  crypto::SecretBytes key{};
};

Lock lock(card::Session& session, const Host& host, Purse purse) {
  const auto init = card::init_grey_lock(session, purse, card::kFirstKey, test::kMeterTerminal);
  card::GreyLockRequest request{
      .terminal_sn = kTerminalSn, .terminal_random = {1, 2, 3, 4}, .at = test::kMorning};
  auto key = card::purse::grey_session_key(
      host.suite, host.key(KeyType::kPurchase),
      {init.key.random, init.offline_sn, request.terminal_sn, request.terminal_random});
  const auto type = type_for(purse, TransactionType::kGreyLockDeposit);
  request.mac1 =
      host.mac(key, card::purse::grey_lock_mac1_input(type, test::kMeterTerminal, test::kMorning));
  card::grey_lock(session, request);
  return {purse, static_cast<card::CardSn>(init.offline_sn + 1), std::move(key)};
}

// What both purses of both forms of a card are locked and settled by.
struct Lockable {
  std::string name;
  const Host& host;
  Purse purse;
};

// A grey card is settled; the same debit is asked again until the card says that it has it.
Sequence settlement(const Lockable& card, std::vector<Placed> cards, const Lock& lock) {
  const card::UnlockRequest request{
      .amount = kMoved,
      .offline_sn = lock.sn,
      .terminal = test::kMeterTerminal,
      .terminal_sn = kTerminalSn + 1,
      .at = test::kNoon,
      .gmac = card.host.mac(lock.key, card::purse::gmac_input(kMoved))};
  const auto state = [](Table& table) { return card::get_lock_proof(table.session(0)).state; };
  const auto settle = [request, &host = card.host, purse = card.purse](Table& table) {
    host.open(table.session(0));
    card::debit_for_unlock(table.session(0), purse, request);
    card::clear_tac_unread(table.session(0));
  };
  return scripted("settlement of " + card.name, std::move(cards),
                  [=, &host = card.host, purse = card.purse](Table& table) {
                    return Steps{[&table, settle] { settle(table); },
                                 [&table, &host, settle, state] {
                                   if (state(table) == card::LockState::kGrey) settle(table);
                                   if (state(table) == card::LockState::kTacUnread) {
                                     host.open(table.session(0));
                                     card::clear_tac_unread(table.session(0));
                                   }
                                   return ending_if(state(table) == card::LockState::kClear);
                                 },
                                 [&table, &host, purse](Ending, Findings& findings) {
                                   host.open(table.session(0));
                                   const auto balance = card::get_balance(table.session(0), purse);
                                   findings.expect(balance.fen() == kBefore - kMoved.fen(),
                                                   "balance");
                                 }};
                  });
}

Sequence locking(const Lockable& card, std::vector<Placed> cards) {
  return scripted("grey lock of " + card.name, std::move(cards),
                  [&host = card.host, purse = card.purse](Table& table) {
                    const auto grey = [&table] {
                      return card::get_lock_proof(table.session(0)).state == card::LockState::kGrey;
                    };
                    return Steps{[&table, &host, purse] {
                                   host.open(table.session(0));
                                   lock(table.session(0), host, purse);
                                 },
                                 [grey] { return ending_if(grey()); },
                                 [&table, &host, purse, grey](Ending ending, Findings& findings) {
                                   findings.expect(grey() == (ending == Ending::kHappened),
                                                   "the lock");
                                   host.open(table.session(0));
                                   const auto balance = card::get_balance(table.session(0), purse);
                                   findings.expect(balance.fen() == kBefore, "a lock moved money");
                                 }};
                  });
}

Sequence ordered(const std::string& form, std::vector<Placed> cards, const Host& host, Row row) {
  auto name = row.name + " of " + form;
  return {std::move(name), std::move(cards), [&host, row = std::move(row)](Table& table) {
            return std::make_unique<HostTerminal>(table, host, row);
          }};
}

void fill(card::Session& session, const Host& host) {
  host.open(session);
  for (const Purse purse : {Purse::kWallet, Purse::kDeposit})
    load_purse(session, host, purse, Amount::fen(kBefore), [](Noted) {});
}

std::vector<Row> rows() {
  const auto moved = kMoved.fen();
  return {{"load", TransactionType::kLoadWallet, Purse::kWallet, moved, load},
          {"unload", TransactionType::kUnload, Purse::kDeposit, -moved, unload},
          {"purchase", TransactionType::kPurchaseWallet, Purse::kWallet, -moved, purchase},
          {"cash withdraw", TransactionType::kCash, Purse::kDeposit, -moved, cash},
          {"composite purchase", TransactionType::kComposite, Purse::kWallet, -moved, composite},
          {"overdraft change", TransactionType::kOverdraft, Purse::kDeposit, moved, overdraft}};
}

}  // namespace

card::CardSn lock_wallet(card::Session& user) {
  return lock(user, kInteroperability, Purse::kWallet).sn;
}

std::vector<Sequence> native_purse_sequences() {
  const auto user = test::issue_user_card(county());
  fill(user->session(), kNative);
  const std::vector<Placed> filled{placed("user card", *user)};
  const Lockable deposit{"the deposit of a native card", kNative, Purse::kDeposit};
  std::vector<Sequence> sequences;
  sequences.push_back(
      ordered("a native card", filled, kNative,
              {"cash withdraw", TransactionType::kCash, Purse::kDeposit, -kMoved.fen(), cash}));
  sequences.push_back(locking(deposit, filled));
  const auto locked = lock(user->session(), kNative, deposit.purse);
  sequences.push_back(settlement(deposit, {placed("user card", *user)}, locked));
  return sequences;
}

std::vector<Sequence> purse_sequences() {
  const std::string form = "an interoperability card";
  const auto user = interoperability::issue();
  fill(user->session(), kInteroperability);
  const auto image = user->image();
  const std::vector<Placed> filled{{"user card", image}};
  std::vector<Sequence> sequences;
  for (auto& row : rows()) sequences.push_back(ordered(form, filled, kInteroperability, row));
  for (const Lockable& purse :
       {Lockable{form, kInteroperability, Purse::kWallet},
        Lockable{"the deposit of " + form, kInteroperability, Purse::kDeposit}}) {
    sequences.push_back(locking(purse, filled));
    Table table(filled, sound_memory);
    kInteroperability.open(table.session(0));
    const auto locked = lock(table.session(0), kInteroperability, purse.purse);
    const std::vector<Placed> grey{{"user card", table.card(0).image()}};
    sequences.push_back(settlement(purse, grey, locked));
    if (purse.purse == Purse::kDeposit) continue;
    sequences.push_back(ordered(form, grey, kInteroperability,
                                {"grey unlock", TransactionType::kGreyUnlockWallet, Purse::kWallet,
                                 -kMoved.fen(), release}));
  }
  return sequences;
}

}  // namespace tear

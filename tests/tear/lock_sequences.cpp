// The grey lock: at the meter that made it, at the desk after an escape, and released by the issuer.

#include "base/core/error.h"
#include "cos-apdu/user_card.h"
#include "meter-emu/meter/image.h"
#include "meter-emu/swipe/swipe.h"
#include "tests/cos-apdu/field_packages.h"
#include "tests/support/c_field.h"
#include "tests/tear/desk.h"

namespace tear {

namespace {

using base::Amount;
using card::LockState;

constexpr base::UtcTime kMorning{1784075400};  // 2026-07-15T00:30:00Z
constexpr std::int64_t kBefore = 1000;
constexpr std::uint64_t kPulses = 16'000;  // 10 kWh
constexpr std::int64_t kCost = 553;        // 552.9 fen
constexpr std::int64_t kConsumed = 400;
constexpr auto kWallet = card::Purse::kWallet;

std::string new_meter() {
  const meter::Tariff tariff{1600, 1, 5529};
  return meter::encode_image({meter::Meter{base::to_hex(test::kMeterTerminal), test::kMeterTerminal,
                                           county().code(), tariff},
                              ""});
}

// The meter's program and journal; the journal is text, so that nothing unsaved outlives a cut.
class Well {
 public:
  explicit Well(std::string journal) : journal_(std::move(journal)) {}

  meter::Meter state() const { return meter::decode_image(journal_).meter; }

  const std::string& journal() const { return journal_; }

  meter::SwipeReport tap(card::Session& user, card::Session& esam) {
    auto meter = state();
    return meter::swipe(meter, user, esam,
                        {[&](const meter::Meter& next) { save(next); }, kMorning});
  }

  void flow(std::uint64_t pulses) { save(meter::apply(state(), meter::PulsesCounted{pulses})); }

 private:
  void save(const meter::Meter& next) { journal_ = meter::encode_image({next, ""}); }

  std::string journal_;
};

class WellTerminal : public Terminal {
 public:
  WellTerminal(Table& table, std::string journal) : table_(table), well_(std::move(journal)) {}

  void act() override { tap(); }

 protected:
  void tap() { well_.tap(table_.session(kUser), table_.session(kSam)); }

  std::int64_t booked() const {
    std::int64_t sum = 0;
    for (const auto& record : well_.state().usage) sum += record.used.fen();
    return sum;
  }

  card::LockProof proof() { return card::get_lock_proof(table_.session(kUser)); }

  Amount balance() { return wallet_of(table_.session(kUser)); }

  Table& table_;
  Well well_;
};

class StartTerminal : public WellTerminal {
 public:
  using WellTerminal::WellTerminal;

  Ending recover() override {
    const auto session = well_.state().session;
    if (session && session->phase == meter::Phase::kLocking) tap();
    return ending_if(well_.state().session.has_value());
  }

  void judge(Ending ending, Findings& findings) override {
    const bool happened = ending == Ending::kHappened;
    findings.expect(balance() == Amount::fen(kBefore), "a start moved money");
    findings.expect(proof().state == (happened ? LockState::kGrey : LockState::kClear), "lock");
    const auto relay = happened ? meter::Relay::kClosed : meter::Relay::kOpen;
    findings.expect(well_.state().relay == relay, "relay");
  }
};

// Once it has begun the meter always comes to the end of it.
class SecondSwipeTerminal : public WellTerminal {
 public:
  using WellTerminal::WellTerminal;

  Ending recover() override {
    if (well_.state().session) tap();
    if (proof().state == LockState::kTacUnread) tap();
    return ending_if(!well_.state().session);
  }

  void judge(Ending ending, Findings& findings) override {
    findings.expect(ending == Ending::kHappened, "the session is still open");
    findings.expect(balance() == Amount::fen(kBefore - kCost), "balance");
    findings.expect(booked() == kCost, "the meter's book");
    findings.expect(well_.state().relay == meter::Relay::kOpen, "relay");
    findings.expect(meter::adds_up(well_.state()), "pulses");
  }
};

template <typename Kind>
Sequence at_the_well(std::string name, std::vector<Placed> cards, std::string journal) {
  return {std::move(name), std::move(cards), [journal = std::move(journal)](Table& table) {
            return std::make_unique<Kind>(table, journal);
          }};
}

std::vector<Sequence> meter_sequences() {
  const auto user = loaded_card(kBefore);
  const auto esam = test::issue_esam(county());
  Well well(new_meter());
  const auto cards = [&] {
    return std::vector<Placed>{placed("user card", *user), placed("ESAM", *esam)};
  };
  std::vector<Sequence> sequences;
  sequences.push_back(at_the_well<StartTerminal>("grey lock", cards(), well.journal()));
  well.tap(user->session(), esam->session());
  well.flow(kPulses);
  sequences.push_back(at_the_well<SecondSwipeTerminal>("settlement", cards(), well.journal()));
  return sequences;
}

// A card that left its meter without settling, and the suspended record with its GMAC.
struct Escaped {
  std::unique_ptr<test::Card> user = loaded_card(kBefore);
  std::unique_ptr<test::Card> psam = test::issue_psam(county(), test::usual_ceiling());
  card::UnlockRequest request{};

  Escaped() {
    const auto esam = test::issue_esam(county());
    const auto number = test::user_number(county());
    const auto lock = test::start(user->session(), esam->session(), number);
    request = test::settle_request(esam->session(), lock, number, Amount::fen(kConsumed));
  }

  std::vector<Placed> cards() const { return {placed("user card", *user), placed("PSAM", *psam)}; }
};

wellkey_settlement settlement_of(const card::UnlockRequest& request) {
  wellkey_settlement out{};
  support::put(out.card_number, test::user_number(county()).digits());
  out.amount_fen = request.amount.fen();
  out.offline_counter = request.offline_sn;
  support::put(out.terminal, base::to_hex(request.terminal));
  out.terminal_counter = request.terminal_sn;
  support::put(out.date, base::to_hex(request.at.date));
  support::put(out.time, base::to_hex(request.at.time));
  std::copy(request.gmac.begin(), request.gmac.end(), std::begin(out.gmac));
  return out;
}

bool proof_verifies(Table& table, const card::LockProof& proof,
                    const card::UnlockRequest& request) {
  const card::purse::Order order{proof.amount, static_cast<card::TransactionType>(proof.type),
                                 proof.terminal};
  return psam_verifies(table, proof.tac,
                       card::purse::debit_tac_input(order, request.terminal_sn, proof.at));
}

// The meter asks as card reference §5.7 says: certify; 6901 means that the GMAC was made, and is told
// again under the next terminal number.
Sequence gmac_of_the_module() {
  const auto user = loaded_card(kBefore);
  const auto esam = test::issue_esam(county());
  const auto number = test::user_number(county());
  const auto lock = test::start(user->session(), esam->session(), number);
  const std::vector<Placed> cards{placed("user card", *user), placed("ESAM", *esam)};
  return scripted("GMAC of an ESAM", cards, [lock, number](Table& table) {
    return Steps{
        [&table, lock, number] {
          test::settle_request(table.session(kSam), lock, number, Amount::fen(kConsumed));
        },
        [&table, lock] {
          const auto word = card::certify_sam_grey_lock(table.session(kSam), lock.card.mac2);
          return ending_if(word == card::Certification::kAlreadyDone);
        },
        [&table, lock](Ending ending, Findings& findings) {
          const auto told = card::get_gmac(table.session(kSam), lock.sam.terminal_sn + 1);
          findings.expect(told.has_value() == (ending == Ending::kHappened), "GMAC");
          auto& user_card = table.session(kUser);
          if (!told || card::get_lock_proof(user_card).state != LockState::kGrey) return;
          card::debit_for_unlock(user_card, kWallet,
                                 {.amount = Amount::fen(kConsumed),
                                  .offline_sn = static_cast<card::CardSn>(lock.init.offline_sn + 1),
                                  .terminal = test::kMeterTerminal,
                                  .at = test::kNoon,
                                  .gmac = told->gmac});
          findings.expect(wallet_of(user_card) == Amount::fen(kBefore - kConsumed), "balance");
        }};
  });
}

Sequence settlement_elsewhere() {
  const Escaped escaped;
  return scripted(
      "settlement at the desk after an escape", escaped.cards(),
      [request = escaped.request](Table& table) {
        return Steps{[&table, request] {
                       auto settlement = settlement_of(request);
                       wellkey_settle_lock(open_desk(table).get(), &settlement);
                     },
                     [&table] {
                       const auto proof = card::get_lock_proof(table.session(kUser));
                       if (proof.state == LockState::kTacUnread)
                         card::clear_tac_unread(table.session(kUser));
                       return ending_if(proof.state != LockState::kGrey);
                     },
                     [&table, request](Ending ending, Findings& findings) {
                       const bool happened = ending == Ending::kHappened;
                       auto& user = table.session(kUser);
                       const auto proof = card::get_lock_proof(user);
                       const auto left = Amount::fen(kBefore - (happened ? kConsumed : 0));
                       findings.expect(wallet_of(user) == left, "balance");
                       findings.expect(proof.offline_sn == request.offline_sn,
                                       "number of the lock");
                       if (!happened) return;
                       findings.expect(proof_verifies(table, proof, request), "TAC");
                       try {
                         card::debit_for_unlock(user, kWallet, request);
                         findings.expect(false, "the same GMAC debited twice");
                       } catch (const card::Refusal& refusal) {
                         findings.expect(refusal.status() == card::status::kConditionNotSatisfied,
                                         "6985 for a second debit");
                       }
                     }};
      });
}

Sequence clearing_of_the_flag() {
  Escaped escaped;
  card::debit_for_unlock(escaped.user->session(), kWallet, escaped.request);
  return scripted("clear TAC flag", escaped.cards(), [request = escaped.request](Table& table) {
    return Steps{[&table] { card::clear_tac_unread(table.session(kUser)); },
                 [&table] {
                   const auto proof = card::get_lock_proof(table.session(kUser));
                   return ending_if(proof.state == LockState::kClear);
                 },
                 [&table, request](Ending, Findings& findings) {
                   const auto proof = card::get_lock_proof(table.session(kUser));
                   findings.expect(proof.amount == Amount::fen(kConsumed), "amount of the proof");
                   findings.expect(proof_verifies(table, proof, request), "TAC of the proof");
                 }};
  });
}

// The issuer has the unload key and knows by the proof what became of its order.
class ReleaseTerminal : public Terminal {
 public:
  explicit ReleaseTerminal(Table& table) : table_(table) {}

  void act() override {
    auto& user = table_.session(kUser);
    const auto suite = county().suite();
    const auto begun = card::init_grey_unlock(user, kWallet, card::kFirstKey, test::kDeskTerminal);
    const auto session = card::purse::online_session_key(
        suite, county().leaf(test::Purpose::kUnload, test::user_number(county()).factor8()),
        begun.key.random, begun.online_sn);
    sn_before_ = begun.online_sn;
    mac3_ =
        crypto::mac4(suite, session,
                     card::purse::grey_unlock_mac3_input(Amount::fen(kBefore - kConsumed),
                                                         begun.online_sn, order(), test::kMorning));
    card::grey_unlock(
        user, Amount::fen(kConsumed), test::kMorning,
        crypto::mac4(suite, session, card::purse::grey_unlock_mac2_input(order(), test::kMorning)));
  }

  Ending recover() override {
    if (!sn_before_) return Ending::kDidNotHappen;
    const auto proof =
        card::get_transaction_proof(table_.session(kUser), order().type, *sn_before_);
    if (proof && proof->mac != mac3_)
      base::fail(base::Fault::kTampered, "MAC3 of the proof is not the order's");
    return ending_if(proof.has_value());
  }

  void judge(Ending ending, Findings& findings) override {
    const bool happened = ending == Ending::kHappened;
    auto& user = table_.session(kUser);
    findings.expect(wallet_of(user) == Amount::fen(kBefore - (happened ? kConsumed : 0)),
                    "balance");
    const auto state = card::get_lock_proof(user).state;
    findings.expect(state == (happened ? LockState::kClear : LockState::kGrey), "lock");
  }

 private:
  static card::purse::Order order() {
    return {Amount::fen(kConsumed), card::TransactionType::kGreyUnlockWallet, test::kDeskTerminal};
  }

  Table& table_;
  std::optional<card::CardSn> sn_before_;
  card::Mac4 mac3_{};
};

int release_by(Table& table, const Bytes& package) {
  wellkey_release out{};
  support::put(out.date, "20260715");
  support::put(out.time, "120000");
  return wellkey_release_lock(open_desk(table).get(), package.data(), package.size(), &out);
}

// The order of two persons at the county station, brought to the desk.
Sequence release_at_the_desk() {
  const Escaped escaped;
  const Bytes order = encode(test::release_package(*escaped.psam, test::user_number(county()), 1, 1,
                                                   Amount::fen(kConsumed)));
  return scripted(
      "release at the desk by the county's order", escaped.cards(), [order](Table& table) {
        const auto state = [&table] { return card::get_lock_proof(table.session(kUser)).state; };
        return Steps{[&table, order] { release_by(table, order); },
                     [state] { return ending_if(state() == LockState::kClear); },
                     [&table, state, order](Ending ending, Findings& findings) {
                       const bool happened = ending == Ending::kHappened;
                       const auto left = Amount::fen(kBefore - (happened ? kConsumed : 0));
                       findings.expect(wallet_of(table.session(kUser)) == left, "balance");
                       findings.expect(happened || state() == LockState::kGrey, "lock");
                       if (!happened) return;
                       findings.expect(release_by(table, order) == WELLKEY_OK,
                                       "the same order is not known again");
                       findings.expect(wallet_of(table.session(kUser)) == left,
                                       "the same order debited twice");
                     }};
      });
}

}  // namespace

std::vector<Sequence> lock_sequences() {
  auto sequences = meter_sequences();
  sequences.push_back(gmac_of_the_module());
  sequences.push_back(settlement_elsewhere());
  sequences.push_back(clearing_of_the_flag());
  sequences.push_back(release_at_the_desk());
  sequences.push_back({"release by the issuer", Escaped().cards(),
                       [](Table& table) { return std::make_unique<ReleaseTerminal>(table); }});
  return sequences;
}

}  // namespace tear

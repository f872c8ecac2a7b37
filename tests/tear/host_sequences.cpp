// Unload by a host that knows the card's key, and the composite purchase that writes records as well.
#include "base/core/error.h"
#include "tests/tear/desk.h"

namespace tear {

namespace {

using base::Amount;
using card::TransactionType;
using test::Purpose;

constexpr std::int64_t kBefore = 1000;
constexpr std::int64_t kTaken = 300;
constexpr auto kDeposit = card::Purse::kDeposit;
constexpr Byte kRecordFile = 0x19;
constexpr std::size_t kRecordBytes = 32;

crypto::SecretBytes session_key(Purpose purpose, const card::InitLoadAnswer& init) {
  const auto leaf = county().leaf(purpose, test::user_number(county()).factor8());
  return card::purse::online_session_key(county().suite(), leaf, init.key.random, init.online_sn);
}

std::vector<Placed> card_with_deposit() {
  const auto user = test::issue_user_card(county());
  auto& session = user->session();
  const card::purse::Order order{Amount::fen(kBefore), TransactionType::kLoadDeposit,
                                 test::kDeskTerminal};
  const auto init =
      card::init_load(session, kDeposit, card::kFirstKey, order.amount, order.terminal);
  card::credit_load(session, test::kMorning,
                    crypto::mac4(county().suite(), session_key(Purpose::kLoad, init),
                                 card::purse::load_mac2_input(order, test::kMorning)));
  return {placed("user card", *user)};
}

// The host knows by MAC3 of the proof that it was its own order that happened.
class UnloadTerminal : public Terminal {
 public:
  explicit UnloadTerminal(Table& table) : table_(table) {}

  void act() override {
    auto& user = table_.session(kUser);
    const auto suite = county().suite();
    const auto init = card::init_unload(user, card::kFirstKey, order().amount, test::kDeskTerminal);
    const auto key = session_key(Purpose::kUnload, init);
    sn_before_ = init.online_sn;
    mac3_ = crypto::mac4(suite, key,
                         card::purse::unload_mac3_input(Amount::fen(kBefore - kTaken),
                                                        init.online_sn, order(), test::kNoon));
    mac2_ = crypto::mac4(suite, key, card::purse::unload_mac2_input(order(), test::kNoon));
    card::debit_for_unload(user, test::kNoon, mac2_);
  }

  Ending recover() override {
    if (!sn_before_) return Ending::kDidNotHappen;
    const auto proof =
        card::get_transaction_proof(table_.session(kUser), TransactionType::kUnload, *sn_before_);
    if (proof && proof->mac != mac3_)
      base::fail(base::Fault::kTampered, "MAC3 of the proof is not the order's");
    return ending_if(proof.has_value());
  }

  void judge(Ending ending, Findings& findings) override {
    const bool happened = ending == Ending::kHappened;
    auto& user = table_.session(kUser);
    const auto left = Amount::fen(kBefore - (happened ? kTaken : 0));
    findings.expect(card::get_balance(user, kDeposit) == left, "balance");
    findings.expect(card::read_transactions(user).size() == (happened ? 2 : 1), "records");
    try {
      card::init_unload(user, card::kFirstKey, order().amount, test::kDeskTerminal);
      card::debit_for_unload(user, test::kNoon, mac2_);
      findings.expect(false, "the MAC2 of an earlier order was taken");
    } catch (const card::Refusal&) {
    }
  }

 private:
  static card::purse::Order order() {
    return {Amount::fen(kTaken), TransactionType::kUnload, test::kDeskTerminal};
  }

  Table& table_;
  std::optional<card::CardSn> sn_before_;
  card::Mac4 mac2_{};
  card::Mac4 mac3_{};
};

class CompositeTerminal : public Terminal {
 public:
  explicit CompositeTerminal(Table& table) : table_(table) {}

  void act() override {
    auto& user = table_.session(kUser);
    auto& psam = table_.session(kSam);
    card::verify_pin(psam, test::secret(test::kPsamPin));
    const auto code = card::get_security_code(user);
    const auto init =
        card::init_composite(user, card::kFirstKey, Amount::fen(kTaken), test::kDeskTerminal);
    card::update_with_composite(user, kRecordFile, 1, Bytes(kRecordBytes, 0x11));
    card::update_with_composite(user, kRecordFile, 8, Bytes(kRecordBytes, 0x88));
    const auto sam =
        card::init_sam_for_purchase(psam, {.card_random = init.key.random,
                                           .offline_sn = init.offline_sn,
                                           .amount = Amount::fen(kTaken),
                                           .type = TransactionType::kComposite,
                                           .at = test::kNoon,
                                           .key_version = init.key.version,
                                           .algorithm = init.key.algorithm,
                                           .card_factor = test::user_number(county()).factor8(),
                                           .security_code = Bytes(code.begin(), code.end())});
    sn_before_ = init.offline_sn;
    terminal_sn_ = sam.terminal_sn;
    const auto answer = card::debit(user, sam.terminal_sn, test::kNoon, sam.mac1);
    card::credit_sam_for_purchase(psam, answer.mac2);
  }

  Ending recover() override {
    if (!sn_before_) return Ending::kDidNotHappen;
    const auto type = TransactionType::kComposite;
    const auto proof = card::get_transaction_proof(table_.session(kUser), type, *sn_before_);
    if (!proof) return Ending::kDidNotHappen;
    const card::purse::Order order{Amount::fen(kTaken), type, test::kDeskTerminal};
    if (!psam_verifies(table_, proof->tac,
                       card::purse::debit_tac_input(order, terminal_sn_, test::kNoon)))
      base::fail(base::Fault::kTampered, "the TAC of the proof does not hold");
    return Ending::kHappened;
  }

  void judge(Ending ending, Findings& findings) override {
    const bool happened = ending == Ending::kHappened;
    const auto left = Amount::fen(kBefore - (happened ? kTaken : 0));
    findings.expect(wallet_of(table_.session(kUser)) == left, "balance");
    findings.expect(record(1) == Bytes(kRecordBytes, happened ? 0x11 : 0x00), "record 1");
    findings.expect(record(8) == Bytes(kRecordBytes, happened ? 0x88 : 0x00), "record 8");
  }

 private:
  Bytes record(Byte number) {
    return table_.session(kUser).expect_ok({.name = "READ RECORD",
                                            .cla = 0x00,
                                            .ins = 0xB2,
                                            .p1 = number,
                                            .p2 = kRecordFile << 3 | 4,
                                            .data = {},
                                            .le = kRecordBytes});
  }

  Table& table_;
  std::optional<card::CardSn> sn_before_;
  card::TerminalSn terminal_sn_ = 0;
};

}  // namespace

std::vector<Sequence> host_sequences() {
  const std::vector<Placed> desk{
      placed("user card", *loaded_card(kBefore)),
      placed("PSAM", *test::issue_psam(county(), test::usual_ceiling()))};
  return {{"unload", card_with_deposit(),
           [](Table& table) { return std::make_unique<UnloadTerminal>(table); }},
          {"composite purchase", desk,
           [](Table& table) { return std::make_unique<CompositeTerminal>(table); }}};
}

}  // namespace tear

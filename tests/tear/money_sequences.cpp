// Load and purchase at a desk, through the reader library.
#include <algorithm>

#include "base/core/error.h"
#include "cos-apdu/layout/sam_files.h"
#include "tests/support/c_field.h"
#include "tests/tear/desk.h"

namespace tear {

namespace {

using base::Amount;
using card::TransactionType;

constexpr std::int64_t kBefore = 1000;
constexpr std::int64_t kPaid = 700;
constexpr auto kWallet = card::Purse::kWallet;
constexpr const char* kDate = "20260715";
constexpr const char* kTime = "083000";

std::vector<Placed> desk_cards() {
  return {placed("user card", *loaded_card(kBefore)),
          placed("PSAM", *test::issue_psam(county(), test::usual_ceiling()))};
}

// The journal is the armed top-up, as the desk keeps it; the question afterwards is the library's.
class LoadTerminal : public Terminal {
 public:
  explicit LoadTerminal(Table& table) : table_(table) {}

  void act() override {
    journal_.reset();
    const auto port = open_desk(table_);
    wellkey_topup topup{};
    topup.amount_fen = kPaid;
    support::put(topup.date, kDate);
    support::put(topup.time, kTime);
    topup.armed = [](const wellkey_topup* armed, void* terminal) {
      static_cast<LoadTerminal*>(terminal)->journal_ = *armed;
      return 0;
    };
    topup.context = this;
    ++tries_;
    wellkey_purchase(port.get(), &topup);
    said_ = topup.outcome;
  }

  Ending recover() override {
    if (!journal_) return Ending::kDidNotHappen;
    const auto port = open_desk(table_);
    wellkey_record records[WELLKEY_MOST_RECORDS];
    std::size_t count = WELLKEY_MOST_RECORDS;
    wellkey_topup torn = *journal_;
    if (wellkey_get_records(port.get(), records, &count, &torn) != WELLKEY_OK)
      base::fail(base::Fault::kUncertain, "{}", wellkey_error_text());
    if (torn.outcome != WELLKEY_OUTCOME_DONE && torn.outcome != WELLKEY_OUTCOME_NOT_DONE)
      base::fail(base::Fault::kUncertain, "the library cannot tell what became of the load");
    return ending_if(torn.outcome == WELLKEY_OUTCOME_DONE);
  }

  void judge(Ending ending, Findings& findings) override {
    const bool happened = ending == Ending::kHappened;
    auto& user = table_.session(kUser);
    findings.expect(wallet_of(user) == Amount::fen(kBefore + (happened ? kPaid : 0)), "balance");
    findings.expect(card::read_transactions(user).size() == (happened ? 2 : 1), "records");
    findings.expect(said_ != WELLKEY_OUTCOME_DONE || happened, "the library said done");
    findings.expect(!journal_ || said_ != WELLKEY_OUTCOME_NOT_DONE || !happened,
                    "the library said not done");
    const auto counters =
        card::layout::decode_sam_counters(card::read_file(table_.session(kSam), 0x18));
    findings.expect(!happened || counters.loaded.fen() >= kPaid, "the ceiling was not charged");
    findings.expect(counters.loaded.fen() <= kPaid * tries_, "the ceiling was charged twice");
  }

 private:
  Table& table_;
  std::optional<wellkey_topup> journal_;
  wellkey_outcome said_ = WELLKEY_OUTCOME_UNKNOWN;
  std::int64_t tries_ = 0;
};

// The number of the card is noted before the library begins; the card's proof for it tells the rest.
class PurchaseTerminal : public Terminal {
 public:
  explicit PurchaseTerminal(Table& table) : table_(table) {}

  void act() override {
    said_ = WELLKEY_NOT_TRANSACTED;
    const auto port = open_desk(table_);
    const auto begun = card::init_purchase(table_.session(kUser), kWallet, card::kFirstKey,
                                           Amount::fen(kPaid), test::kDeskTerminal);
    sn_before_ = begun.offline_sn;
    // A module that has used no number yet reads zeros.
    terminal_sn_ = std::max<card::TerminalSn>(1, counters().terminal_sn);
    wellkey_deduction deduction{};
    deduction.amount_fen = kPaid;
    support::put(deduction.date, kDate);
    support::put(deduction.time, kTime);
    said_ = wellkey_deduct(port.get(), &deduction);
  }

  Ending recover() override {
    if (!sn_before_) return Ending::kDidNotHappen;
    auto& user = table_.session(kUser);
    const auto type = TransactionType::kPurchaseWallet;
    const auto proof = card::get_transaction_proof(user, type, *sn_before_);
    if (!proof) return Ending::kDidNotHappen;
    const card::purse::Order order{Amount::fen(kPaid), type, test::kDeskTerminal};
    if (!psam_verifies(table_, proof->tac,
                       card::purse::debit_tac_input(order, terminal_sn_, test::kMorning)))
      base::fail(base::Fault::kTampered, "the TAC of the proof does not hold");
    return Ending::kHappened;
  }

  void judge(Ending ending, Findings& findings) override {
    const bool happened = ending == Ending::kHappened;
    auto& user = table_.session(kUser);
    findings.expect(wallet_of(user) == Amount::fen(kBefore - (happened ? kPaid : 0)), "balance");
    findings.expect(card::read_transactions(user).size() == (happened ? 2 : 1), "records");
    findings.expect(happened || !says_done(), "the library said done");
    findings.expect(!happened || says_done() || said_ == WELLKEY_UNCERTAIN,
                    "the library said not done");
  }

 private:
  bool says_done() const {
    return said_ == WELLKEY_OK || said_ == WELLKEY_TAC_UNCHECKED || said_ == WELLKEY_TAC_REFUSED;
  }

  card::layout::SamCounters counters() {
    return card::layout::decode_sam_counters(card::read_file(table_.session(kSam), 0x18));
  }

  Table& table_;
  std::optional<card::CardSn> sn_before_;
  card::TerminalSn terminal_sn_ = 0;
  int said_ = WELLKEY_NOT_TRANSACTED;
};

// The desk asks for the same MAC2 again: charged once, and the same four bytes.
Sequence mac2_asked_again() {
  const auto user = loaded_card(kBefore);
  const auto psam = test::issue_psam(county(), test::usual_ceiling());
  const auto init = card::init_load(user->session(), kWallet, card::kFirstKey, Amount::fen(kPaid),
                                    test::kDeskTerminal);
  const card::SamLoadRequest request{.card_random = init.key.random,
                                     .online_sn = init.online_sn,
                                     .balance = init.balance,
                                     .amount = Amount::fen(kPaid),
                                     .at = test::kMorning,
                                     .key_version = init.key.version,
                                     .algorithm = init.key.algorithm,
                                     .card_factor = test::user_number(county()).factor8(),
                                     .mac1 = init.mac1};
  const auto ask = [request](Table& table) {
    card::verify_pin(table.session(0), test::secret(test::kPsamPin));
    return card::init_sam_for_load(table.session(0), request);
  };
  const auto charged = [](Table& table) {
    return card::layout::decode_sam_counters(card::read_file(table.session(0), 0x18));
  };
  return scripted("MAC2 of a PSAM", {placed("PSAM", *psam)}, [=](Table& table) {
    return Steps{[&table, ask] { ask(table); },
                 [&table, charged] { return ending_if(charged(table).loads == 1); },
                 [&table, ask, charged](Ending ending, Findings& findings) {
                   const bool happened = ending == Ending::kHappened;
                   findings.expect(charged(table).loaded.fen() == (happened ? kPaid : 0),
                                   "ceiling");
                   if (!happened) return;
                   findings.expect(ask(table) == ask(table), "two MAC2 for one request");
                   findings.expect(charged(table).loads == 1, "charged again");
                 }};
  });
}

// So many commits behind it that the next one writes the image anew.
Placed worn(const Placed& placed) {
  constexpr std::size_t kWornBytes = std::size_t{64} * 1024;
  auto medium = std::make_shared<base::WipedBytes>(placed.image);
  card::chip::Nvm nvm(sound_memory(medium));
  const auto first = nvm.ids(0, 0xFFFF).front();
  while (medium->size() <= kWornBytes) {
    const ByteView value = nvm.get(first);
    nvm.put(first, Bytes(value.begin(), value.end()));
    nvm.commit();
  }
  return {placed.name + ", worn", *medium};
}

template <typename Kind>
Sequence at_the_desk(std::string name, std::vector<Placed> cards) {
  return {std::move(name), std::move(cards),
          [](Table& table) { return std::make_unique<Kind>(table); }};
}

}  // namespace

std::vector<Sequence> money_sequences() {
  const auto cards = desk_cards();
  return {at_the_desk<LoadTerminal>("load", cards),
          at_the_desk<LoadTerminal>("load on worn memories",
                                    {worn(cards.at(kUser)), worn(cards.at(kSam))}),
          mac2_asked_again(), at_the_desk<PurchaseTerminal>("purchase", cards)};
}

}  // namespace tear

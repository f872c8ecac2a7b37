// A module's part of a purchase, and the check of a card's certificate.
#include "cos-apdu/virtual/cos_choice.h"
#include "cos-apdu/virtual/psam_acts.h"
#include "cos-apdu/virtual/sam_memory.h"

namespace card::chip {
namespace {

using derivation::Purpose;

constexpr std::size_t kPurchaseBytes = 28;
constexpr std::size_t kCompositeBytes = 37;

class SamState : public KindState {
 public:
  struct OpenPurchase {
    crypto::SuiteId suite = crypto::SuiteId::kAes128;
    crypto::SecretBytes session_key{};
    base::Amount amount{};
  };

  std::optional<OpenPurchase> purchase;
};

// Empty for a type that is no purchase, and for a security code where none belongs.
Bytes mac1_input(const purse::Order& order, const base::CardTime& at, ByteView code) {
  switch (order.type) {
    case TransactionType::kCash:
    case TransactionType::kPurchaseDeposit:
    case TransactionType::kPurchaseWallet:
      return code.empty() ? purse::debit_mac1_input(order, at) : Bytes{};
    case TransactionType::kComposite:
      return purse::composite_mac1_input(order, at, code);
    default:
      return {};
  }
}

}  // namespace

Answer verify_tac(Context& card, const CommandApdu& command) {
  base::Reader in(command.data, "VERIFY TAC");
  const Byte version = in.u8();
  const auto key = county_key(card.nvm, Purpose::kTac, version, in.u8());
  if (!key) return refused(status::kKeyVersionUnknown);
  const auto leaf = leaf_key(*key, in.take(8));
  const auto claimed = in.fixed<4>();
  if (const auto word = guard_tries(card, kTacTries); !word.is_ok()) return refused(word);
  const auto tac = crypto::tac4(key->suite, leaf, in.rest());
  if (!base::equal_in_constant_time(tac, claimed)) return refused(status::kMacInvalid);
  restore_tries(card, kTacTries);
  return done();
}

Answer init_sam_for_purchase(Context& card, const CommandApdu& command) {
  if (command.data.size() != kPurchaseBytes && command.data.size() != kCompositeBytes)
    return refused(status::kWrongLength);
  base::Reader in(command.data, "INIT SAM FOR PURCHASE");
  const auto random = in.fixed<4>();
  const CardSn sn = in.u16();
  purse::Order order{.amount = base::Amount::of_card(in.take(4))};
  order.type = static_cast<TransactionType>(in.u8());
  order.terminal = terminal_number(card.nvm);
  const auto at = take_card_time(in);
  const Byte version = in.u8();
  const auto key = county_key(card.nvm, Purpose::kPurchase, version, in.u8());
  if (!key) return refused(status::kKeyVersionUnknown);
  const auto factor = in.fixed<8>();
  const Bytes input = mac1_input(order, at, in.rest());
  if (input.empty()) return refused(status::kWrongData);
  auto counters = load_counters(card.nvm);
  SamState::OpenPurchase open{.suite = key->suite, .amount = order.amount};
  open.session_key = purse::purchase_session_key(key->suite, leaf_key(*key, factor), random, sn,
                                                 counters.terminal_sn);
  const auto mac1 = crypto::mac4(key->suite, open.session_key, input);
  const Bytes answer = base::Writer().u32(counters.terminal_sn).bytes(mac1).take();
  if (cos_choice<SamSnInstant>(card.nvm) == SamSnInstant::kAtMac1) {
    ++counters.terminal_sn;
    store_counters(card.nvm, counters);
  }
  card.ram.of<SamState>().purchase = std::move(open);
  return done(answer);
}

Answer credit_sam_for_purchase(Context& card, const CommandApdu& command) {
  auto& open = card.ram.of<SamState>().purchase;
  if (!open) return refused(status::kNotInThisState);
  if (const auto word = guard_tries(card, kPurchaseTries); !word.is_ok()) return refused(word);
  const auto mac2 =
      crypto::mac4(open->suite, open->session_key, purse::debit_mac2_input(open->amount));
  if (!base::equal_in_constant_time(mac2, command.data)) return refused(status::kMacInvalid);
  open.reset();
  restore_tries(card, kPurchaseTries);
  if (cos_choice<SamSnInstant>(card.nvm) == SamSnInstant::kAtCredit) {
    auto counters = load_counters(card.nvm);
    ++counters.terminal_sn;
    store_counters(card.nvm, counters);
  }
  return done();
}

}  // namespace card::chip

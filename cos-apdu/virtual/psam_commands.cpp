// The desk's PSAM: loads behind a ceiling, TAC checks, plain purchases (key-protocol §8).
#include <algorithm>

#include "cos-apdu/virtual/files.h"
#include "cos-apdu/virtual/key_check.h"
#include "cos-apdu/virtual/sam_memory.h"

namespace card::chip {
namespace {

using derivation::Purpose;

constexpr Byte kCounterFile = 0x18;
constexpr std::size_t kCounterBytes = 16;
constexpr Byte kCeilingFile = 0x19;
constexpr std::size_t kCeilingBytes = 24;
constexpr std::size_t kPurchaseBytes = 28;
constexpr std::size_t kCompositeBytes = 37;

constexpr RecordId kLastLoad = record::kSam;           // request36 MAC2(4)
constexpr RecordId kTacTries = record::kSam + 1;       // wrong TACs in a row
constexpr RecordId kPurchaseTries = record::kSam + 2;  // wrong MAC2 in a row

class SamState : public KindState {
 public:
  struct OpenPurchase {
    crypto::SuiteId suite = crypto::SuiteId::kAes128;
    crypto::SecretBytes session_key{};
    base::Amount amount{};
  };

  std::optional<OpenPurchase> purchase;
};

layout::SamCounters load_counters(const Nvm& nvm) {
  const ByteView stored = nvm.get(static_cast<RecordId>(record::kFile + kCounterFile));
  return stored.empty() ? layout::SamCounters{} : layout::decode_sam_counters(stored);
}

void store_counters(Nvm& nvm, const layout::SamCounters& counters) {
  store_file(nvm, kCounterFile, layout::encode(counters));
}

layout::LoadCeiling load_ceiling(const Nvm& nvm) {
  return layout::decode_load_ceiling(file_content(nvm, kCeilingFile, kCeilingBytes));
}

// rnd4 onlineSN2 balance4 amount4 type1 date4 time3 keyVersion1 algorithm1 ASN8 MAC1(4)
struct LoadRequest {
  Random4 random{};
  CardSn sn = 0;
  base::Amount balance{};
  purse::Order order{};
  base::CardTime at{};
  Byte version = 0;
  Byte algorithm = 0;
  FixedBytes<8> factor{};
  Mac4 mac1{};
};

LoadRequest read_load(Context& card, const CommandApdu& command) {
  base::Reader in(command.data, "INIT SAM FOR LOAD");
  LoadRequest request;
  request.random = in.fixed<4>();
  request.sn = in.u16();
  request.balance = base::Amount::of_card(in.take(4));
  request.order.amount = base::Amount::of_card(in.take(4));
  request.order.type = static_cast<TransactionType>(in.u8());
  request.order.terminal = terminal_number(card.nvm);
  request.at = take_card_time(in);
  request.version = in.u8();
  request.algorithm = in.u8();
  request.factor = in.fixed<8>();
  request.mac1 = in.fixed<4>();
  return request;
}

bool is_load(TransactionType type) {
  return type == TransactionType::kLoadDeposit || type == TransactionType::kLoadWallet;
}

// Dates are BCD, so they compare as bytes. The desk supplies them: the greatest one seen stands.
StatusWord charge(layout::SamCounters& counters, const layout::LoadCeiling& ceiling,
                  const LoadRequest& request) {
  counters.latest_date = std::max(counters.latest_date, request.at.date);
  if (request.at.date < ceiling.valid_from || counters.latest_date > ceiling.valid_until)
    return status::kConditionNotSatisfied;
  if (counters.loaded.fen() + request.order.amount.fen() > ceiling.money.fen())
    return status::kNotEnoughMoney;
  if (counters.loads >= ceiling.count) return status::kCounterAtMaximum;
  counters.loaded = counters.loaded.plus(request.order.amount);
  ++counters.loads;
  return status::kOk;
}

std::optional<Bytes> answered_before(const Nvm& nvm, ByteView request) {
  const ByteView last = nvm.get(kLastLoad);
  if (last.size() != request.size() + 4 || !base::equal(last.first(request.size()), request))
    return std::nullopt;
  return Bytes(last.end() - 4, last.end());
}

Answer init_sam_for_load(Context& card, const CommandApdu& command) {
  if (auto before = answered_before(card.nvm, command.data)) return done(std::move(*before));
  const auto request = read_load(card, command);
  if (!is_load(request.order.type)) return refused(status::kWrongData);
  const auto record = county_slot(card.nvm, Purpose::kLoad, request.version, request.algorithm);
  if (!record) return refused(status::kKeyVersionUnknown);
  auto counters = load_counters(card.nvm);
  const StatusWord charged = charge(counters, load_ceiling(card.nvm), request);
  if (!charged.is_ok()) return refused(charged);
  crypto::SecretBytes session;
  const auto holds = [&](const KeySlot& slot) {
    session = purse::online_session_key(slot.suite, leaf_key(slot, request.factor), request.random,
                                        request.sn);
    const auto mac1 =
        crypto::mac4(slot.suite, session, purse::load_mac1_input(request.balance, request.order));
    return base::equal_in_constant_time(mac1, request.mac1);
  };
  const StatusWord word = check_with_tries(card, *record, holds, status::kMacInvalid);
  if (!word.is_ok()) return refused(word);
  store_counters(card.nvm, counters);
  const auto mac2 =
      crypto::mac4(card.suite(), session, purse::load_mac2_input(request.order, request.at));
  card.nvm.put(kLastLoad, base::concat({command.data, mac2}));
  return done({mac2.begin(), mac2.end()});
}

// keyVersion1 algorithm1 ASN8 TAC4 input
Answer verify_tac(Context& card, const CommandApdu& command) {
  base::Reader in(command.data, "VERIFY TAC");
  const Byte version = in.u8();
  const auto record = county_slot(card.nvm, Purpose::kTac, version, in.u8());
  if (!record) return refused(status::kKeyVersionUnknown);
  const auto key = load_slot(card.nvm, *record);
  const auto leaf = leaf_key(*key, in.take(8));
  const auto claimed = in.fixed<4>();
  if (const auto word = guard_tries(card, kTacTries); !word.is_ok()) return refused(word);
  const auto tac = crypto::tac4(key->suite, leaf, in.rest());
  if (!base::equal_in_constant_time(tac, claimed)) return refused(status::kMacInvalid);
  restore_tries(card, kTacTries);
  return done();
}

// Empty for a type that is no purchase, and for a security code where none belongs.
Bytes purchase_mac1_input(const purse::Order& order, const base::CardTime& at, ByteView code) {
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

// rnd4 SN2 amount4 type1 date4 time3 keyVersion1 algorithm1 ASN8 [securityCode9]. The number is used
// up in the memory before MAC1 leaves.
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
  const auto record = county_slot(card.nvm, Purpose::kPurchase, version, in.u8());
  if (!record) return refused(status::kKeyVersionUnknown);
  const auto factor = in.fixed<8>();
  const Bytes mac1_input = purchase_mac1_input(order, at, in.rest());
  if (mac1_input.empty()) return refused(status::kWrongData);
  const auto key = load_slot(card.nvm, *record);
  auto counters = load_counters(card.nvm);
  SamState::OpenPurchase open{.suite = key->suite, .amount = order.amount};
  open.session_key = purse::purchase_session_key(key->suite, leaf_key(*key, factor), random, sn,
                                                 counters.terminal_sn);
  const auto mac1 = crypto::mac4(key->suite, open.session_key, mac1_input);
  const Bytes answer = base::Writer().u32(counters.terminal_sn).bytes(mac1).take();
  ++counters.terminal_sn;
  store_counters(card.nvm, counters);
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
  return done();
}

// serial8 ceiling24 CMAC16
Answer refresh_ceiling(Context& card, const CommandApdu& command) {
  base::Reader in(command.data, "refresh order");
  const auto serial = card.identity().serial;
  const bool ours = base::equal(in.take(8), serial.bytes());
  const auto ceiling = layout::decode_load_ceiling(in.take(kCeilingBytes));
  if (!ours) return refused(status::kWrongData);
  if (ceiling.seq <= load_ceiling(card.nvm).seq) return refused(status::kConditionNotSatisfied);
  const ByteView claimed = in.take(16);
  const auto holds = [&](const KeySlot& slot) {
    const auto mac = crypto::cmac16(slot.suite, slot.key, layout::refresh_message(serial, ceiling));
    return base::equal_in_constant_time(mac, claimed);
  };
  const StatusWord word =
      check_with_tries(card, slot_record(Purpose::kPsamControl), holds, status::kMacWrong);
  if (!word.is_ok()) return refused(word);
  auto counters = load_counters(card.nvm);
  counters.loaded = {};
  counters.loads = 0;
  store_counters(card.nvm, counters);
  store_file(card.nvm, kCeilingFile, layout::encode(ceiling));
  restore_tries(card, kTacTries);
  restore_tries(card, kPurchaseTries);
  return done();
}

// No key of this module computes on bytes that a caller chose.
Answer refuse_free_use(Context&, const CommandApdu&) {
  return refused(status::kConditionNotSatisfied);
}

// Terminal binding is not offered by this card.
Answer refuse_binding(Context&, const CommandApdu&) {
  return refused(status::kNotSupported);
}

constexpr std::array kCommands = {
    Command{0x80,
            0x74,
            exactly(0x00, 0x00),
            "INIT SAM FOR LOAD",
            {36, 36},
            kInUse,
            kPinGate,
            init_sam_for_load},
    Command{0x80, 0x76, exactly(0x00, 0x00), "VERIFY TAC", {36, 38}, kInUse, kPinGate, verify_tac},
    Command{0x80,
            0x70,
            exactly(0x00, 0x00),
            "INIT SAM FOR PURCHASE",
            {28, 37},
            kInUse,
            kPinGate,
            init_sam_for_purchase},
    Command{0x80,
            0x72,
            exactly(0x00, 0x00),
            "CREDIT SAM FOR PURCHASE",
            {4, 4},
            kInUse,
            kPinGate,
            credit_sam_for_purchase},
    Command{0x80,
            0x78,
            exactly(0x00, 0x00),
            "REFRESH CEILING",
            {48, 48},
            kInUse,
            kNoGate,
            refresh_ceiling},
    Command{
        0x80, 0x1A, any_params(), "INIT FOR DESCRYPT", {0, 255}, kInUse, kNoGate, refuse_free_use},
    Command{0x80, 0xFA, any_params(), "DES CRYPT", {0, 255}, kInUse, kNoGate, refuse_free_use},
    Command{0x00,
            0x88,
            any_params(),
            "INTERNAL AUTHENTICATE",
            {0, 255},
            kInUse,
            kNoGate,
            refuse_free_use},
    Command{0x00,
            0x82,
            any_params(),
            "EXTERNAL AUTHENTICATE",
            {0, 255},
            kInUse,
            kNoGate,
            refuse_binding},
};

}  // namespace

CommandTable psam_commands() {
  return kCommands;
}

}  // namespace card::chip

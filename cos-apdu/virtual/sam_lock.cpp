// E0 40, E0 42, E0 44 and E0 46.
#include "cos-apdu/virtual/sam_lock.h"

#include "base/core/error.h"
#include "cos-apdu/layout/sam_files.h"
#include "cos-apdu/virtual/cos_choice.h"
#include "cos-apdu/virtual/door.h"
#include "cos-apdu/virtual/files.h"
#include "cos-apdu/virtual/sam_memory.h"

namespace card::chip {
namespace {

using derivation::Purpose;

constexpr Byte kCounterFile = 0x18;
constexpr RecordId kLock = record::kSam + 0x10;
constexpr RecordId kLastResult = record::kSam + 0x11;  // terminalSN4 GMAC4 SAM-TAC4
constexpr RecordId kMac2Tries = record::kSam + 0x12;
constexpr std::size_t kMac4 = 4;

enum class Stage : Byte { kIdle = 0, kPending = 1, kCertified = 2 };

// stage1 terminalSN4 offlineSN2 balance4 type1 date4 time3 ASN8 suite1 sessionKey
struct Lock {
  Stage stage = Stage::kIdle;
  TerminalSn terminal_sn = 0;
  CardSn offline_sn = 0;
  base::Amount balance{};
  TransactionType type = TransactionType::kGreyLockWallet;
  base::CardTime at{};
  FixedBytes<8> factor{};
  crypto::SuiteId suite = crypto::SuiteId::kAes128;
  crypto::SecretBytes session_key{};
};

Lock load_lock(const Nvm& nvm) {
  Lock lock;
  const ByteView bytes = nvm.get(kLock);
  if (bytes.empty()) return lock;
  base::Reader in(bytes, "lock record");
  lock.stage = static_cast<Stage>(in.u8());
  lock.terminal_sn = in.u32();
  lock.offline_sn = in.u16();
  lock.balance = base::Amount::of_card(in.take(4));
  lock.type = static_cast<TransactionType>(in.u8());
  lock.at = take_card_time(in);
  lock.factor = in.fixed<8>();
  lock.suite = crypto::suite_of_byte(in.u8());
  lock.session_key = base::SecretBytes::copy_of(in.rest());
  return lock;
}

void store_lock(Nvm& nvm, const Lock& lock) {
  base::Writer head;
  head.u8(static_cast<Byte>(lock.stage)).u32(lock.terminal_sn).u16(lock.offline_sn);
  head.bytes(lock.balance.card_bytes()).u8(byte_of(lock.type));
  head.bytes(lock.at.date).bytes(lock.at.time).bytes(lock.factor);
  head.u8(static_cast<Byte>(lock.suite));
  const ByteView key = lock.session_key.reveal(ChipMemoryDoor::open());
  base::WipedBytes bytes;
  bytes.reserve(head.view().size() + key.size());
  bytes.insert(bytes.end(), head.view().begin(), head.view().end());
  bytes.insert(bytes.end(), key.begin(), key.end());
  nvm.put(kLock, std::move(bytes));
}

TerminalSn take_terminal_sn(Nvm& nvm) {
  const TerminalSn sn = next_terminal_sn(nvm);
  store_terminal_sn(nvm, sn + 1);
  return sn;
}

bool is_grey_lock(TransactionType type) {
  return type == TransactionType::kGreyLockDeposit || type == TransactionType::kGreyLockWallet;
}

// 91 → 93, 92 → 94.
TransactionType unlock_type(TransactionType lock) {
  return static_cast<TransactionType>(byte_of(lock) + 2);
}

// Left four of the CMAC under the ESAM control key: who keeps the books can recompute it.
Bytes sam_tac(const Nvm& nvm, const purse::Order& order, TerminalSn terminal_sn,
              const base::CardTime& at) {
  const auto key = load_slot(nvm, slot_record(Purpose::kEsamControl));
  if (!key) base::fail(base::Fault::kNotFound, "the module has no control key");
  const Bytes whole = purse::debit_tac_input(order, terminal_sn, at);
  ByteView input = whole;
  if (cos_choice<SamTacInput>(nvm) == SamTacInput::kWithoutTime)
    input = input.first(input.size() - at.date.size() - at.time.size());
  const auto mac = crypto::cmac16(key->suite, key->key, input);
  return {mac.begin(), mac.begin() + kMac4};
}

bool fits(GreyDebitSn choice, CardSn claimed, CardSn of_initialize) {
  const bool same = claimed == of_initialize;
  const bool next = claimed == static_cast<CardSn>(of_initialize + 1);
  switch (choice) {
    case GreyDebitSn::kEither:
      return same || next;
    case GreyDebitSn::kOfInitialize:
      return same;
    case GreyDebitSn::kOfLockProof:
      return next;
  }
  return false;
}

// A module whose ten tries are gone starts no card: the card would be locked for nothing. By the
// usual choice the tries are those of one lock.
StatusWord begin_tries(Context& card) {
  if (cos_choice<SamMac2Tries>(card.nvm) == SamMac2Tries::kOfModule)
    return tries_are_used_up(card.nvm, kMac2Tries) ? status::kAuthenticationBlocked : status::kOk;
  restore_tries(card, kMac2Tries);
  return status::kOk;
}

}  // namespace

bool lock_is_open(const Nvm& nvm) {
  return load_lock(nvm).stage != Stage::kIdle;
}

// File 18 of an ESAM: the terminal's number, starting at 1.
TerminalSn next_terminal_sn(const Nvm& nvm) {
  const ByteView stored = nvm.get(static_cast<RecordId>(record::kFile + kCounterFile));
  return stored.empty() ? 1 : base::Reader(stored).u32();
}

void store_terminal_sn(Nvm& nvm, TerminalSn next) {
  store_file(nvm, kCounterFile, base::Writer().u32(next).view());
}

// rnd4 offlineSN2 balance4 type1 date4 time3 keyVersion1 algorithm1 ASN8
Answer init_sam_grey_lock(Context& card, const CommandApdu& command) {
  if (load_lock(card.nvm).stage == Stage::kCertified) return refused(status::kNotInThisState);
  base::Reader in(command.data, "INIT SAM GREY LOCK");
  purse::GreyLockDraw draw{.card_random = in.fixed<4>()};
  Lock lock{.stage = Stage::kPending};
  lock.offline_sn = draw.offline_sn = in.u16();
  lock.balance = base::Amount::of_card(in.take(4));
  lock.type = static_cast<TransactionType>(in.u8());
  lock.at = take_card_time(in);
  const Byte version = in.u8();
  const auto key = county_key(card.nvm, Purpose::kPurchase, version, in.u8());
  lock.factor = in.fixed<8>();
  if (!is_grey_lock(lock.type)) return refused(status::kWrongData);
  if (!key) return refused(status::kKeyVersionUnknown);
  if (const auto word = begin_tries(card); !word.is_ok()) return refused(word);
  lock.suite = key->suite;
  lock.terminal_sn = draw.terminal_sn = take_terminal_sn(card.nvm);
  draw.terminal_random = base::fixed<4>(card.random(4));
  lock.session_key = purse::grey_session_key(key->suite, leaf_key(*key, lock.factor), draw);
  const auto mac1 =
      crypto::mac4(key->suite, lock.session_key,
                   purse::grey_lock_mac1_input(lock.type, terminal_number(card.nvm), lock.at));
  store_lock(card.nvm, lock);
  return done(base::Writer().u32(draw.terminal_sn).bytes(draw.terminal_random).bytes(mac1).take());
}

Answer certify_sam_grey_lock(Context& card, const CommandApdu& command) {
  auto lock = load_lock(card.nvm);
  if (lock.stage == Stage::kIdle) return refused(status::kNotInThisState);
  if (const auto word = guard_tries(card, kMac2Tries); !word.is_ok()) return refused(word);
  const auto mac2 = crypto::mac4(
      lock.suite, lock.session_key,
      purse::grey_lock_mac2_input(lock.balance, lock.offline_sn, cos_choice<GreyMac2Sn>(card.nvm)));
  if (!base::equal_in_constant_time(mac2, command.data)) return refused(status::kMacInvalid);
  restore_tries(card, kMac2Tries);
  lock.stage = Stage::kCertified;
  store_lock(card.nvm, lock);
  return done();
}

// type1 ASN8 offlineSN2 amount4; the number is that of INITIALIZE or of the lock proof, one more. The
// settlement also goes into file 02, for a card that did not come back.
Answer credit_sam_for_grey_debit(Context& card, const CommandApdu& command) {
  const auto lock = load_lock(card.nvm);
  if (lock.stage != Stage::kCertified) return refused(status::kNotInThisState);
  base::Reader in(command.data, "CREDIT SAM FOR GREY DEBIT");
  purse::Order order{.amount = {}, .type = static_cast<TransactionType>(in.u8())};
  const bool same_card = base::equal(in.take(8), lock.factor);
  const CardSn sn = in.u16();
  order.amount = base::Amount::of_card(in.take(4));
  order.terminal = terminal_number(card.nvm);
  if (!same_card || order.type != unlock_type(lock.type)) return refused(status::kWrongData);
  if (!fits(cos_choice<GreyDebitSn>(card.nvm), sn, lock.offline_sn))
    return refused(status::kProofNotAvailable);
  if (order.amount > lock.balance) return refused(status::kNotEnoughMoney);
  const auto gmac = crypto::mac4(lock.suite, lock.session_key, purse::gmac_input(order.amount));
  const TerminalSn terminal_sn = take_terminal_sn(card.nvm);
  const Bytes pair = base::concat({gmac, sam_tac(card.nvm, order, terminal_sn, lock.at)});
  card.nvm.put(kLastResult, base::Writer().u32(terminal_sn).bytes(pair).view());
  const layout::Settlement settlement{.type = byte_of(order.type),
                                      .card_factor = lock.factor,
                                      .offline_sn = static_cast<CardSn>(lock.offline_sn + 1),
                                      .amount = order.amount,
                                      .terminal_sn = terminal_sn,
                                      .locked_at = lock.at,
                                      .gmac = gmac,
                                      .sam_tac = base::fixed<4>(ByteView(pair).last(kMac4))};
  append_detail(card, layout::encode(settlement));
  card.nvm.erase(kLock);
  return done(pair);
}

Answer get_gmac(Context& card, const CommandApdu& command) {
  const ByteView last = card.nvm.get(kLastResult);
  if (last.empty() || !base::equal(last.first(command.data.size()), command.data))
    return refused(status::kProofNotAvailable);
  const ByteView pair = last.subspan(command.data.size());
  return done({pair.begin(), pair.end()});
}

}  // namespace card::chip

// Loads behind a ceiling, within the module's dates.
#include <algorithm>
#include <chrono>

#include "cos-apdu/virtual/files.h"
#include "cos-apdu/virtual/key_check.h"
#include "cos-apdu/virtual/psam_acts.h"
#include "cos-apdu/virtual/sam_memory.h"

namespace card::chip {
namespace {

using derivation::Purpose;
using Date = FixedBytes<4>;

constexpr Byte kModuleFile = 0x15;
constexpr std::size_t kModuleBytes = 14;
constexpr Byte kCounterFile = 0x18;
constexpr Byte kCeilingFile = 0x19;
constexpr std::size_t kCeilingBytes = 24;

layout::LoadCeiling load_ceiling(const Nvm& nvm) {
  return layout::decode_load_ceiling(file_content(nvm, kCeilingFile, kCeilingBytes));
}

std::uint16_t refresh_days(const Nvm& nvm) {
  return layout::decode_module_info(file_content(nvm, kModuleFile, kModuleBytes)).refresh_days;
}

unsigned of_bcd(Byte byte) {
  return (byte >> 4) * 10U + (byte & 0x0FU);
}

Byte to_bcd(unsigned value) {
  return static_cast<Byte>((value / 10 << 4) | value % 10);
}

Date later_by(const Date& date, std::uint16_t days) {
  using namespace std::chrono;
  const year_month_day start{year{static_cast<int>(of_bcd(date[0]) * 100 + of_bcd(date[1]))},
                             month{of_bcd(date[2])}, day{of_bcd(date[3])}};
  const year_month_day end{sys_days{start} + std::chrono::days{days}};
  const auto years = static_cast<unsigned>(static_cast<int>(end.year()));
  return {to_bcd(years / 100), to_bcd(years % 100), to_bcd(static_cast<unsigned>(end.month())),
          to_bcd(static_cast<unsigned>(end.day()))};
}

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

// Dates are BCD, so they compare as bytes. The desk supplies them: the greatest one answered stands,
// and a date that is refused is not kept, so that a wrong clock does not end the module's life.
StatusWord judge_dates(const Nvm& nvm, const Date& today, const Date& latest) {
  const auto ceiling = load_ceiling(nvm);
  const std::uint16_t days = refresh_days(nvm);
  const bool early = today < ceiling.valid_from;
  const bool expired = latest > ceiling.valid_until;
  const bool stale = days != 0 && latest > later_by(ceiling.issued, days);
  return early || expired || stale ? status::kConditionNotSatisfied : status::kOk;
}

StatusWord charge(const Nvm& nvm, layout::SamCounters& counters, const LoadRequest& request) {
  counters.latest_date = std::max(counters.latest_date, request.at.date);
  const StatusWord dates = judge_dates(nvm, request.at.date, counters.latest_date);
  if (!dates.is_ok()) return dates;
  const auto ceiling = load_ceiling(nvm);
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

}  // namespace

layout::SamCounters load_counters(const Nvm& nvm) {
  const ByteView stored = nvm.get(static_cast<RecordId>(record::kFile + kCounterFile));
  return stored.empty() ? layout::SamCounters{} : layout::decode_sam_counters(stored);
}

void store_counters(Nvm& nvm, const layout::SamCounters& counters) {
  store_file(nvm, kCounterFile, layout::encode(counters));
}

Answer init_sam_for_load(Context& card, const CommandApdu& command) {
  if (auto before = answered_before(card.nvm, command.data)) return done(std::move(*before));
  const auto request = read_load(card, command);
  if (!is_load(request.order.type)) return refused(status::kWrongData);
  const auto record = county_slot(card.nvm, Purpose::kLoad, request.version, request.algorithm);
  if (!record) return refused(status::kKeyVersionUnknown);
  auto counters = load_counters(card.nvm);
  const StatusWord charged = charge(card.nvm, counters, request);
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

}  // namespace card::chip

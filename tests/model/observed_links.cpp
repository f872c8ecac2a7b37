#include "tests/model/observed_links.h"

#include "base/core/error.h"

namespace model {
namespace {

constexpr std::size_t kHead = 5;  // CLA INS P1 P2 Lc
constexpr std::size_t kMac = 4;
constexpr unsigned kLoss = 6;
constexpr unsigned kModuleLoss = 25;

// Class, instruction, first parameter.
constexpr unsigned key(unsigned cla, unsigned ins, unsigned p1) {
  return cla << 16U | ins << 8U | p1;
}

unsigned key_of(ByteView apdu) {
  return key(apdu[0], apdu[1], apdu[2]);
}

constexpr unsigned kCreditForLoad = key(0x80, 0x52, 0);
constexpr unsigned kGreyLock = key(0xE0, 0x7C, 8);
constexpr unsigned kDebitForUnlock = key(0xE0, 0x7E, 8);
constexpr unsigned kGreyUnlock = key(0xE0, 0x7E, 9);
constexpr unsigned kInitSamGreyLock = key(0xE0, 0x40, 0);
constexpr unsigned kCertify = key(0xE0, 0x42, 0);
constexpr unsigned kCreditSam = key(0xE0, 0x44, 0);
constexpr unsigned kGetGmac = key(0xE0, 0x46, 0);
constexpr unsigned kInitSamForLoad = key(0x80, 0x74, 0);

bool changes_money(unsigned command) {
  return command == kCreditForLoad || command == kGreyLock || command == kDebitForUnlock ||
         command == kGreyUnlock;
}

ByteView data_of(ByteView apdu) {
  return apdu.size() > kHead ? apdu.subspan(kHead, apdu[4]) : ByteView{};
}

int number_at(ByteView bytes, std::size_t at) {
  return static_cast<int>(base::Amount::of_card(bytes.subspan(at, 4)).fen());
}

Heard heard_of(ByteView answer) {
  if (answer.size() < 2) return Heard::kLost;
  const auto status = answer.last(2);
  if (status[0] == 0x90) return Heard::kOk;
  return status[0] == 0x69 && status[1] == 0x01 ? Heard::kDoneBefore : Heard::kNo;
}

struct What {
  std::string_view name;
  int who = 0;
  int value = 0;
};

// Never locked, grey, settled: 0, 1, 2 in the model.
int lock_state(ByteView answer) {
  return answer.front() == 0x10 ? 2 : answer.front();
}

What user_event(const Ledger& ledger, ByteView apdu, ByteView answer) {
  const ByteView data = data_of(apdu);
  switch (key_of(apdu)) {
    case key(0x80, 0x50, 0):
      return {"INIT_FOR_LOAD", 0, number_at(data, 1)};
    case kCreditForLoad:
      return {"CREDIT_FOR_LOAD", Ledger::number(ledger.loads, data.last(kMac))};
    case key(0x80, 0x5A, 0):
      return {"GET_TRANSACTION_PROVE", ledger.open_load};
    case key(0x80, 0x5C, 0):
      return {"GET_BALANCE", 0, number_at(answer, 0)};
    case key(0xE0, 0x7A, 8):
      return {"INIT_FOR_GREY_LOCK"};
    case kGreyLock:
      return {"GREY_LOCK", Ledger::number(ledger.locks, data.last(kMac))};
    case kDebitForUnlock:
      return {"DEBIT_FOR_UNLOCK", Ledger::number(ledger.gmacs, data.last(kMac)),
              number_at(data, 0)};
    case key(0xE0, 0x7A, 9):
      return {"INIT_FOR_GREY_UNLOCK"};
    case kGreyUnlock:
      return {"GREY_UNLOCK", Ledger::number(ledger.releases, data.last(kMac)), number_at(data, 0)};
    case key(0xE0, 0xCA, 0):
      return {"GET_LOCK_PROOF", lock_state(answer)};
    case key(0xE0, 0xCA, 1):
      return {"CLEAR_TAC_FLAG"};
    default:
      return {"READ"};
  }
}

[[noreturn]] void lose() {
  base::fail(base::Fault::kUncertain, "the answer was lost");
}

}  // namespace

int Ledger::number(const std::map<Bytes, int>& known, ByteView mac) {
  const auto found = known.find(Bytes(mac.begin(), mac.end()));
  return found == known.end() ? 0 : found->second;
}

void UserLink::note(ByteView apdu, ByteView answer) {
  const auto what = user_event(ledger_, apdu, answer);
  const bool reads = what.name == "READ";
  trace_.add(what.name, what.who, what.value, reads ? Heard::kOk : heard_of(answer));
}

Bytes UserLink::deliver(ByteView apdu) {
  if (!card_.chip().powered()) lose();
  Bytes answer = card_.chip().transmit(apdu);
  note(apdu, answer);
  if (answer.empty()) lose();
  return answer;
}

Bytes UserLink::transmit(ByteView apdu) {
  if (!card_.chip().powered() || !changes_money(key_of(apdu))) return deliver(apdu);
  air_.emplace_back(apdu.begin(), apdu.end());
  if (!dice_.once_in(kLoss)) return deliver(apdu);
  auto& storage = card_.chip().storage();
  const auto cut_write = storage.writes() + 1 + dice_.below(2);
  switch (dice_.below(3)) {
    case 0:
      break;
    case 1:
      card_.chip().transmit(apdu);
      break;
    default:
      storage.on_write([&](std::size_t write, std::size_t bytes) -> std::optional<std::size_t> {
        if (write != cut_write) return std::nullopt;
        return dice_.below(static_cast<unsigned>(bytes) + 1);
      });
      card_.chip().transmit(apdu);
      storage.on_write({});
  }
  note(apdu, {});
  lose();
}

void UserLink::reset() {
  trace_.add("RESET", 0, 0, Heard::kOk);
  card_.chip().reset();
}

void ModuleLink::note(ByteView answer) {
  const Heard heard = heard_of(answer);
  const ByteView data = data_of(command_);
  const bool done = heard == Heard::kOk;
  const auto first_mac = [&](std::size_t at) {
    return Bytes(answer.begin() + static_cast<std::ptrdiff_t>(at),
                 answer.begin() + static_cast<std::ptrdiff_t>(at + kMac));
  };
  switch (key_of(command_)) {
    case kInitSamGreyLock:
      if (done) ledger_.locks[first_mac(8)] = session_ = ++ledger_.drawn;
      trace_.add("INIT_SAM_GREY_LOCK", meter_, session_, heard);
      break;
    case kCertify:
      trace_.add("CERTIFY_SAM_GREY_LOCK", meter_, session_, heard);
      break;
    case kCreditSam:
      if (done) ledger_.gmacs[first_mac(0)] = session_;
      trace_.add("CREDIT_SAM_FOR_GREY_DEBIT", meter_, number_at(data, 11),
                 done ? heard : Heard::kNo);
      break;
    case kGetGmac:
      if (done) ledger_.gmacs[first_mac(0)] = session_;
      trace_.add("GET_GMAC", meter_, session_, heard);
      break;
    case kInitSamForLoad:
      if (done) ledger_.loads[first_mac(0)] = ledger_.open_load;
      trace_.add("INIT_SAM_FOR_LOAD", ledger_.open_load, 0, heard);
      break;
    default:
      break;
  }
}

void ModuleLink::note_lost() {
  switch (key_of(command_)) {
    case kInitSamGreyLock:
      session_ = 0;
      trace_.add("INIT_SAM_GREY_LOCK", meter_, 0, Heard::kLost);
      break;
    case kCertify:
      trace_.add("CERTIFY_SAM_GREY_LOCK", meter_, session_, Heard::kLost);
      break;
    case kCreditSam:
      trace_.add("CREDIT_SAM_FOR_GREY_DEBIT", meter_, number_at(data_of(command_), 11),
                 Heard::kLost);
      break;
    case kInitSamForLoad:
      trace_.add("INIT_SAM_FOR_LOAD", ledger_.open_load, 0, Heard::kLost);
      break;
    default:
      break;
  }
}

Bytes ModuleLink::transmit(ByteView apdu) {
  constexpr base::Byte kGetResponse = 0xC0;
  constexpr base::Byte kMore = 0x61;
  if (apdu[1] != kGetResponse) command_.assign(apdu.begin(), apdu.end());
  Bytes answer = module_.chip().transmit(apdu);
  const bool waits = answer.size() == 2 && answer.front() == kMore;
  if (waits && dice_.once_in(kModuleLoss)) {
    note_lost();
    throw PowerCut{};
  }
  if (!waits) note(answer);
  return answer;
}

void ModuleLink::reset() {
  module_.chip().reset();
}

}  // namespace model

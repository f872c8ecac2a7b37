// The gates that every command passes, and the framing of answers.
#include "cos-apdu/virtual/chip.h"

#include <algorithm>

#include "base/core/error.h"
#include "base/crypto/random.h"
#include "cos-apdu/virtual/pin.h"
#include "cos-apdu/virtual/records.h"

namespace card::chip {
namespace {

constexpr std::size_t kMostChained = 4096;
constexpr Byte kGetResponse = 0xC0;

// ISO/IEC 7816-3: direct convention, T=0, 12 historical bytes: COS version 2, issuer 2, serial 8.
constexpr FixedBytes<4> kAtrT0 = {0x3B, 0x6C, 0x00, 0x02};
// T=1 only, no interface bytes but TD1: the check byte follows.
constexpr FixedBytes<3> kAtrT1 = {0x3B, 0x8C, 0x01};
// ISO/IEC 14443-4: TL T0 TA1 TB1 TC1, frames of 256 bytes.
constexpr FixedBytes<5> kAts = {0x11, 0x78, 0x80, 0x40, 0x02};
constexpr FixedBytes<4> kHistorical = {0x01, 0x00, 0x57, 0x4B};

struct FaultStatus {
  base::Fault fault;
  StatusWord status;
};

// What a handler's refusal by exception means to the terminal.
constexpr std::array kFaultStatuses = {
    FaultStatus{base::Fault::kMalformed, status::kWrongData},
    FaultStatus{base::Fault::kRefused, status::kConditionNotSatisfied},
    FaultStatus{base::Fault::kWrongState, status::kConditionNotSatisfied},
    FaultStatus{base::Fault::kNotFound, status::kKeyNotFound},
    FaultStatus{base::Fault::kTampered, status::kMacWrong},
    FaultStatus{base::Fault::kUnavailable, status::kMemoryFailure},
};

// Classes 10, 14, 90, 94; E0 and all others know no chains.
bool is_chained(Byte cla) {
  return (cla & kChainingBit) != 0 && (cla & 0x6BU) == 0;
}

StatusWord status_of(base::Fault fault) {
  for (const auto& row : kFaultStatuses)
    if (row.fault == fault) return row.status;
  return status::kUnknownFailure;
}

// The gates that a row's form makes, in order; of all rows the one that got farthest names the
// refusal.
constexpr std::array kGateRefusals = {status::kUnknownClass, status::kUnknownInstruction,
                                      status::kWrongP1P2, status::kWrongLength};

std::size_t gates_passed(const Command& row, const CommandApdu& command) {
  if (row.cla != command.cla) return 0;
  if (row.ins != command.ins) return 1;
  if (!row.params.hold(command.p1, command.p2)) return 2;
  return row.lc.holds(command.data.size()) ? kGateRefusals.size() : 3;
}

StatusWord phase_refusal(layout::LifeCycle value) {
  const bool over = value == layout::LifeCycle::kVoid || value == layout::LifeCycle::kDead;
  return over ? status::kNotSupported : status::kConditionNotSatisfied;
}

Transport transport_of(const Nvm& nvm) {
  const ByteView mode = nvm.get(record::kTransportMode);
  return mode.empty() ? Transport::kT1 : static_cast<Transport>(mode.front());
}

// Copies of the source share the reserve: no two hand out the same bytes.
RandomSource own_random() {
  return [reserve = std::make_shared<crypto::RandomReserve>()](std::size_t count) {
    return reserve->take(count);
  };
}

Transport usual_transport(derivation::CardKind kind) {
  if (kind == derivation::CardKind::kUser) return Transport::kContactless;
  const bool module = kind == derivation::CardKind::kPsam || kind == derivation::CardKind::kEsam;
  return module ? Transport::kT0 : Transport::kT1;
}

}  // namespace

Chip::Chip(std::unique_ptr<Storage> storage) : Chip(std::move(storage), own_random()) {}

Chip::Chip(std::unique_ptr<Storage> storage, RandomSource random)
    : nvm_(std::move(storage)),
      random_(std::move(random)),
      transport_(transport_of(nvm_)),
      tables_(tables_of(load_identity(nvm_).kind(), card_form(nvm_))) {}

Chip::Chip(std::unique_ptr<Storage> storage, RandomSource random, CommandTable first)
    : Chip(std::move(storage), std::move(random)) {
  tables_.insert(tables_.begin(), first);
}

Bytes Chip::power_on() {
  if (torn_) nvm_.reload();
  torn_ = false;
  ram_ = Ram{};
  powered_ = true;
  return atr();
}

void Chip::power_off() {
  nvm_.rollback();
  ram_ = Ram{};
  powered_ = false;
}

Bytes Chip::reset() {
  power_off();
  return power_on();
}

Bytes Chip::atr() const {
  const auto serial = identity().serial.bytes();
  if (transport_ == Transport::kContactless) return base::concat({kAts, kHistorical, serial});
  if (transport_ == Transport::kT0) return base::concat({kAtrT0, kHistorical, serial});
  Bytes out = base::concat({kAtrT1, kHistorical, serial});
  Byte check = 0;
  for (std::size_t i = 1; i < out.size(); ++i) check ^= out[i];
  out.push_back(check);
  return out;
}

Bytes Chip::transmit(ByteView apdu) noexcept {
  if (!powered_) return {};
  try {
    const auto command = decode_command(apdu);
    const bool extended = apdu.size() > 6 && apdu[4] == 0;
    if (!command || (extended && transport_ == Transport::kT0))
      return encode(refused(status::kWrongLength));
    return encode(execute(*command));
  } catch (const PowerLost&) {
    ram_ = Ram{};
    powered_ = false;
    torn_ = true;
    return {};
  } catch (const base::Error& error) {
    nvm_.rollback();
    // What a command believed in volatile memory does not stand when its commit was refused.
    if (error.fault() == base::Fault::kUnavailable) ram_ = Ram{};
    return encode(refused(status_of(error.fault())));
  } catch (const std::exception&) {
    nvm_.rollback();
    return encode(refused(status::kUnknownFailure));
  }
}

Answer Chip::execute(const CommandApdu& command) {
  if (transport_ == Transport::kT0 && command.cla == 0 && command.ins == kGetResponse)
    return get_response(command);
  ram_.waiting.clear();
  if (is_chained(command.cla)) return collect_chain(command);
  ram_.challenge = std::exchange(ram_.next_challenge, {});
  for (auto& kind : ram_.kinds) kind->next_command();
  if (ram_.chained.empty()) return dispatch(command);

  const Bytes header{command.cla, command.ins, command.p1, command.p2};
  const auto collected = std::exchange(ram_.chained, {});
  if (header != std::exchange(ram_.chain_header, {})) return dispatch(command);
  CommandApdu whole = command;
  whole.data = collected;
  return dispatch(whole.with(command.data));
}

// ISO/IEC 7816-4 5.1.1.1: all but the last command of a chain carry class bit 10.
Answer Chip::collect_chain(const CommandApdu& command) {
  const Bytes header{static_cast<Byte>(command.cla & ~kChainingBit), command.ins, command.p1,
                     command.p2};
  if (header != ram_.chain_header) ram_.chained.clear();
  ram_.chain_header = header;
  if (ram_.chained.size() + command.data.size() > kMostChained) {
    ram_.chained.clear();
    return refused(status::kWrongLength);
  }
  ram_.chained.insert(ram_.chained.end(), command.data.begin(), command.data.end());
  return done();
}

Answer Chip::dispatch(const CommandApdu& command) {
  std::size_t reached = 0;
  for (const auto& table : tables_) {
    for (const auto& row : table) {
      const std::size_t passed = gates_passed(row, command);
      if (passed == kGateRefusals.size()) return run(row, command);
      reached = std::max(reached, passed);
    }
  }
  return refused(kGateRefusals.at(reached));
}

Answer Chip::run(const Command& row, const CommandApdu& command) {
  Context card{nvm_, ram_, random_};
  const auto life_cycle = card.identity().life_cycle;
  if ((row.phases & phase(life_cycle)) == 0) return refused(phase_refusal(life_cycle));
  if ((row.phases & kWhileBlocked) == 0 && nvm_.holds(record::kBlocked))
    return refused(status::kNotSupported);
  if (row.gate.check != nullptr) {
    const StatusWord word = row.gate.check(card);
    if (!word.is_ok()) return refused(word);
  }
  Answer answer = row.run(card, command);
  if (answer.status.is_ok()) {
    if (const auto le = wrong_le(command, answer.data.size())) answer = refused(*le);
  }
  if (answer.status.is_ok())
    nvm_.commit();
  else
    nvm_.rollback();
  return frame(command, std::move(answer));
}

// Judged before the commit: a command that only gets its Le corrected has done nothing.
std::optional<StatusWord> Chip::wrong_le(const CommandApdu& command, std::size_t answered) const {
  if (!command.le || answered == 0) return std::nullopt;
  const bool strict = transport_ == Transport::kT0 && command.data.empty();
  const bool wrong = strict ? *command.le != answered : *command.le < answered;
  if (!wrong || (transport_ == Transport::kT0 && !command.data.empty())) return std::nullopt;
  return status::exact_le(answered);
}

Answer Chip::frame(const CommandApdu& command, Answer answer) {
  const bool case4 = !command.data.empty() && !answer.data.empty();
  if (transport_ != Transport::kT0 || !case4 || !answer.status.is_ok()) return answer;
  ram_.waiting = std::move(answer.data);
  return refused(status::more(std::min<std::size_t>(ram_.waiting.size(), kShortLe)));
}

Answer Chip::get_response(const CommandApdu& command) {
  if (ram_.waiting.empty()) return refused(status::kConditionNotSatisfied);
  const std::size_t wanted = command.le.value_or(kShortLe);
  const std::size_t ready = std::min<std::size_t>(ram_.waiting.size(), kShortLe);
  if (wanted > ready) return refused(status::exact_le(ready));
  Answer answer =
      done({ram_.waiting.begin(), ram_.waiting.begin() + static_cast<std::ptrdiff_t>(wanted)});
  ram_.waiting.erase(ram_.waiting.begin(),
                     ram_.waiting.begin() + static_cast<std::ptrdiff_t>(wanted));
  if (!ram_.waiting.empty())
    answer.status = status::more(std::min<std::size_t>(ram_.waiting.size(), kShortLe));
  return answer;
}

StatusWord check_pin_gate(Context& card) {
  // Access bytes of files and keys decide there.
  if (card.ram.pin_verified || is_interoperability(card.nvm)) return status::kOk;
  const bool no_pin =
      card.identity().kind() == derivation::CardKind::kUser && !card.nvm.holds(record::kPin);
  return no_pin ? status::kOk : status::kSecurityNotSatisfied;
}

StatusWord check_challenge_gate(Context& card) {
  return card.ram.challenge.empty() ? status::kNoChallenge : status::kOk;
}

Bytes manufactured_image(const derivation::Serial8& serial, crypto::SuiteId suite) {
  return manufactured_image(serial, suite, Making{});
}

Bytes manufactured_image(const derivation::Serial8& serial, crypto::SuiteId suite,
                         const Making& making) {
  auto medium = std::make_shared<base::WipedBytes>();
  const Bytes empty = empty_image();
  medium->assign(empty.begin(), empty.end());
  Nvm nvm(std::make_unique<MemoryStorage>(medium));
  store_identity(nvm, {.serial = serial, .suite = suite});
  const auto transport = making.transport.value_or(usual_transport(serial.kind()));
  nvm.put(record::kTransportMode, Bytes{static_cast<Byte>(transport)});
  if (making.profile != CosProfile{}) nvm.put(record::kCosProfile, encode(making.profile));
  nvm.commit();
  return {medium->begin(), medium->end()};
}

}  // namespace card::chip

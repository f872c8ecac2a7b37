// ISSUE CARD and BEGIN USE.
#include "cos-apdu/virtual/field_use.h"

#include <algorithm>

#include "cos-apdu/layout/field_files.h"
#include "cos-apdu/layout/sam_files.h"
#include "cos-apdu/virtual/field_carrier.h"
#include "cos-apdu/virtual/files.h"
#include "cos-apdu/virtual/key_check.h"
#include "cos-apdu/virtual/records.h"

namespace card::chip {
namespace {

using derivation::CardKind;
using derivation::Purpose;
using layout::Grant;
using layout::TargetState;
using layout::ToolSubtype;

constexpr Byte kInformationFile = 0x15;
constexpr std::size_t kUseCounterBytes = 14;

layout::UseCounters load_counters(const Nvm& nvm) {
  return layout::decode_use_counters(file_content(nvm, layout::kUseCountersFile, kUseCounterBytes));
}

bool required_keys_are_there(const Nvm& nvm, CardKind kind) {
  return std::ranges::all_of(layout::keys_of(kind), [&](const layout::KeyRow& row) {
    return row.presence == layout::Presence::kOptional || nvm.holds(slot_record(row.purpose));
  });
}

// A tool card needs the key of its subtype, a carrier at least one target and no half one.
bool is_complete(const Context& card, const Grant& grant) {
  const auto kind = card.identity().kind();
  if (!required_keys_are_there(card.nvm, kind)) return false;
  if (kind == CardKind::kTool) {
    if (grant.subtype == ToolSubtype::kNone) return false;
    const auto& tool = layout::tool_of_byte(static_cast<Byte>(grant.subtype));
    return card.nvm.holds(slot_record(tool.purpose));
  }
  const auto targets = carried_targets(card.nvm);
  const bool whole = std::ranges::all_of(targets, [](const layout::Target& target) {
    return target.state != TargetState::kIncomplete;
  });
  return grant.subtype == ToolSubtype::kNone && !targets.empty() && whole;
}

// The parts that are left to the target of a use; nullopt when the card carries none.
std::optional<layout::Target> target_of_use(const Context& card,
                                            const derivation::Serial8& serial) {
  for (const auto& target : carried_targets(card.nvm))
    if (target.serial == serial) return target;
  return std::nullopt;
}

struct Use {
  derivation::Serial8 serial;
  FixedBytes<4> date{};
  layout::Target target;
};

bool is_counted_already(const layout::UseCounters& counters, const Use& use) {
  return use.target.state == TargetState::kHandedOut ||
         (counters.last_target == use.serial.bytes() && counters.latest_date == use.date);
}

// Dates are BCD, so they compare as bytes. The terminal supplies them: the greatest one seen stands.
StatusWord count(layout::UseCounters& counters, const Grant& grant, const Use& use) {
  const bool counted = is_counted_already(counters, use);
  counters.latest_date = std::max(counters.latest_date, use.date);
  if (use.date < grant.valid_from || counters.latest_date > grant.valid_until)
    return status::kConditionNotSatisfied;
  counters.last_target = use.serial.bytes();
  if (counted) return status::kOk;
  if (counters.used >= grant.uses) return status::kCounterAtMaximum;
  ++counters.used;
  return status::kOk;
}

}  // namespace

StatusWord check_use_gate(Context& card) {
  return card.ram.of<UseState>().target ? status::kOk : status::kConditionNotSatisfied;
}

StatusWord check_meter_gate(Context& card) {
  return card.ram.of<UseState>().proof ? status::kOk : status::kSecurityNotSatisfied;
}

Grant load_grant(const Nvm& nvm) {
  return layout::decode_grant(file_content(nvm, layout::kGrantFile, layout::kGrantBytes));
}

Answer issue_card(Context& card, const CommandApdu& command) {
  auto identity = card.identity();
  const bool tool = identity.kind() == CardKind::kTool;
  const std::size_t data_bytes = tool ? layout::kToolDataBytes : 0;
  base::Reader in(command.data, "issue order");
  const Grant grant = layout::decode_grant(in.take(layout::kGrantBytes));
  const ByteView data = in.take(data_bytes);
  const auto claimed = in.fixed<16>();
  in.finish();
  if (grant.county != identity.county || grant.version != identity.version)
    return refused(status::kWrongData);
  if (!is_complete(card, grant)) return refused(status::kConditionNotSatisfied);
  const Bytes message =
      layout::issue_message(identity.serial, grant, data, hash_of_parts(card.nvm));
  const auto holds = [&](const KeySlot& slot) {
    return base::equal_in_constant_time(crypto::cmac16(slot.suite, slot.key, message), claimed);
  };
  const StatusWord word =
      check_with_tries(card, slot_record(Purpose::kCardControl), holds, status::kMacWrong);
  if (!word.is_ok()) return refused(word);
  store_file(card.nvm, kInformationFile,
             encode(layout::ModuleInfo{.serial = identity.serial,
                                       .version = identity.version,
                                       .card_type = static_cast<Byte>(grant.subtype)}));
  store_file(card.nvm, layout::kGrantFile, encode(grant));
  if (tool) store_file(card.nvm, layout::kToolDataFile, data);
  identity.life_cycle = layout::LifeCycle::kInUse;
  store_identity(card.nvm, identity);
  return done();
}

Answer begin_use(Context& card, const CommandApdu& command) {
  base::Reader in(command.data, "BEGIN USE");
  const auto serial = derivation::Serial8::of_bytes(in.take(8));
  Use use{serial, in.fixed<4>(), {.serial = serial, .state = TargetState::kReady}};
  if (serial.kind() != CardKind::kEsam) return refused(status::kWrongData);
  if (card.identity().kind() != CardKind::kTool) {
    const auto listed = target_of_use(card, serial);
    if (!listed) return refused(status::kKeyNotFound);
    if (listed->state == TargetState::kDone) return refused(status::kConditionNotSatisfied);
    use.target = *listed;
  }
  const Grant grant = load_grant(card.nvm);
  auto counters = load_counters(card.nvm);
  const StatusWord word = count(counters, grant, use);
  if (!word.is_ok()) return refused(word);
  auto& state = card.ram.of<UseState>();
  state.target = serial;
  state.date = use.date;
  state.counted = counters;
  state.proof.reset();
  return done(base::Writer()
                  .u8(static_cast<Byte>(grant.subtype))
                  .u16(static_cast<std::uint16_t>(grant.uses - counters.used))
                  .u8(use.target.parts)
                  .u8(static_cast<Byte>(use.target.state))
                  .take());
}

void count_use(Context& card) {
  store_file(card.nvm, layout::kUseCountersFile, encode(card.ram.of<UseState>().counted));
}

}  // namespace card::chip

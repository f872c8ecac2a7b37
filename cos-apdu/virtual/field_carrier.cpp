// The list of targets and their parts in the memory:
//   record kField + 16 n          Target n
//   record kField + 16 n + 1 + m  type1 and bytes of its part m
#include "cos-apdu/virtual/field_carrier.h"

#include "cos-apdu/virtual/field_use.h"
#include "cos-apdu/virtual/life_cycle.h"
#include "cos-apdu/virtual/records.h"
#include "derivation/import_block.h"

namespace card::chip {
namespace {

using derivation::Serial8;
using layout::Part;
using layout::PartPlace;
using layout::PartRow;
using layout::PartType;
using layout::Target;
using layout::TargetState;

constexpr std::size_t kRecordsOfTarget = layout::kMostPartsOfTarget + 1;
constexpr std::size_t kVersionAt = 8;  // of a switch and of a restore order

RecordId target_record(std::size_t at) {
  return static_cast<RecordId>(record::kField + at * kRecordsOfTarget);
}

RecordId part_record(std::size_t at, std::size_t part) {
  return static_cast<RecordId>(target_record(at) + 1 + part);
}

void store(Nvm& nvm, std::size_t at, const Target& target) {
  nvm.put(target_record(at), encode(target));
}

struct Listed {
  std::size_t at = 0;
  Target target;
};

std::optional<Listed> find(const Nvm& nvm, const Serial8& serial) {
  const auto targets = carried_targets(nvm);
  for (std::size_t at = 0; at < targets.size(); ++at)
    if (targets[at].serial == serial) return Listed{at, targets[at]};
  return std::nullopt;
}

// The meter of the use at hand; nullopt before BEGIN USE too.
std::optional<Listed> target_at_hand(Context& card) {
  const auto& target = card.ram.of<UseState>().target;
  return target ? find(card.nvm, *target) : std::nullopt;
}

bool holds_part(const Nvm& nvm, const Listed& listed, ByteView part) {
  for (std::size_t i = 0; i < listed.target.parts; ++i)
    if (base::equal(nvm.get(part_record(listed.at, i)), part)) return true;
  return false;
}

// A block with a field out of its table would be refused by its target only, far from here.
void check_form(const Part& part) {
  if (part.type == PartType::kImportBlock) derivation::decode_import_block(part.bytes);
}

StatusWord add(Context& card, Listed& listed, const PartRow& row, const Part& part) {
  Target& target = listed.target;
  const bool early = row.type == PartType::kSwitch && target.parts == 0;
  if (target.state != TargetState::kIncomplete || early) return status::kConditionNotSatisfied;
  if (target.parts == layout::kMostPartsOfTarget) return status::kNoSpace;
  card.nvm.put(part_record(listed.at, target.parts), encode(part));
  ++target.parts;
  if (row.place == PartPlace::kLast) {
    target.state = TargetState::kReady;
    target.version = part.bytes.at(kVersionAt);
  }
  store(card.nvm, listed.at, target);
  return status::kOk;
}

}  // namespace

std::vector<Target> carried_targets(const Nvm& nvm) {
  std::vector<Target> out;
  while (nvm.holds(target_record(out.size())))
    out.push_back(layout::decode_target(nvm.get(target_record(out.size()))));
  return out;
}

crypto::Hash32 hash_of_parts(const Nvm& nvm) {
  Bytes all;
  const auto targets = carried_targets(nvm);
  for (std::size_t at = 0; at < targets.size(); ++at) {
    for (std::size_t i = 0; i < targets[at].parts; ++i) {
      const ByteView part = nvm.get(part_record(at, i));
      all.insert(all.end(), part.begin(), part.end());
    }
  }
  return crypto::sha256(all);
}

Answer append_part(Context& card, const CommandApdu& command) {
  const PartRow* row = layout::find_part(card.identity().kind(), command.p1);
  if (row == nullptr) return refused(status::kWrongP1P2);
  if (command.data.size() != row->bytes) return refused(status::kWrongLength);
  const Part part{row->type, {command.data.begin(), command.data.end()}};
  check_form(part);
  const Serial8 serial = target_of(part);
  if (serial.kind() != derivation::CardKind::kEsam) return refused(status::kWrongData);
  auto listed = find(card.nvm, serial);
  if (listed && holds_part(card.nvm, *listed, encode(part))) return done();
  if (!listed) {
    const std::size_t count = carried_targets(card.nvm).size();
    if (count == layout::kMostTargets) return refused(status::kNoSpace);
    listed = Listed{count, Target{.serial = serial}};
  }
  const StatusWord word = add(card, *listed, *row, part);
  if (!word.is_ok()) return refused(word);
  begin_personalising(card);
  return done();
}

Answer get_target(Context& card, const CommandApdu& command) {
  const ByteView target = card.nvm.get(target_record(command.p2));
  if (command.p2 >= layout::kMostTargets || target.empty()) return refused(status::kRecordNotFound);
  return done({target.begin(), target.end()});
}

Answer get_part(Context& card, const CommandApdu& command) {
  auto listed = target_at_hand(card);
  if (!listed || command.p2 >= listed->target.parts) return refused(status::kRecordNotFound);
  if (listed->target.state == TargetState::kDone) return refused(status::kConditionNotSatisfied);
  if (command.p2 + 1 == listed->target.parts) {
    count_use(card);
    listed->target.state = TargetState::kHandedOut;
    store(card.nvm, listed->at, listed->target);
  }
  const ByteView part = card.nvm.get(part_record(listed->at, command.p2));
  return done({part.begin(), part.end()});
}

Answer confirm_use(Context& card, const CommandApdu& command) {
  auto listed = target_at_hand(card);
  if (!listed || listed->target.state != TargetState::kHandedOut)
    return refused(status::kConditionNotSatisfied);
  base::Reader in(command.data, "CONFIRM USE");
  if (in.u8() != listed->target.version) return refused(status::kWrongData);
  listed->target.tag = in.fixed<8>();
  listed->target.state = TargetState::kDone;
  store(card.nvm, listed->at, listed->target);
  return done();
}

}  // namespace card::chip

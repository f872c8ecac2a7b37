// The tool card: it proves itself and what it carries to one meter's ESAM, and takes a reading from
// a meter that has proved itself.
#include "cos-apdu/virtual/field_tool.h"

#include "cos-apdu/layout/field_files.h"
#include "cos-apdu/virtual/field_use.h"
#include "cos-apdu/virtual/files.h"
#include "cos-apdu/virtual/key_check.h"

namespace card::chip {
namespace {

using layout::ToolProof;
using layout::ToolSubtype;

// The meter's own key below the county's.
crypto::Key meter_key(const KeySlot& county, const ToolProof& proof) {
  return crypto::diversify(county.suite, county.key, proof.esam);
}

crypto::Hash32 content_hash(const Nvm& nvm, const layout::Grant& grant) {
  return crypto::sha256(
      {encode(grant), file_content(nvm, layout::kToolDataFile, layout::kToolDataBytes)});
}

}  // namespace

Answer prove_tool(Context& card, const CommandApdu& command) {
  const auto grant = load_grant(card.nvm);
  const auto& tool = layout::tool_of_byte(static_cast<Byte>(grant.subtype));
  if (command.p2 != derivation::byte_of(tool.purpose)) return refused(status::kWrongP1P2);
  const auto slot = load_slot(card.nvm, slot_record(tool.purpose));
  if (!slot) return refused(status::kKeyNotFound);
  auto& use = card.ram.of<UseState>();
  ToolProof proof{.subtype = grant.subtype, .tool = card.identity().serial.bytes()};
  proof.esam = use.target->bytes();
  proof.esam_random = base::fixed<16>(command.data, "challenge");
  proof.tool_random = base::fixed<16>(card.random(proof.tool_random.size()));
  proof.content = content_hash(card.nvm, grant);
  const auto mac =
      crypto::cmac16(slot->suite, meter_key(*slot, proof), layout::tool_message(proof));
  use.proof = proof;
  return done(base::concat({proof.tool_random, mac}));
}

Answer check_meter(Context& card, const CommandApdu& command) {
  auto& use = card.ram.of<UseState>();
  if (!use.proof) return refused(status::kConditionNotSatisfied);
  const ToolProof proof = *std::exchange(use.proof, std::nullopt);
  const auto& tool = layout::tool_of_byte(static_cast<Byte>(proof.subtype));
  if (command.p2 != derivation::byte_of(tool.purpose)) return refused(status::kWrongP1P2);
  const auto holds = [&](const KeySlot& slot) {
    const auto mac =
        crypto::cmac16(slot.suite, meter_key(slot, proof), layout::esam_message(proof));
    return base::equal_in_constant_time(mac, command.data);
  };
  const auto record = slot_record(tool.purpose);
  const StatusWord word = check_with_tries(card, record, holds, status::kVerificationFailed);
  if (word == status::kVerificationFailed)
    return refused(status::tries_left(load_slot(card.nvm, record)->tries_left));
  use.meter_is_genuine = word.is_ok();
  return said(word);
}

Answer append_reading(Context& card, const CommandApdu& command) {
  const auto subtype = load_grant(card.nvm).subtype;
  if (subtype != ToolSubtype::kReading && subtype != ToolSubtype::kInspect)
    return refused(status::kConditionNotSatisfied);
  layout::decode_reading(command.data);  // throws kMalformed: 6A80
  append_detail(card, command.data);
  return done();
}

}  // namespace card::chip

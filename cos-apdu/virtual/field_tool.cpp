// The tool card: it lets one meter's ESAM prove itself, counts the use, proves itself and what it
// carries in return, and takes a reading.
#include "cos-apdu/virtual/field_tool.h"

#include "cos-apdu/layout/field_files.h"
#include "cos-apdu/virtual/field_use.h"
#include "cos-apdu/virtual/files.h"
#include "cos-apdu/virtual/key_check.h"

namespace card::chip {
namespace {

using layout::ToolProof;
using layout::ToolSubtype;

constexpr std::size_t kChallengeBytes = 16;

// The meter's own key below the county's.
crypto::Key meter_key(const KeySlot& county, const ToolProof& proof) {
  return crypto::diversify(county.suite, county.key, proof.esam);
}

crypto::Hash32 content_hash(const Nvm& nvm, const layout::Grant& grant) {
  return crypto::sha256(
      {encode(grant), file_content(nvm, layout::kToolDataFile, layout::kToolDataBytes)});
}

}  // namespace

Answer check_meter(Context& card, const CommandApdu& command) {
  const auto grant = load_grant(card.nvm);
  const auto& tool = layout::tool_of_byte(static_cast<Byte>(grant.subtype));
  if (command.p2 != derivation::byte_of(tool.purpose)) return refused(status::kWrongP1P2);
  if (card.ram.challenge.size() != kChallengeBytes) return refused(status::kNoChallenge);
  auto& use = card.ram.of<UseState>();
  use.proof.reset();
  if (!use.target) return refused(status::kConditionNotSatisfied);
  ToolProof proof{.subtype = grant.subtype, .tool = card.identity().serial.bytes()};
  proof.esam = use.target->bytes();
  proof.date = use.date;
  proof.tool_random = base::fixed<kChallengeBytes>(card.ram.challenge);
  proof.content = content_hash(card.nvm, grant);
  base::Reader in(command.data, "proof of an ESAM");
  proof.esam_random = in.fixed<16>();
  const auto claimed = in.fixed<16>();
  const auto holds = [&](const KeySlot& slot) {
    const auto mac =
        crypto::cmac16(slot.suite, meter_key(slot, proof), layout::esam_message(proof));
    return base::equal_in_constant_time(mac, claimed);
  };
  const auto record = slot_record(tool.purpose);
  const StatusWord word = check_with_tries(card, record, holds, status::kVerificationFailed);
  if (word == status::kVerificationFailed) return refused(tries_word(card.nvm, record));
  if (!word.is_ok()) return refused(word);
  count_use(card);
  use.proof = proof;
  return done();
}

Answer prove_tool(Context& card, const CommandApdu& command) {
  const auto& proved = card.ram.of<UseState>().proof;
  if (!proved) return refused(status::kSecurityNotSatisfied);
  const ToolProof& proof = *proved;
  const auto& tool = layout::tool_of_byte(static_cast<Byte>(proof.subtype));
  if (command.p2 != derivation::byte_of(tool.purpose)) return refused(status::kWrongP1P2);
  const auto slot = load_slot(card.nvm, slot_record(tool.purpose));
  if (!slot) return refused(status::kKeyNotFound);
  const auto mac =
      crypto::cmac16(slot->suite, meter_key(*slot, proof), layout::tool_message(proof));
  return done({mac.begin(), mac.end()});
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

// The ESAM's side of a tool card: who it is, what it may do, and the parameters that it brings.
#include "cos-apdu/layout/field_card.h"
#include "cos-apdu/layout/field_files.h"
#include "cos-apdu/virtual/field_commands.h"
#include "cos-apdu/virtual/files.h"
#include "cos-apdu/virtual/key_check.h"

namespace card::chip {
namespace {

using layout::ToolProof;
using layout::ToolSubtype;

// The tool card that has proved itself, until power-off.
class ToolAtMeter : public KindState {
 public:
  std::optional<ToolProof> proof;
};

// P1 = subtype, P2 = purpose: toolSerial8 contentHash32 toolRandom16 CMAC16 over the challenge of the
// previous command → CMAC16 of layout::esam_message.
Answer authenticate_tool(Context& card, const CommandApdu& command) {
  const auto& tool = layout::tool_of_byte(command.p1);
  if (command.p2 != derivation::byte_of(tool.purpose)) return refused(status::kWrongP1P2);
  if (card.ram.challenge.size() != 16) return refused(status::kNoChallenge);
  card.ram.of<ToolAtMeter>().proof.reset();
  base::Reader in(command.data, "tool proof");
  const auto serial = derivation::Serial8::of_bytes(in.take(8));
  if (serial.kind() != derivation::CardKind::kTool) return refused(status::kWrongData);
  ToolProof proof{.subtype = tool.subtype, .tool = serial.bytes()};
  proof.esam = card.identity().serial.bytes();
  proof.esam_random = base::fixed<16>(card.ram.challenge);
  proof.content = in.fixed<32>();
  proof.tool_random = in.fixed<16>();
  const auto claimed = in.fixed<16>();
  FixedBytes<16> answer{};
  const auto holds = [&](const KeySlot& slot) {
    answer = crypto::cmac16(slot.suite, slot.key, layout::esam_message(proof));
    const auto mac = crypto::cmac16(slot.suite, slot.key, layout::tool_message(proof));
    return base::equal_in_constant_time(mac, claimed);
  };
  const auto record = slot_record(tool.purpose);
  const StatusWord word = check_with_tries(card, record, holds, status::kVerificationFailed);
  if (word == status::kVerificationFailed)
    return refused(status::tries_left(load_slot(card.nvm, record)->tries_left));
  if (!word.is_ok()) return refused(word);
  card.ram.of<ToolAtMeter>().proof = proof;
  return done({answer.begin(), answer.end()});
}

// grant19 data64 of the parameter card that has just proved itself with their hash: file 01.
Answer put_parameters(Context& card, const CommandApdu& command) {
  const auto& proof = card.ram.of<ToolAtMeter>().proof;
  if (!proof) return refused(status::kSecurityNotSatisfied);
  if (proof->subtype != ToolSubtype::kParameter) return refused(status::kConditionNotSatisfied);
  if (crypto::sha256(command.data) != proof->content) return refused(status::kWrongData);
  store_file(card.nvm, layout::kToolDataFile, ByteView(command.data).subspan(layout::kGrantBytes));
  return done();
}

constexpr std::array kMeterCommands = {
    Command{0x80,
            0x82,
            any_params(),
            "MUTUAL AUTHENTICATE",
            {72, 72},
            kInUse,
            kChallengeGate,
            authenticate_tool},
    Command{0x80,
            0xDA,
            exactly(0x00, 0x01),
            "PUT PARAMETERS",
            {83, 83},
            kInUse,
            kNoGate,
            put_parameters},
};

}  // namespace

CommandTable field_meter_commands() {
  return kMeterCommands;
}

}  // namespace card::chip

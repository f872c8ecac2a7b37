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

class ToolAtMeter : public KindState {
 public:
  std::optional<ToolProof> asked;  // what the tool card has to answer
  std::optional<ToolProof> proof;  // what it has proved, until power-off
};

// P1 = subtype, P2 = purpose: toolSerial8 date4 contentHash32 toolRandom16 → esamRandom16 CMAC16 of
// layout::esam_message. The module goes first, so that a tool card counts a use at a meter only.
Answer prove_to_tool(Context& card, const CommandApdu& command) {
  const auto& tool = layout::tool_of_byte(command.p1);
  if (command.p2 != derivation::byte_of(tool.purpose)) return refused(status::kWrongP1P2);
  auto& state = card.ram.of<ToolAtMeter>();
  state.asked.reset();
  state.proof.reset();
  base::Reader in(command.data, "tool card at a meter");
  const auto serial = derivation::Serial8::of_bytes(in.take(8));
  if (serial.kind() != derivation::CardKind::kTool) return refused(status::kWrongData);
  const auto slot = load_slot(card.nvm, slot_record(tool.purpose));
  if (!slot) return refused(status::kKeyNotFound);
  if (slot->tries_left == 0) return refused(status::kAuthenticationBlocked);
  ToolProof proof{.subtype = tool.subtype, .tool = serial.bytes()};
  proof.esam = card.identity().serial.bytes();
  proof.date = in.fixed<4>();
  proof.content = in.fixed<32>();
  proof.tool_random = in.fixed<16>();
  proof.esam_random = base::fixed<16>(card.random(proof.esam_random.size()));
  state.asked = proof;
  const auto mac = crypto::cmac16(slot->suite, slot->key, layout::esam_message(proof));
  return done(base::concat({proof.esam_random, mac}));
}

// CMAC16 of layout::tool_message, from the card that the module has just proved itself to.
Answer check_tool(Context& card, const CommandApdu& command) {
  auto& state = card.ram.of<ToolAtMeter>();
  const auto asked = std::exchange(state.asked, std::nullopt);
  if (!asked) return refused(status::kConditionNotSatisfied);
  const auto& tool = layout::tool_of_byte(static_cast<Byte>(asked->subtype));
  const auto holds = [&](const KeySlot& slot) {
    const auto mac = crypto::cmac16(slot.suite, slot.key, layout::tool_message(*asked));
    return base::equal_in_constant_time(mac, command.data);
  };
  const auto record = slot_record(tool.purpose);
  const StatusWord word = check_with_tries(card, record, holds, status::kVerificationFailed);
  if (word == status::kVerificationFailed) return refused(tries_word(card.nvm, record));
  if (!word.is_ok()) return refused(word);
  state.proof = asked;
  return done();
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
    in_use(0x80, 0x88, any_params(), "PROVE TO TOOL CARD", {60, 60}, kNoGate, prove_to_tool),
    in_use(0x80, 0x82, exactly(0x00, 0x00), "CHECK TOOL CARD", {16, 16}, kNoGate, check_tool),
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

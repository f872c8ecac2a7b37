#include "cos-apdu/virtual/field_commands.h"

#include "cos-apdu/virtual/field_carrier.h"
#include "cos-apdu/virtual/field_tool.h"
#include "cos-apdu/virtual/field_use.h"

namespace card::chip {
namespace {

using derivation::CardKind;

constexpr Phases kMaking = phase(layout::LifeCycle::kPersonalising);

constexpr Command kBeginUse{0x80,    0xF4,     exactly(0x00, 0x00), "BEGIN USE", {12, 12}, kInUse,
                            kNoGate, begin_use};

constexpr std::array kToolCommands = {
    Command{0x84, 0xFE, exactly(0x00, 0x00), "ISSUE CARD", {99, 99}, kMaking, kNoGate, issue_card},
    kBeginUse,
    Command{
        0x00, 0x82, any_p2(0x00), "EXTERNAL AUTHENTICATE", {32, 32}, kInUse, kUseGate, check_meter},
    Command{
        0x00, 0x88, any_p2(0x00), "INTERNAL AUTHENTICATE", {0, 0}, kInUse, kMeterGate, prove_tool},
    Command{0x00,
            0xE2,
            exactly(0x00, 0xC0),
            "APPEND RECORD",
            {32, 32},
            kInUse,
            kMeterGate,
            append_reading},
};

constexpr std::array kCarrierCommands = {
    Command{0x84, 0xFE, exactly(0x00, 0x00), "ISSUE CARD", {35, 35}, kMaking, kNoGate, issue_card},
    Command{
        0x80, 0xE2, any_p1(0x00), "APPEND PART", {25, 72}, kPersonalisable, kNoGate, append_part},
    Command{0x80, 0xCA, any_p2(0x04), "GET TARGET", {0, 0}, kAlways, kNoGate, get_target},
    kBeginUse,
    Command{0x80, 0xF6, any_p2(0x00), "GET PART", {0, 0}, kInUse, kUseGate, get_part},
    Command{0x80, 0xF8, exactly(0x00, 0x00), "CONFIRM USE", {9, 9}, kInUse, kUseGate, confirm_use},
};

}  // namespace

CommandTable field_commands(CardKind kind) {
  if (kind == CardKind::kTool) return kToolCommands;
  const bool carrier = kind == CardKind::kModify || kind == CardKind::kRestore;
  return carrier ? CommandTable{kCarrierCommands} : CommandTable{};
}

}  // namespace card::chip

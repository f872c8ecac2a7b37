// Commands of tool, modify and restore cards, and of an ESAM towards a tool card, with typed answers.
// All throw Refusal with the status word in words, unless an answer type says otherwise.
#pragma once

#include <optional>
#include <vector>

#include "cos-apdu/layout/field_card.h"
#include "cos-apdu/session.h"
#include "derivation/audit_tag.h"

namespace card::fieldcards {

// 80 E2 type 00
void append_part(Session& carrier, const layout::Part& part);

// 84 FE 00 00; `data` of a tool card only.
void issue_card(Session& card, const layout::Grant& grant, ByteView data,
                const FixedBytes<16>& mac);

// 80 F4 00 00
struct Use {
  layout::ToolSubtype subtype = layout::ToolSubtype::kNone;
  std::uint16_t uses_left = 0;
  Byte parts = 0;
  layout::TargetState state = layout::TargetState::kReady;
};

Use begin_use(Session& card, const derivation::Serial8& esam, const FixedBytes<4>& date);

// 80 F6 00 n
layout::Part get_part(Session& carrier, Byte number);

// 80 F8 00 00
void confirm_use(Session& carrier, Byte version, const derivation::AuditTag& tag);

// 80 CA 04 n, until the card says 6A83.
std::vector<layout::Target> read_targets(Session& carrier);

// 80 88 of the ESAM, over a challenge16 that the tool card has just given: fills esam_random.
FixedBytes<16> prove_to_tool(Session& esam, derivation::Purpose purpose, layout::ToolProof& proof);

// 00 82 of the tool card, straight after its challenge: the use counts.
void check_meter(Session& tool, derivation::Purpose purpose, const layout::ToolProof& proof,
                 const FixedBytes<16>& mac);

// 00 88 of the tool card
FixedBytes<16> prove_tool(Session& tool, derivation::Purpose purpose);

// 80 82 of the ESAM
void check_tool(Session& esam, const FixedBytes<16>& mac);

// 80 DA 00 01 of the ESAM
void put_parameters(Session& esam, const layout::Grant& grant, const layout::ToolData& data);

// 00 E2 00 C0
void append_reading(Session& tool, const layout::Reading& reading);

layout::Grant read_grant(Session& card);
layout::UseCounters read_use_counters(Session& card);
layout::ToolData read_tool_data(Session& tool);

// Newest first.
std::vector<layout::Reading> read_readings(Session& tool);

// 80 BB 00 00
derivation::AuditTag get_audit_tag(Session& card);

}  // namespace card::fieldcards

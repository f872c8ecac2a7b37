// Encoders and decoders of the field cards' commands.
#include "cos-apdu/fieldcards/field_card.h"

#include "cos-apdu/card_commands.h"
#include "cos-apdu/layout/field_files.h"

namespace card::fieldcards {
namespace {

using derivation::byte_of;
using derivation::Purpose;

constexpr std::size_t kSlotsHashBytes = 32;
constexpr std::size_t kTagBytes = 8;

}  // namespace

void append_part(Session& carrier, const layout::Part& part) {
  CommandApdu command{.name = "APPEND PART",
                      .cla = 0x80,
                      .ins = 0xE2,
                      .p1 = static_cast<Byte>(part.type),
                      .p2 = 0x00,
                      .data = {},
                      .le = {}};
  carrier.expect_ok(command.with(part.bytes));
}

void issue_card(Session& card, const layout::Grant& grant, ByteView data,
                const FixedBytes<16>& mac) {
  CommandApdu command{.name = "ISSUE CARD", .cla = 0x84, .ins = 0xFE, .data = {}, .le = {}};
  card.expect_ok(command.with(encode(grant)).with(data).with(mac));
}

Use begin_use(Session& card, const derivation::Serial8& esam, const FixedBytes<4>& date) {
  CommandApdu command{.name = "BEGIN USE", .cla = 0x80, .ins = 0xF4, .data = {}, .le = 5};
  const Bytes answer = card.expect_ok(command.with(esam.bytes()).with(date));
  base::Reader in(answer, "answer to BEGIN USE");
  Use use;
  use.subtype = static_cast<layout::ToolSubtype>(in.u8());
  use.uses_left = in.u16();
  use.parts = in.u8();
  use.state = static_cast<layout::TargetState>(in.u8());
  in.finish();
  return use;
}

layout::Part get_part(Session& carrier, Byte number) {
  return layout::decode_part(carrier.expect_ok({.name = "GET PART",
                                                .cla = 0x80,
                                                .ins = 0xF6,
                                                .p1 = 0x00,
                                                .p2 = number,
                                                .data = {},
                                                .le = kShortLe}));
}

void confirm_use(Session& carrier, Byte version, const derivation::AuditTag& tag) {
  CommandApdu command{.name = "CONFIRM USE", .cla = 0x80, .ins = 0xF8, .data = {}, .le = {}};
  carrier.expect_ok(command.with(base::Writer().u8(version).bytes(tag).view()));
}

std::vector<layout::Target> read_targets(Session& carrier) {
  std::vector<layout::Target> targets;
  for (std::size_t number = 0; number < layout::kMostTargets; ++number) {
    const CommandApdu command{.name = "GET TARGET",
                              .cla = 0x80,
                              .ins = 0xCA,
                              .p1 = 0x04,
                              .p2 = static_cast<Byte>(number),
                              .data = {},
                              .le = kShortLe};
    const auto response = carrier.send(command);
    if (response.status == status::kRecordNotFound) break;
    if (!response.status.is_ok()) refuse(command, response.status);
    targets.push_back(layout::decode_target(response.data));
  }
  return targets;
}

FixedBytes<16> prove_to_tool(Session& esam, Purpose purpose, layout::ToolProof& proof) {
  CommandApdu command{.name = "PROVE TO TOOL CARD",
                      .cla = 0x80,
                      .ins = 0x88,
                      .p1 = static_cast<Byte>(proof.subtype),
                      .p2 = byte_of(purpose),
                      .data = {},
                      .le = 32};
  command.with(proof.tool).with(proof.date).with(proof.content).with(proof.tool_random);
  const Bytes answer = esam.expect_ok(command);
  base::Reader in(answer, "proof of an ESAM");
  proof.esam_random = in.fixed<16>();
  const auto mac = in.fixed<16>();
  in.finish();
  return mac;
}

void check_meter(Session& tool, Purpose purpose, const layout::ToolProof& proof,
                 const FixedBytes<16>& mac) {
  CommandApdu command{.name = "EXTERNAL AUTHENTICATE",
                      .cla = 0x00,
                      .ins = 0x82,
                      .p1 = 0x00,
                      .p2 = byte_of(purpose),
                      .data = {},
                      .le = {}};
  tool.expect_ok(command.with(proof.esam_random).with(mac));
}

FixedBytes<16> prove_tool(Session& tool, Purpose purpose) {
  return base::fixed<16>(tool.expect_ok({.name = "INTERNAL AUTHENTICATE",
                                         .cla = 0x00,
                                         .ins = 0x88,
                                         .p1 = 0x00,
                                         .p2 = byte_of(purpose),
                                         .data = {},
                                         .le = 16}),
                         "proof of a tool card");
}

void check_tool(Session& esam, const FixedBytes<16>& mac) {
  CommandApdu command{.name = "CHECK TOOL CARD", .cla = 0x80, .ins = 0x82, .data = {}, .le = {}};
  esam.expect_ok(command.with(mac));
}

void put_parameters(Session& esam, const layout::Grant& grant, const layout::ToolData& data) {
  CommandApdu command{.name = "PUT PARAMETERS",
                      .cla = 0x80,
                      .ins = 0xDA,
                      .p1 = 0x00,
                      .p2 = 0x01,
                      .data = {},
                      .le = {}};
  esam.expect_ok(command.with(encode(grant)).with(data));
}

void append_reading(Session& tool, const layout::Reading& reading) {
  CommandApdu command{.name = "APPEND RECORD",
                      .cla = 0x00,
                      .ins = 0xE2,
                      .p1 = 0x00,
                      .p2 = layout::kReadingsFile << 3,
                      .data = {},
                      .le = {}};
  tool.expect_ok(command.with(encode(reading)));
}

layout::Grant read_grant(Session& card) {
  return layout::decode_grant(read_file(card, layout::kGrantFile));
}

layout::UseCounters read_use_counters(Session& card) {
  return layout::decode_use_counters(read_file(card, layout::kUseCountersFile));
}

layout::ToolData read_tool_data(Session& tool) {
  return base::fixed<layout::kToolDataBytes>(read_file(tool, layout::kToolDataFile), "tool data");
}

std::vector<layout::Reading> read_readings(Session& tool) {
  constexpr Byte kByNumber = 0x04;
  std::vector<layout::Reading> readings;
  for (Byte number = 1; number <= layout::kDetailRecords; ++number) {
    const CommandApdu command{.name = "READ RECORD",
                              .cla = 0x00,
                              .ins = 0xB2,
                              .p1 = number,
                              .p2 = (layout::kReadingsFile << 3) | kByNumber,
                              .data = {},
                              .le = layout::kReadingBytes};
    const auto response = tool.send(command);
    if (response.status == status::kRecordNotFound) break;
    if (!response.status.is_ok()) refuse(command, response.status);
    readings.push_back(layout::decode_reading(response.data));
  }
  return readings;
}

derivation::AuditTag get_audit_tag(Session& card) {
  const Bytes answer =
      card.expect_ok({.name = "GET TAG", .cla = 0x80, .ins = 0xBB, .data = {}, .le = kShortLe});
  base::Reader in(answer, "audit tag");
  in.take(kSlotsHashBytes);
  const auto tag = in.fixed<kTagBytes>();
  in.finish();
  return tag;
}

}  // namespace card::fieldcards

// Field cards at a meter.
#include "cos-apdu/fieldcards/meter_visit.h"

#include <algorithm>

#include "cos-apdu/card_commands.h"
#include "cos-apdu/fieldcards/key_update.h"
#include "cos-apdu/layout/card_status.h"

namespace card::fieldcards {
namespace {

using derivation::Purpose;
using layout::Part;
using layout::PartType;
using layout::TargetState;

constexpr std::uint32_t kChallengeBytes = 16;

layout::CardStatus status_of(Session& session) {
  return layout::decode_card_status(get_card_status(session));
}

void give_switch(Session& esam, const Part& part) {
  base::Reader in(part.bytes, "version switch");
  in.take(8);
  const Byte version = in.u8();
  if (status_of(esam).version != version) switch_version(esam, version, in.fixed<16>());
}

// An ESAM without its county's purchase key has done it already.
void give_restore(Session& esam, const Part& part) {
  if (get_key_info(esam, Purpose::kPurchase)) restore(esam, decode_restore_order(part.bytes));
}

void give(Session& esam, const Part& part) {
  switch (part.type) {
    case PartType::kImportBlock: {
      const auto block = base::fixed<derivation::kImportBlockBytes>(part.bytes, "import block");
      if (!holds_block(esam, block)) import_block(esam, block);
      return;
    }
    case PartType::kSwitch:
      return give_switch(esam, part);
    case PartType::kRestore:
      return give_restore(esam, part);
  }
}

}  // namespace

ProvedTool present_tool(Session& tool, Session& esam, const FixedBytes<4>& date) {
  const auto serial = status_of(esam).serial;
  ProvedTool proved{.tool = status_of(tool).serial, .grant = read_grant(tool)};
  proved.data = read_tool_data(tool);
  const auto purpose = layout::tool_of_byte(static_cast<Byte>(proved.grant.subtype)).purpose;
  proved.uses_left = begin_use(tool, serial, date).uses_left;
  layout::ToolProof proof{.subtype = proved.grant.subtype, .tool = proved.tool.bytes()};
  proof.esam = serial.bytes();
  proof.date = date;
  proof.content = crypto::sha256({encode(proved.grant), proved.data});
  proof.tool_random = base::fixed<16>(get_challenge(tool, kChallengeBytes), "challenge");
  const auto from_esam = prove_to_tool(esam, purpose, proof);
  check_meter(tool, purpose, proof, from_esam);
  check_tool(esam, prove_tool(tool, purpose));
  return proved;
}

void apply_parameters(Session& esam, const ProvedTool& tool) {
  put_parameters(esam, tool.grant, tool.data);
}

void serve_meter(Session& carrier, Session& esam, const FixedBytes<4>& date) {
  const auto serial = status_of(esam).serial;
  const auto targets = read_targets(carrier);
  const auto target = std::ranges::find(targets, serial, &layout::Target::serial);
  if (target == targets.end())
    base::fail(base::Fault::kNotFound, "the card does not list ESAM {}",
               derivation::format(serial));
  if (target->state == TargetState::kDone) return;
  const Use use = begin_use(carrier, serial, date);
  for (Byte number = 0; number < use.parts; ++number) give(esam, get_part(carrier, number));
  confirm_use(carrier, target->version, get_audit_tag(esam));
}

}  // namespace card::fieldcards

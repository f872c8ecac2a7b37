// Command tables in Markdown.
#include "cos-apdu/virtual/printed_commands.h"

#include <fmt/format.h>

#include "cos-apdu/layout/keycard_commands.h"
#include "cos-apdu/virtual/command.h"

namespace card::chip {
namespace {

std::string byte_text(Byte value, Byte mask) {
  return mask == 0xFF ? fmt::format("{:02X}", value) : "xx";
}

std::string length_text(const LcRange& lc) {
  if (lc.most == 0) return "-";
  return lc.least == lc.most ? fmt::format("{}", lc.least)
                             : fmt::format("{} to {}", lc.least, lc.most);
}

std::string phases_text(Phases phases) {
  if (phases == kAlways) return "every";
  std::string out;
  for (const auto& row : layout::kLifeCycles) {
    if ((phases & phase(row.value)) == 0) continue;
    if (!out.empty()) out += ", ";
    out += row.name;
  }
  if ((phases & kWhileBlocked) != 0) out += ", also blocked";
  return out;
}

std::string table_of(const std::vector<Command>& commands) {
  std::string out =
      "| CLA INS | P1 P2 | command | data bytes | life cycles | needs |\n"
      "| --- | --- | --- | --- | --- | --- |\n";
  for (const auto& row : commands)
    out += fmt::format("| {:02X} {:02X} | {} {} | {} | {} | {} | {} |\n", row.cla, row.ins,
                       byte_text(row.params.p1, row.params.p1_mask),
                       byte_text(row.params.p2, row.params.p2_mask), row.name, length_text(row.lc),
                       phases_text(row.phases), row.gate.name);
  return out;
}

std::vector<Command> joined(const std::vector<CommandTable>& tables) {
  std::vector<Command> out;
  for (const auto& table : tables) out.insert(out.end(), table.begin(), table.end());
  return out;
}

std::string heading(std::string_view english, std::string_view chinese) {
  return fmt::format("\n## {} ({})\n\n", english, chinese);
}

}  // namespace

std::string printed_commands() {
  std::string out =
      "# Commands of cards\n\n"
      "Printed from the tables of `cos-apdu/virtual`; what their data bytes are stands in\n"
      "[apdu-fields.md](apdu-fields.md), what key cards answer beside the last table in\n"
      "[key-card-commands.md](key-card-commands.md). \"PIN\" is not asked of a user card that has "
      "none.\n";
  for (const auto& kind : derivation::kCardKinds) {
    if ((layout::bit_of(kind.kind) & layout::kKeyCardKinds) != 0) continue;
    out += heading(kind.english, kind.chinese) + table_of(joined(tables_of(kind.kind)));
  }
  out += heading("user card, tdes2 interoperability profile", "互通用户卡") +
         table_of(joined(tables_of(derivation::CardKind::kUser, CardForm::kInteroperability)));
  return out + heading("every key card", "密钥卡") +
         table_of(joined({file_commands(), common_commands(), native_commands()}));
}

}  // namespace card::chip

// docs/formats/cards.md, printed from the tables.
#include "cos-apdu/virtual/printed_commands.h"

#include <fmt/format.h>

#include "cos-apdu/layout/card_files.h"
#include "cos-apdu/virtual/command.h"

namespace card::chip {
namespace {

using derivation::CardKind;

constexpr std::array kPrintedKinds = {CardKind::kUser, CardKind::kPsam, CardKind::kEsam};

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

std::string_view writing_text(layout::FileWriting writing) {
  switch (writing) {
    case layout::FileWriting::kByOrder:
      return "by order, at any time";
    case layout::FileWriting::kOnce:
      return "by order, before use";
    case layout::FileWriting::kByCard:
      return "by the card alone";
  }
  return "";
}

std::string size_text(const layout::FileRow& row) {
  return row.type == layout::FileType::kCyclic ? fmt::format("{} x {}", row.size, row.records)
                                               : fmt::format("{}", row.size);
}

}  // namespace

std::string printed_commands(CardKind kind) {
  std::string out =
      "| CLA INS | P1 P2 | command | data bytes | life cycles | needs |\n"
      "| --- | --- | --- | --- | --- | --- |\n";
  for (const auto& table : tables_of(kind))
    for (const auto& row : table)
      out += fmt::format("| {:02X} {:02X} | {} {} | {} | {} | {} | {} |\n", row.cla, row.ins,
                         byte_text(row.params.p1, row.params.p1_mask),
                         byte_text(row.params.p2, row.params.p2_mask), row.name,
                         length_text(row.lc), phases_text(row.phases), row.gate.name);
  return out;
}

std::string printed_files(CardKind kind) {
  std::string out =
      "| file | content | 内容 | bytes | written |\n| --- | --- | --- | --- | --- |\n";
  for (const auto& row : layout::files_of(kind))
    out += fmt::format("| {:02X} | {} | {} | {} | {} |\n", row.sfi, row.name, row.chinese,
                       size_text(row), writing_text(row.writing));
  out += "\n| slot | key | 密钥 | level | presence |\n| --- | --- | --- | --- | --- |\n";
  for (const auto& row : layout::keys_of(kind)) {
    const auto& purpose = derivation::row_of(row.purpose);
    const bool optional = row.presence == layout::Presence::kOptional;
    out += fmt::format("| {:02X} | {} | {} | {} | {} |\n", derivation::byte_of(row.purpose),
                       purpose.english, purpose.chinese, derivation::row_of(row.level).english,
                       optional ? "optional" : "required");
  }
  return out;
}

std::string printed_card_formats() {
  std::string out =
      "# User card, PSAM and ESAM\n\n"
      "Printed from the tables of `cos-apdu/layout/card_files.h` and `cos-apdu/virtual`; a test\n"
      "holds this page and the tables equal. Field orders of the data stand in the headers of\n"
      "`cos-apdu`. \"Written by order\" is UPDATE BINARY with an order MAC under the card's "
      "control\n"
      "key (`cos-apdu/card_commands.h`). \"PIN\" is not asked of a user card that has none.\n";
  for (const auto kind : kPrintedKinds) {
    const auto& row = derivation::row_of(kind);
    out += fmt::format("\n## {} ({})\n\n{}\n{}", row.english, row.chinese, printed_files(kind),
                       printed_commands(kind));
  }
  return out;
}

}  // namespace card::chip

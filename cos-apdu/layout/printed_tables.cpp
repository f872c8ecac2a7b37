// Files, keys, life cycles, status words and the export matrix in Markdown.
#include "cos-apdu/layout/printed_tables.h"

#include <fmt/format.h>

#include "cos-apdu/cos_profile.h"
#include "cos-apdu/layout/card_files.h"
#include "cos-apdu/layout/card_status.h"
#include "cos-apdu/layout/export_matrix.h"
#include "cos-apdu/layout/key_types.h"
#include "cos-apdu/status_word.h"

namespace card::layout {
namespace {

std::string_view writing_text(FileWriting writing) {
  switch (writing) {
    case FileWriting::kByOrder:
      return "by order, at any time";
    case FileWriting::kOnce:
      return "by order, before use";
    case FileWriting::kByCard:
      return "by the card alone";
    case FileWriting::kWithPurchase:
      return "with a composite purchase";
  }
  return "";
}

std::string size_text(const FileRow& row) {
  return row.records > 1 ? fmt::format("{} x {}", row.size, row.records)
                         : fmt::format("{}", row.size);
}

constexpr std::string_view name_of(ExportHow how) {
  switch (how) {
    case ExportHow::kCopy:
      return "copy";
    case ExportHow::kChild:
      return "child by the region's factor";
    case ExportHow::kLeafOfSerial:
      return "leaf by serial number";
    case ExportHow::kLeafOfNumber:
      return "leaf by card number";
  }
  return "";
}

std::string names_of_purposes(PurposeSet purposes) {
  if (purposes == kAllPurposes) return "all fifteen";
  std::string out;
  for (const auto& row : derivation::kPurposes) {
    if ((purposes & bit_of(row.purpose)) == 0) continue;
    if (!out.empty()) out += ", ";
    out += row.id;
  }
  return out;
}

std::string kind_heading(const derivation::CardKindRow& kind) {
  return fmt::format("\n## {} ({})\n\n", kind.english, kind.chinese);
}

// "63Cx" for a row that holds for sixteen words.
std::string word_pattern(const StatusRow& row) {
  std::string out = fmt::format("{:04X}", row.value);
  for (std::size_t digit = 0; digit < out.size(); ++digit)
    if ((row.mask >> (12 - 4 * digit) & 0xFU) == 0) out[digit] = 'x';
  return out;
}

std::string_view fields_text(KeyFields fields) {
  switch (fields) {
    case KeyFields::kVersionAlgorithm:
      return "version, algorithm";
    case KeyFields::kCounter:
      return "FF, error counter";
    case KeyFields::kStateCounter:
      return "state reached, error counter";
  }
  return "";
}

std::string printed_key_types() {
  std::string out =
      "\n## Key files (interoperability user card)\n\n"
      "| type | key | 密钥 | bytes 4 and 5 | key bytes |\n| --- | --- | --- | --- | --- |\n";
  for (const auto& row : kKeyTypes) {
    const auto [least, most] = row.lengths;
    const std::string_view between = row.type == KeyType::kPin ? "to" : "or";
    const auto bytes =
        least == most ? std::to_string(least) : fmt::format("{} {} {}", least, between, most);
    out += fmt::format("| {:02X} | {} | {} | {} | {} |\n", static_cast<Byte>(row.type), row.name,
                       row.chinese, fields_text(row.fields), bytes);
  }
  out +=
      "\nThe Huada form of WRITE KEY has key types of its own:\n\n"
      "| its type | its key | type | number |\n| --- | --- | --- | --- |\n";
  for (const auto& row : kHuadaTypes)
    out += fmt::format("| {:02X} | {} | {:02X} | {:02X} + its number |\n", row.theirs, row.name,
                       static_cast<Byte>(row.type), row.first_number);
  return out;
}

}  // namespace

std::string printed_files() {
  std::string out =
      "# Files\n\n"
      "Printed from `cos-apdu/layout/card_files.h`. \"By order\" is UPDATE BINARY with an order "
      "MAC\n"
      "under the card's control key (`cos-apdu/card_commands.h`). The fields of each file stand "
      "in\n"
      "`cos-apdu/layout/purse_files.h`, `sam_files.h` and `cos-apdu/user_card.h`.\n";
  for (const auto& kind : derivation::kCardKinds) {
    const auto files = files_of(kind.kind);
    if (files.empty()) continue;
    out += kind_heading(kind) +
           "| file | content | 内容 | bytes | written |\n| --- | --- | --- | --- | --- |\n";
    for (const auto& row : files)
      out += fmt::format("| {:02X} | {} | {} | {} | {} |\n", row.sfi, row.name, row.chinese,
                         size_text(row), writing_text(row.writing));
  }
  out +=
      "\n## Created files (interoperability user card)\n\n| type | file | 文件 |\n| --- | --- | "
      "--- |\n";
  for (const auto& row : kFileTypes)
    out +=
        fmt::format("| {:02X} | {} | {} |\n", static_cast<Byte>(row.type), row.name, row.chinese);
  return out;
}

std::string printed_keys() {
  std::string out =
      "# Keys\n\n"
      "Printed from `cos-apdu/layout/card_files.h`: the key slots that a card must hold before "
      "use,\n"
      "and those that it may hold. What key cards hold follows from the\n"
      "[export matrix](export-matrix.md).\n";
  for (const auto& kind : derivation::kCardKinds) {
    const auto keys = keys_of(kind.kind);
    if (keys.empty()) continue;
    out += kind_heading(kind) +
           "| slot | key | 密钥 | level | presence |\n| --- | --- | --- | --- | --- |\n";
    for (const auto& row : keys) {
      const auto& purpose = derivation::row_of(row.purpose);
      out += fmt::format("| {:02X} | {} | {} | {} | {} |\n", derivation::byte_of(row.purpose),
                         purpose.english, purpose.chinese, derivation::row_of(row.level).english,
                         row.presence == Presence::kOptional ? "optional" : "required");
    }
  }
  return out + printed_key_types();
}

std::string printed_life_cycles() {
  std::string out =
      "# Life cycles\n\n"
      "Printed from `cos-apdu/layout/card_status.h`; GET CARD STATUS answers the byte. Which "
      "command\n"
      "works in which stands in [commands.md](commands.md) and\n"
      "[key-card-commands.md](key-card-commands.md).\n\n"
      "| byte | life cycle | 生命周期 |\n| --- | --- | --- |\n";
  for (const auto& row : kLifeCycles)
    out +=
        fmt::format("| {:02X} | {} | {} |\n", static_cast<Byte>(row.value), row.name, row.chinese);
  return out;
}

std::string printed_status_words() {
  std::string out =
      "# Status words\n\n"
      "Printed from `cos-apdu/status_word.h`; x is any digit. What some mean on a key card stands "
      "in\n"
      "[key-card-commands.md](key-card-commands.md). A terminal understands all of them; a word "
      "that\n"
      "only cards of other makers say is a refusal to it.\n\n"
      "| word | meaning | 含义 | said by |\n| --- | --- | --- | --- |\n";
  for (const auto& row : kStatusRows)
    out += fmt::format("| {} | {} | {} | {} |\n", word_pattern(row), row.english, row.chinese,
                       row.said_by == SaidBy::kOurCards ? "our cards" : "other makers' cards");
  return out;
}

std::string printed_export_matrix() {
  std::string out =
      "# Export matrix\n\n"
      "Printed from `cos-apdu/layout/export_matrix.h`: which key may leave which mother card for "
      "which\n"
      "kind of card, and how it is made on the way. What has no row is refused.\n\n"
      "| from | to | how | purposes |\n| --- | --- | --- | --- |\n";
  for (const auto& row : kExportMatrix)
    out += fmt::format("| {} | {} | {} | {} |\n", derivation::row_of(row.mother).english,
                       derivation::row_of(row.target).english, name_of(row.how),
                       names_of_purposes(row.purposes));
  return out;
}

std::string printed_profile_rows() {
  std::string out =
      "# Profile rows\n\n"
      "Where the public sources of the card formats disagree, a card takes the first choice, "
      "unless\n"
      "its image says otherwise (`virtual-card new --profile-row NAME=CHOICE`).\n\n"
      "| row | name | question | choices, the first is usual |\n| --- | --- | --- | --- |\n";
  for (std::size_t row = 0; row < kCosRows.size(); ++row) {
    const auto& each = kCosRows.at(row);
    std::string choices;
    for (const auto choice : each.choices)
      if (!choice.empty()) choices += fmt::format("{}`{}`", choices.empty() ? "" : ", ", choice);
    out += fmt::format("| {} | `{}` | {} | {} |\n", row, each.name, each.question, choices);
  }
  return out;
}

}  // namespace card::layout

// The table of fields and the command tables know the same commands, with the same lengths.
#include <set>

#include <doctest/doctest.h>

#include "cos-apdu/layout/apdu_fields.h"
#include "cos-apdu/virtual/command.h"

using card::layout::find_fields;
using card::layout::kApduFields;
using card::layout::length_of;

namespace {

std::vector<card::chip::Command> commands_of_every_kind() {
  std::vector<card::chip::Command> all;
  for (const auto& kind : derivation::kCardKinds)
    for (const auto& table : card::chip::tables_of(kind.kind))
      all.insert(all.end(), table.begin(), table.end());
  return all;
}

std::vector<card::chip::Command> commands_of_every_card() {
  auto all = commands_of_every_kind();
  for (const auto& table :
       card::chip::tables_of(derivation::CardKind::kUser, card::chip::CardForm::kInteroperability))
    all.insert(all.end(), table.begin(), table.end());
  return all;
}

}  // namespace

TEST_CASE("every command of every card has its row of fields, with its name and length") {
  for (const auto& command : commands_of_every_card()) {
    CAPTURE(std::string(command.name));
    CAPTURE(static_cast<int>(command.cla));
    CAPTURE(static_cast<int>(command.ins));
    const auto* row = find_fields(command.cla, command.ins, command.params.p1, command.params.p2);
    REQUIRE(row != nullptr);
    // One row for UPDATE BINARY of both forms of a user card, which trace alike.
    CHECK(command.name.starts_with(row->name));
    const auto length = length_of(row->command);
    CHECK(length.least <= command.lc.least);
    if (!length.open_ended) {
      CHECK(length.least == command.lc.least);
      CHECK(length.least == command.lc.most);
    }
  }
}

TEST_CASE("every row of fields is of a command that some card knows") {
  const auto commands = commands_of_every_card();
  for (const auto& row : kApduFields) {
    CAPTURE(std::string(row.name));
    bool is_known = false;
    for (const auto& command : commands)
      is_known = is_known ||
                 (command.cla == row.cla && command.ins == row.ins && command.name == row.name);
    CHECK(is_known);
  }
}

TEST_CASE("fields are cut by their lengths, one of them takes the rest, and nothing is guessed") {
  const auto data = base::from_hex("0102030405060708");
  const auto cut = card::layout::cut_fields("one:1 rest!:* two:2", data);
  REQUIRE(cut.size() == 3);
  CHECK(base::to_hex(cut[0].bytes) == "01");
  CHECK(base::to_hex(cut[1].bytes) == "0203040506");
  CHECK(cut[1].shown == card::layout::Shown::kNothing);
  CHECK(base::to_hex(cut[2].bytes) == "0708");
  CHECK(card::layout::cut_fields("one:1 two:2", data).empty());
  CHECK(card::layout::cut_fields("nine:9", data).empty());
}

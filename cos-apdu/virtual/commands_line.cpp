// Subcommands and options, and what each one calls.
#include "cos-apdu/virtual/commands_line.h"

namespace card::chip {

namespace {

Output output_of(const Options& options) {
  return options.json ? Output::kJson : Output::kText;
}

}  // namespace

void add_commands(CLI::App& app, Options& options, std::function<int()>& run) {
  auto& insert = options.insert;
  const auto add = [&](const char* name, const char* text, std::function<int()> action) {
    auto* command = app.add_subcommand(name, text);
    command->callback([&run, action] { run = action; });
    return command;
  };
  auto* make =
      add("new", "make the image of a blank card", [&options] { return make_card(options.make); });
  make->add_option("KIND", options.make.kind, "user, psam, esam, leader, …")->required();
  make->add_option("--suite", options.make.suite, "aes128, sm4 or tdes2")->default_val("aes128");
  make->add_option("--serial", options.make.serial, "decimal, unique for the kind")->required();
  make->add_option("--transport", options.make.transport, "t0, t1 or contactless");
  make->add_option("--profile-row", options.make.profile_rows,
                   "NAME=CHOICE where the sources of the formats disagree (docs/tables)");
  make->add_option("--out", options.make.image, "file to write")->required();

  auto* in = add("insert", "be the card in a slot until ejected", [&options, &insert] {
    insert.ground = options.background ? Ground::kBackground : Ground::kForeground;
    return insert_card(insert);
  });
  in->add_option("SLOT", insert.slot, "0 to 15")->required();
  in->add_option("IMAGE", insert.image, "card image")->required();
  in->add_option("--trace", insert.trace,
                 "append the conversation to this file, in words, secrets masked");
  in->add_flag("--background", options.background, "return when the card is in; print the pid");

  auto* out = add("eject", "take the card out of a slot", [&insert, &options] {
    return eject_card(insert.slot, insert.slots_folder, output_of(options));
  });
  out->add_option("SLOT", insert.slot, "0 to 15")->required();
  auto* list = add("list", "show the slots and the cards in them", [&insert, &options] {
    return list_slots(insert.slots_folder, output_of(options));
  });
  auto* inspect = add("inspect", "show files and states of an image, never keys",
                      [&options] { return inspect_card(options.image, output_of(options)); });
  inspect->add_option("IMAGE", options.image, "card image")->required();
  auto* follow =
      add("trace",
          "show a conversation in words, secrets masked: live from a slot until its card "
          "leaves, or of a recording",
          [&insert, &options] { return trace(options.trace, insert.slots_folder); });
  follow->add_option("SLOT", options.trace.slot, "0 to 15");
  follow->add_option("--file", options.trace.file,
                     "a recording, lines \"> 00 A4 ...\" and \"< 90 00\" as scriptor prints them; "
                     "- is standard input");

  for (auto* command : {in, out, list, follow}) {
    command->add_option("--slots", insert.slots_folder, "folder of the slots")
        ->envname("WELLKEY_SLOTS")
        ->default_val("/run/wellkey/slots");
  }
  for (auto* command : {out, list, inspect})
    command->add_flag("--json", options.json, "one JSON object");
}

}  // namespace card::chip

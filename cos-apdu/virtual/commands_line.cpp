// Subcommands and options, and what each one calls.
#include "cos-apdu/virtual/commands_line.h"

#include "derivation/kind.h"

namespace card::chip {

namespace {

Output output_of(const Options& options) {
  return options.json ? Output::kJson : Output::kText;
}

std::string kinds() {
  std::string names;
  for (const auto& row : derivation::kCardKinds)
    names += (names.empty() ? "" : ", ") + std::string(row.id);
  return "one of " + names + ", user-interop (tdes2 interoperability profile)";
}

class Tree {
 public:
  Tree(CLI::App& app, Options& options, std::function<int()>& run)
      : app_(app), options_(options), run_(run) {}

  void add_images() {
    auto* make = add("new", "make the image of a blank card (制卡)",
                     [&options = options_] { return make_card(options.make); });
    make->add_option("KIND", options_.make.kind, kinds())->required();
    make->add_option("--suite", options_.make.suite, "aes128, sm4 or tdes2")->default_val("aes128");
    make->add_option("--serial", options_.make.serial, "decimal, unique for the kind")->required();
    make->add_option("--transport", options_.make.transport,
                     "t0, t1 or contactless; without it what the kind is used with");
    make->add_option("--profile-row", options_.make.profile_rows,
                     "NAME=CHOICE where the sources of the formats disagree (docs/tables)");
    make->add_option("--out", options_.make.image, "file to write; never written over")->required();

    auto* inspect =
        add("inspect", "show life cycle, files and key slots of an image, never keys (查看)",
            [&options = options_] { return inspect_card(options.image, output_of(options)); });
    inspect->add_option("IMAGE", options_.image, "card image that is in no slot")->required();
    add_json(*inspect);
  }

  void add_slots() {
    auto* in = add("insert", "be the card in a slot until ejected (插卡)", [&options = options_] {
      options.insert.ground = options.background ? Ground::kBackground : Ground::kForeground;
      return insert_card(options.insert);
    });
    add_slot(*in)->required();
    in->add_option("IMAGE", options_.insert.image, "card image")->required();
    in->add_option("--trace", options_.insert.trace,
                   "append the conversation to this file, in words, secrets masked");
    in->add_flag("--background", options_.background, "return when the card is in; print the pid");

    auto* out = add("eject", "take the card out of a slot (拔卡)", [&options = options_] {
      return eject_card(options.insert.slot, options.insert.slots_folder, output_of(options));
    });
    add_slot(*out)->required();
    add_json(*out);

    auto* list = add("list", "show the slots and the cards in them (列表)", [&options = options_] {
      return list_slots(options.insert.slots_folder, output_of(options));
    });
    add_slots_folder(*list);
    add_json(*list);
  }

  void add_trace() {
    auto* follow =
        add("trace",
            "show a conversation in words, secrets masked: live from a slot until its "
            "card leaves, or of a recording (跟踪)",
            [&options = options_] {
              return trace({options.insert.slot, options.recording}, options.insert.slots_folder);
            });
    add_slot(*follow);
    follow->add_option("--file", options_.recording,
                       "a recording, lines \"> 00 A4 ...\" and \"< 90 00\" as scriptor prints "
                       "them; - is standard input");
  }

 private:
  CLI::App* add(const char* name, const char* text, std::function<int()> action) {
    auto* command = app_.add_subcommand(name, text);
    command->callback([&run = run_, action = std::move(action)] { run = action; });
    return command;
  }

  CLI::Option* add_slot(CLI::App& command) {
    add_slots_folder(command);
    return command.add_option("SLOT", options_.insert.slot, "0 to 15");
  }

  void add_slots_folder(CLI::App& command) {
    command.add_option("--slots", options_.insert.slots_folder, "folder of the slots")
        ->envname("WELLKEY_SLOTS")
        ->default_val("/run/wellkey/slots");
  }

  void add_json(CLI::App& command) {
    command.add_flag("--json", options_.json, "print one JSON object");
  }

  CLI::App& app_;
  Options& options_;
  std::function<int()>& run_;
};

}  // namespace

void add_commands(CLI::App& app, Options& options, std::function<int()>& run) {
  Tree tree(app, options, run);
  tree.add_images();
  tree.add_slots();
  tree.add_trace();
}

}  // namespace card::chip

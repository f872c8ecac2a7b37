// virtual-card: makes card images and puts them into the slots of the driver ifd-wellkey.
#include "base/program/command_line.h"
#include "cos-apdu/virtual/commands_line.h"

int main(int count, char** words) {
  return program::guarded("virtual-card", [&] {
    CLI::App app("Emulated cards: files that behave like cards, in real PC/SC readers.",
                 "virtual-card");
    card::chip::Options options;
    std::function<int()> run;
    app.set_version_flag("--version", "virtual-card " WELLKEY_VERSION);
    app.require_subcommand(1);
    card::chip::add_commands(app, options, run);
    return program::run<CLI::ParseError>(app, count, words, [&run] { return run(); });
  });
}

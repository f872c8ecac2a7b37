// wellkey-card: what card is this, how does it stand, and what is to be done with it.
#include <CLI/CLI.hpp>

#include "base/program/command_line.h"
#include "cos-apdu/show/show_cards.h"

int main(int count, char** words) {
  return program::guarded("wellkey-card", [&] {
    CLI::App app("What card is this, how does it stand, what to do next (看卡).", "wellkey-card");
    app.set_version_flag("--version", "wellkey-card " WELLKEY_VERSION);
    app.require_subcommand(1);
    std::string reader;
    bool as_json = false;
    auto* show = app.add_subcommand(
        "show",
        "show every card in the readers; nothing is written and no PIN is asked (读卡信息)");
    show->add_option("--reader", reader, "look into this reader only");
    show->add_flag("--json", as_json, "print one JSON object");
    return program::run<CLI::ParseError>(app, count, words, [&] {
      using card::show::Output;
      return card::show::show_cards(reader, as_json ? Output::kJson : Output::kText,
                                    base::system_time());
    });
  });
}

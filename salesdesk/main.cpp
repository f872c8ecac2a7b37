// The program salesdesk: money becomes credit on a card, and both books agree.
#include "base/program/command_line.h"
#include "salesdesk/commands/tree.h"
#include "salesdesk/ledger/desk_folder.h"

namespace {

std::vector<program::InTurn> named_in_turn(const std::vector<program::Given>& given) {
  const auto profile = desk::profile_of(program::value_of(given, "desk"));
  if (!profile) return {};
  return {{program::Use::kRead, *profile}};
}

}  // namespace

int main(int argc, char** argv) {
  return program::guarded("salesdesk", [&] {
    CLI::App app("the sales desk (售电台)", "salesdesk");
    app.set_version_flag("--version", std::string("salesdesk ") + WELLKEY_VERSION);
    int status = 0;
    desk::commands::add_commands(app, status);
    return program::run<CLI::ParseError>(
        app, argc, argv, [&status] { return status; }, named_in_turn);
  });
}

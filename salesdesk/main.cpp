// The program salesdesk: money becomes credit on a card, and both books agree.
#include "base/core/command_line.h"
#include "salesdesk/commands/tree.h"

int main(int argc, char** argv) {
  CLI::App app("the sales desk (售电台)", "salesdesk");
  app.set_version_flag("--version", std::string("salesdesk ") + WELLKEY_VERSION);
  int status = 0;
  desk::commands::add_commands(app, status);
  return base::run_program<CLI::ParseError>(app, argc, argv, [&status] { return status; });
}

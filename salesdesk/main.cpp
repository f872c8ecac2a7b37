// The program salesdesk: money becomes credit on a card, and both books agree.
#include <fmt/format.h>

#include "base/core/error.h"
#include "base/core/harden.h"
#include "salesdesk/commands/tree.h"

int main(int argc, char** argv) {
  CLI::App app("the sales desk (售电台)", "salesdesk");
  int status = 0;
  desk::commands::add_commands(app, status);
  try {
    base::harden_process();
    app.parse(argc, argv);
    return status;
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  } catch (const base::Error& error) {
    fmt::print(stderr, "salesdesk: {}\n", error.what());
    return error.exit_status();
  } catch (const std::exception& error) {
    fmt::print(stderr, "salesdesk: {}\n", error.what());
    return 1;
  }
}

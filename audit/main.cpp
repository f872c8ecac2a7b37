// The program audit: reads and judges logs; it meets neither token nor reader.
#include <fmt/format.h>

#include "audit/commands/tree.h"
#include "base/core/error.h"
#include "base/core/harden.h"

int main(int argc, char** argv) {
  CLI::App app("the log that a stranger can check", "audit");
  app.require_subcommand(1);
  audit::commands::Options options;
  add_commands(app, options);
  try {
    base::harden_process();
    app.parse(argc, argv);
    return 0;
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  } catch (const base::Error& error) {
    fmt::print(stderr, "audit: {}\n", error.what());
    return error.exit_status();
  }
}

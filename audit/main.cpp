// The program audit: reads and judges logs; it meets neither token nor reader.
#include "audit/commands/tree.h"
#include "base/program/command_line.h"

int main(int argc, char** argv) {
  return program::guarded("audit", [&] {
    CLI::App app("the log that a stranger can check", "audit");
    app.require_subcommand(1);
    app.set_version_flag("--version", std::string("audit ") + WELLKEY_VERSION);
    audit::commands::Options options;
    add_commands(app, options);
    return program::run<CLI::ParseError>(app, argc, argv, [] { return 0; });
  });
}

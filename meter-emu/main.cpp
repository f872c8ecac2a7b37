// meter-emu: the prepaid card meter at the well.
#include "base/core/command_line.h"
#include "meter-emu/commands/line.h"

int main(int count, char** words) {
  CLI::App app("The prepaid card meter at the well, with its security module.", "meter-emu");
  meter::Options options;
  std::function<int()> run;
  app.set_version_flag("--version", "meter-emu " WELLKEY_VERSION);
  app.require_subcommand(1);
  meter::add_commands(app, options, run);
  return base::run_program<CLI::ParseError>(app, count, words, [&run] { return run(); });
}

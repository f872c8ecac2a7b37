// meter-emu: the prepaid card meter at the well.
#include "base/program/command_line.h"
#include "meter-emu/commands/line.h"
#include "meter-emu/commands/meter_file.h"

namespace {

std::vector<program::InTurn> named_in_turn(const std::vector<program::Given>& given) {
  const auto esam = meter::esam_of(program::value_of(given, "image"));
  if (!esam) return {};
  return {{program::Use::kBeside, *esam}};
}

}  // namespace

int main(int count, char** words) {
  return program::guarded("meter-emu", [&] {
    CLI::App app("The prepaid card meter at the well, with its security module.", "meter-emu");
    meter::Options options;
    std::function<int()> run;
    app.set_version_flag("--version", "meter-emu " WELLKEY_VERSION);
    app.require_subcommand(1);
    meter::add_commands(app, options, run);
    return program::run<CLI::ParseError>(
        app, count, words, [&run] { return run(); }, named_in_turn);
  });
}

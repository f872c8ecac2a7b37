// meter-emu: the prepaid card meter at the well.
#include <cstdio>

#include "base/core/error.h"
#include "base/core/harden.h"
#include "meter-emu/commands/line.h"

namespace {
constexpr int kUsage = 2;
}  // namespace

int main(int count, char** words) {
  CLI::App app("The prepaid card meter at the well, with its security module.", "meter-emu");
  meter::Options options;
  std::function<int()> run;
  app.set_version_flag("--version", "meter-emu " WELLKEY_VERSION);
  app.require_subcommand(1);
  meter::add_commands(app, options, run);
  try {
    base::harden_process();
    app.parse(count, words);
    return run();
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);
    std::fprintf(stderr, "meter-emu: %s; meter-emu --help lists the commands\n", error.what());
    return kUsage;
  } catch (const base::Error& error) {
    std::fprintf(stderr, "meter-emu: %s\n", error.what());
    return error.exit_status();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "meter-emu: %s\n", error.what());
    return 1;
  }
}

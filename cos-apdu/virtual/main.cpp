// virtual-card: makes card images and puts them into the slots of the driver ifd-wellkey.
#include <cstdio>

#include "base/core/error.h"
#include "base/core/harden.h"
#include "cos-apdu/virtual/commands_line.h"

namespace {
constexpr int kUsage = 2;
}  // namespace

int main(int count, char** words) {
  CLI::App app("Emulated cards: files that behave like cards, in real PC/SC readers.",
               "virtual-card");
  card::chip::Options options;
  std::function<int()> run;
  app.set_version_flag("--version", "virtual-card " WELLKEY_VERSION);
  app.require_subcommand(1);
  card::chip::add_commands(app, options, run);
  try {
    base::harden_process();
    app.parse(count, words);
    return run();
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);
    std::fprintf(stderr, "virtual-card: %s; virtual-card --help lists the commands\n",
                 error.what());
    return kUsage;
  } catch (const base::Error& error) {
    std::fprintf(stderr, "virtual-card: %s\n", error.what());
    return error.exit_status();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "virtual-card: %s\n", error.what());
    return 1;
  }
}

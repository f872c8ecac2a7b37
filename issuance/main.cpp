// issuance: a blank card becomes exactly one thing, once, and is accounted for.
#include <fmt/format.h>

#include "base/core/error.h"
#include "base/core/harden.h"
#include "base/crypto/random.h"
#include "issuance/commands/tree.h"
#include "issuance/readers.h"

int main(int argc, char** argv) {
  CLI::App app("A blank card becomes exactly one thing, once (发卡)", "issuance");
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string("issuance ") + WELLKEY_VERSION);
  const auto finder = [](std::chrono::milliseconds patience) {
    return std::make_unique<issuance::ReaderFinder>(patience);
  };
  issuance::commands::add_all(app, {finder, base::system_time, crypto::random_bytes});
  try {
    base::harden_process();
    app.parse(argc, argv);
    return 0;
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  } catch (const base::Error& error) {
    fmt::print(stderr, "issuance: {}\n", error.what());
    return error.exit_status();
  }
}

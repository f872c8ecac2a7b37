// issuance: a blank card becomes exactly one thing, once, and is accounted for.
#include "base/crypto/random.h"
#include "base/program/command_line.h"
#include "issuance/commands/tree.h"
#include "issuance/readers.h"
#include "issuance/readers_command.h"

int main(int argc, char** argv) {
  return program::guarded("issuance", [&] {
    CLI::App app("A blank card becomes exactly one thing, once (发卡)", "issuance");
    app.require_subcommand(1);
    app.set_version_flag("--version", std::string("issuance ") + WELLKEY_VERSION);
    const auto finder = [](std::chrono::milliseconds patience) {
      return std::make_unique<issuance::ReaderFinder>(patience);
    };
    issuance::commands::add_all(app, {finder, base::system_time, crypto::random_bytes});
    issuance::add_readers(app);
    return program::run<CLI::ParseError>(app, argc, argv, [] { return 0; });
  });
}

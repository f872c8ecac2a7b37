// keyceremony: four people make one key that nobody holds.
#include <fmt/format.h>

#include "base/core/error.h"
#include "base/core/harden.h"
#include "cos-apdu/keycards/read_status.h"
#include "cos-apdu/pcsc/find_card.h"
#include "keyceremony/commands/tree.h"

namespace {

constexpr int kUsage = 2;

// The context is made at the first card: most commands need no reader.
std::unique_ptr<card::Link> find_on_readers(const derivation::Serial8& serial,
                                            const std::string& what,
                                            std::chrono::milliseconds patience) {
  static const card::pcsc::Context context;
  card::keycards::Wanted wanted;
  wanted.serial = serial;
  return card::pcsc::find_card(
      context,
      {fmt::format("the card {} of {}", format(serial), what),
       [wanted](card::Session& session) { return card::keycards::matches(session, wanted); }},
      patience);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Four people make one key that nobody holds (密钥仪式)", "keyceremony");
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string("keyceremony ") + WELLKEY_VERSION);
  keyceremony::commands::add_all(app, {find_on_readers, base::system_time});
  try {
    base::harden_process();
    app.parse(argc, argv);
    return 0;
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);
    // The library's own text blames a missing command where an unknown one was given.
    fmt::print(stderr, "keyceremony: the command line is not understood ({}); try --help\n",
               error.what());
    return kUsage;
  } catch (const base::Error& error) {
    fmt::print(stderr, "keyceremony: {}\n", error.what());
    return error.exit_status();
  }
}

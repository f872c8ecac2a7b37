// keyceremony: four people make one key that nobody holds.
#include <fmt/format.h>

#include "base/program/command_line.h"
#include "cos-apdu/keycards/read_status.h"
#include "cos-apdu/pcsc/find_card.h"
#include "keyceremony/commands/tree.h"

namespace {

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
  return program::guarded("keyceremony", [&] {
    CLI::App app("Four people make one key that nobody holds (密钥仪式)", "keyceremony");
    app.require_subcommand(1);
    app.set_version_flag("--version", std::string("keyceremony ") + WELLKEY_VERSION);
    keyceremony::commands::add_all(app, {find_on_readers, base::system_time});
    return program::run<CLI::ParseError>(app, argc, argv, [] { return 0; });
  });
}

// issuance resolve
#include "issuance/engine/resolve.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "issuance/commands/tree.h"

namespace issuance::commands {

namespace {

void resolve_pending(const World& world, const StationOptions& options) {
  at_the_counter(world, options, "resolve", [&](Counter& counter) {
    Workplace& place = counter.place();
    if (place.ledger.book().pending_cards().empty()) {
      if (options.json) print_json({{"ended", nlohmann::json::array()}});
      if (!options.json) fmt::print("nothing is pending\n");
      return;
    }
    constexpr unsigned kTwoPersons = 2;
    const People by = ask_people(place.people, kTwoPersons, audit::Role::kIssuer);
    const Resolution resolution = resolve(place, by);
    nlohmann::json ended = nlohmann::json::array();
    for (const Resolved& card : resolution.ended) {
      ended.push_back({{"serial", format(card.serial)}, {"state", name_of(card.state)}});
      if (options.json) continue;
      fmt::print("{} {}: {}\n", format(card.serial), name_of(card.state), card.why);
    }
    if (options.json) print_json({{"ended", ended}});
    if (resolution.absent.empty()) return;
    base::fail(base::Fault::kNotFound, "still pending, in no reader: {}",
               format(resolution.absent.front()));
  });
}

}  // namespace

void add_resolve(CLI::App& app, const World& world) {
  const auto options = std::make_shared<StationOptions>();
  CLI::App* const command =
      app.add_subcommand("resolve", "decide what a cut left pending, by asking the cards (消解)");
  options->add_to(*command);
  command->callback([options, world] { resolve_pending(world, *options); });
}

}  // namespace issuance::commands

// issuance pair provincial | county CODE | user-mother CODE
#include "issuance/commands/issued.h"
#include "issuance/commands/tree.h"

namespace issuance::commands {

namespace {

struct Options {
  StationOptions station;
  Request request;
};

void issue_pair(const World& world, const Options& options, const Kind& kind) {
  at_the_counter(world, options.station, "pair", [&](Counter& counter) {
    carry_out(counter, order_for(counter, kind, options.request), options.station);
  });
}

}  // namespace

void add_pair(CLI::App& app, const World& world) {
  CLI::App* const pair = app.add_subcommand("pair", "mother and control card (卡对)");
  pair->require_subcommand(1);
  for (const Kind& kind : kKinds) {
    if (kind.form != Form::kPair) continue;
    const auto options = std::make_shared<Options>();
    CLI::App* const command = pair->add_subcommand(std::string(kind.id), std::string(kind.chinese));
    options->station.add_to(*command);
    if (makes_keys(kind)) {
      command->add_option("--key-version", options->request.version,
                          "of the keys: the newest there is, or the next one");
    }
    if (kind.scope == Scope::kCounty) {
      command->add_option("CODE", options->request.county, "six digits, GB/T 2260")->required();
    }
    command->callback([options, world, &kind] { issue_pair(world, *options, kind); });
  }
}

}  // namespace issuance::commands

// keyceremony void-order --plan FILE --lost mother|control --entry N
#include "keyceremony/void_order.h"

#include <memory>

#include <fmt/format.h>

#include "keyceremony/ceremony.h"
#include "keyceremony/commands/tree.h"

namespace keyceremony::commands {

namespace {

struct Options {
  StationOptions station;
  std::string plan;
  std::string lost;
  std::uint64_t entry = 0;
};

void give(const World& world, const Options& options) {
  const auto station = options.station.open();
  Plan plan = read_plan(options.plan);
  seat_deputies(plan, Journal(station.ceremonies() / plan.short_id() / "journal", plan.id()));
  const auto terminal = terminal::open_terminal(options.station.answers_file(), station.mode());
  audit::Log log = open_log(station, world);
  CardTable cards = card_table(world, options.station, *terminal);
  const HeldCard survivor = options.lost == "mother" ? plan.control_card() : plan.mother_card();
  void_survivor(station, plan, log, cards, survivor, options.entry);
  fmt::print("{} {} is void 已作废\n", survivor.id, format(survivor.serial));
}

}  // namespace

void add_void_order(CLI::App& app, const World& world) {
  const auto options = std::make_shared<Options>();
  CLI::App* const command = app.add_subcommand(
      "void-order", "two officers void the card that is left of a master control pair (作废令)");
  options->station.add_to(*command);
  command->add_option("--plan", options->plan, "of the ceremony that made the pair")->required();
  command->add_option("--lost", options->lost, "mother or control")
      ->required()
      ->check(CLI::IsMember({"mother", "control"}));
  command->add_option("--entry", options->entry, "of the log, as issuance void-pair printed it")
      ->required();
  command->callback([options, world] { give(world, *options); });
}

}  // namespace keyceremony::commands

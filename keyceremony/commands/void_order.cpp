// keyceremony void-order --plan FILE --lost mother|control --entry N
// keyceremony void-order --stock SERIAL --officer NAME,SERIAL --officer NAME,SERIAL --entry N
#include "keyceremony/void_order.h"

#include <memory>

#include <fmt/format.h>

#include "keyceremony/ceremony.h"
#include "keyceremony/commands/tree.h"
#include "keyceremony/officers.h"

namespace keyceremony::commands {

namespace {

struct Options {
  StationOptions station;
  std::string plan;
  std::string lost;
  std::string stock;                  // serial of the card that is left
  std::vector<std::string> officers;  // NAME,SERIAL
  std::uint64_t entry = 0;
};

void give_to_stock_card(const World& world, const Options& options) {
  const auto station = options.station.open();
  const HeldCard survivor{"stock", "stock", derivation::Serial8::parse(options.stock), {}};
  const TwoOfficers officers{parse_officer(options.officers.at(0), 1),
                             parse_officer(options.officers.at(1), 2)};
  const auto terminal = terminal::open_terminal(options.station.answers_file(), station.mode());
  audit::Log log = open_log(station, world);
  CardTable cards = card_table(world, options.station, *terminal);
  void_stock_survivor(station, log, cards, survivor, officers, options.entry);
  fmt::print("stock card {} is void 已作废\n", format(survivor.serial));
}

void give_to_master_card(const World& world, const Options& options) {
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
      "void-order",
      "two officers void the card that is left of a master control or stock pair (作废令)");
  options->station.add_to(*command);
  CLI::Option* const plan =
      command->add_option("--plan", options->plan, "of the ceremony that made the pair");
  CLI::Option* const lost = command->add_option("--lost", options->lost, "mother or control")
                                ->check(CLI::IsMember({"mother", "control"}))
                                ->needs(plan);
  plan->needs(lost);
  CLI::Option* const stock =
      command->add_option("--stock", options->stock, "serial of the stock card that is left")
          ->excludes(plan);
  stock->needs(command->add_option("--officer", options->officers, "NAME,SERIAL, twice")
                   ->expected(2)
                   ->needs(stock));
  command->add_option("--entry", options->entry, "of the log, as issuance void-pair printed it")
      ->required();
  command->callback([options, world] {
    if (!options->stock.empty()) {
      give_to_stock_card(world, *options);
    } else if (!options->plan.empty()) {
      give_to_master_card(world, *options);
    } else {
      throw CLI::RequiredError("--plan or --stock");
    }
  });
}

}  // namespace keyceremony::commands

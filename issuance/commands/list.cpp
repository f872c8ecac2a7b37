// issuance list
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "issuance/commands/tree.h"
#include "issuance/kinds/kinds.h"

namespace issuance::commands {

namespace {

nlohmann::json json_of(const PairRow& pair) {
  return {
      {"pair",       base::to_hex(pair.id)     },
      {"kind",       pair_name_of(pair.kind).id},
      {"county",     pair.county               },
      {"generation", pair.generation           },
      {"version",    pair.version              },
      {"state",      name_of(pair.state)       },
      {"lost",       pair.lost                 }
  };
}

nlohmann::json json_of(const CardRow& card) {
  return {
      {"serial", format(card.serial)                      },
      {"kind",   derivation::row_of(card.serial.kind()).id},
      {"county", card.county                              },
      {"state",  name_of(card.state)                      },
      {"device", card.device                              },
      {"number", card.number                              },
      {"tag",    card.tag                                 },
      {"holder", card.holder                              }
  };
}

void print_for_people(const std::vector<PairRow>& pairs, const std::vector<CardRow>& cards) {
  for (const PairRow& pair : pairs) {
    fmt::print("pair {} {:<12} {:<6} generation {} version {} {}\n", base::to_hex(pair.id),
               pair_name_of(pair.kind).id, pair.county, pair.generation, pair.version,
               name_of(pair.state));
  }
  for (const CardRow& card : cards) {
    fmt::print("card {} {:<18} {:<6} {:<8} {}\n", format(card.serial),
               derivation::row_of(card.serial.kind()).id, card.county, name_of(card.state),
               card.device);
  }
}

void list(const World& world, const StationOptions& options) {
  const station::Station station = options.open();
  audit::Log log = open_log(station, world.clock);
  Ledger ledger(log, Register::open(station.register_database()));
  const auto pairs = ledger.book().pairs();
  const auto cards = ledger.book().cards();
  if (!options.json) return print_for_people(pairs, cards);
  nlohmann::json object{
      {"pairs", nlohmann::json::array()},
      {"cards", nlohmann::json::array()}
  };
  for (const PairRow& pair : pairs) object["pairs"].push_back(json_of(pair));
  for (const CardRow& card : cards) object["cards"].push_back(json_of(card));
  print_json(object);
}

}  // namespace

void add_list(CLI::App& app, const World& world) {
  const auto options = std::make_shared<StationOptions>();
  CLI::App* const command = app.add_subcommand("list", "pairs and cards of the register (登记簿)");
  options->add_to(*command);
  command->callback([options, world] { list(world, *options); });
}

}  // namespace issuance::commands

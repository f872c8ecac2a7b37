// issuance list [--pending]
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "issuance/commands/tree.h"
#include "issuance/kinds/kinds.h"

namespace issuance::commands {

namespace {

struct Options {
  StationOptions station;
  bool pending = false;
};

nlohmann::json json_of(const PairRow& pair) {
  return {{"pair", base::to_hex(pair.id)},
          {"kind", pair_name_of(pair.kind).id},
          {"county", pair.county},
          {"generation", pair.generation},
          {"version", pair.version},
          {"state", name_of(pair.state)},
          {"lost", pair.lost}};
}

nlohmann::json json_of(const CardRow& card) {
  return {{"serial", format(card.serial)},
          {"kind", derivation::row_of(card.serial.kind()).id},
          {"county", card.county},
          {"state", name_of(card.state)},
          {"device", card.device},
          {"number", card.number},
          {"tag", card.tag},
          {"holder", card.holder}};
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

void print_as_json(const std::vector<PairRow>& pairs, const std::vector<CardRow>& cards) {
  nlohmann::json object{{"pairs", nlohmann::json::array()}, {"cards", nlohmann::json::array()}};
  for (const PairRow& pair : pairs) object["pairs"].push_back(json_of(pair));
  for (const CardRow& card : cards) object["cards"].push_back(json_of(card));
  print_json(object);
}

void list(const Options& options) {
  const station::Station station = options.station.open();
  Register book = following_book(station);
  auto pairs = book.pairs();
  if (options.pending) {
    std::erase_if(pairs, [](const PairRow& pair) { return pair.state != PairState::kMaking; });
  }
  const auto cards = options.pending ? book.pending_cards() : book.cards();
  options.station.json ? print_as_json(pairs, cards) : print_for_people(pairs, cards);
  if (!options.pending) return;
  if (!cards.empty() || !pairs.empty()) {
    base::fail(base::Fault::kWrongState, "{} cards and {} pairs are pending: run issuance resolve",
               cards.size(), pairs.size());
  }
  if (!options.station.json) fmt::print("nothing is pending\n");
}

}  // namespace

void add_list(CLI::App& app, const World&) {
  const auto options = std::make_shared<Options>();
  CLI::App* const command = app.add_subcommand("list", "pairs and cards of the register (登记簿)");
  options->station.add_to(*command);
  command->add_flag("--pending", options->pending,
                    "only what a cut left undecided; status 12 when there is any");
  command->callback([options] { list(*options); });
}

}  // namespace issuance::commands

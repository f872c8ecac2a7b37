// issuance destroy pair PAIRID --officer SERIAL --officer SERIAL | destroy card SERIAL --reason TEXT
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "issuance/commands/tree.h"
#include "issuance/pairs/destroy_card.h"
#include "issuance/pairs/destroy_pair.h"

namespace issuance::commands {

namespace {

constexpr unsigned kTwoPersons = 2;

struct Options {
  StationOptions station;
  std::string pair;
  std::string card;
  std::string reason;
  std::vector<std::string> officers;
};

void destroy_pair_of(const World& world, const Options& options) {
  const PairId id = base::fixed<8>(base::from_hex(options.pair, "pair id"), "pair id");
  at_the_counter(world, options.station, "destroy", [&](Counter& counter) {
    Workplace& place = counter.place();
    place.people.step(
        {"Destroy the keys of a pair: two persons, two officers with their role cards",
         "销毁卡对密钥：两人到场，两名密钥管理员持角色卡"});
    const People by = ask_people(place.people, kTwoPersons, audit::Role::kSecurityOfficer);
    const Destroyed destroyed =
        destroy_pair(place, id, by, signing_of(options.station, options.officers));
    if (options.station.json) {
      print_json({{"pair", base::to_hex(id)}, {"certificate", destroyed.certificate.string()}});
      return;
    }
    fmt::print("the keys of pair {} are destroyed\ncertificate: {}\n", base::to_hex(id),
               destroyed.certificate.string());
  });
}

void destroy_card_of(const World& world, const Options& options) {
  const auto serial = derivation::Serial8::parse(options.card);
  at_the_counter(world, options.station, "destroy", [&](Counter& counter) {
    Workplace& place = counter.place();
    place.people.step(
        {"Destroy a card that came back: two persons see it", "销毁收回的卡：两人在场"});
    const People by = ask_people(place.people, kTwoPersons, audit::Role::kIssuer);
    record_destroyed_card(place, serial, by, options.reason);
    if (options.station.json) {
      print_json({{"card", format(serial)}});
      return;
    }
    fmt::print("card {} is destroyed\n", format(serial));
  });
}

}  // namespace

void add_destruction(CLI::App& app, const World& world) {
  const auto options = std::make_shared<Options>();
  CLI::App* const destroy = app.add_subcommand("destroy", "the end of keys and cards (销毁)");
  destroy->require_subcommand(1);
  CLI::App* const pair =
      destroy->add_subcommand("pair", "both cards erase their keys, two officers sign (卡对销毁)");
  options->station.add_to(*pair);
  pair->add_option("PAIRID", options->pair, "16 hex digits")->required();
  pair->add_option("--officer", options->officers, "serial of a role card, twice")
      ->required()
      ->expected(2);
  pair->callback([options, world] { destroy_pair_of(world, *options); });
  CLI::App* const card =
      destroy->add_subcommand("card", "record that a card in use was destroyed (毁卡)");
  options->station.add_to(*card);
  card->add_option("SERIAL", options->card, "16 hex digits")->required();
  card->add_option("--reason", options->reason, "why it came back")->required();
  card->callback([options, world] { destroy_card_of(world, *options); });
}

}  // namespace issuance::commands

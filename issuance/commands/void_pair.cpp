// issuance void-pair PAIRID --lost mother|control
#include "issuance/pairs/void_pair.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "issuance/commands/tree.h"

namespace issuance::commands {

namespace {

struct Options {
  StationOptions station;
  std::string pair;
  std::string lost;
};

struct DeliveryText {
  Delivery delivery;
  std::string_view id;
  std::string_view text;
};

constexpr std::array kDeliveries = {
    DeliveryText{Delivery::kTaken, "taken", "the surviving card has taken the void order"},
    DeliveryText{Delivery::kNotHere, "not-here",
                 "the surviving card is in no reader: run this again when it is seen"},
    DeliveryText{Delivery::kNeedsOfficers, "needs-officers",
                 "two officers void the surviving card (keyceremony void-order)"},
};

void void_and_deliver(const World& world, const Options& options) {
  const Lost lost = parse_lost(options.lost);
  const PairId id = base::fixed<8>(base::from_hex(options.pair, "pair id"), "pair id");
  at_the_counter(world, options.station, "void-pair", [&](Counter& counter) {
    Workplace& place = counter.place();
    place.people.step({"Report a lost card: two persons", "挂失：两人到场"});
    constexpr unsigned kTwoPersons = 2;
    const People by = ask_people(place.people, kTwoPersons, audit::Role::kSecurityOfficer);
    auto pair = place.ledger.book().pair(id);
    if (!pair || pair->state != PairState::kVoid) pair = void_pair(place, id, lost, by);
    const Delivery delivery = deliver_void_order(place, *pair, by);
    const DeliveryText& text = kDeliveries.at(static_cast<std::size_t>(delivery));
    if (options.station.json) {
      print_json({{"pair", base::to_hex(id)},
                  {"entry", pair->void_entry.value_or(0)},
                  {"order", text.id}});
      return;
    }
    fmt::print("pair {} is void since log entry {}: {}\n", base::to_hex(id),
               pair->void_entry.value_or(0), text.text);
  });
}

}  // namespace

void add_void_pair(CLI::App& app, const World& world) {
  const auto options = std::make_shared<Options>();
  CLI::App* const command =
      app.add_subcommand("void-pair", "one card is lost: both are void (卡对作废)");
  options->station.add_to(*command);
  command->add_option("PAIRID", options->pair, "16 hex digits")->required();
  command->add_option("--lost", options->lost, "mother or control")->required();
  command->callback([options, world] { void_and_deliver(world, *options); });
}

}  // namespace issuance::commands

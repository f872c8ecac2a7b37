// issuance holders PAIRID | retire PAIRID [--despite REASON --officer SERIAL --officer SERIAL]
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "issuance/commands/tree.h"
#include "issuance/pairs/retire_pair.h"

namespace issuance::commands {

namespace {

struct Options {
  StationOptions station;
  std::string pair;
  std::string despite;
  std::vector<std::string> officers;
};

PairId id_of(const Options& options) {
  return base::fixed<8>(base::from_hex(options.pair, "pair id"), "pair id");
}

void show_holders(const Options& options) {
  const station::Station station = options.station.open();
  Register book = following_book(station);
  const auto pair = book.pair(id_of(options));
  if (!pair) base::fail(base::Fault::kNotFound, "pair {} is not in this register", options.pair);
  const auto held = holders(book, *pair);
  if (options.station.json) {
    nlohmann::json object{{"pair", base::to_hex(pair->id)}, {"held", nlohmann::json::object()}};
    for (const Holders& row : held) {
      object["held"][std::string(derivation::row_of(row.kind).id)] = row.count;
    }
    print_json(object);
    return;
  }
  fmt::print("pair {} version {}: {}\n", base::to_hex(pair->id), pair->version,
             held.empty() ? "no card holds what only this pair has made"
                          : "still held by " + format(held));
}

void retire(const World& world, const Options& options) {
  at_the_counter(world, options.station, "retire", [&](Counter& counter) {
    Workplace& place = counter.place();
    place.people.step({"Retire a pair: two persons", "卡对停用：两人到场"});
    constexpr unsigned kTwoPersons = 2;
    const People by = ask_people(place.people, kTwoPersons, audit::Role::kSecurityOfficer);
    std::optional<Despite> despite;
    if (!options.despite.empty()) {
      despite = Despite{options.despite, signing_of(options.station, options.officers)};
    }
    const Retired retired = retire_pair(place, id_of(options), by, despite);
    if (options.station.json) {
      print_json({{"pair", base::to_hex(retired.pair.id)},
                  {"state", name_of(retired.pair.state)},
                  {"statement", retired.statement ? retired.statement->string() : ""}});
      return;
    }
    fmt::print("pair {} is retired: it issues no more\n", base::to_hex(retired.pair.id));
    if (retired.statement) fmt::print("signed: {}\n", retired.statement->string());
  });
}

}  // namespace

void add_retirement(CLI::App& app, const World& world) {
  const auto options = std::make_shared<Options>();
  CLI::App* const show =
      app.add_subcommand("holders", "how many cards hold the keys of a pair (密钥在用卡数)");
  CLI::App* const end = app.add_subcommand("retire", "a pair issues no more (卡对停用)");
  for (CLI::App* const command : {show, end}) {
    options->station.add_to(*command);
    command->add_option("PAIRID", options->pair, "16 hex digits")->required();
  }
  CLI::Option* const officers =
      end->add_option("--officer", options->officers, "serial of a role card, twice")->expected(2);
  end->add_option("--despite", options->despite, "reason to retire it while cards hold its keys")
      ->needs(officers);
  officers->needs("--despite");
  show->callback([options] { show_holders(*options); });
  end->callback([options, world] { retire(world, *options); });
}

}  // namespace issuance::commands

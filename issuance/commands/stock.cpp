// issuance stock init | receive
#include "issuance/engine/stock.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/crypto/words.h"
#include "issuance/commands/tree.h"

namespace issuance::commands {

namespace {

constexpr unsigned kTwoPersons = 2;
constexpr std::size_t kShownBytes = 8;

void init(const World& world, const StationOptions& options) {
  at_the_counter(world, options, "stock init", [&](Counter& counter) {
    Workplace& place = counter.place();
    place.people.step({"Found the stock pair: 2 readers, 2 stock cards from their maker",
                       "建立库存卡对：2个读卡器，2张出厂库存卡"});
    const People by = ask_people(place.people, kTwoPersons, audit::Role::kIssuer);
    const StockPair made = found_stock_pair(place, by);
    const std::string pair = base::to_hex(made.pair);
    if (options.json) {
      print_json({{"pair", pair},
                  {"mother", format(made.mother)},
                  {"control", format(made.control)},
                  {"fingerprint", base::to_hex(made.fingerprint, base::HexCase::kLower)},
                  {"check", crypto::format(made.check_value)}});
      return;
    }
    fmt::print("stock pair {}: mother {}, control {}, fingerprint {}, check value {}\n", pair,
               format(made.mother), format(made.control),
               crypto::hash_words(base::ByteView(made.fingerprint).first(kShownBytes)),
               crypto::format(made.check_value));
  });
}

void receive(const World& world, const StationOptions& options) {
  at_the_counter(world, options, "stock receive", [&](Counter& counter) {
    Workplace& place = counter.place();
    place.people.step({"Receive blanks: 2 readers for the stock pair, one for each blank",
                       "白卡入库：库存卡对2个读卡器，每张白卡1个"});
    const People by = ask_people(place.people, kTwoPersons, audit::Role::kIssuer);
    nlohmann::json serials = nlohmann::json::array();
    for (const auto& serial : receive_blanks(place, by)) {
      serials.push_back(format(serial));
      if (options.json) continue;
      fmt::print("{} {} in stock\n", format(serial), derivation::row_of(serial.kind()).id);
    }
    if (options.json) print_json({{"received", serials}});
  });
}

}  // namespace

void add_stock(CLI::App& app, const World& world) {
  const auto options = std::make_shared<StationOptions>();
  CLI::App* const stock = app.add_subcommand("stock", "blanks and their transport keys (库存)");
  stock->require_subcommand(1);
  const auto add = [&](const char* name, const char* what,
                       void (*run)(const World&, const StationOptions&)) {
    CLI::App* const command = stock->add_subcommand(name, what);
    options->add_to(*command);
    command->callback([options, world, run] { run(world, *options); });
  };
  add("init", "two stock cards become the stock pair", init);
  add("receive", "every card from its maker gets its transport key", receive);
}

}  // namespace issuance::commands

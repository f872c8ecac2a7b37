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

struct FoundingOptions {
  StationOptions station;
  std::vector<std::string> officers;  // serials of role cards
};

std::vector<derivation::Serial8> serials_of(const std::vector<std::string>& texts) {
  std::vector<derivation::Serial8> serials;
  serials.reserve(texts.size());
  for (const std::string& text : texts) serials.push_back(derivation::Serial8::parse(text));
  return serials;
}

void init(const World& world, const FoundingOptions& options) {
  const auto officers = serials_of(options.officers);
  at_the_counter(world, options.station, "stock init", [&](Counter& counter) {
    Workplace& place = counter.place();
    place.people.step(
        {"Found the stock pair: 2 stock cards from their maker, the officers' role cards",
         "建立库存卡对：2张出厂库存卡，密钥管理员角色卡"});
    const People by = ask_people(place.people, kTwoPersons, audit::Role::kIssuer);
    const StockPair made = found_stock_pair(place, by, officers);
    const std::string pair = base::to_hex(made.pair);
    if (options.station.json) {
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
  CLI::App* const stock = app.add_subcommand("stock", "blanks and their transport keys (库存)");
  stock->require_subcommand(1);
  const auto founding = std::make_shared<FoundingOptions>();
  CLI::App* const founded = stock->add_subcommand("init", "two stock cards become the stock pair");
  founding->station.add_to(*founded);
  founded
      ->add_option("--officer", founding->officers,
                   "serial of a role card; two to four, of whom two can void the pair")
      ->required();
  founded->callback([founding, world] { init(world, *founding); });
  const auto options = std::make_shared<StationOptions>();
  CLI::App* const received =
      stock->add_subcommand("receive", "every card from its maker gets its transport key");
  options->add_to(*received);
  received->callback([options, world] { receive(world, *options); });
}

}  // namespace issuance::commands

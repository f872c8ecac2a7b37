// issuance psam | esam | user
#include <algorithm>

#include <fmt/format.h>

#include "base/core/whole_number.h"
#include "issuance/commands/issued.h"
#include "issuance/commands/tree.h"

namespace issuance::commands {

namespace {

constexpr std::uint64_t kMostSerial = 999'999'999'999;  // twelve digits
constexpr std::uint64_t kMostIssue = 99;
constexpr std::uint64_t kMostCount = 1000;  // of one job

struct Options {
  StationOptions station;
  Request request;
  std::string terminal;
  std::string ceiling;
  std::string count = "1";
  std::string meter;
  std::string serial;
  std::string issue = "1";
};

// Each PSAM of the count has the next terminal number.
void issue_psam(const World& world, const Options& options) {
  at_the_counter(world, options.station, "psam", [&](Counter& counter) {
    const derivation::Profile& profile = counter.place().profile;
    Order order = order_for(counter, kind_named("psam"), options.request);
    if (!options.ceiling.empty()) {
      order.ceiling = base::Amount::parse_yuan(options.ceiling);
      if (*order.ceiling > profile.ceilings.psam_money) {
        base::fail(base::Fault::kRefused, "ceiling is {} yuan, the profile allows {}",
                   options.ceiling, format(profile.ceilings.psam_money));
      }
    }
    const std::uint64_t first =
        base::parse_whole_number(options.terminal, "terminal", 1, kMostSerial);
    const std::uint64_t most = std::min(kMostCount, kMostSerial - first + 1);
    const std::uint64_t count = base::parse_whole_number(options.count, "count", 1, most);
    for (std::uint64_t at = 0; at < count; ++at) {
      order.device = twelve_digits(std::to_string(first + at), "terminal");
      carry_out(counter, order, options.station);
    }
  });
}

void issue_esam(const World& world, const Options& options) {
  at_the_counter(world, options.station, "esam", [&](Counter& counter) {
    Order order = order_for(counter, kind_named("esam"), options.request);
    order.device = twelve_digits(options.meter, "meter");
    carry_out(counter, order, options.station);
  });
}

void issue_user_card(const World& world, const Options& options) {
  at_the_counter(world, options.station, "user", [&](Counter& counter) {
    Order order = order_for(counter, kind_named("user"), options.request);
    order.number = base::CardNumber::of(
        *order.county, base::parse_whole_number(options.serial, "serial", 1, kMostSerial),
        static_cast<unsigned>(
            base::parse_whole_number(options.issue, "issue number", 1, kMostIssue)));
    if (counter.place().ledger.book().number_is_issued(order.number->digits())) {
      base::fail(base::Fault::kConflict, "card number {} was issued before: raise the issue number",
                 order.number->masked());
    }
    carry_out(counter, order, options.station);
  });
}

CLI::App* add(CLI::App& app, const World& world, const std::shared_ptr<Options>& options,
              const char* name, const char* what, void (*run)(const World&, const Options&)) {
  CLI::App* const command = app.add_subcommand(name, what);
  options->station.add_to(*command);
  command->add_option("CODE", options->request.county, "county, six digits")->required();
  command->callback([options, world, run] { run(world, *options); });
  return command;
}

}  // namespace

void add_single(CLI::App& app, const World& world) {
  const auto options = std::make_shared<Options>();
  CLI::App* const psam = add(app, world, options, "psam", "module of a desk (PSAM卡)", issue_psam);
  psam->add_option("--terminal", options->terminal, "number of the first desk")->required();
  psam->add_option("--ceiling", options->ceiling, "yuan that one PSAM may load");
  psam->add_option("--count", options->count, "how many")->capture_default_str();
  add(app, world, options, "esam", "module of a meter (ESAM模块)", issue_esam)
      ->add_option("--meter", options->meter, "meter number, at most 12 digits")
      ->required();
  CLI::App* const user =
      add(app, world, options, "user", "card of a farmer (用户卡)", issue_user_card);
  user->add_option("--serial", options->serial, "within the county")->required();
  user->add_option("--issue", options->issue, "1, one more for each replacement")
      ->capture_default_str();
}

}  // namespace issuance::commands

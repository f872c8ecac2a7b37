// keyceremony run | status | exception | break | resume | deputy | accept-bag | abort
#include <functional>
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "derivation/profile.h"
#include "keyceremony/ceremony.h"
#include "keyceremony/commands/tree.h"

namespace keyceremony::commands {

namespace {

struct Options {
  StationOptions station;
  std::string plan;
  std::string text;
  std::string holder;
  std::string bag;
  bool json = false;
};

void with_ceremony(const World& world, const Options& options,
                   const std::function<void(Ceremony&)>& act) {
  const auto station = options.station.open();
  const Plan plan = read_plan(options.plan);
  const auto profile = derivation::load_profile(station.profile());
  const auto terminal = terminal::open_terminal(options.station.answers_file(), station.mode());
  audit::Log log = open_log(station, world);
  Room room{*terminal, world.find_card, world.clock, patience(options.station), {}};
  Ceremony ceremony(station, plan, profile, room, log);
  act(ceremony);
  fmt::print("{} {}\n", plan.short_id(), row_of(ceremony.state()).id);
}

void show_status(const Options& options) {
  const auto station = options.station.open();
  const Plan plan = read_plan(options.plan);
  const auto path = station.ceremonies() / plan.short_id() / "journal";
  const Journal journal(path, plan.id());
  if (options.json) {
    nlohmann::ordered_json out;
    out["plan"] = plan.short_id();
    out["state"] = row_of(journal.state()).id;
    out["records"] = journal.records().size();
    fmt::print("{}\n", out.dump());
    return;
  }
  for (const Record& record : journal.records()) {
    fmt::print("{:4} {} {:20} {}\n", record.number, base::format(record.time),
               row_of(record.state).id, record.event);
  }
}

using Add = std::function<CLI::App*(const char* name, const char* what)>;

void add_pause(const Add& add, const World& world, const std::shared_ptr<Options>& options) {
  CLI::App* const pause =
      add("break", "put every card on the table into a bag, with two approvals (暂停)");
  pause->add_option("--text", options->text)->required();
  pause->callback([=] {
    with_ceremony(world, *options, [&](Ceremony& ceremony) { ceremony.take_break(options->text); });
  });
  add("resume", "read the bags of the break back, with two approvals (继续)")->callback([=] {
    with_ceremony(world, *options, [](Ceremony& ceremony) { ceremony.end_break(); });
  });
}

void add_changes(const Add& add, const World& world, const std::shared_ptr<Options>& options) {
  CLI::App* const deputy =
      add("deputy", "seat the deputy whom the plan names, with two approvals (候补入席)");
  deputy->add_option("--for", options->holder, "a leader or officer, such as leader-3")->required();
  deputy->add_option("--text", options->text, "why")->required();
  deputy->callback([=] {
    with_ceremony(world, *options, [&](Ceremony& ceremony) {
      ceremony.seat_deputy(options->holder, options->text);
    });
  });
  CLI::App* const bag =
      add("accept-bag", "take a bag of another number, with two approvals (接受封袋)");
  bag->add_option("--card", options->holder, "such as leader-3 or master-mother")->required();
  bag->add_option("--bag", options->bag, "the number on the bag")->required();
  bag->add_option("--text", options->text, "why")->required();
  bag->callback([=] {
    with_ceremony(world, *options, [&](Ceremony& ceremony) {
      ceremony.accept_bag(options->holder, options->bag, options->text);
    });
  });
}

}  // namespace

void add_run(CLI::App& app, const World& world) {
  const auto options = std::make_shared<Options>();
  const auto add = [&](const char* name, const char* what) {
    CLI::App* const command = app.add_subcommand(name, what);
    options->station.add_to(*command);
    command->add_option("--plan", options->plan)->required();
    return command;
  };
  add("run", "hold the ceremony, or go on where it was cut (举行仪式)")->callback([=] {
    with_ceremony(world, *options, [](Ceremony& ceremony) { ceremony.run(); });
  });
  CLI::App* const status = add("status", "where the ceremony stands");
  status->add_flag("--json", options->json);
  status->callback([options] { show_status(*options); });
  CLI::App* const exception = add("exception", "record a deviation in words, with two approvals");
  exception->add_option("--text", options->text)->required();
  exception->callback([=] {
    with_ceremony(world, *options,
                  [&](Ceremony& ceremony) { ceremony.note_exception(options->text); });
  });
  add_pause(add, world, options);
  add_changes(add, world, options);
  CLI::App* const abort = add("abort", "give the ceremony up, with two approvals");
  abort->add_option("--reason", options->text)->required();
  abort->callback([=] {
    with_ceremony(world, *options, [&](Ceremony& ceremony) { ceremony.abort(options->text); });
  });
}

}  // namespace keyceremony::commands

// Subcommands and options, and what each one calls.
#include "meter-emu/commands/line.h"

#include "base/core/error.h"

namespace meter {
namespace {

struct CommandRow {
  const char* name;
  const char* text;
  int (*run)(const Options&);
};

constexpr CommandRow kCommands[] = {
    {"new", "build a meter around a personalised ESAM", make_meter},
    {"swipe", "hold the user card in the readers to the meter", swipe_card},
    {"run", "let pulses flow", run_pump},
    {"outage", "lose the mains and get them back", lose_mains},
    {"show", "state, readings and number of records", show_meter},
    {"records", "write the records for the desk's import", write_records},
};

constexpr const char* kNotBuilt[] = {"infrared", "handheld", "fleet", "parameters"};

void add_new_options(CLI::App& command, Options& options) {
  command.add_option("--meter", options.meter, "number, 12 digits")->required();
  command.add_option("--esam", options.esam, "image of the ESAM")->required();
  command.add_option("--constant", options.constant, "pulses per kWh")->required();
  command.add_option("--ratio", options.ratio, "of the current transformer")->default_val("1");
  command.add_option("--price", options.price, "yuan per kWh, up to 4 decimals")->required();
  command.add_option("--area", options.area, "county code, six digits")->required();
}

}  // namespace

void add_commands(CLI::App& app, Options& options, std::function<int()>& run) {
  for (const auto& row : kCommands) {
    auto* command = app.add_subcommand(row.name, row.text);
    command->callback(
        [&run, &options, act = row.run] { run = [&options, act] { return act(options); }; });
    command->add_option("--image", options.image, "image of the meter")->required();
  }
  add_new_options(*app.get_subcommand("new"), options);
  app.get_subcommand("run")->add_option("--pulses", options.pulses, "how many")->required();
  app.get_subcommand("records")->add_option("--json", options.json_file, "file")->required();
  app.get_subcommand("swipe")
      ->add_option("--wait", options.wait, "seconds for the card to come")
      ->default_val("3");
  for (const auto* name : {"swipe", "outage"}) {
    app.get_subcommand(name)->add_option("--time", options.time,
                                         "2026-11-22T15:04:05Z instead of the clock");
  }
  for (const auto* name : {"swipe", "show"}) {
    app.get_subcommand(name)->add_flag_callback(
        "--json", [&options] { options.output = Output::kJson; }, "one JSON object");
  }
  for (const auto* name : kNotBuilt) {
    app.add_subcommand(name, "not built yet")->callback([&run, name] {
      run = [name]() -> int { base::fail(base::Fault::kRefused, "{} is not built yet", name); };
    });
  }
}

}  // namespace meter

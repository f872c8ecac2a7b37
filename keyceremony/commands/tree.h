// The command line of keyceremony: each file of this folder adds its own branch.
#pragma once

#include "keyceremony/commands/world.h"

namespace keyceremony::commands {

void add_profile(CLI::App& app, const World& world);
void add_station(CLI::App& app, const World& world);
void add_token(CLI::App& app, const World& world);
void add_card_set(CLI::App& app, const World& world);
void add_pin(CLI::App& app, const World& world);
void add_plan(CLI::App& app, const World& world);
void add_component(CLI::App& app, const World& world);
void add_run(CLI::App& app, const World& world);
void add_drills(CLI::App& app, const World& world);
void add_void_order(CLI::App& app, const World& world);

// What the scheme knows and this version does not do: refused by name.
void add_later(CLI::App& app, const World& world);

inline void add_all(CLI::App& app, const World& world) {
  for (const auto add : {add_profile, add_station, add_token, add_card_set, add_pin, add_plan,
                         add_component, add_run, add_drills, add_void_order, add_later}) {
    add(app, world);
  }
}

}  // namespace keyceremony::commands

// The command line of issuance: each file of this folder adds its own branch.
#pragma once

#include "issuance/commands/world.h"

namespace issuance::commands {

void add_stock(CLI::App& app, const World& world);
void add_pair(CLI::App& app, const World& world);
void add_single(CLI::App& app, const World& world);
void add_void_pair(CLI::App& app, const World& world);
void add_check(CLI::App& app, const World& world);
void add_list(CLI::App& app, const World& world);
void add_expiry(CLI::App& app, const World& world);
void add_retirement(CLI::App& app, const World& world);
void add_destruction(CLI::App& app, const World& world);
void add_resolve(CLI::App& app, const World& world);

// What the scheme knows and this version does not issue: refused by name.
void add_later(CLI::App& app, const World& world);

inline void add_all(CLI::App& app, const World& world) {
  for (const auto add : {add_stock, add_pair, add_single, add_void_pair, add_check, add_list,
                         add_expiry, add_retirement, add_destruction, add_resolve, add_later}) {
    add(app, world);
  }
}

}  // namespace issuance::commands

// Scripts for what chance meets seldom, and seeds for the rest.
#include <array>
#include <iostream>

#include <fmt/format.h>

#include "tests/model/grey_world.h"

namespace model {
namespace {

struct Script {
  std::string_view name;
  void (*run)(World& world);
};

constexpr std::array kScripts = {
    Script{"plain",
           [](World& world) {
             world.tap(0);
             world.flow(0, 3);
             world.tap(0);
           }},
    // Set aside at one meter, refused at the other, settled at the desk with the record.
    Script{"escape",
           [](World& world) {
             world.tap(0);
             world.flow(0, 2);
             world.suspend(0);
             world.tap(1);
             world.settle_by_record(0);
             world.tap(1);
             world.flow(1, 1);
             world.tap(1);
             world.tap(0);
           }},
    // A start torn after the card was locked: the record has no GMAC, the station releases.
    Script{"torn-start",
           [](World& world) {
             world.cut_at_entry(2);
             world.tap(0);
             world.suspend(0);
             world.tap(0);
             world.release_by_record(0);
             world.tap(0);
             world.tap(0);
           }},
    // Decision 0024.
    Script{"given-up",
           [](World& world) {
             world.cut_at_entry(2);
             world.tap(0);
             world.cut_at_entry(1);
             world.suspend(0);
             world.tap(0);
             world.tap(0);
           }},
};

}  // namespace

void print_grey_traces() {
  for (const auto& script : kScripts) {
    World world(std::string(script.name), 1, Luck::kGood);
    world.top_up(50);
    script.run(world);
    std::cout << world.text();
  }
  constexpr unsigned kTraces = 300;
  constexpr int kSteps = 14;
  for (unsigned seed = 1; seed <= kTraces; ++seed) {
    World world(fmt::format("seed-{}", seed), seed, Luck::kMixed);
    for (int step = 0; step < kSteps; ++step) world.anything();
    std::cout << world.text();
  }
}

}  // namespace model

// keyceremony pin show | change
#include <algorithm>
#include <array>
#include <memory>

#include <fmt/format.h>

#include "base/core/error.h"
#include "base/terminal/new_pin.h"
#include "cos-apdu/keycards/key_card.h"
#include "keyceremony/commands/tree.h"

namespace keyceremony::commands {

namespace {

struct Options {
  StationOptions station;
  std::string card;
  std::string id;
  std::string name;

  HeldCard held() const { return {id, name, derivation::Serial8::parse(card), {}}; }
};

struct TriesRow {
  base::Byte tries;
  const char* english;
  const char* chinese;
};

constexpr std::array kTries = {
    TriesRow{card::layout::kNoPin, "no PIN yet", "尚未设置密码"},
    TriesRow{0, "blocked for good", "已永久锁死"},
    TriesRow{1, "one try left", "只剩一次"},
    TriesRow{2, "two tries left", "还剩两次"},
    TriesRow{3, "three tries left", "还有三次"},
};

void show(const World& world, const Options& options) {
  const auto held = options.held();
  const auto link = world.find_card(held.serial, options.card, patience(options.station));
  card::Session session(*link);
  const auto status = card::keycards::read_status(session);
  const auto* const row = std::ranges::find(kTries, status.pin_tries, &TriesRow::tries);
  if (row == kTries.end())
    base::fail(base::Fault::kMalformed, "the card speaks of {} tries, expected at most 3",
               status.pin_tries);
  fmt::print("{}: {} {}\n", card::keycards::describe(status), row->english, row->chinese);
}

audit::Entry entry_of(const HeldCard& held, audit::Outcome outcome) {
  return {audit::Act::kPinChanged,
          {{"keyceremony", audit::Role::kProgram}},
          {audit::serial(held.serial.bytes())},
          outcome,
          {},
          {}};
}

// A card that was pulled may hold either PIN: its holder finds out with the new one.
[[noreturn]] void left_open(audit::Log& log, const HeldCard& held, const base::Error& error) {
  log.append({entry_of(held, audit::Outcome::kUncertain)});
  base::fail(base::Fault::kUncertain,
             "{}; the card {} has its new PIN or still the old one: run the command again and give "
             "the new one first, which costs a try if the old one stands",
             error.what(), held.id);
}

void change(const World& world, const Options& options) {
  const auto station = options.station.open();
  const auto terminal = terminal::open_terminal(options.station.answers_file(), station.mode());
  audit::Log log = open_log(station, world);
  const HeldCard held = options.held();
  const auto link = world.find_card(held.serial, held.id, patience(options.station));
  card::Session session(*link);
  card::keycards::KeyCard card(session);
  if (card.status().pin_tries == card::layout::kNoPin)
    base::fail(base::Fault::kWrongState,
               "the card {} has no PIN yet: it gets one when it is first used", held.id);
  const auto old_pin = present_pin(*terminal, held, session);
  const auto new_pin = terminal::ask_new_pin(
      *terminal, held.id + ".new-pin",
      {fmt::format("{}: the new PIN of the card {}, 6 to 12 digits", held.name, held.id),
       fmt::format("{}：{} 卡的新密码，6 至 12 位数字", held.name, held.id)});
  try {
    card.change_pin(old_pin, new_pin);
  } catch (const base::Error& error) {
    if (error.fault() != base::Fault::kUncertain && error.fault() != base::Fault::kDeviceLost)
      throw;
    left_open(log, held, error);
  }
  card.verify_pin(new_pin);
  log.append({entry_of(held, audit::Outcome::kDone)});
  fmt::print("the card {} of {} has its new PIN 密码已修改\n", held.id, held.name);
}

}  // namespace

void add_pin(CLI::App& app, const World& world) {
  const auto options = std::make_shared<Options>();
  CLI::App* const pin = app.add_subcommand("pin", "the PIN of a key card (密码)");
  pin->require_subcommand(1);
  CLI::App* const changed =
      pin->add_subcommand("change", "from the old PIN to a new one, during a shift (修改密码)");
  options->station.add_to(*changed);
  changed->add_option("--card", options->card, "serial, 16 hex digits")->required();
  changed->add_option("--id", options->id, "of the questions, such as officer-1")->required();
  changed->add_option("--name", options->name, "of the keeper")->required();
  changed->callback([options, world] { change(world, *options); });
  CLI::App* const shown =
      pin->add_subcommand("show", "how many tries a card has left; costs none (剩余次数)");
  shown->add_option("--card", options->card, "serial, 16 hex digits")->required();
  shown->callback([options, world] { show(world, *options); });
}

}  // namespace keyceremony::commands

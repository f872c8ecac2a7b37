// keyceremony token spare | new-pin: the halves of the token PINs, during a shift
#include "keyceremony/token_pins.h"

#include <fmt/format.h>

#include "base/core/error.h"
#include "keyceremony/commands/shift.h"
#include "keyceremony/token_commits.h"

namespace keyceremony::commands {

namespace {

struct Options {
  StationOptions station;
  std::string officer;
  std::string card;
};

const HeldCard& officer_named(const Officers& officers, const std::string& id) {
  for (const HeldCard& officer : officers) {
    if (officer.id == id) return officer;
  }
  base::fail(base::Fault::kMalformed, "'{}': expected {} or {}", id, officers[0].id,
             officers[1].id);
}

void write_spare(const World& world, const Options& options) {
  const auto station = options.station.open();
  const Officers officers = read_officers(station);
  const HeldCard& officer = officer_named(officers, options.officer);
  const auto serial = derivation::Serial8::parse(options.card);
  with_spare(officers, officer.serial, serial);  // refuses a card that cannot be one
  const HeldCard spare{officer.id + "-spare", officer.name, serial, {}};
  audit::Log log = open_log(station, world);
  const auto terminal = terminal::open_terminal(options.station.answers_file(), station.mode());
  CardTable cards = card_table(world, options.station, *terminal);
  terminal->step({"A spare role card: 2 readers, the officer's card and the new one",
                  "备份角色卡：2个读卡器，放入原卡和新卡"});
  copy_shares(cards, officer, spare);
  cards.put_away();
  log.append({audit::Act::kRoleCardIssued,
              {{format(officer.serial), audit::Role::kKeyOfficer}},
              {audit::serial(serial.bytes()),
               audit::text("key officer's spare of " + format(officer.serial))},
              audit::Outcome::kDone,
              {},
              {}});
  fmt::print("{} is the spare of {} 备份角色卡已制成: seal it, and keep it in another safe\n",
             format(serial), format(officer.serial));
}

void draw_new_pin(const World& world, const Options& options) {
  const auto station = options.station.open();
  const Officers officers = read_officers(station);
  audit::Log log = open_log(station, world);
  const auto terminal = terminal::open_terminal(options.station.answers_file(), station.mode());
  CardTable cards = card_table(world, options.station, *terminal);
  terminal->step({"A new PIN of the key token: 2 readers, both officers' role cards",
                  "更换密钥令牌密码：2个读卡器，放入两名密钥管理员的角色卡"});
  require_not_older(log.archive(), hsm::TokenFolder::survey(station.key_token()).state);
  change_token_pin(cards, officers, ShareSlot::kKeyToken, key_token(station));
  cards.put_away();
  audit::Entry changed{audit::Act::kPinChanged, {}, {}, audit::Outcome::kDone, {}, {}};
  for (const HeldCard& officer : officers) {
    changed.by.push_back({format(officer.serial), audit::Role::kKeyOfficer});
  }
  changed.object.push_back(audit::device(hsm::kKeyTokenLabel));
  const auto state = hsm::TokenFolder::survey(station.key_token()).state;
  log.append(std::vector{changed, commit_entry(state).value()});
  fmt::print("token {} has a new PIN 令牌密码已更换: write the spare cards anew\n",
             hsm::kKeyTokenLabel);
}

}  // namespace

void add_token_pins(CLI::App& token, const World& world) {
  const auto options = std::make_shared<Options>();
  CLI::App* const spare =
      token.add_subcommand("spare", "an officer's halves onto a second card (备份角色卡)");
  options->station.add_to(*spare);
  spare->add_option("--officer", options->officer, "officer-1 or officer-2")->required();
  spare->add_option("--card", options->card, "serial of the second card")->required();
  spare->callback([options, world] { write_spare(world, *options); });
  CLI::App* const changed = token.add_subcommand(
      "new-pin", "for the key token, so that lost halves open nothing (更换令牌密码)");
  options->station.add_to(*changed);
  changed->callback([options, world] { draw_new_pin(world, *options); });
}

}  // namespace keyceremony::commands

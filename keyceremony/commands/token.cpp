// keyceremony token init | renew | add-origin | check | serve | stop | delivery-key | spare | new-pin
#include "base/hsm/token.h"

#include <memory>

#include <fmt/format.h>

#include "base/core/durable_file.h"
#include "base/core/error.h"
#include "base/hsm/checkpoint_signer.h"
#include "base/hsm/token_pin.h"
#include "derivation/hsm/reception.h"
#include "keyceremony/commands/shift.h"
#include "keyceremony/commands/tree.h"
#include "keyceremony/officers.h"
#include "keyceremony/token_commits.h"

namespace keyceremony::commands {

namespace {

namespace fs = std::filesystem;

struct Options {
  StationOptions station;
  std::vector<std::string> officers;  // NAME,SERIAL
  std::string origin;
};

// The security officer's PIN is known to nobody: it is destroyed with this frame, and a token that
// is lost is made anew from the cards.
void initialise(const hsm::TokenConfig& config, const base::SecretBytes& pin) {
  hsm::Token::initialise(config, pin, hsm::random_so_pin());
}

void make_log_token(const hsm::TokenConfig& config, const base::SecretBytes& pin,
                    const std::string& origin) {
  initialise(config, pin);
  hsm::Token token(config, pin);
  hsm::add_origin(token, origin);
  token.commit();
}

// The same token while it is made beside its place.
hsm::TokenConfig moved(hsm::TokenConfig config, const fs::path& to) {
  if (config.folder) config.folder = to / config.folder->filename();
  return config;
}

void init(const World& world, const Options& options) {
  const auto station = options.station.open();
  const Officers officers{parse_officer(options.officers.at(0), 1),
                          parse_officer(options.officers.at(1), 2)};
  if (officers[0].serial == officers[1].serial || officers[0].name == officers[1].name) {
    base::fail(base::Fault::kRefused, "the two shares of a PIN have two keepers and two cards");
  }
  const fs::path place = station.key_token().parent_path();
  const fs::path making = station.folder() / "tokens.new";
  if (!fs::is_empty(place)) {
    base::fail(base::Fault::kConflict, "{} holds tokens already", place.string());
  }
  fs::remove_all(making);  // what an initialisation that was cut off left behind
  fs::create_directory(making);
  fs::permissions(making, fs::perms::owner_all);
  const auto terminal = terminal::open_terminal(options.station.answers_file(), station.mode());
  CardTable cards = card_table(world, options.station, *terminal);
  const auto key_pin = make_token_pin(cards, officers, ShareSlot::kKeyToken);
  const auto log_pin = make_token_pin(cards, officers, ShareSlot::kLogToken);
  cards.put_away();
  initialise(moved(key_token(station), making), key_pin);
  make_log_token(moved(log_token(station), making), log_pin, station.origin());
  write_officers(making, officers);
  fs::rename(making, place);  // both tokens and their officers, or nothing
  base::sync_folder(station.folder());
  fmt::print("tokens {} and {} are made; their PINs are shared by {} and {}\n", hsm::kKeyTokenLabel,
             hsm::kLogTokenLabel, officers[0].name, officers[1].name);
}

// A new PIN too: the old folder, if it turns up, opens to nobody.
void renew(const World& world, const Options& options) {
  const auto station = options.station.open();
  const Officers officers = read_officers(station);
  const fs::path place = station.key_token();
  const fs::path making = station.folder() / "tokens.new";
  if (fs::exists(place)) {
    base::fail(base::Fault::kConflict, "{} is there: move it away before its token is made anew",
               place.string());
  }
  audit::Log log = open_log(station, world);
  fs::remove_all(making);  // what a renewal that was cut off left behind
  fs::create_directory(making);
  fs::permissions(making, fs::perms::owner_all);
  const auto terminal = terminal::open_terminal(options.station.answers_file(), station.mode());
  CardTable cards = card_table(world, options.station, *terminal);
  const auto pin = make_token_pin(cards, officers, ShareSlot::kKeyToken);
  cards.put_away();
  initialise(moved(key_token(station), making), pin);
  const auto state = hsm::TokenFolder::survey(making / place.filename()).state;
  audit::Entry made{audit::Act::kTokenInitialised, {}, {}, audit::Outcome::kDone, {}, {}};
  for (const HeldCard& officer : officers) {
    made.by.push_back({format(officer.serial), audit::Role::kKeyOfficer});
  }
  made.object.push_back(audit::device(hsm::kKeyTokenLabel));
  log.append(std::vector{made, commit_entry(state).value()});
  fs::rename(making / place.filename(), place);
  fs::remove(making);
  base::sync_folder(place.parent_path());
  fmt::print("token {} is made anew and empty; its PIN is shared by {} and {}\n",
             hsm::kKeyTokenLabel, officers[0].name, officers[1].name);
}

base::SecretBytes released_pin(const World& world, const Options& options,
                               const station::Station& station, ShareSlot slot) {
  const auto terminal = terminal::open_terminal(options.station.answers_file(), station.mode());
  CardTable cards = card_table(world, options.station, *terminal);
  auto pin = release_token_pin(cards, read_officers(station), slot);
  cards.put_away();
  return pin;
}

void add_origin(const World& world, const Options& options) {
  const auto station = options.station.open();
  hsm::Token token(log_token(station), released_pin(world, options, station, ShareSlot::kLogToken));
  const auto key = hsm::add_origin(token, options.origin);
  token.commit();
  fmt::print("{}\n",
             audit::format(audit::VerifierKey{options.origin, audit::KeyType::kEd25519, key}));
}

void make_delivery_key(const World& world, const Options& options) {
  const auto station = options.station.open();
  audit::Log log = open_log(station, world);
  hsm::Token token(key_token(station), released_pin(world, options, station, ShareSlot::kKeyToken));
  require_not_older(log.archive(), token.folder_state());
  const auto hash = derivation::delivery_key_hash(derivation::Reception(token).prepare());
  token.commit();
  audit::Entry made{audit::Act::kTokenKeyMade, {}, {}, audit::Outcome::kDone, {}, {}};
  made.by.push_back({"keyceremony", audit::Role::kProgram});
  made.object.push_back(audit::device(hsm::kKeyTokenLabel));
  made.object.push_back(audit::hash(hash));
  std::vector<audit::Entry> entries{made};
  if (auto entry = commit_entry(token.folder_state())) entries.push_back(std::move(*entry));
  log.append(entries);
  fmt::print("{}\n", base::to_hex(hash, base::HexCase::kLower));
}

void add_shift_commands(CLI::App& token, const World& world) {
  const auto shift = std::make_shared<Shift>();
  CLI::App* const serve = token.add_subcommand(
      "serve", "sign checkpoints for the shift; two role cards release the PIN");
  shift->station.add_to(*serve);
  serve->add_flag("--background", shift->background, "print the pid and come back");
  CLI::Option* const lost =
      serve->add_option("--lost", shift->lost, "serial of an officer's role card that is gone");
  lost->needs(serve->add_option("--spare", shift->spare, "serial of the card that takes its place")
                  ->needs(lost));
  serve->add_flag("--new-pin", shift->new_pin, "draw a new PIN for the log token first");
  serve->add_flag("--detached", shift->detached)->group("");
  serve->callback([shift, world] { serve_shift(world, *shift); });
  CLI::App* const stop = token.add_subcommand("stop", "end the shift's signer");
  shift->station.add_station_to(*stop);
  stop->callback([shift, world] { stop_shift(world, *shift); });
}

}  // namespace

hsm::TokenConfig key_token(const station::Station& station) {
  return {station.module(), station.key_token(), hsm::kKeyTokenLabel,
          station.folder() / hsm::kMechanismFile};
}

hsm::TokenConfig log_token(const station::Station& station) {
  return {station.module(), station.log_token(), hsm::kLogTokenLabel,
          station.folder() / hsm::kMechanismFile};
}

void add_token(CLI::App& app, const World& world) {
  const auto options = std::make_shared<Options>();
  CLI::App* const token = app.add_subcommand("token", "the station's two tokens (令牌)");
  token->require_subcommand(1);
  const auto add = [&](const char* name, const char* what,
                       void (*run)(const World&, const Options&)) {
    CLI::App* const command = token->add_subcommand(name, what);
    options->station.add_to(*command);
    command->callback([options, world, run] { run(world, *options); });
    return command;
  };
  add("init", "make key token and log token, their PINs shared by two officers", init)
      ->add_option("--officer", options->officers, "NAME,SERIAL of a role card, twice")
      ->required()
      ->expected(2);
  add("renew", "make the key token anew where its folder is lost, under a new PIN", renew);
  add("add-origin", "a checkpoint key for another log, such as a desk's", add_origin)
      ->add_option("--origin", options->origin)
      ->required();
  add("delivery-key", "make the key under which a ceremony delivers, and print its hash",
      make_delivery_key);
  CLI::App* const check = token->add_subcommand(
      "check", "look at both folders and the signer; needs no PIN and changes nothing");
  options->station.add_station_to(*check);
  check->callback([options] { check_tokens(options->station); });
  add_token_pins(*token, world);
  add_shift_commands(*token, world);
}

}  // namespace keyceremony::commands

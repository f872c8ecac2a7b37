// issuance check county CODE --token: the same keys in both homes, or something was tampered with
#include <array>

#include <fmt/format.h>

#include "audit/token_state.h"
#include "base/core/durable_file.h"
#include "base/crypto/cipher.h"
#include "base/hsm/token.h"
#include "base/hsm/token_pin.h"
#include "base/terminal/new_pin.h"
#include "cos-apdu/keycards/role_card.h"
#include "derivation/hsm/token_vault.h"
#include "issuance/commands/tree.h"
#include "issuance/engine/entries.h"
#include "issuance/engine/pair_in_hand.h"

namespace issuance::commands {

namespace {

using base::Fault;
using derivation::Level;

struct Options {
  StationOptions station;
  std::string county;
  bool token = false;
};

constexpr unsigned kKeyTokenShare = 0;

// tokens/officers.toml names the two role cards, in order, as `card = "SERIAL"` lines.
std::vector<derivation::Serial8> officers_of(const station::Station& station) {
  constexpr std::string_view kCard = "card = \"";
  const std::string text = base::read_text_file(station.folder() / "tokens" / "officers.toml");
  std::vector<derivation::Serial8> officers;
  for (std::size_t at = text.find(kCard); at != std::string::npos; at = text.find(kCard, at + 1)) {
    const std::size_t begin = at + kCard.size();
    officers.push_back(derivation::Serial8::parse(
        std::string_view(text).substr(begin, text.find('"', begin) - begin)));
  }
  if (officers.size() != 2) {
    base::fail(Fault::kMalformed, "officers.toml: expected two cards, found {}", officers.size());
  }
  return officers;
}

base::SecretBytes released_share(Workplace& place, const derivation::Serial8& serial,
                                 std::size_t number) {
  const std::string who = fmt::format("officer-{}", number);
  CardInHand card(place.cards.find({fmt::format("role card {} of {}", format(serial), who),
                                    [&](const auto& status) { return status.serial == serial; }}));
  card::keycards::RoleCard role(card.session);
  role.verify_pin(terminal::ask_pin(place.people, who + ".pin", {"PIN of " + who, who + "密码"}));
  return role.release_share(kKeyTokenShare);
}

base::SecretBytes token_pin(Counter& counter) {
  const auto officers = officers_of(counter.station());
  const base::SecretBytes first = released_share(counter.place(), officers[0], 1);
  const base::SecretBytes second = released_share(counter.place(), officers[1], 2);
  return hsm::token_pin_of(crypto::xor_of(first, second));
}

crypto::Kcv value_in_token(derivation::TokenVault& vault, const derivation::Profile& profile,
                           derivation::Purpose purpose, const base::CountyCode& county,
                           std::uint8_t version) {
  const derivation::DerivedKey province(vault, vault.held(purpose),
                                        profile.province_factor(vault.holding().version));
  const derivation::DerivedKey key(vault, province.handle(),
                                   profile.county_factor(county, version));
  return vault.check_value(key.handle());
}

void compare(Counter& counter, const base::CountyCode& county, const People& by) {
  Workplace& place = counter.place();
  PairInHand pair(place, pair_name_of(CardKind::kCountyMother), county.digits());
  const crypto::Hash32 order =
      crypto::sha256(base::bytes_of("wellkey order check " + county.digits()));
  auto& opened = pair.open(place, {order, 1}, by, {});
  hsm::Token token({counter.station().module(), counter.station().key_token(), hsm::kKeyTokenLabel,
                    counter.station().folder() / hsm::kMechanismFile},
                   token_pin(counter));
  if (const auto state = token.folder_state()) {
    audit::require_not_older(place.ledger.log().archive(), hsm::kKeyTokenLabel,
                             {state->snapshot, state->manifest});
  }
  if (const auto damage = token.damage()) {
    place.people.say({*damage, "令牌曾受损，已从快照恢复"});
    audit::Entry restored =
        log_entry(audit::Act::kTokenRestored, {}, by, {audit::device(hsm::kKeyTokenLabel)});
    restored.reason = *damage;
    place.ledger.record(restored);
  }
  derivation::TokenVault vault(token, {.suite = place.profile.suite,
                                       .flag = place.mode,
                                       .level = Level::kMaster,
                                       .version = place.profile.first_version,
                                       .origin = opened.origin()});
  for (const auto& row : derivation::kPurposes) {
    const crypto::Kcv card = opened.check_value(row.purpose);
    const crypto::Kcv home =
        value_in_token(vault, place.profile, row.purpose, county, pair.mother().version);
    if (card != home) {
      base::fail(Fault::kTampered, "{} key: the pair says {}, the token {}", row.english,
                 format(card), format(home));
    }
    fmt::print("{:<24} {}\n", row.english, format(card));
  }
  place.ledger.record(log_entry(
      audit::Act::kCheckValueConfirmed, {}, by,
      {audit::county(county), audit::pair(pair.mother().pair_id),
       audit::generation(pair.mother().generation), audit::count(derivation::kPurposes.size())}));
}

void check(const World& world, const Options& options) {
  if (!options.token) {
    base::fail(Fault::kRefused, "check county: give --token, the home to compare with");
  }
  at_the_counter(world, options.station, "check county", [&](Counter& counter) {
    Workplace& place = counter.place();
    const auto county = base::CountyCode::parse(options.county);
    place.profile.county(county);
    place.people.step({"Compare the county pair with the token: 3 readers, 4 cards",
                       "比对县级卡对与令牌：3个读卡器，4张卡"});
    constexpr unsigned kTwoPersons = 2;
    compare(counter, county, ask_people(place.people, kTwoPersons, audit::Role::kKeyOfficer));
    fmt::print("county {}: the keys of pair and token are the same\n", county.digits());
  });
}

}  // namespace

void add_check(CLI::App& app, const World& world) {
  const auto options = std::make_shared<Options>();
  CLI::App* const branch = app.add_subcommand("check", "keys in two homes (核对)");
  branch->require_subcommand(1);
  CLI::App* const command = branch->add_subcommand("county", "a county's fifteen keys");
  options->station.add_to(*command);
  command->add_option("CODE", options->county, "six digits, GB/T 2260")->required();
  command->add_flag("--token", options->token, "against the token of this station");
  command->callback([options, world] { check(world, *options); });
}

}  // namespace issuance::commands

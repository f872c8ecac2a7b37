// keyceremony plan new | show | hash
#include "keyceremony/plan.h"

#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/core/durable_file.h"
#include "base/core/error.h"
#include "base/crypto/random.h"
#include "base/crypto/words.h"
#include "derivation/profile.h"
#include "keyceremony/commands/tree.h"

namespace keyceremony::commands {

namespace {

struct Options {
  StationOptions station;
  std::string file;
  std::string title;
  std::string mother;
  std::string control;
  std::string token_key;
  std::vector<std::string> people;
  bool json = false;
};

std::vector<std::string> fields_of(const std::string& text, std::size_t least) {
  std::vector<std::string> fields;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t comma = std::min(text.find(',', at), text.size());
    fields.push_back(text.substr(at, comma - at));
    at = comma + 1;
  }
  if (fields.size() < least) {
    base::fail(base::Fault::kMalformed, "'{}': expected {} values with commas between", text,
               least);
  }
  return fields;
}

std::string person_table(const std::string& text) {
  const auto fields = fields_of(text, 4);
  std::string out =
      fmt::format("\n[[person]]\nrole = \"{}\"\nname = \"{}\"\ncard = \"{}\"\nbag = \"{}\"\n",
                  fields[0], fields[1], fields[2], fields[3]);
  if (fields.size() > 4) out += fmt::format("source = \"{}\"\n", fields[4]);
  return out;
}

std::string card_lines(const std::string& key, const std::string& text) {
  const auto fields = fields_of(text, 2);
  return fmt::format("{0} = \"{1}\"\n{0}_bag = \"{2}\"\n", key, fields[0], fields[1]);
}

void make(const Options& options) {
  const auto station = options.station.open();
  const auto profile = derivation::load_profile(station.profile());
  const auto hex = [](base::ByteView bytes) { return base::to_hex(bytes, base::HexCase::kLower); };
  std::string text = fmt::format(
      "# Plan of a key ceremony: reviewed beforehand, and nothing else is decided on the day.\n"
      "format = 1\ntitle = \"{}\"\nmode = \"{}\"\nsuite = \"{}\"\nset_id = \"{}\"\n"
      "profile_hash = \"{}\"\n",
      options.title, base::name_of(station.mode()), crypto::suite(profile.suite).name,
      hex(crypto::random_bytes(16)), hex(derivation::hash_of(profile)));
  if (!options.token_key.empty()) {
    text += fmt::format("token_key_hash = \"{}\"\n", options.token_key);
  }
  text += card_lines("master_mother", options.mother);
  text += card_lines("master_control", options.control);
  for (const auto& person : options.people) text += person_table(person);
  const Plan plan = parse_plan(text, options.file);
  base::write_durably(options.file, text);
  fmt::print("{}\n", hex(plan.id()));
}

void show_hash(const Options& options) {
  const crypto::Hash32 id = read_plan(options.file).id();
  fmt::print("{}\n{}\n", base::to_hex(id, base::HexCase::kLower),
             crypto::hash_words(base::ByteView(id).first(8)));
}

void show_json(const Plan& plan) {
  nlohmann::ordered_json out;
  out["plan"] = base::to_hex(plan.id(), base::HexCase::kLower);
  out["short"] = plan.short_id();
  out["mode"] = base::name_of(plan.mode);
  out["set"] = base::to_hex(plan.set_id, base::HexCase::kLower);
  for (const HeldCard& card : plan.all_cards()) {
    out["cards"][card.id] = {{"serial", format(card.serial)}, {"bag", card.bag}};
  }
  fmt::print("{}\n", out.dump());
}

void show(const Options& options) {
  const Plan plan = read_plan(options.file);
  if (options.json) return show_json(plan);
  fmt::print("{} ({}), suite {}\n", plan.title, base::name_of(plan.mode),
             crypto::suite(plan.suite).name);
  show_hash(options);
  fmt::print("keys go to: {}\n", plan.token_key_hash ? "cards and token" : "cards");
  for (const HeldCard& card : plan.all_cards()) {
    fmt::print("{:16} {}  bag {:12} {}\n", card.id, format(card.serial), card.bag, card.name);
  }
  for (unsigned index = 1; index <= kLeaders; ++index) {
    fmt::print("component {}: {}\n", index, row_of(plan.leader(index).source).english);
  }
}

void add_new(CLI::App& plan, const std::shared_ptr<Options>& options) {
  CLI::App* const made = plan.add_subcommand("new", "write a plan for review");
  options->station.add_station_to(*made);
  made->add_option("--title", options->title)->required();
  made->add_option("--mother", options->mother, "SERIAL,BAG of the master mother card")->required();
  made->add_option("--control", options->control, "SERIAL,BAG of its control card")->required();
  made->add_option("--token-key", options->token_key, "hash of the token's delivery key");
  made->add_option("--person", options->people,
                   "ROLE-N,NAME,SERIAL,BAG and for a leader ,card|words|dice|hex")
      ->required();
  made->add_option("--out", options->file)->required();
  made->callback([options] { make(*options); });
}

}  // namespace

void add_plan(CLI::App& app, const World&) {
  const auto options = std::make_shared<Options>();
  CLI::App* const plan = app.add_subcommand("plan", "the plan of a ceremony (仪式计划)");
  plan->require_subcommand(1);
  add_new(*plan, options);
  CLI::App* const shown = plan->add_subcommand("show", "what the plan says, and its id");
  shown->add_option("file", options->file)->required();
  shown->add_flag("--json", options->json);
  shown->callback([options] { show(*options); });
  CLI::App* const hash = plan->add_subcommand("hash", "the plan id in hex and in words");
  hash->add_option("file", options->file)->required();
  hash->callback([options] { show_hash(*options); });
}

}  // namespace keyceremony::commands

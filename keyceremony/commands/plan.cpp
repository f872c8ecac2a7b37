// keyceremony plan new | recover | drill | replace-leader | check | show | hash
#include "keyceremony/plan.h"

#include <memory>
#include <sstream>

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
  std::string evidence;
  std::string next_drill;
  std::string predecessor;
  std::string threshold;
  std::vector<std::string> people;
  std::vector<std::string> deputies;
  bool json = false;
};

constexpr const char* kThreeOfFour = "3 of 4";

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

std::string card_lines(const std::string& key, const std::string& text) {
  const auto fields = fields_of(text, 2);
  return fmt::format("{0} = \"{1}\"\n{0}_bag = \"{2}\"\n", key, fields[0], fields[1]);
}

std::string person_table(const std::string& text) {
  auto fields = fields_of(text, 4);
  if (fields.size() > 5) fields = fields_of(text, 7);
  std::string out =
      fmt::format("\n[[person]]\nrole = \"{}\"\nname = \"{}\"\ncard = \"{}\"\nbag = \"{}\"\n",
                  fields[0], fields[1], fields[2], fields[3]);
  if (fields.size() > 4) out += fmt::format("source = \"{}\"\n", fields[4]);
  if (fields.size() > 5) out += card_lines("spare", fields[5] + "," + fields[6]);
  return out;
}

// Into the table of the seat that stands first in `option`.
std::string with_lines(std::string text, const std::string& option, const std::string& seat,
                       const std::string& lines) {
  const std::string role = fmt::format("role = \"{}\"\n", seat);
  const std::size_t at = text.find(role);
  if (at == std::string::npos) {
    base::fail(base::Fault::kMalformed, "'{}': nobody sits as {}", option, seat);
  }
  return text.insert(at + role.size(), lines);
}

std::string with_deputy(std::string text, const std::string& deputy) {
  const auto fields = fields_of(deputy, 4);
  return with_lines(std::move(text), deputy, fields[0],
                    fmt::format("deputy = \"{}\"\ndeputy_card = \"{}\"\ndeputy_bag = \"{}\"\n",
                                fields[1], fields[2], fields[3]));
}

std::string with_predecessor(std::string text, const std::string& predecessor) {
  const auto fields = fields_of(predecessor, 4);
  std::string lines =
      fmt::format("predecessor = \"{}\"\npredecessor_card = \"{}\"\npredecessor_bag = \"{}\"\n",
                  fields[1], fields[2], fields[3]);
  if (fields.size() > 4) {
    const auto with_spare = fields_of(predecessor, 6);
    lines += card_lines("predecessor_spare", with_spare[4] + "," + with_spare[5]);
  }
  return with_lines(std::move(text), predecessor, fields[0], lines);
}

std::string hex(base::ByteView bytes) {
  return base::to_hex(bytes, base::HexCase::kLower);
}

void write_plan(const Options& options, base::ByteView set_id, const std::string& recovery) {
  const auto station = options.station.open();
  const auto profile = derivation::load_profile(station.profile());
  std::string text = fmt::format(
      "# Plan of a key ceremony: reviewed beforehand, and nothing else is decided on the day.\n"
      "format = 1\ntitle = \"{}\"\nmode = \"{}\"\nsuite = \"{}\"\nset_id = \"{}\"\n"
      "profile_hash = \"{}\"\n",
      options.title, base::name_of(station.mode()), crypto::suite(profile.suite).name, hex(set_id),
      hex(derivation::hash_of(profile)));
  if (!options.token_key.empty()) {
    text += fmt::format("token_key_hash = \"{}\"\n", options.token_key);
  }
  if (!options.next_drill.empty()) {
    text += fmt::format("next_drill = \"{}\"\n", options.next_drill);
  }
  if (!options.threshold.empty()) text += fmt::format("threshold = \"{}\"\n", options.threshold);
  text += card_lines("master_mother", options.mother);
  text += card_lines("master_control", options.control) + recovery;
  for (const auto& person : options.people) text += person_table(person);
  for (const auto& deputy : options.deputies) text = with_deputy(std::move(text), deputy);
  if (!options.predecessor.empty()) {
    text = with_predecessor(std::move(text), options.predecessor);
  }
  const Plan plan = parse_plan(text, options.file);
  base::write_durably(options.file, text);
  fmt::print("{}\n", hex(plan.id()));
}

// The second column of the evidence's check-values.txt, which the parser of plans counts.
std::string values_of(const std::filesystem::path& evidence) {
  std::istringstream lines(base::read_text_file(evidence / "check-values.txt"));
  std::string values;
  std::string purpose;
  for (std::string value; lines >> purpose >> value;) values += (values.empty() ? "" : " ") + value;
  return values;
}

// The set id goes on, because the key is bound to it, and so does the threshold that was agreed.
void rebuild(Options options, std::string_view table) {
  const std::filesystem::path evidence = options.evidence;
  const Plan before = read_plan(evidence / "plan.toml");
  const auto station = options.station.open();
  if (before.profile_hash != derivation::hash_of(derivation::load_profile(station.profile()))) {
    base::fail(base::Fault::kRefused,
               "the key was made with another scheme profile than this station's");
  }
  if (before.mode != station.mode()) {
    base::fail(base::Fault::kRefused, "the key is {}, the station is {}",
               base::name_of(before.mode), base::name_of(station.mode()));
  }
  if (before.threshold == card::layout::Threshold::kThree) options.threshold = kThreeOfFour;
  write_plan(
      options, before.set_id,
      fmt::format("\n[{}]\nborn = \"{}\"\ngeneration = \"{}\"\ncheck_values = \"{}\"\n", table,
                  hex(before.recovery ? before.recovery->born : before.id()),
                  before.recovery ? before.recovery->generation + 1 : 2, values_of(evidence)));
}

// What a leader has typed may live on in his head or on his paper, where nothing erases it.
void replace_leader(const Options& options) {
  const Plan birth = read_plan(std::filesystem::path(options.evidence) / "plan.toml");
  if (birth.recovery) {
    base::fail(base::Fault::kRefused,
               "{}: not the evidence of the ceremony that made the key, which says how each "
               "component came about",
               options.evidence);
  }
  const std::string seat = fields_of(options.predecessor, 4)[0];
  const Person& leader = birth.seat(seat);
  if (leader.source != Source::kCard) {
    base::fail(base::Fault::kRefused,
               "{}: his component was {} when the key was made, so that a copy may be left outside "
               "of any card; such a leader is replaced by a new key only",
               seat, row_of(leader.source).english);
  }
  rebuild(options, "replacement");
}

void show_hash(const Options& options) {
  const crypto::Hash32 id = read_plan(options.file).id();
  fmt::print("{}\n{}\n", base::to_hex(id, base::HexCase::kLower),
             crypto::hash_words(base::ByteView(id).first(8)));
}

void check(const Options& options) {
  const Plan plan = read_plan(options.file);
  show_hash(options);
  fmt::print("{}: {} people 人, {} cards 张卡, {}\n", plan.title, plan.people.size(),
             plan.all_cards().size(), base::name_of(plan.mode));
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
  if (plan.recovery) {
    fmt::print("{} the key of plan {}\n", plan.is_drill() ? "drills" : "rebuilds",
               hex(plan.recovery->born));
  }
  if (const Person* const leader = plan.successor(); leader != nullptr && leader->predecessor) {
    fmt::print("{}: {} takes over from {}\n", id_of(*leader), leader->name,
               leader->predecessor->name);
  }
  if (plan.next_drill) {
    fmt::print("next drill: {}\n", base::format(*plan.next_drill).substr(0, 10));
  }
  if (plan.threshold == card::layout::Threshold::kThree) {
    fmt::print("three of the four leaders can rebuild the key\n");
  }
  fmt::print("keys go to: {}\n", plan.token_key_hash ? "cards and token" : "cards");
  for (const HeldCard& card : plan.all_cards()) {
    fmt::print("{:16} {}  bag {:12} {}\n", card.id, format(card.serial), card.bag, card.name);
  }
  for (const Person& person : plan.people) {
    if (!person.deputy) continue;
    fmt::print("{:16} {}  bag {:12} {}\n", id_of(person) + " deputy",
               format(person.deputy->card.serial), person.deputy->card.bag, person.deputy->name);
  }
  for (unsigned index = 1; index <= kLeaders; ++index) {
    fmt::print("component {}: {}\n", index, row_of(plan.leader(index).source).english);
  }
}

CLI::App* add_written(CLI::App& plan, const std::shared_ptr<Options>& options, const char* name,
                      const char* what) {
  CLI::App* const made = plan.add_subcommand(name, what);
  options->station.add_station_to(*made);
  made->add_option("--title", options->title)->required();
  made->add_option("--mother", options->mother, "SERIAL,BAG of the master mother card")->required();
  made->add_option("--control", options->control, "SERIAL,BAG of its control card")->required();
  made->add_option("--token-key", options->token_key, "hash of the token's delivery key");
  made->add_option("--person", options->people,
                   "ROLE-N,NAME,SERIAL,BAG, for a leader ,card|words|dice|hex|parts and ,SPARE,BAG "
                   "of a spare")
      ->required();
  made->add_option("--deputy", options->deputies,
                   "LEADER-N or OFFICER-N,NAME,SERIAL,BAG of who may sit for him");
  made->add_option("--next-drill", options->next_drill,
                   "day of the next drill, such as 2027-11-23; else a year after the close");
  made->add_option("--out", options->file)->required();
  return made;
}

CLI::App* add_rebuilding(CLI::App& plan, const std::shared_ptr<Options>& options, const char* name,
                         const char* what, std::string_view table) {
  CLI::App* const made = add_written(plan, options, name, what);
  made->add_option("--evidence", options->evidence, "folder of the ceremony that made the key")
      ->required();
  made->callback([options, table] { rebuild(*options, table); });
  return made;
}

void add_replacement(CLI::App& plan, const std::shared_ptr<Options>& options) {
  CLI::App* const made = add_rebuilding(
      plan, options, "replace-leader",
      "write a plan that moves a leader's component to his successor (更换方案)", "replacement");
  made->add_option("--predecessor", options->predecessor,
                   "LEADER-N,NAME,SERIAL,BAG of the card that gives, and ,SPARE,BAG beside it")
      ->required();
  made->callback([options] { replace_leader(*options); });
}

}  // namespace

void add_plan(CLI::App& app, const World&) {
  const auto options = std::make_shared<Options>();
  CLI::App* const plan = app.add_subcommand("plan", "the plan of a ceremony (仪式计划)");
  plan->require_subcommand(1);
  CLI::App* const made = add_written(*plan, options, "new", "write a plan for review");
  made->add_option(
      "--threshold", options->threshold,
      "\"4 of 4\", or \"3 of 4\": how many leaders can rebuild the key later (重建门限)");
  made->callback([options] { write_plan(*options, crypto::random_bytes(16), {}); });
  add_rebuilding(*plan, options, "recover",
                 "write a plan that rebuilds a lost master control pair (重建方案)", "recovery");
  add_rebuilding(*plan, options, "drill",
                 "write a plan that proves the spares and voids what it rebuilt (恢复演练方案)",
                 "drill");
  add_replacement(*plan, options);
  CLI::App* const checked = plan->add_subcommand(
      "check", "10 for errors in fields, 11 for broken rules, all named 检查方案");
  checked->add_option("file", options->file)->required();
  checked->callback([options] { check(*options); });
  CLI::App* const shown =
      plan->add_subcommand("show", "what the plan says, and its id 方案内容及编号");
  shown->add_option("file", options->file)->required();
  shown->add_flag("--json", options->json);
  shown->callback([options] { show(*options); });
  CLI::App* const hash =
      plan->add_subcommand("hash", "the plan id in hex and in words 方案编号，十六进制及单词");
  hash->add_option("file", options->file)->required();
  hash->callback([options] { show_hash(*options); });
}

}  // namespace keyceremony::commands

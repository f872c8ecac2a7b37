#include "keyceremony/plan.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <sstream>

#include <toml++/toml.h>

#include "base/core/durable_file.h"
#include "base/core/error.h"
#include "base/core/format_version.h"
#include "base/core/whole_number.h"

namespace keyceremony {

namespace {

using base::Fault;

constexpr std::int64_t kFormat = 1;

// One table of a plan file: every value must be asked for, and what is left over is refused.
class Section {
 public:
  Section(const toml::table& table, std::string name) : table_(table), name_(std::move(name)) {}

  std::string text(std::string_view key) {
    known_.insert(std::string(key));
    const auto value = table_[key].value_exact<std::string>();
    if (!value || value->empty()) {
      base::fail(Fault::kMalformed, "plan, {} (line {}): '{}' is missing, expected a text", name_,
                 table_.source().begin.line, key);
    }
    if (value->find_first_of("|\"\\\n\r") != std::string::npos) {
      base::fail(Fault::kMalformed,
                 "plan, {}: '{}' holds a bar, a quote, a backslash or a line break", name_, key);
    }
    return *value;
  }

  std::optional<std::string> optional_text(std::string_view key) {
    if (!table_.contains(key)) return std::nullopt;
    return text(key);
  }

  toml::node_view<const toml::node> node(std::string_view key) {
    known_.insert(std::string(key));
    return table_[key];
  }

  void finish() const {
    for (const auto& [key, value] : table_) {
      if (known_.contains(std::string(key.str()))) continue;
      base::fail(Fault::kMalformed, "plan, {} (line {}): '{}' is not a value of a plan", name_,
                 value.source().begin.line, key.str());
    }
  }

 private:
  const toml::table& table_;
  std::string name_;
  std::set<std::string> known_;
};

Source parse_source(std::string_view id) {
  for (const auto& row : kSources) {
    if (row.id == id) return row.source;
  }
  base::fail(Fault::kMalformed, "component source '{}': expected card, words, dice or hex", id);
}

Role parse_role(std::string_view id) {
  for (const auto& row : kRoles) {
    if (row.id == id) return row.role;
  }
  base::fail(Fault::kMalformed, "role '{}': expected administrator, witness, leader or officer",
             id);
}

derivation::Serial8 serial_of(const std::string& hex, derivation::CardKind kind) {
  const auto serial = derivation::Serial8::parse(hex);
  if (serial.kind() != kind) {
    base::fail(Fault::kMalformed, "card {}: expected a {}, this is a {}", hex,
               derivation::row_of(kind).english, derivation::row_of(serial.kind()).english);
  }
  return serial;
}

Person parse_person(const toml::table& table, unsigned number) {
  Section section(table, fmt::format("person {}", number));
  const std::string position = section.text("role");
  const std::size_t dash = position.find_last_of('-');
  if (dash == std::string::npos || dash + 2 != position.size() || position.back() < '1' ||
      position.back() > '9') {
    base::fail(Fault::kMalformed, "role '{}': expected a form like leader-1", position);
  }
  const Role role = parse_role(position.substr(0, dash));
  const auto kind =
      role == Role::kLeader ? derivation::CardKind::kLeader : derivation::CardKind::kRole;
  Person person{role,
                static_cast<unsigned>(position.back() - '0'),
                section.text("name"),
                serial_of(section.text("card"), kind),
                section.text("bag"),
                Source::kCard,
                std::nullopt};
  if (role == Role::kLeader) {
    person.source = parse_source(section.text("source"));
    if (const auto spare = section.optional_text("spare")) {
      person.spare = PlannedCard{serial_of(*spare, kind), section.text("spare_bag")};
    }
  }
  section.finish();
  return person;
}

std::vector<Person> parse_people(const toml::array* list) {
  std::vector<Person> people;
  if (list == nullptr) base::fail(Fault::kMalformed, "plan: it names no person");
  for (const toml::node& node : *list) {
    if (!node.is_table()) base::fail(Fault::kMalformed, "plan: a person is a table");
    people.push_back(parse_person(*node.as_table(), static_cast<unsigned>(people.size() + 1)));
  }
  std::ranges::stable_sort(people, [](const Person& a, const Person& b) {
    return std::tie(a.role, a.index) < std::tie(b.role, b.index);
  });
  return people;
}

void check_numbers(const Plan& plan) {
  for (const auto& row : kRoles) {
    unsigned count = 0;
    for (const auto& person : plan.people) {
      if (person.role != row.role) continue;
      if (person.index != ++count) {
        base::fail(Fault::kRefused, "plan: {}-{} is missing", row.id, count);
      }
    }
    if (count < row.least || count > row.most) {
      base::fail(Fault::kRefused, "plan: {} of role {}, expected {} to {}", count, row.id,
                 row.least, row.most);
    }
  }
}

void check_pairs(const Plan& plan) {
  for (std::size_t one = 0; one < plan.people.size(); ++one) {
    for (std::size_t other = one + 1; other < plan.people.size(); ++other) {
      const Person& a = plan.people[one];
      const Person& b = plan.people[other];
      if (a.name != b.name) continue;
      if (const auto* pair = forbidden(a.role, b.role)) {
        base::fail(Fault::kRefused, "plan: {} is {} and {}, and {}", a.name, id_of(a), id_of(b),
                   pair->why);
      }
    }
  }
}

void check_single(const Plan& plan) {
  std::set<std::string> bags{plan.mother.bag};
  std::set<derivation::Serial8> cards{plan.mother.serial};
  const auto once = [&](const PlannedCard& card) {
    if (!bags.insert(card.bag).second) {
      base::fail(Fault::kRefused, "plan: bag {} stands twice", card.bag);
    }
    if (!cards.insert(card.serial).second) {
      base::fail(Fault::kRefused, "plan: card {} stands twice", format(card.serial));
    }
  };
  once(plan.control);
  for (const auto& person : plan.people) {
    once({person.card, person.bag});
    if (person.spare) once(*person.spare);
  }
}

// The seat of a spare follows from its leader's number, so that no seat may stay empty.
void check_spares(const Plan& plan) {
  for (unsigned index = 1; index <= kLeaders; ++index) {
    if (plan.leader(index).spare.has_value() != plan.has_spares()) {
      base::fail(Fault::kRefused, "plan: leader-{} {} a spare, expected one for each or for none",
                 index, plan.has_spares() ? "is without" : "has");
    }
  }
}

PlannedCard parse_card(Section& section, derivation::CardKind kind, const std::string& key) {
  return {serial_of(section.text(key), kind), section.text(key + "_bag")};
}

card::keycards::CheckValues parse_values(const std::string& text) {
  card::keycards::CheckValues values{};
  std::istringstream words(text);
  std::vector<std::string> found{std::istream_iterator<std::string>(words), {}};
  if (found.size() != values.size()) {
    base::fail(Fault::kMalformed, "plan, recovery: {} check values, expected {}", found.size(),
               values.size());
  }
  std::ranges::transform(found, values.begin(), [](const std::string& word) {
    return crypto::kcv_of_bytes(base::from_hex(word, "check value"));
  });
  return values;
}

std::optional<Recovery> parse_recovery(const toml::table* table) {
  if (table == nullptr) return std::nullopt;
  Section section(*table, "recovery");
  Recovery recovery;
  recovery.born = base::fixed<32>(base::from_hex(section.text("born"), "born"), "born");
  recovery.values = parse_values(section.text("check_values"));
  recovery.generation = static_cast<std::uint16_t>(
      base::parse_whole_number(section.text("generation"), "generation", 2, 0xFFFF));
  section.finish();
  return recovery;
}

Plan plan_of(const toml::table& table, std::string_view text) {
  Section top(table, "top");
  base::require_format("plan", top.node("format").value_exact<std::int64_t>(), kFormat);
  const auto token = top.optional_text("token_key_hash");
  Plan plan{
      top.text("title"),
      base::parse_mode(top.text("mode")),
      crypto::parse_suite(top.text("suite")),
      base::fixed<16>(base::from_hex(top.text("set_id"), "set_id"), "set_id"),
      base::fixed<32>(base::from_hex(top.text("profile_hash"), "profile_hash"), "profile_hash"),
      std::nullopt,
      parse_recovery(top.node("recovery").as_table()),
      parse_card(top, derivation::CardKind::kMasterMother, "master_mother"),
      parse_card(top, derivation::CardKind::kMasterControl, "master_control"),
      parse_people(top.node("person").as_array()),
      std::string(text)};
  if (token) {
    plan.token_key_hash =
        base::fixed<32>(base::from_hex(*token, "token_key_hash"), "token_key_hash");
  }
  top.finish();
  return plan;
}

}  // namespace

std::string id_of(const Person& person) {
  return fmt::format("{}-{}", row_of(person.role).id, person.index);
}

HeldCard card_of(const Person& person) {
  return {id_of(person), person.name, person.card, person.bag};
}

HeldCard spare_of(const Person& person) {
  const std::string id = id_of(person) + "-spare";
  if (!person.spare) base::fail(Fault::kNotFound, "the plan has no {}", id);
  return {id, person.name, person.spare->serial, person.spare->bag};
}

namespace {

const Person& person_of(const Plan& plan, Role role, unsigned index) {
  const auto found = std::ranges::find_if(plan.people, [&](const Person& person) {
    return person.role == role && person.index == index;
  });
  if (found == plan.people.end()) {
    base::fail(Fault::kNotFound, "the plan has no {}-{}", row_of(role).id, index);
  }
  return *found;
}

}  // namespace

const Person& Plan::leader(unsigned index) const {
  return person_of(*this, Role::kLeader, index);
}

const Person& Plan::first(Role role) const {
  return person_of(*this, role, 1);
}

HeldCard Plan::mother_card() const {
  return {"master-mother", person_of(*this, Role::kOfficer, 1).name, mother.serial, mother.bag};
}

HeldCard Plan::control_card() const {
  return {"master-control", person_of(*this, Role::kOfficer, 2).name, control.serial, control.bag};
}

std::vector<HeldCard> Plan::set_members() const {
  std::vector<HeldCard> members{mother_card(), control_card()};
  for (unsigned index = 1; index <= kLeaders; ++index) members.push_back(card_of(leader(index)));
  if (!has_spares()) return members;
  for (unsigned index = 1; index <= kLeaders; ++index) members.push_back(spare_of(leader(index)));
  return members;
}

std::vector<HeldCard> Plan::all_cards() const {
  std::vector<HeldCard> cards{mother_card(), control_card()};
  for (const Person& person : people) {
    cards.push_back(card_of(person));
    if (person.spare) cards.push_back(spare_of(person));
  }
  return cards;
}

base::FixedBytes<16> Plan::origin_id() const {
  return base::fixed<16>(base::ByteView(recovery ? recovery->born : id()).first(16));
}

card::layout::PlanParts Plan::parts() const {
  return {mode,
          suite,
          set_id,
          profile_hash,
          token_key_hash.value_or(crypto::Hash32{}),
          crypto::sha256(base::bytes_of(text))};
}

crypto::Hash32 Plan::id() const {
  return card::layout::plan_id(parts());
}

std::string Plan::short_id() const {
  return base::to_hex(base::ByteView(id()).first(8), base::HexCase::kLower);
}

Plan parse_plan(std::string_view text, std::string_view name) {
  try {
    Plan plan = plan_of(toml::parse(text, name), text);
    check_numbers(plan);
    check_pairs(plan);
    check_single(plan);
    check_spares(plan);
    return plan;
  } catch (const toml::parse_error& error) {
    base::fail(Fault::kMalformed, "{}, line {}: {}", name, error.source().begin.line,
               error.description());
  }
}

Plan read_plan(const std::filesystem::path& path) {
  return parse_plan(base::read_text_file(path), path.string());
}

}  // namespace keyceremony

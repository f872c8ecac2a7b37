// The plan of a ceremony from TOML.
#include "keyceremony/plan_reader.h"

#include <iterator>
#include <map>
#include <sstream>
#include <tuple>

#include <fmt/format.h>

#include "base/core/format_version.h"
#include "base/core/whole_number.h"
#include "derivation/toml_text.h"
#include "keyceremony/plan_section.h"

namespace keyceremony {

namespace {

using base::Fault;

constexpr std::int64_t kFormat = 1;

struct Seat {
  Role role;
  unsigned index;
};

struct Candidate {
  Role role;
  std::string id;
  std::string name;
  unsigned line;
};

struct ReadPerson {
  Person person;
  unsigned line;
};

template <std::size_t N>
std::optional<base::FixedBytes<N>> hex_of(PlanSection& section, std::string_view key) {
  return section.parsed(
      key, {fmt::format("{} hex digits", 2 * N), fmt::format(" {} 位十六进制数", 2 * N)},
      [&](const std::string& text) { return base::fixed<N>(base::from_hex(text, key), key); });
}

std::optional<derivation::Serial8> serial_of(PlanSection& section, std::string_view key,
                                             derivation::CardKind kind) {
  const auto& row = derivation::row_of(kind);
  return section.parsed(key,
                        {fmt::format("the serial of a {}: 16 hex digits that begin with {:02X}",
                                     row.english, derivation::byte_of(kind)),
                         fmt::format("{}序列号：16 位十六进制数，以 {:02X} 开头", row.chinese,
                                     derivation::byte_of(kind))},
                        [&](const std::string& text) {
                          const auto serial = derivation::Serial8::parse(text);
                          if (serial.kind() != kind)
                            base::fail(Fault::kMalformed, "another kind of card");
                          return serial;
                        });
}

std::optional<PlannedCard> card_of(PlanSection& section, std::string_view key,
                                   std::string_view bag_key, derivation::CardKind kind) {
  const auto serial = serial_of(section, key, kind);
  const auto bag = section.text(bag_key);
  if (!serial || !bag) return std::nullopt;
  return PlannedCard{*serial, *bag};
}

std::optional<PlannedCard> card_of(PlanSection& section, std::string_view key,
                                   derivation::CardKind kind) {
  return card_of(section, key, std::string(key) + "_bag", kind);
}

template <typename Rows>
std::string ids_of(const Rows& rows) {
  std::string ids;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i > 0) ids += i + 1 == rows.size() ? " or " : ", ";
    ids += rows.at(i).id;
  }
  return ids;
}

template <typename Rows>
const auto& row_by_id(const Rows& rows, std::string_view id) {
  const auto found = std::ranges::find(rows, id, &Rows::value_type::id);
  if (found == rows.end()) base::fail(Fault::kMalformed, "\"{}\" is not in the table", id);
  return *found;
}

std::optional<Seat> seat_of(PlanSection& section) {
  return section.parsed(
      "role",
      {fmt::format("{} with a number, such as leader-1", ids_of(kRoles)),
       "角色及编号，例如 leader-1"},
      [](const std::string& text) {
        const auto dash = std::min(text.rfind('-'), text.size());
        const auto number = text.substr(std::min(dash + 1, text.size()));
        return Seat{row_by_id(kRoles, text.substr(0, dash)).role,
                    static_cast<unsigned>(base::parse_whole_number(number, "role", 1, 9))};
      });
}

class PlanReader {
 public:
  PlanReader(const toml::table& root, std::string_view text, std::string_view name)
      : root_(root), text_(text), name_(name), findings_(name_), rules_(name_) {}

  Plan read() {
    PlanSection top(root_, "", findings_);
    require_own_format(top);
    const auto title = top.text("title");
    const auto mode = top.parsed("mode", {"live or rehearsal", " live 或 rehearsal"},
                                 [](const std::string& id) { return base::parse_mode(id); });
    const auto suite = top.parsed("suite", {"tdes2, sm4 or aes128", " tdes2、sm4 或 aes128"},
                                  [](const std::string& id) { return crypto::parse_suite(id); });
    const auto set_id = hex_of<16>(top, "set_id");
    const auto profile_hash = hex_of<32>(top, "profile_hash");
    const auto token = top.has("token_key_hash") ? hex_of<32>(top, "token_key_hash") : std::nullopt;
    check_threshold(top);
    const auto next_drill = read_next_drill(top);
    const auto recovery = read_rebuilding(top, next_drill.has_value());
    const auto mother = card_of(top, "master_mother", derivation::CardKind::kMasterMother);
    const auto control = card_of(top, "master_control", derivation::CardKind::kMasterControl);
    read_people(top);
    top.finish();
    findings_.refuse(Fault::kMalformed);

    keep_rules(*mother, *control);
    Plan plan{*title,     *mode,   *suite,   *set_id, *profile_hash,     token, recovery,
              next_drill, *mother, *control, {},      std::string(text_)};
    for (const auto& each : people_) plan.people.push_back(each.person);
    return plan;
  }

 private:
  void require_own_format(PlanSection& top) {
    const auto* node = top.node("format");
    const auto number = node == nullptr ? std::nullopt : node->value_exact<std::int64_t>();
    if (number)
      base::require_format("plan", number, kFormat);
    else
      top.refuse("format", {fmt::to_string(kFormat), fmt::format(" {}", kFormat)});
  }

  // The only threshold that the cards know; whoever plans another learns it here and not on the day.
  static void check_threshold(PlanSection& top) {
    if (!top.has("threshold")) return;
    top.parsed("threshold",
               {"4 of 4: a key is rebuilt from all four components, fewer are not built",
                " 4 of 4：重建须四个分量齐全，暂不支持更少"},
               [](const std::string& text) {
                 if (text != "4 of 4") base::fail(Fault::kMalformed, "another threshold");
                 return text;
               });
  }

  static std::optional<base::UtcTime> read_next_drill(PlanSection& top) {
    if (!top.has("next_drill")) return std::nullopt;
    return top.parsed("next_drill", {"a day such as 2027-11-23", "日期，例如 2027-11-23"},
                      [](const std::string& day) { return base::parse_utc(day + "T00:00:00Z"); });
  }

  // What rebuilds a key does so for good or for a drill, and a drill neither delivers nor copies.
  std::optional<Recovery> read_rebuilding(PlanSection& top, bool has_next_drill) {
    const auto* const recovery = top.node("recovery");
    const auto* const drill = top.node("drill");
    if (drill == nullptr) return read_rebuilt(recovery, "recovery", PairFate::kServes);
    if (recovery != nullptr) {
      top.refuse("drill", {"[recovery] or [drill], not both", " [recovery] 或 [drill]，二者择一"});
    }
    if (top.has("token_key_hash")) {
      top.refuse("token_key_hash",
                 {"no token: a drill delivers no keys", "恢复演练不向令牌交付密钥"});
    }
    if (!has_next_drill) {
      top.refuse("next_drill", {"the day of the next drill", "下次恢复演练日期"});
    }
    return read_rebuilt(drill, "drill", PairFate::kVoid);
  }

  std::optional<Recovery> read_rebuilt(const toml::node* node, std::string_view name,
                                       PairFate fate) {
    if (node == nullptr) return std::nullopt;
    if (node->as_table() == nullptr) {
      findings_.add(node->source().begin.line, name, {"a table", "一个表"});
      return std::nullopt;
    }
    PlanSection section(*node->as_table(), std::string(name) + ".", findings_);
    const auto born = hex_of<32>(section, "born");
    const auto values =
        section.parsed("check_values",
                       {"fifteen check values of six hex digits, with blanks between",
                        "十五个校验值，各六位十六进制数，以空格分隔"},
                       values_of);
    const auto generation = section.parsed(
        "generation", {"a number from 2 to 65535 in quotes", "引号内 2 到 65535 的整数"},
        [](const std::string& text) {
          return static_cast<std::uint16_t>(
              base::parse_whole_number(text, "generation", 2, 0xFFFF));
        });
    section.finish();
    if (!born || !values || !generation) return std::nullopt;
    return Recovery{fate, *born, *values, *generation};
  }

  static card::keycards::CheckValues values_of(const std::string& text) {
    card::keycards::CheckValues values{};
    std::istringstream words(text);
    const std::vector<std::string> found{std::istream_iterator<std::string>(words), {}};
    if (found.size() != values.size())
      base::fail(Fault::kMalformed, "{} check values", found.size());
    std::ranges::transform(found, values.begin(), [](const std::string& word) {
      return crypto::kcv_of_bytes(base::from_hex(word, "check value"));
    });
    return values;
  }

  void read_people(PlanSection& top) {
    const auto* node = top.node("person");
    const auto* list = node == nullptr ? nullptr : node->as_array();
    if (list == nullptr || list->empty())
      return top.refuse("person",
                        {"one [[person]] for each who takes part", "每名参加者各一个 [[person]]"});
    for (std::size_t i = 0; i < list->size(); ++i) {
      const auto name = fmt::format("person[{}]", i + 1);
      const auto* table = (*list)[i].as_table();
      if (table != nullptr)
        read_person(*table, name + ".");
      else
        findings_.add((*list)[i].source().begin.line, name, {"a table", "一个表"});
    }
    std::ranges::stable_sort(people_, [](const ReadPerson& a, const ReadPerson& b) {
      return std::tie(a.person.role, a.person.index) < std::tie(b.person.role, b.person.index);
    });
  }

  void read_person(const toml::table& table, const std::string& path) {
    PlanSection section(table, path, findings_);
    const auto seat = seat_of(section);
    const auto name = section.text("name");
    const auto bag = section.text("bag");
    const bool leads = seat && seat->role == Role::kLeader;
    const auto kind = leads ? derivation::CardKind::kLeader : derivation::CardKind::kRole;
    const auto card = seat ? serial_of(section, "card", kind) : std::nullopt;
    std::optional<Source> source = Source::kCard;
    std::optional<PlannedCard> spare;
    if (leads) {
      source = section.parsed("source", {ids_of(kSources), " " + ids_of(kSources)},
                              [](const std::string& id) { return row_by_id(kSources, id).source; });
      if (section.has("spare")) spare = card_of(section, "spare", kind);
    }
    const bool may_be_deputised = leads || (seat && seat->role == Role::kOfficer);
    const auto deputy = may_be_deputised ? read_deputy(section, kind) : std::nullopt;
    if (!seat) return;  // which fields belong here depends on the role
    section.finish();
    if (name && bag && card && source)
      people_.push_back({{seat->role, seat->index, *name, *card, *bag, *source, spare, deputy},
                         section.line_of("role")});
  }

  static std::optional<Deputy> read_deputy(PlanSection& section, derivation::CardKind kind) {
    if (!section.has("deputy")) return std::nullopt;
    const auto name = section.text("deputy");
    const auto card = card_of(section, "deputy_card", "deputy_bag", kind);
    if (!name || !card) return std::nullopt;
    return Deputy{*name, *card};
  }

  void keep_rules(const PlannedCard& mother, const PlannedCard& control) {
    check_numbers();
    check_pairs();
    check_single(mother, control);
    check_spares();
    check_drill();
    rules_.refuse(Fault::kRefused);
  }

  void check_numbers() {
    for (const auto& row : kRoles) {
      unsigned count = 0;
      unsigned next = 1;
      unsigned line = 1;
      for (const auto& each : people_) {
        if (each.person.role != row.role) continue;
        line = each.line;
        ++count;
        if (each.person.index != next) {
          rules_.add(line, "person.role",
                     {fmt::format("{}-{}, which is missing", row.id, next),
                      fmt::format(" {}-{}，此人缺失", row.id, next)});
        }
        next = each.person.index + 1;
      }
      if (count < row.least || count > row.most)
        rules_.add(
            line, "person",
            {fmt::format("{} to {} of role {}, here are {}", row.least, row.most, row.id, count),
             fmt::format("{}至{}名{}，此处有{}名", row.least, row.most, row.chinese, count)});
    }
  }

  // A deputy may have to sit in his seat, so he is judged as if he did.
  std::vector<Candidate> candidates() const {
    std::vector<Candidate> out;
    for (const auto& [person, line] : people_) {
      out.push_back({person.role, id_of(person), person.name, line});
      if (person.deputy) {
        out.push_back({person.role, id_of(person) + " deputy", person.deputy->name, line});
      }
    }
    return out;
  }

  void check_pairs() {
    const auto all = candidates();
    for (auto one = all.begin(); one != all.end(); ++one) {
      for (auto other = std::next(one); other != all.end(); ++other) {
        const auto* pair = forbidden(one->role, other->role);
        if (pair == nullptr || one->name != other->name) continue;
        rules_.add(std::max(one->line, other->line), "person.name",
                   {fmt::format("two people as {} and {}: {}", one->id, other->id, pair->why),
                    fmt::format("由两人分任 {} 与 {}", one->id, other->id)});
      }
    }
  }

  void check_single(const PlannedCard& mother, const PlannedCard& control) {
    std::map<std::string, std::string> seen;
    const auto once = [&](const PlannedCard& card, unsigned line, const std::string& holder) {
      for (const auto& value : {card.bag, format(card.serial)}) {
        const auto [place, is_new] = seen.emplace(value, holder);
        if (!is_new)
          rules_.add(
              line, holder,
              {fmt::format("a card and a bag of its own; {} is of {} too", value, place->second),
               fmt::format("专用的卡与封袋；{} 已属 {}", value, place->second)});
      }
    };
    PlanSection top(root_, "", rules_);
    once(mother, top.line_of("master_mother"), "master_mother");
    once(control, top.line_of("master_control"), "master_control");
    for (const auto& [person, line] : people_) {
      once({person.card, person.bag}, line, id_of(person));
      if (person.spare) once(*person.spare, line, id_of(person) + " spare");
      if (person.deputy) once(person.deputy->card, line, id_of(person) + " deputy");
    }
  }

  // The seat of a spare follows from its leader's number, so that no seat may stay empty.
  void check_spares() {
    const auto has = [](const ReadPerson& each) { return each.person.spare.has_value(); };
    const bool any = std::ranges::any_of(people_, has);
    for (const auto& each : people_)
      if (any && each.person.role == Role::kLeader && !has(each))
        rules_.add(each.line, id_of(each.person),
                   {"a spare, as another leader has one: one for each or for none",
                    "备用卡：或人人都有，或都没有"});
  }

  // What is proved sits in the leaders' seats: their cards, or the spares in their place.
  void check_drill() {
    if (!root_.contains("drill")) return;
    for (const auto& each : people_)
      if (each.person.spare)
        rules_.add(each.line, id_of(each.person),
                   {"no spare in a drill: the spare that is tried sits in its leader's place",
                    "恢复演练中无备用卡：受试备用卡列为该领导的卡"});
  }

  const toml::table& root_;
  std::string_view text_;
  std::string name_;
  base::Findings findings_;
  base::Findings rules_;
  std::vector<ReadPerson> people_;
};

}  // namespace

Plan plan_of_toml(std::string_view text, std::string_view name) {
  return PlanReader(derivation::parse_toml(text, name), text, name).read();
}

}  // namespace keyceremony

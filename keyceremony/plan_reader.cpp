// The plan of a ceremony from TOML.
#include "keyceremony/plan_reader.h"

#include <iterator>
#include <sstream>
#include <tuple>

#include <fmt/format.h>

#include "base/core/format_version.h"
#include "base/core/whole_number.h"
#include "derivation/toml_text.h"
#include "keyceremony/plan_rules.h"
#include "keyceremony/plan_section.h"

namespace keyceremony {

namespace {

using base::Fault;

constexpr std::int64_t kFormat = 1;

struct Seat {
  Role role;
  unsigned index;
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

// The tables of plans that make no key.
struct RebuildingRow {
  std::string_view table;
  PairFate fate;
};

constexpr std::array kRebuilding = {
    RebuildingRow{"recovery", PairFate::kServes},
    RebuildingRow{"drill", PairFate::kVoid},
    RebuildingRow{"replacement", PairFate::kVoid},
};

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
    const auto threshold = read_threshold(top);
    const auto next_drill = read_next_drill(top);
    const auto recovery = read_rebuilding(top, next_drill.has_value());
    const auto mother = card_of(top, "master_mother", derivation::CardKind::kMasterMother);
    const auto control = card_of(top, "master_control", derivation::CardKind::kMasterControl);
    read_people(top);
    top.finish();
    findings_.refuse(Fault::kMalformed);
    if (!title || !mode || !suite || !set_id || !profile_hash || !threshold || !mother ||
        !control) {
      base::fail(Fault::kMalformed, "{} is not a whole plan", name_);
    }

    check_rules(people_,
                {*mother, top.line_of("master_mother"), *control, top.line_of("master_control")},
                {table_, *threshold}, rules_);
    rules_.refuse(Fault::kRefused);
    Plan plan{
        *title,     *mode,   *suite,   *set_id, *profile_hash,     token, *threshold, recovery,
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

  // Whoever plans another learns here, and not on the day, what the cards know.
  static std::optional<card::layout::Threshold> read_threshold(PlanSection& top) {
    using card::layout::Threshold;
    if (!top.has("threshold")) return Threshold::kFour;
    return top.parsed("threshold",
                      {"4 of 4, or 3 of 4: how many leaders can rebuild the key",
                       " 4 of 4 或 3 of 4：重建密钥所需领导人数"},
                      [](const std::string& text) {
                        if (text != "4 of 4" && text != "3 of 4") {
                          base::fail(Fault::kMalformed, "another threshold");
                        }
                        return text == "3 of 4" ? Threshold::kThree : Threshold::kFour;
                      });
  }

  static std::optional<base::UtcTime> read_next_drill(PlanSection& top) {
    if (!top.has("next_drill")) return std::nullopt;
    return top.parsed("next_drill", {"a day such as 2027-11-23", "日期，例如 2027-11-23"},
                      [](const std::string& day) { return base::parse_utc(day + "T00:00:00Z"); });
  }

  // What rebuilds a key does so for good or to void it again, and a void pair delivers nothing.
  std::optional<Recovery> read_rebuilding(PlanSection& top, bool has_next_drill) {
    const RebuildingRow* found = nullptr;
    const toml::node* table = nullptr;
    for (const auto& row : kRebuilding) {
      const auto* const node = top.node(row.table);
      if (node == nullptr) continue;
      if (found != nullptr) {
        top.refuse(row.table, {"one of [recovery], [drill] and [replacement]",
                               " [recovery]、[drill]、[replacement] 三者择一"});
      }
      found = &row;
      table = node;
    }
    if (found == nullptr) return std::nullopt;
    table_ = found->table;
    if (found->fate == PairFate::kVoid) check_void(top, has_next_drill);
    return read_rebuilt(table, found->table, found->fate);
  }

  static void check_void(PlanSection& top, bool has_next_drill) {
    if (top.has("token_key_hash")) {
      top.refuse("token_key_hash",
                 {"no token: a drill delivers no keys", "恢复演练不向令牌交付密钥"});
    }
    if (!has_next_drill) {
      top.refuse("next_drill", {"the day of the next drill", "下次恢复演练日期"});
    }
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
    std::optional<Predecessor> predecessor;
    if (leads) {
      source = section.parsed("source", {ids_of(kSources), " " + ids_of(kSources)},
                              [](const std::string& id) { return row_by_id(kSources, id).source; });
      if (section.has("spare")) spare = card_of(section, "spare", kind);
      predecessor = read_predecessor(section, kind);
    }
    const bool may_be_deputised = leads || (seat && seat->role == Role::kOfficer);
    const auto deputy = may_be_deputised ? read_deputy(section, kind) : std::nullopt;
    if (!seat) return;  // which fields belong here depends on the role
    section.finish();
    if (name && bag && card && source)
      people_.push_back(
          {{seat->role, seat->index, *name, *card, *bag, *source, spare, deputy, predecessor},
           section.line_of("role")});
  }

  static std::optional<Deputy> read_deputy(PlanSection& section, derivation::CardKind kind) {
    if (!section.has("deputy")) return std::nullopt;
    const auto name = section.text("deputy");
    const auto card = card_of(section, "deputy_card", "deputy_bag", kind);
    if (!name || !card) return std::nullopt;
    return Deputy{*name, *card};
  }

  static std::optional<Predecessor> read_predecessor(PlanSection& section,
                                                     derivation::CardKind kind) {
    if (!section.has("predecessor")) return std::nullopt;
    const auto name = section.text("predecessor");
    const auto card = card_of(section, "predecessor_card", "predecessor_bag", kind);
    std::optional<PlannedCard> spare;
    if (section.has("predecessor_spare")) spare = card_of(section, "predecessor_spare", kind);
    if (!name || !card) return std::nullopt;
    return Predecessor{*name, *card, spare};
  }

  const toml::table& root_;
  std::string_view text_;
  std::string name_;
  base::Findings findings_;
  base::Findings rules_;
  std::vector<ReadPerson> people_;
  std::string_view table_;  // that makes the plan rebuild a key
};

}  // namespace

Plan plan_of_toml(std::string_view text, std::string_view name) {
  return PlanReader(derivation::parse_toml(text, name), text, name).read();
}

}  // namespace keyceremony

#include "keyceremony/plan_rules.h"

#include <algorithm>
#include <iterator>
#include <map>

#include <fmt/format.h>

namespace keyceremony {

namespace {

struct Candidate {
  Role role;
  std::string id;
  std::string name;
  unsigned line;
};

class PlanRules {
 public:
  PlanRules(const std::vector<ReadPerson>& people, const ReadPair& pair, const ReadKind& kind,
            base::Findings& findings)
      : people_(people),
        pair_(pair),
        table_(kind.table),
        threshold_(kind.threshold),
        findings_(findings) {}

  void check() {
    check_numbers();
    check_pairs();
    check_single();
    check_spares();
    check_drill();
    check_replacement();
    check_parts();
  }

 private:
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
          findings_.add(line, "person.role",
                        {fmt::format("{}-{}, which is missing", row.id, next),
                         fmt::format(" {}-{}，此人缺失", row.id, next)});
        }
        next = each.person.index + 1;
      }
      if (count < row.least || count > row.most)
        findings_.add(
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
      // Who gives to himself has lost his card and kept the spare.
      if (person.predecessor && person.predecessor->name != person.name) {
        out.push_back(
            {person.role, id_of(person) + " predecessor", person.predecessor->name, line});
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
        findings_.add(std::max(one->line, other->line), "person.name",
                      {fmt::format("two people as {} and {}: {}", one->id, other->id, pair->why),
                       fmt::format("由两人分任 {} 与 {}", one->id, other->id)});
      }
    }
  }

  void check_single() {
    std::map<std::string, std::string> seen;
    const auto once = [&](const PlannedCard& card, unsigned line, const std::string& holder) {
      for (const auto& value : {card.bag, format(card.serial)}) {
        const auto [place, is_new] = seen.emplace(value, holder);
        if (!is_new)
          findings_.add(
              line, holder,
              {fmt::format("a card and a bag of its own; {} is of {} too", value, place->second),
               fmt::format("专用的卡与封袋；{} 已属 {}", value, place->second)});
      }
    };
    once(pair_.mother, pair_.mother_line, "master_mother");
    once(pair_.control, pair_.control_line, "master_control");
    for (const auto& [person, line] : people_) {
      once({person.card, person.bag}, line, id_of(person));
      if (person.spare) once(*person.spare, line, id_of(person) + " spare");
      if (person.deputy) once(person.deputy->card, line, id_of(person) + " deputy");
      for (const auto& old : predecessor_cards(person)) once({old.serial, old.bag}, line, old.id);
    }
  }

  // The seat of a spare follows from its leader's number, so that no seat may stay empty.
  void check_spares() {
    if (table_ == "replacement") return;
    const auto has = [](const ReadPerson& each) { return each.person.spare.has_value(); };
    const bool any = std::ranges::any_of(people_, has);
    for (const auto& each : people_)
      if (any && each.person.role == Role::kLeader && !has(each))
        findings_.add(each.line, id_of(each.person),
                      {"a spare, as another leader has one: one for each or for none",
                       "备用卡：或人人都有，或都没有"});
  }

  // The others only lend their components to the proof; the new one gets two cards, so that the
  // component never rests on one.
  void check_replacement() {
    const bool replaces = table_ == "replacement";
    const auto has = [](const ReadPerson& each) { return each.person.predecessor.has_value(); };
    const auto count = std::ranges::count_if(people_, has);
    if (replaces && count != 1)
      findings_.add(1, "person.predecessor",
                    {fmt::format("one leader with a predecessor at a time, here are {}", count),
                     fmt::format("每次仅一位领导有前任，此处有 {} 位", count)});
    for (const auto& each : people_) {
      const Person& person = each.person;
      if (person.role != Role::kLeader) continue;
      if (!replaces && person.predecessor)
        findings_.add(each.line, id_of(person),
                      {"a predecessor only under [replacement]", "仅 [replacement] 方案可有前任"});
      if (replaces && person.predecessor && (!person.spare || person.source != Source::kCard))
        findings_.add(each.line, id_of(person),
                      {"source card and a spare: the successor's component comes from a card",
                       "来源 card 及备用卡：继任者的分量来自卡"});
      if (replaces && !person.predecessor && person.spare)
        findings_.add(each.line, id_of(person),
                      {"no spare: only the successor gets one", "无备用卡：仅继任者有"});
    }
  }

  // What is proved sits in the leaders' seats: their cards, or the spares in their place.
  void check_drill() {
    if (table_ != "drill") return;
    for (const auto& each : people_)
      if (each.person.spare)
        findings_.add(each.line, id_of(each.person),
                      {"no spare in a drill: the spare that is tried sits in its leader's place",
                       "恢复演练中无备用卡：受试备用卡列为该领导的卡"});
  }

  // Three rebuild the fourth's: where the key is made there are no parts yet, and two that are lost
  // are lost.
  void check_parts() {
    unsigned lost = 0;
    for (const auto& each : people_) {
      if (each.person.role != Role::kLeader || each.person.source != Source::kParts) continue;
      const bool rebuilds = table_ == "recovery" || table_ == "drill";
      if (!rebuilds || threshold_ != card::layout::Threshold::kThree || ++lost > 1)
        findings_.add(each.line, id_of(each.person),
                      {"source parts for one leader at most, under [recovery] or [drill] and "
                       "threshold 3 of 4",
                       "来源 parts 至多一位领导，且仅限 3 of 4 的 [recovery] 或 [drill] 方案"});
    }
  }

  const std::vector<ReadPerson>& people_;
  const ReadPair& pair_;
  std::string_view table_;
  card::layout::Threshold threshold_;
  base::Findings& findings_;
};

}  // namespace

void check_rules(const std::vector<ReadPerson>& people, const ReadPair& pair, const ReadKind& kind,
                 base::Findings& findings) {
  PlanRules(people, pair, kind, findings).check();
}

}  // namespace keyceremony

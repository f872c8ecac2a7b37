#include "keyceremony/scene.h"

#include "base/core/error.h"

namespace keyceremony {

namespace {

constexpr std::size_t kWordsOfPlan = 8;

}  // namespace

Scene::Scene(const station::Station& station, const Plan& plan, const derivation::Profile& profile,
             Room& room, Journal& journal, LogBook& log_book)
    : station_(station),
      plan_(plan),
      profile_(profile),
      room_(room),
      journal_(journal),
      log_book_(log_book),
      cards_(room.terminal, room.find_card, room.patience),
      entry_desk_(room.terminal, plan) {}

std::filesystem::path Scene::folder() const {
  return station_.ceremonies() / plan_.short_id();
}

void Scene::record(State state, std::string_view event, Facts facts) {
  journal_.write(room_.clock(), state, event, std::move(facts));
  log_book_.bring_up_to(journal_);
}

void Scene::note(std::string_view event, Facts facts) {
  record(journal_.state(), event, std::move(facts));
}

std::string Scene::plan_words() const {
  return crypto::hash_words(base::ByteView(plan_.id()).first(kWordsOfPlan));
}

void Scene::confirm(const Person& person, std::string_view about, const terminal::Text& prompt,
                    std::string_view word) {
  const auto& role = row_of(person.role);
  room_.terminal.confirm(
      {fmt::format("{}.{}", id_of(person), about),
       {fmt::format("{} {}, {}: {}", role.english, person.index, person.name, prompt.english),
        fmt::format("{} {}，{}：{}", role.chinese, person.index, person.name, prompt.chinese)}},
      word);
}

}  // namespace keyceremony

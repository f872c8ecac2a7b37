#include "keyceremony/breaks.h"

#include <algorithm>
#include <sstream>
#include <vector>

#include "base/core/error.h"
#include "base/terminal/tries.h"
#include "keyceremony/approvals.h"
#include "keyceremony/bags.h"
#include "keyceremony/events.h"

namespace keyceremony {

namespace {

using base::Fault;

constexpr std::size_t kLeastStaying = 2;

std::vector<std::string> ids_in(const std::string& list) {
  std::istringstream in(list);
  std::vector<std::string> ids;
  for (std::string id; in >> id;) ids.push_back(id);
  std::ranges::sort(ids);
  return ids;
}

void check_staying(const Scene& scene, const std::vector<std::string>& ids) {
  if (ids.size() < kLeastStaying || std::ranges::adjacent_find(ids) != ids.end()) {
    base::fail(Fault::kRefused, "expected two people at least, each once, with blanks between");
  }
  for (const std::string& id : ids) {
    const auto& people = scene.plan().people;
    if (std::ranges::none_of(people, [&](const Person& p) { return id_of(p) == id; })) {
      base::fail(Fault::kRefused, "{} is nobody in the plan", id);
    }
  }
}

// "external-witness-1 safe-controller-1"
std::string ask_who_stays(Scene& scene) {
  return terminal::with_tries(scene.terminal(), [&] {
    const auto ids = ids_in(scene.terminal().ask(
        {"break.stays",
         {"Who stays in the room: two at least, such as external-witness-1 safe-controller-1",
          "谁留在场内：至少两人，例如 external-witness-1 safe-controller-1"}}));
    check_staying(scene, ids);
    std::string list;
    for (const std::string& id : ids) list += (list.empty() ? "" : " ") + id;
    return list;
  });
}

void confirm_they_stayed(Scene& scene, const Record& begun) {
  for (const std::string& id : ids_in(begun.fact("stays"))) {
    const Record* const before = scene.journal().find(event::kStayed, {{"by", id}});
    if (before != nullptr && before->number > begun.number) continue;
    scene.confirm(scene.plan().seat(id), "stayed",
                  {"I stayed in the room, and nobody touched bags or machine",
                   "本人一直在场，无人动过封袋与本机"},
                  "STAYED");
    scene.note(event::kStayed, {{"by", id}, {"line", std::to_string(begun.number)}});
  }
}

}  // namespace

void take_break(Scene& scene, const std::string& text) {
  if (is_on_break(scene.journal())) return seal_for_break(scene);
  if (scene.journal().state() >= State::kBagsSealed) {
    base::fail(Fault::kWrongState, "the bags have their numbers: sign, and seal them");
  }
  Facts facts = approve(scene, Operation::kBreak,
                        {{"at", std::string(row_of(scene.journal().state()).id)},
                         {"stays", ask_who_stays(scene)},
                         {"text", text}});
  seal_for_break(scene);
  scene.note(row_of(Operation::kBreak).id, std::move(facts));
}

void end_break(Scene& scene) {
  if (!is_on_break(scene.journal())) {
    base::fail(Fault::kWrongState, "this ceremony is on no break");
  }
  const Record begun = *scene.journal().find(row_of(Operation::kBreak).id);
  open_after_break(scene);
  confirm_they_stayed(scene, begun);
  scene.note(row_of(Operation::kBreakEnd).id,
             approve(scene, Operation::kBreakEnd,
                     {{"line", std::to_string(begun.number)},
                      {"at", std::string(row_of(scene.journal().state()).id)}}));
}

}  // namespace keyceremony

// Before any card is touched: the machine, the room, the people, the bags.
#include <fmt/format.h>

#include "base/core/durable_file.h"
#include "base/core/error.h"
#include "keyceremony/acts.h"
#include "keyceremony/bags.h"
#include "keyceremony/events.h"

namespace keyceremony {

namespace {

constexpr std::size_t kWordsOfSoftware = 8;

void judge(Scene& scene, const Condition& condition) {
  if (condition.weight == Weight::kSaid) {
    scene.terminal().say({fmt::format("{}: {}", condition.id, condition.found),
                          fmt::format("{}：{}", condition.id, condition.found)});
    return;
  }
  if (condition.holds) return;
  if (scene.plan().mode == base::Mode::kLive) {
    base::fail(base::Fault::kRefused, "{}: expected {}, found {}", condition.id, condition.expected,
               condition.found);
  }
  scene.terminal().say({fmt::format("Rehearsal only: {} is {}, a live ceremony expects {}.",
                                    condition.id, condition.found, condition.expected),
                        fmt::format("仅限演练：{} 为 {}，正式仪式要求 {}。", condition.id,
                                    condition.found, condition.expected)});
}

void note_software(Scene& scene, const std::string& what, const std::filesystem::path& path) {
  const auto hash = crypto::sha256(base::read_file(path));
  scene.terminal().show({what, "软件"},
                        crypto::hash_words(base::ByteView(hash).first(kWordsOfSoftware)));
  scene.note(event::kSoftware,
             {{"what", what}, {"sha256", base::to_hex(hash, base::HexCase::kLower)}});
}

void call_predecessor(Scene& scene) {
  const Person* const leader = scene.plan().successor();
  if (leader == nullptr) return;
  const HeldCard held = predecessor_cards(*leader).front();
  if (scene.journal().find(event::kPresent, {{"by", held.id}}) != nullptr) return;
  scene.terminal().confirm(
      {held.id + ".present",
       {fmt::format("{}: I am here, give my component away and keep no copy", held.name),
        fmt::format("{}：本人到场，交出分量且不留副本", held.name)}},
      "PRESENT");
  scene.note(event::kPresent, {{"by", held.id}, {"name", held.name}});
}

}  // namespace

Facts check_environment(Scene& scene, unsigned) {
  const Person& lead = scene.plan().first(Role::kAdministrator);
  scene.confirm(lead, "plan", {"the words of the plan are those on paper", "计划词语与纸面一致"},
                "PLAN");
  std::string faults;
  for (const auto& condition : examine(scene.machine())) {
    judge(scene, condition);
    scene.note(event::kCondition, {{"condition", condition.id},
                                   {"expected", condition.expected},
                                   {"found", condition.found}});
    if (!condition.holds) faults += (faults.empty() ? "" : " ") + condition.id;
  }
  note_software(scene, "keyceremony", scene.machine().program);
  note_software(scene, "pkcs11-module", scene.station().module());
  scene.confirm(lead, "clock",
                {"the clock of the room, as UTC, is " + base::format(scene.now()),
                 "场地时钟（世界时）为 " + base::format(scene.now())},
                "TIME");
  scene.confirm(
      lead, "room",
      {"two people stay in the room, nothing films the keyboard, this machine stands alone",
       "始终有两人在场，无摄像对准键盘，本机独立"},
      "ROOM");
  scene.note(event::kRoom, {{"by", id_of(lead)}});
  return {{"not-held", faults.empty() ? "none" : faults}};
}

Facts call_roles(Scene& scene, unsigned) {
  for (const Person& person : scene.plan().people) {
    if (scene.journal().find(event::kPresent, {{"by", id_of(person)}}) != nullptr) continue;
    scene.confirm(person, "present", {"I am here and know the plan", "本人到场并知悉计划"},
                  "PRESENT");
    scene.note(event::kPresent, {{"by", id_of(person)}, {"name", person.name}});
  }
  call_predecessor(scene);
  return {{"people", std::to_string(scene.plan().people.size())}};
}

Facts open_bags(Scene& scene, unsigned) {
  for (const Person& person : scene.plan().people) {
    if (person.role != Role::kSafeController) continue;
    if (scene.journal().find(event::kSafeOpened, {{"by", id_of(person)}}) != nullptr) continue;
    scene.confirm(person, "opened",
                  {"the safe is open and its bags are handed out", "保险柜已开启，封袋已发放"},
                  "OPEN");
    scene.note(event::kSafeOpened, {{"by", id_of(person)}});
  }
  const auto cards = scene.plan().all_cards();
  for (const HeldCard& card : cards) open_bag(scene, card);
  return {{"bags", std::to_string(cards.size())}};
}

}  // namespace keyceremony

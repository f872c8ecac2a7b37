// Two people put their cards on the reader for one operation.
#include <algorithm>

#include <fmt/format.h>

#include "base/core/error.h"
#include "base/crypto/random.h"
#include "base/terminal/tries.h"
#include "keyceremony/approvals.h"
#include "keyceremony/bags.h"
#include "keyceremony/events.h"
#include "keyceremony/signing.h"

namespace keyceremony {

namespace {

constexpr std::size_t kNonceBytes = 16;

const Person& ask_approver(Scene& scene, const Record& asked, std::size_t place) {
  std::string ids;
  const Person* only = nullptr;
  unsigned count = 0;
  for (const Person& person : scene.plan().people) {
    if (!may_give(asked, place, person)) continue;
    ids += (ids.empty() ? "" : ", ") + id_of(person);
    only = &person;
    ++count;
  }
  if (count == 1) return *only;
  return *terminal::with_tries(scene.terminal(), [&]() -> const Person* {
    const std::string id =
        scene.terminal().ask({"approval.by", {"Who approves: " + ids, "由谁批准：" + ids}});
    for (const Person& person : scene.plan().people) {
      if (id_of(person) == id && may_give(asked, place, person)) return &person;
    }
    base::fail(base::Fault::kMalformed, "expected one of {}", ids);
  });
}

void sign_request(Scene& scene, const Person& person, const Record& asked) {
  const HeldCard held = card_of(person);
  const std::string& nonce = asked.fact("nonce");
  const auto hash = approval_hash(asked);
  open_bag(scene, held);
  // Before the set is made the journal does not know the card yet.
  note_point(scene, held);
  const auto signature = signed_by(scene, held, kStepApproval, hash);
  scene.note(event::kApproval, {{"by", held.id},
                                {"card", format(held.serial)},
                                {"nonce", nonce},
                                {"signature", base::to_hex(signature, base::HexCase::kLower)}});
}

// The one who gave this of the two approvals before a cut.
bool is_given(const Scene& scene, const Record& asked, std::size_t place) {
  const std::string& nonce = asked.fact("nonce");
  return std::ranges::any_of(scene.plan().people, [&](const Person& person) {
    if (!may_give(asked, place, person)) return false;
    const auto& records = scene.journal().records();
    return std::ranges::any_of(records, [&](const Record& record) {
      return record.event == event::kApproval && record.fact("nonce") == nonce &&
             record.fact("by") == id_of(person);
    });
  });
}

void show(Scene& scene, Operation operation, const Record& asked) {
  const OperationRow& row = row_of(operation);
  scene.terminal().say({fmt::format("Two approvals are asked for: {}", row.english),
                        fmt::format("需两人批准：{}", row.chinese)});
  for (const auto& [key, value] : asked.facts) scene.terminal().show({key, "参数"}, value);
}

}  // namespace

Facts approve(Scene& scene, Operation operation, const Facts& parameters) {
  if (open_request(scene.journal(), operation, parameters) == nullptr) {
    const auto nonce = base::to_hex(crypto::random_bytes(kNonceBytes), base::HexCase::kLower);
    scene.note(event::kApprovalAsked, facts_of_request(operation, nonce, parameters));
  }
  const Record asked = *open_request(scene.journal(), operation, parameters);
  show(scene, operation, asked);
  for (std::size_t place = 0; place < kApprovers; ++place) {
    if (is_given(scene, asked, place)) continue;
    sign_request(scene, ask_approver(scene, asked, place), asked);
  }
  scene.cards().put_away();
  return facts_of_operation(asked.fact("nonce"), parameters);
}

}  // namespace keyceremony

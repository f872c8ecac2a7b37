// After the keys are proved: bags, signatures, the checkpoint of the log, the evidence.
#include <fmt/format.h>

#include "audit/checkpoint.h"
#include "base/core/error.h"
#include "keyceremony/acts.h"
#include "keyceremony/approvals.h"
#include "keyceremony/bags.h"
#include "keyceremony/events.h"
#include "keyceremony/evidence.h"
#include "keyceremony/signing.h"

namespace keyceremony {

namespace {

std::string hex(base::ByteView bytes) {
  return base::to_hex(bytes, base::HexCase::kLower);
}

// What a card keeps of the log: it refuses a station whose log is behind.
card::layout::SignedHead signed_head_of(const std::string& note, const audit::VerifierKey& key) {
  const audit::Checkpoint checkpoint = audit::open_checkpoint(note, key);
  card::layout::SignedHead head{checkpoint.origin, checkpoint.head.size, checkpoint.head.root, {}};
  for (const auto& line : audit::parse_note(note).lines) {
    if (line.name == key.name && line.key_id == key.id()) {
      head.signature = base::fixed<64>(line.signature, "checkpoint signature");
    }
  }
  return head;
}

}  // namespace

Facts seal_bags(Scene& scene, unsigned) {
  scene.cards().put_away();
  for (const HeldCard& card : scene.plan().all_cards()) {
    if (scene.journal().find(event::kBagSealed, {{"holder", card.id}}) != nullptr) continue;
    seal_bag(scene, card, event::kBagSealed);
  }
  for (const Person& person : scene.plan().people) {
    if (person.role != Role::kSafeController) continue;
    if (scene.journal().find(event::kSafeClosed, {{"by", id_of(person)}}) != nullptr) continue;
    scene.confirm(person, "taken",
                  {"after signing I take the bags and lock the safe", "签名后由本人收回封袋并锁柜"},
                  "LOCKED");
    scene.note(event::kSafeClosed, {{"by", id_of(person)}});
  }
  return {};
}

Facts sign_transcript(Scene& scene, unsigned) {
  const auto hash = crypto::sha256(base::bytes_of(transcript_of(scene.journal())));
  scene.terminal().show({"Transcript", "记录"}, hex(hash));
  for (const Person& person : scene.plan().people) {
    if (scene.journal().find(event::kSignature, {{"by", id_of(person)}}) == nullptr) {
      sign_as(scene, person, hash);
    }
  }
  scene.cards().put_away();
  return {{"transcript", hex(hash)}};
}

Facts sign_checkpoint(Scene& scene, unsigned) {
  audit::Log& log = scene.log_book().log();
  const auto signed_head = signed_head_of(log.checkpoint(), log.key());
  std::vector<HeldCard> pair{scene.plan().mother_card(), scene.plan().control_card()};
  if (scene.plan().is_drill()) pair.clear();  // void cards remember nothing more
  for (const HeldCard& held : pair) {
    card::keycards::KeyCard(scene.cards().visit(held)).put_head(signed_head);
  }
  scene.cards().put_away();
  return {{"size", std::to_string(signed_head.size)}, {"root", hex(signed_head.root)}};
}

Facts close_ceremony(Scene& scene, unsigned) {
  check_all_approvals(scene.journal(), scene.plan());
  write_evidence(scene);
  scene.terminal().show({"Evidence", "证据"}, (scene.folder() / "evidence").string());
  return {};
}

}  // namespace keyceremony

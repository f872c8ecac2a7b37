// After the keys are proved: bags, signatures, the checkpoint of the log, the evidence.
#include <algorithm>

#include <fmt/format.h>

#include "audit/checkpoint.h"
#include "base/core/error.h"
#include "base/terminal/tries.h"
#include "keyceremony/acts.h"
#include "keyceremony/events.h"
#include "keyceremony/evidence.h"

namespace keyceremony {

namespace {

using base::Fault;

std::string hex(base::ByteView bytes) {
  return base::to_hex(bytes, base::HexCase::kLower);
}

// A bag is used once: neither one that was opened today nor one sealed a minute ago.
void check_new_bag(const Scene& scene, const std::string& number) {
  if (number.empty()) base::fail(Fault::kMalformed, "a bag has a number");
  for (const auto& record : scene.journal().records()) {
    if (std::ranges::find(record.facts, Facts::value_type{"bag", number}) != record.facts.end()) {
      base::fail(Fault::kRefused, "bag {} was used in this ceremony", number);
    }
  }
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

void sign_as(Scene& scene, const Person& person, const crypto::Hash32& hash) {
  card::keycards::KeyCard card(scene.cards().visit_with_pin(card_of(person)));
  const auto signature = card.sign(kStepTranscript, hash);
  const auto digest = card::layout::signed_digest(scene.plan().id(), kStepTranscript, hash);
  if (!crypto::verify_digest(point_of(scene.journal(), id_of(person)), digest, signature)) {
    base::fail(Fault::kTampered, "{}: the signature is not of the card in the transcript",
               id_of(person));
  }
  scene.note(event::kSignature, {{"by", id_of(person)},
                                 {"card", format(person.card)},
                                 {"transcript", hex(hash)},
                                 {"signature", hex(signature)}});
}

}  // namespace

Facts seal_bags(Scene& scene, unsigned) {
  scene.cards().put_away();
  for (const HeldCard& card : scene.plan().all_cards()) {
    if (scene.journal().find(event::kBagSealed, {{"holder", card.id}}) != nullptr) continue;
    const std::string number = terminal::with_tries(scene.terminal(), [&] {
      const std::string typed = scene.terminal().ask(
          {card.id + ".seal",
           {fmt::format("{}: number of the new bag that {} goes into after signing", card.name,
                        card.id),
            fmt::format("{}：{} 签名后装入的新封袋号", card.name, card.id)}});
      check_new_bag(scene, typed);
      return typed;
    });
    scene.note(event::kBagSealed,
               {{"holder", card.id}, {"bag", number}, {"card", format(card.serial)}});
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
  for (const HeldCard& held : {scene.plan().mother_card(), scene.plan().control_card()}) {
    card::keycards::KeyCard(scene.cards().visit(held)).put_head(signed_head);
  }
  scene.cards().put_away();
  return {{"size", std::to_string(signed_head.size)}, {"root", hex(signed_head.root)}};
}

Facts close_ceremony(Scene& scene, unsigned) {
  write_evidence(scene);
  scene.terminal().show({"Evidence", "证据"}, (scene.folder() / "evidence").string());
  return {};
}

}  // namespace keyceremony

#include "keyceremony/signing.h"

#include "base/core/error.h"
#include "keyceremony/events.h"
#include "keyceremony/evidence.h"

namespace keyceremony {

using card::keycards::KeyCard;

void note_point(Scene& scene, const HeldCard& held) {
  if (scene.journal().find(event::kPoint, {{"holder", held.id}}) != nullptr) return;
  const auto point = KeyCard(scene.cards().visit(held)).public_point();
  scene.note(event::kPoint, {{"holder", held.id},
                             {"card", format(held.serial)},
                             {"point", base::to_hex(point, base::HexCase::kLower)}});
}

Signature signed_by(Scene& scene, const HeldCard& held, base::Byte step,
                    const crypto::Hash32& hash) {
  KeyCard card(scene.cards().visit_with_pin(held));
  card.put_plan(scene.plan().parts());
  const auto signature = card.sign(step, hash);
  const auto digest = card::layout::signed_digest(scene.plan().id(), step, hash);
  if (!crypto::verify_digest(point_of(scene.journal(), held.id), digest, signature)) {
    base::fail(base::Fault::kTampered, "{}: the signature is not of the card in the transcript",
               held.id);
  }
  return signature;
}

void sign_as(Scene& scene, const Person& person, const crypto::Hash32& transcript) {
  const auto signature = signed_by(scene, card_of(person), kStepTranscript, transcript);
  scene.note(event::kSignature, {{"by", id_of(person)},
                                 {"card", format(person.card)},
                                 {"transcript", base::to_hex(transcript, base::HexCase::kLower)},
                                 {"signature", base::to_hex(signature, base::HexCase::kLower)}});
}

}  // namespace keyceremony

#include "keyceremony/giving_up.h"

#include <functional>

#include "base/core/error.h"
#include "keyceremony/bags.h"
#include "keyceremony/events.h"
#include "keyceremony/evidence.h"
#include "keyceremony/signing.h"

namespace keyceremony {

namespace {

// Empty when the card did it.
std::string fault_of(const std::function<void()>& use_card) {
  try {
    use_card();
    return {};
  } catch (const base::Error& error) {
    if (error.fault() == base::Fault::kUnavailable) throw;
    return error.what();
  }
}

bool has_answered(const Journal& journal, const std::string& id, const std::string& transcript) {
  for (const auto event : {event::kSignature, event::kUnsigned}) {
    const Record* const record = journal.find(event, {{"by", id}});
    if (record != nullptr && record->fact("transcript") == transcript) return true;
  }
  return false;
}

void sign_or_say_why(Scene& scene, const Person& person, const crypto::Hash32& transcript) {
  const bool at_hand = is_sealed_for_good(scene.journal(), card_of(person));
  const std::string why =
      at_hand ? fault_of([&] { sign_as(scene, person, transcript); }) : "the card is in its bag";
  if (why.empty()) return;
  scene.note(event::kUnsigned, {{"by", id_of(person)},
                                {"card", format(person.card)},
                                {"transcript", base::to_hex(transcript, base::HexCase::kLower)},
                                {"text", why}});
}

// The keys first: they must stand in what is signed.
void seal_what_is_open(Scene& scene) {
  for (const Person& person : scene.plan().people) {
    const HeldCard card = card_of(person);
    if (lies_on_table(scene.journal(), card)) fault_of([&] { note_point(scene, card); });
  }
  for (const HeldCard& card : scene.plan().all_cards()) {
    if (lies_on_table(scene.journal(), card)) seal_bag(scene, card, event::kBagSealed);
  }
}

}  // namespace

void give_up(Scene& scene, const std::string& reason, const Facts& told) {
  seal_what_is_open(scene);
  Facts facts{{"text", reason}};
  facts.insert(facts.end(), told.begin(), told.end());
  scene.note(event::kGivenUp, std::move(facts));
}

void sign_what_there_is(Scene& scene) {
  const auto hash = crypto::sha256(base::bytes_of(transcript_of(scene.journal())));
  const auto transcript = base::to_hex(hash, base::HexCase::kLower);
  for (const Person& person : scene.plan().people) {
    if (has_answered(scene.journal(), id_of(person), transcript)) continue;
    sign_or_say_why(scene, person, hash);
  }
  scene.cards().put_away();
}

const Record* given_up(const Journal& journal, const std::string& reason) {
  return journal.find(event::kGivenUp, {{"text", as_in_journal(reason)}});
}

}  // namespace keyceremony

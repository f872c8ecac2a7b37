// The four components become the master keys inside the master card, and the card becomes a pair.
#include <fmt/format.h>

#include "base/core/error.h"
#include "cos-apdu/keycards/open_pair.h"
#include "cos-apdu/keycards/pairing.h"
#include "cos-apdu/keycards/role_card.h"
#include "keyceremony/acts.h"
#include "keyceremony/events.h"
#include "keyceremony/evidence.h"

namespace keyceremony {

namespace {

using base::Fault;
using card::keycards::CheckValues;
using card::keycards::KeyCard;
using card::keycards::MasterControlCard;

constexpr std::string_view kProofMessage = "WK/proof1";

std::string hex(base::ByteView bytes) {
  return base::to_hex(bytes, base::HexCase::kLower);
}

card::keycards::PurposeFactors factors_of(const derivation::Profile& profile) {
  card::keycards::PurposeFactors factors{};
  for (std::size_t at = 0; at < factors.size(); ++at)
    factors.at(at) = profile.purposes.at(at).value;
  return factors;
}

// The list in the card, when it has combined already: a cut may have fallen between card and journal.
std::optional<card::keycards::SignedCheckValues> values_in(MasterControlCard& master) {
  try {
    return master.signed_check_values();
  } catch (const base::Error& error) {
    if (error.fault() == Fault::kWrongState || error.fault() == Fault::kNotFound) {
      return std::nullopt;
    }
    throw;
  }
}

void reveal_what_is_missing(Scene& scene) {
  for (unsigned index = 1; index <= kLeaders; ++index) {
    if (!scene.revealed().at(index - 1)) reveal_component(scene, index);
  }
}

// Whoever types cannot be compared across a cut, for nothing is kept of what he typed: the card is
// the first that sees all four side by side.
void combine_in_card(Scene& scene, MasterControlCard& master) {
  try {
    master.combine(factors_of(scene.profile()), scene.profile().first_version);
  } catch (const base::Error& error) {
    if (error.fault() != Fault::kWrongState) throw;
    base::fail(Fault::kWrongState,
               "the master card does not combine these components: two of them may be equal; give "
               "this ceremony up ({})",
               error.what());
  }
}

card::keycards::SignedCheckValues combine(Scene& scene) {
  {
    MasterControlCard master(scene.cards().visit_with_pin(scene.plan().mother_card()));
    if (const auto values = values_in(master)) return *values;
  }
  reveal_what_is_missing(scene);
  MasterControlCard master(scene.cards().visit_with_pin(scene.plan().mother_card()));
  for (unsigned index = 1; index <= kLeaders; ++index) {
    const auto& component = scene.revealed().at(index - 1);
    if (!component) base::fail(Fault::kWrongState, "leader-{} has not revealed", index);
    master.put_revealed(card::layout::leader_seat(index), *component);
  }
  combine_in_card(scene, master);
  scene.revealed() = {};
  return master.signed_check_values();
}

std::string recorded_value(const Scene& scene, const derivation::PurposeRow& row) {
  const Record* const record =
      scene.journal().find(event::kCheckValue, {{"purpose", std::string(row.id)}});
  if (record == nullptr) base::fail(Fault::kNotFound, "no check value of purpose {}", row.id);
  return record->fact("value");
}

// A key that is not the one of old is as wrong as none, and is found before a pair is made of it.
void compare_with_birth(const Plan& plan, const CheckValues& values) {
  if (!plan.recovery) return;
  for (std::size_t at = 0; at < values.size(); ++at) {
    const std::string found = crypto::format(values.at(at));
    const std::string expected = crypto::format(plan.recovery->values.at(at));
    if (found == expected) continue;
    base::fail(Fault::kTampered,
               "purpose {}: check value {}, the key of the plan has {}: a component is not the one "
               "of old; give this ceremony up and plan another with a fresh master card",
               derivation::kPurposes.at(at).id, found, expected);
  }
}

std::vector<crypto::PublicPoint> officer_points(Scene& scene) {
  std::vector<crypto::PublicPoint> points;
  for (const Person& person : scene.plan().people) {
    if (person.role != Role::kOfficer) continue;
    points.push_back(KeyCard(scene.cards().visit(card_of(person))).public_point());
  }
  return points;
}

void prepare(Scene& scene, const HeldCard& held, const std::vector<crypto::PublicPoint>& officers) {
  KeyCard card(scene.cards().visit_with_pin(held));
  if (card.status().life_cycle == card::layout::LifeCycle::kInUse) return;
  card.put_officers(officers);
  card.put_log_key(scene.log_book().log().key().key, scene.log_book().log().origin());
}

}  // namespace

Facts combine_components(Scene& scene, unsigned) {
  const auto list = combine(scene);
  const auto hash = card::keycards::hash_of(list.values);
  const auto digest =
      card::layout::signed_digest(scene.plan().id(), card::layout::kStepCheckValues, hash);
  if (!crypto::verify_digest(point_of(scene.journal(), scene.plan().mother_card().id), digest,
                             list.signature)) {
    base::fail(Fault::kTampered, "the master card's list of check values is not signed by it");
  }
  compare_with_birth(scene.plan(), list.values);
  for (std::size_t at = 0; at < list.values.size(); ++at) {
    scene.note(event::kCheckValue, {{"purpose", std::string(derivation::kPurposes.at(at).id)},
                                    {"value", crypto::format(list.values.at(at))}});
  }
  return {{"values-hash", hex(hash)}, {"signature", hex(list.signature)}};
}

Facts confirm_values(Scene& scene, unsigned) {
  for (const auto& row : derivation::kPurposes) {
    scene.terminal().show({std::string(row.english), std::string(row.chinese)},
                          recorded_value(scene, row));
  }
  for (const Person& person : scene.plan().people) {
    if (person.role == Role::kOfficer) continue;
    if (scene.journal().find(event::kValueSeen, {{"by", id_of(person)}}) != nullptr) continue;
    scene.confirm(person, "values", {"the check values are those read aloud", "校验值与宣读一致"},
                  "EQUAL");
    scene.note(event::kValueSeen, {{"by", id_of(person)}});
  }
  return {};
}

Facts make_pair(Scene& scene, unsigned) {
  const auto officers = officer_points(scene);
  const HeldCard mother = scene.plan().mother_card();
  const HeldCard control = scene.plan().control_card();
  prepare(scene, mother, officers);
  prepare(scene, control, officers);
  card::keycards::MotherCard mother_card(scene.cards().visit_with_pin(mother));
  card::keycards::ControlCard control_card(
      scene.cards().visit_with_pin(control, CardTable::Others::kStay));
  const auto pair = scene.plan().pair_name();
  card::keycards::pair_cards(mother_card, control_card, pair);
  return {{"pair", base::to_hex(pair.id)}, {"generation", std::to_string(pair.generation)}};
}

Facts prove_by_use(Scene& scene, unsigned) {
  const HeldCard mother = scene.plan().mother_card();
  const HeldCard control = scene.plan().control_card();
  scene.cards().put_away();
  const auto mother_pin = scene.cards().ask_pin(mother);
  const auto control_pin = scene.cards().ask_pin(control);
  card::Session& mother_session = scene.cards().visit(mother);
  card::Session& control_session = scene.cards().visit(control, CardTable::Others::kStay);
  card::keycards::OpenPair pair(mother_session, control_session, {mother_pin, control_pin},
                                {scene.plan().id(), 1});
  for (const auto& row : derivation::kPurposes) {
    const std::string value = crypto::format(pair.check_value(row.purpose));
    if (value != recorded_value(scene, row)) {
      base::fail(Fault::kTampered, "purpose {}: check value is {}, expected {}", row.id, value,
                 recorded_value(scene, row));
    }
  }
  const auto message = base::bytes_of(kProofMessage);
  const auto mac = pair.mac(derivation::Purpose::kCardControl, std::nullopt, message);
  pair.verify(derivation::Purpose::kCardControl, std::nullopt, message, mac);
  const auto below = pair.check_value(
      derivation::Purpose::kLoad, scene.profile().province_factor(scene.profile().first_version));
  return {{"values", "equal"}, {"mac", "verified"}, {"province-load", crypto::format(below)}};
}

}  // namespace keyceremony

// Where the plan names a token: the purpose keys go from the opened master pair into it, under a key
// that the plan id binds, and count only when the token's check values are the card's.
#include <fmt/format.h>

#include "base/core/error.h"
#include "base/hsm/token.h"
#include "cos-apdu/keycards/open_pair.h"
#include "derivation/hsm/reception.h"
#include "keyceremony/acts.h"
#include "keyceremony/events.h"
#include "keyceremony/evidence.h"
#include "keyceremony/officers.h"
#include "keyceremony/token_commits.h"

namespace keyceremony {

namespace {

using base::Fault;
using card::keycards::MasterControlCard;

derivation::ReceptionPlan reception_plan(const Scene& scene) {
  const auto origin = scene.plan().origin_id();
  return {scene.plan().id(), scene.plan().suite, scene.plan().mode, scene.profile().first_version,
          base::fixed<4>(base::ByteView(origin).first(4))};
}

derivation::CheckValueList recorded_values(const Journal& journal) {
  derivation::CheckValueList list{};
  for (std::size_t at = 0; at < list.size(); ++at) {
    const Record* const record = journal.find(
        event::kCheckValue, {{"purpose", std::string(derivation::kPurposes.at(at).id)}});
    if (record == nullptr) base::fail(Fault::kNotFound, "check values are not recorded");
    list.at(at) = crypto::kcv_of_bytes(base::from_hex(record->fact("value"), "check value"));
  }
  return list;
}

// nullopt when a cut fell after the close: the delivery key is gone by then.
std::optional<crypto::PublicPoint> delivery_point(derivation::Reception& reception) {
  try {
    return reception.delivery_point();
  } catch (const base::Error& error) {
    if (error.fault() == Fault::kNotFound) return std::nullopt;
    throw;
  }
}

void deliver_all(Scene& scene, derivation::Reception& reception, const crypto::PublicPoint& point) {
  const HeldCard mother = scene.plan().mother_card();
  const HeldCard control = scene.plan().control_card();
  const auto mother_pin = scene.cards().ask_pin(mother);
  const auto control_pin = scene.cards().ask_pin(control);
  card::Session& session = scene.cards().visit(mother);
  card::Session& beside = scene.cards().visit(control, CardTable::Others::kStay);
  const card::keycards::OpenPair pair(session, beside, {mother_pin, control_pin},
                                      {scene.plan().id(), 0});
  MasterControlCard master(session);
  for (std::size_t at = 0; at < derivation::kPurposes.size(); ++at) {
    const auto& row = derivation::kPurposes.at(at);
    reception.receive(reception_plan(scene), master.deliver(row.purpose, point));
    scene.terminal().progress({"purpose keys delivered", "已交付用途密钥"}, at + 1,
                              derivation::kPurposes.size());
  }
}

}  // namespace

Facts deliver_to_token(Scene& scene, unsigned) {
  scene.cards().put_away();
  const auto pin =
      release_token_pin(scene.cards(), read_officers(scene.station()), ShareSlot::kKeyToken);
  hsm::Token token({scene.station().module(), scene.station().key_token(), hsm::kKeyTokenLabel,
                    scene.station().folder() / hsm::kMechanismFile},
                   pin);
  require_not_older(scene.log_book().log().archive(), token.folder_state());
  if (const auto damage = token.damage()) {
    scene.terminal().say({*damage, "令牌曾受损，已从快照恢复"});
  }
  derivation::Reception reception(token);
  if (const auto point = delivery_point(reception)) {
    if (derivation::delivery_key_hash(*point) != scene.plan().token_key_hash) {
      base::fail(Fault::kRefused, "the token's delivery key is not the one of the plan");
    }
    deliver_all(scene, reception, *point);
    reception.require_complete(reception_plan(scene), recorded_values(scene.journal()));
    reception.close();
  }
  // What the token holds after it was opened anew is what it really stored.
  reception.require_complete(reception_plan(scene), recorded_values(scene.journal()));
  Facts facts{{"token", hsm::kKeyTokenLabel},
              {"keys", std::to_string(derivation::kPurposes.size())}};
  facts.emplace_back("mechanisms",
                     base::to_hex(token.module().mechanisms().hash(), base::HexCase::kLower));
  if (const auto state = token.folder_state()) {
    facts.emplace_back("manifest", base::to_hex(state->manifest, base::HexCase::kLower));
  }
  if (const auto entry = commit_entry(token.folder_state())) scene.log_book().log().append(*entry);
  return facts;
}

}  // namespace keyceremony

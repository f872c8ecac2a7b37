#include "keyceremony/void_order.h"

#include <algorithm>
#include <filesystem>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "base/core/error.h"
#include "cos-apdu/keycards/key_card.h"
#include "cos-apdu/layout/keycard_job.h"
#include "keyceremony/journal.h"

namespace keyceremony {

namespace {

using base::Fault;
using card::keycards::KeyCard;
using card::layout::LifeCycle;

bool names(const audit::Entry& entry, const card::layout::PairId& id) {
  const auto pair = audit::pair(id);
  return std::ranges::any_of(entry.object, [&](const auto& item) {
    return item.field() == pair.field() && item.value() == pair.value();
  });
}

void require_loss(audit::Log& log, const card::layout::PairId& id, std::uint64_t log_index) {
  const audit::Entry entry = audit::parse_entry(log.archive().entry(log_index)).entry;
  if (entry.act == audit::Act::kPairVoid && entry.outcome == audit::Outcome::kDone &&
      names(entry, id)) {
    return;
  }
  base::fail(Fault::kRefused, "log entry {}: expected the loss of pair {} (issuance void-pair)",
             log_index, base::to_hex(id));
}

void require_no_ceremony(const station::Station& station) {
  for (const auto& entry : std::filesystem::directory_iterator(station.ceremonies())) {
    if (!std::filesystem::exists(entry.path() / "journal")) continue;
    const Plan plan = read_plan(entry.path() / "plan.toml");
    if (is_end(Journal(entry.path() / "journal", plan.id()).state())) continue;
    base::fail(Fault::kWrongState,
               "ceremony {} is under way and needs the role cards as they are: end it first",
               plan.short_id());
  }
}

// An officer, and the place of his point in the card that takes the order.
struct Signer {
  base::Byte number = 0;
  HeldCard card;
};

using Signers = std::array<Signer, card::layout::kVoidOrderOfficers>;

card::layout::VoidOrder signed_by(CardTable& cards, const Signers& signers,
                                  const card::layout::PlanParts& plan,
                                  card::layout::VoidOrder order) {
  const auto hash = card::layout::void_order_hash(order);
  base::Writer proof;
  for (const Signer& signer : signers) {
    KeyCard card(cards.visit_with_pin(signer.card));
    if (card.status().plan_id != plan_id(plan)) card.put_plan(plan);
    proof.u8(signer.number).bytes(card.sign(card::layout::kStepVoidPair, hash));
  }
  order.proof = proof.take();
  return order;
}

void record_taken(audit::Log& log, const HeldCard& survivor, std::uint64_t log_index) {
  log.append({audit::Act::kPairVoid,
              {{"keyceremony", audit::Role::kProgram}},
              {audit::serial(survivor.serial.bytes()), audit::index(log_index)},
              audit::Outcome::kDone,
              "order taken by the surviving card",
              {}});
}

// What the log says of the founding of a stock pair.
struct Founding {
  std::vector<audit::Person> officers;  // by the serials of their role cards
  std::string job;
  crypto::Hash32 profile_hash{};
};

std::string hash_in(const audit::Entry& entry) {
  const auto found = std::ranges::find(entry.object, audit::Field::kHash,
                                       [](const auto& item) { return item.field(); });
  return found == entry.object.end() ? std::string() : std::get<std::string>(found->value());
}

Founding founding_of(audit::Log& log, const card::layout::PairId& id) {
  Founding found;
  std::string profile;
  log.archive().each_entry(0, [&](std::uint64_t, std::string_view bytes) {
    const audit::Entry entry = audit::parse_entry(bytes).entry;
    if (entry.outcome != audit::Outcome::kDone) return;
    if (entry.act == audit::Act::kProfileAccepted) profile = hash_in(entry);
    if (entry.act != audit::Act::kPairEndorsed || !names(entry, id)) return;
    found = {entry.by, entry.run,
             base::fixed<32>(base::from_hex(profile, "profile hash"), "profile hash")};
  });
  if (found.officers.empty()) {
    base::fail(Fault::kNotFound, "the log names no officers of pair {}", base::to_hex(id));
  }
  return found;
}

Signer signer_of(const Founding& founding, const HeldCard& officer) {
  const auto place =
      std::ranges::find(founding.officers, format(officer.serial), &audit::Person::id);
  if (place == founding.officers.end()) {
    base::fail(Fault::kRefused, "role card {} of {} is not among the officers of this pair",
               format(officer.serial), officer.name);
  }
  return {static_cast<base::Byte>(place - founding.officers.begin()), officer};
}

}  // namespace

card::layout::VoidOrder sign_void_order(CardTable& cards, const Plan& plan,
                                        std::uint64_t log_index) {
  const auto signer = [&](base::Byte number) {
    return Signer{number, card_of(plan.seat(fmt::format("officer-{}", number + 1)))};
  };
  return signed_by(cards, {signer(0), signer(1)}, plan.parts(), {plan.pair_name(), log_index, {}});
}

void give_void_order(CardTable& cards, const HeldCard& held, const card::layout::VoidOrder& order) {
  KeyCard card(cards.visit(held));
  card.apply_void_order(order);
  if (const auto status = card.status(); status.life_cycle != LifeCycle::kVoid) {
    base::fail(Fault::kTampered, "{}: took its void order and says that it is {}", held.id,
               card::layout::format(status.life_cycle));
  }
}

void void_survivor(const station::Station& station, const Plan& plan, audit::Log& log,
                   CardTable& cards, const HeldCard& survivor, std::uint64_t log_index) {
  require_loss(log, plan.pair_name().id, log_index);
  require_no_ceremony(station);
  const auto status = KeyCard(cards.visit(survivor)).status();
  if (status.pair_id != plan.pair_name().id) {
    base::fail(Fault::kRefused, "{}: it belongs to pair {}, expected {}", survivor.id,
               base::to_hex(status.pair_id), base::to_hex(plan.pair_name().id));
  }
  if (status.life_cycle == LifeCycle::kVoid) return;
  give_void_order(cards, survivor, sign_void_order(cards, plan, log_index));
  cards.put_away();
  record_taken(log, survivor, log_index);
}

void void_stock_survivor(const station::Station& station, audit::Log& log, CardTable& cards,
                         const HeldCard& survivor, const TwoOfficers& officers,
                         std::uint64_t log_index) {
  const auto status = KeyCard(cards.visit(survivor)).status();
  if (status.kind() != derivation::CardKind::kStock) {
    base::fail(Fault::kRefused, "{} is no card of a stock pair", format(survivor.serial));
  }
  if (status.life_cycle == LifeCycle::kVoid) return;
  require_loss(log, status.pair_id, log_index);
  require_no_ceremony(station);
  const Founding founding = founding_of(log, status.pair_id);
  const Signers signers{signer_of(founding, officers[0]), signer_of(founding, officers[1])};
  const auto parts =
      card::layout::parts_of_job(station.mode(), status.suite, founding.profile_hash, founding.job);
  give_void_order(
      cards, survivor,
      signed_by(cards, signers, parts, {{status.pair_id, status.generation}, log_index, {}}));
  cards.put_away();
  record_taken(log, survivor, log_index);
}

}  // namespace keyceremony

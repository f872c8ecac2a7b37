#include "issuance/pairs/void_pair.h"

#include <algorithm>
#include <array>
#include <vector>

#include "cos-apdu/keycards/key_card.h"
#include "issuance/engine/entries.h"
#include "issuance/engine/pair_in_hand.h"

namespace issuance {

namespace {

using base::Fault;
using card::layout::LifeCycle;

const Kind* kind_of_pair(CardKind mother) {
  for (const Kind& row : kKinds) {
    if (row.form == Form::kPair && row.card == mother) return &row;
  }
  return nullptr;
}

constexpr std::string_view text_of(Lost lost) {
  constexpr std::array<std::string_view, 3> kTexts = {"mother lost", "control lost",
                                                      "to be destroyed"};
  return kTexts.at(static_cast<std::size_t>(lost));
}

std::vector<CardInHand> take_survivors(Workplace& place, const PairId& id) {
  std::vector<CardInHand> taken;
  const Wanted wanted{
      "surviving card", [&](const auto& status) {
        const bool here = std::ranges::any_of(
            taken, [&](const CardInHand& card) { return card.status.serial == status.serial; });
        return !here && status.pair_id == id && status.life_cycle == LifeCycle::kInUse;
      }};
  while (auto link = place.cards.look(wanted)) taken.emplace_back(std::move(link));
  return taken;
}

void give_order(CardInHand& survivor, card::keycards::OpenPair& issuer, const PairRow& pair) {
  const card::layout::PairName name{pair.id, static_cast<std::uint16_t>(pair.generation)};
  const auto order = issuer.void_order(survivor.status.serial, name,
                                       static_cast<std::uint64_t>(pair.void_entry.value_or(0)));
  card::keycards::KeyCard(survivor.session).apply_void_order(order);
  survivor.ask_again();
  if (survivor.status.life_cycle != LifeCycle::kVoid) {
    base::fail(Fault::kTampered, "card {}: took the void order and is {}",
               format(survivor.status.serial), format(survivor.status.life_cycle));
  }
}

}  // namespace

Lost parse_lost(std::string_view text) {
  if (text == "mother") return Lost::kMother;
  if (text == "control") return Lost::kControl;
  base::fail(Fault::kMalformed, "'{}': expected mother or control", text);
}

PairRow void_pair(Workplace& place, const PairId& id, Lost lost, const People& by) {
  Register& book = place.ledger.book();
  const auto pair = book.pair(id);
  if (!pair) base::fail(Fault::kNotFound, "pair {} is not in this register", base::to_hex(id));
  if (!next(pair->state, PairEvent::kVoid)) {
    base::fail(Fault::kWrongState, "pair {} is {}, expected active", base::to_hex(id),
               name_of(pair->state));
  }
  audit::Entry entry = log_entry(audit::Act::kPairVoid, {}, by,
                                 {audit::kind(derivation::byte_of(pair->kind)), audit::pair(id),
                                  audit::generation(static_cast<std::uint16_t>(pair->generation)),
                                  audit::text(text_of(lost))});
  if (!pair->county.empty()) {
    entry.object.push_back(audit::county(base::CountyCode::parse(pair->county)));
  }
  place.ledger.record(entry);
  return book.pair(id).value();
}

Delivery deliver_void_order(Workplace& place, const PairRow& pair, const People& by) {
  std::vector<CardInHand> survivors = take_survivors(place, pair.id);
  if (survivors.empty()) return Delivery::kNotHere;
  const Kind* kind = kind_of_pair(pair.kind);
  if (kind == nullptr) return Delivery::kNeedsOfficers;
  const PairName& above = pair_name_of(kind->issuer);
  PairInHand issuer(place, above, above.scope == Scope::kCounty ? pair.county : std::string());
  const auto text = base::bytes_of("wellkey order void " + base::to_hex(pair.id));
  issuer.open(place, {crypto::sha256(text), static_cast<std::uint16_t>(survivors.size())}, by, {});
  for (CardInHand& survivor : survivors) give_order(survivor, issuer.opened(), pair);
  return Delivery::kTaken;
}

}  // namespace issuance

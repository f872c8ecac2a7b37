#include "issuance/pairs/destroy_pair.h"

#include <fmt/format.h>

#include "base/core/error.h"
#include "issuance/engine/entries.h"
#include "issuance/engine/order.h"
#include "issuance/engine/take_card.h"
#include "issuance/kinds/kinds.h"
#include "issuance/pairs/void_pair.h"

namespace issuance {

namespace {

using base::Fault;
using card::layout::CardStatus;
using card::layout::LifeCycle;

constexpr std::array kHalves = {Half::kMother, Half::kControl};

constexpr std::string_view name_of(Half half) {
  return half == Half::kMother ? "mother" : "control";
}

// What a card of the pair says; nothing when it is in no reader.
std::optional<CardStatus> look_for(Workplace& place, const PairId& id, Half half) {
  std::optional<CardStatus> seen;
  place.cards.look({"card of the pair", [&](const CardStatus& status) {
                      const bool control = status.has(card::layout::kFlagControlRole);
                      if (status.pair_id != id || control != (half == Half::kControl)) return false;
                      seen = status;
                      return true;
                    }});
  return seen;
}

PairRow void_first(Workplace& place, const PairRow& pair, const People& by) {
  if (pair.state == PairState::kVoid) return pair;
  if (pair.state != PairState::kRetired) {
    base::fail(Fault::kWrongState, "pair {} is {}, expected retired (issuance retire) or void",
               base::to_hex(pair.id), name_of(pair.state));
  }
  return void_pair(place, pair.id, Lost::kNeither, by);
}

// What the certificate says of one card.
audit::Fact fact_of(Workplace& place, const PairRow& pair, Half half) {
  const auto status = look_for(place, pair.id, half);
  const std::string name(name_of(half));
  if (!status && pair.lost == name + " lost") {
    return {name, fmt::format("lost, void since log entry {}", pair.void_entry.value_or(0))};
  }
  if (!status) {
    base::fail(Fault::kNotFound, "the {} card of pair {} is in no reader", name,
               base::to_hex(pair.id));
  }
  if (status->life_cycle != LifeCycle::kVoid) {
    base::fail(Fault::kRefused,
               "the {} card {} is {}: it takes its order from two officers (keyceremony void-order "
               "--entry {})",
               name, format(status->serial), card::layout::format(status->life_cycle),
               pair.void_entry.value_or(0));
  }
  return {name, format(status->serial) + " void, its keys erased"};
}

std::vector<audit::Fact> facts_of(Workplace& place, const PairRow& pair) {
  std::vector<audit::Fact> facts{{"time", base::format(place.clock())},
                                 {"log", place.ledger.log().origin()},
                                 {"pair", base::to_hex(pair.id)},
                                 {"kind", std::string(pair_name_of(pair.kind).id)},
                                 {"county", pair.county.empty() ? "-" : pair.county},
                                 {"version", std::to_string(pair.version)},
                                 {"generation", std::to_string(pair.generation)},
                                 {"void-entry", std::to_string(pair.void_entry.value_or(0))}};
  for (const Half half : kHalves) facts.push_back(fact_of(place, pair, half));
  return facts;
}

}  // namespace

Destroyed destroy_pair(Workplace& place, const PairId& id, const People& by,
                       const Signing& signing) {
  Register& book = place.ledger.book();
  const auto known = book.pair(id);
  if (!known) base::fail(Fault::kNotFound, "pair {} is not in this register", base::to_hex(id));
  const PairRow pair = void_first(place, *known, by);
  deliver_void_order(place, pair, by);
  const SignedStatement certificate =
      sign_statement(place, signing, audit::Act::kPairDestroyed, facts_of(place, pair));
  audit::Entry entry = log_entry(audit::Act::kPairDestroyed, {}, certificate.by,
                                 {audit::kind(derivation::byte_of(pair.kind)), audit::pair(id),
                                  audit::generation(static_cast<std::uint16_t>(pair.generation)),
                                  audit::hash(certificate.hash)});
  entry.by.insert(entry.by.end(), by.begin(), by.end());
  place.ledger.record(entry);
  return {book.pair(id).value(), certificate.file};
}

}  // namespace issuance

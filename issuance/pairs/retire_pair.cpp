#include "issuance/pairs/retire_pair.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/core/error.h"
#include "issuance/engine/entries.h"
#include "issuance/engine/validity.h"
#include "issuance/kinds/kinds.h"

namespace issuance {

namespace {

using base::Fault;

bool has_same_keys(const PairRow& one, const PairRow& other) {
  return one.kind == other.kind && one.county == other.county && one.version == other.version;
}

using Pairs = std::map<PairId, PairRow>;

Pairs pairs_of(Register& book) {
  Pairs pairs;
  for (PairRow& row : book.pairs()) pairs.emplace(row.id, std::move(row));
  return pairs;
}

// Half of a pair that issues no more: the count is of those that still work.
bool is_spent_half(const CardRow& card, const Pairs& pairs) {
  if (!card.pair) return false;
  const auto pair = pairs.find(*card.pair);
  return pair != pairs.end() && pair->second.state != PairState::kActive;
}

// Who made each pair: the issuer of its cards. A founded pair, which the register names as its own
// issuer, has none.
std::map<PairId, PairId> makers_of(const std::vector<CardRow>& cards) {
  std::map<PairId, PairId> makers;
  for (const CardRow& card : cards) {
    if (card.pair && card.issuer && *card.pair != *card.issuer) {
      makers.emplace(*card.pair, *card.issuer);
    }
  }
  return makers;
}

std::optional<std::string> obstacle(Workplace& place, const PairRow& pair) {
  const auto held = holders(place.ledger.book(), pair);
  if (!held.empty()) return fmt::format("still held by {}", format(held));
  if (!successor(place, pair)) return "no other pair issues in its place";
  return std::nullopt;
}

audit::Object object_of(const PairRow& pair) {
  audit::Object object{audit::kind(derivation::byte_of(pair.kind)), audit::pair(pair.id),
                       audit::generation(static_cast<std::uint16_t>(pair.generation)),
                       audit::key_version(static_cast<std::uint8_t>(pair.version))};
  if (!pair.county.empty()) object.push_back(audit::county(base::CountyCode::parse(pair.county)));
  return object;
}

std::vector<audit::Fact> facts_of(Workplace& place, const PairRow& pair,
                                  const std::string& obstacle, const std::string& reason) {
  return {{"time", base::format(place.clock())},
          {"log", place.ledger.log().origin()},
          {"pair", base::to_hex(pair.id)},
          {"kind", std::string(pair_name_of(pair.kind).id)},
          {"county", pair.county.empty() ? "-" : pair.county},
          {"version", std::to_string(pair.version)},
          {"generation", std::to_string(pair.generation)},
          {"despite", obstacle},
          {"reason", reason}};
}

}  // namespace

std::vector<Holders> holders(Register& book, const PairRow& pair) {
  const Pairs pairs = pairs_of(book);
  const bool carried_on = std::ranges::any_of(pairs, [&](const auto& row) {
    const PairRow& other = row.second;
    return other.id != pair.id && has_same_keys(other, pair) && other.state == PairState::kActive;
  });
  if (carried_on) return {};
  const auto cards = book.cards();
  const auto makers = makers_of(cards);
  const auto descends = [&](std::optional<PairId> issuer) {
    while (issuer) {
      const auto row = pairs.find(*issuer);
      if (row != pairs.end() && has_same_keys(row->second, pair)) return true;
      const auto maker = makers.find(*issuer);
      issuer = maker == makers.end() ? std::nullopt : std::optional(maker->second);
    }
    return false;
  };
  std::map<CardKind, std::size_t> counts;
  for (const CardRow& card : cards) {
    const bool in_use = card.state == CardState::kIssued && !is_spent_half(card, pairs);
    if (in_use && descends(card.issuer)) ++counts[card.serial.kind()];
  }
  std::vector<Holders> held;
  held.reserve(counts.size());
  for (const auto& [kind, count] : counts) held.push_back({kind, count});
  return held;
}

std::string format(const std::vector<Holders>& held) {
  std::string text;
  for (const Holders& row : held) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", row.count,
                        derivation::row_of(row.kind).english);
  }
  return text;
}

std::optional<PairRow> successor(Workplace& place, const PairRow& pair) {
  for (const PairRow& other : place.ledger.book().pairs()) {
    if (other.id == pair.id || other.kind != pair.kind || other.county != pair.county) continue;
    if (other.version < pair.version) continue;
    if (key_state(other, place.profile.validity, place.clock()) == KeyState::kActive) return other;
  }
  return std::nullopt;
}

Retired retire_pair(Workplace& place, const PairId& id, const People& by,
                    const std::optional<Despite>& despite) {
  Register& book = place.ledger.book();
  const auto pair = book.pair(id);
  if (!pair) base::fail(Fault::kNotFound, "pair {} is not in this register", base::to_hex(id));
  if (!next(pair->state, PairEvent::kRetire)) {
    base::fail(Fault::kWrongState, "pair {} is {}, expected active", base::to_hex(id),
               name_of(pair->state));
  }
  if (pair->kind == CardKind::kStock) {
    base::fail(Fault::kRefused, "the stock pair is not retired: no pair can issue in its place");
  }
  audit::Entry entry = log_entry(audit::Act::kPairRetired, {}, by, object_of(*pair));
  Retired retired{*pair, std::nullopt};
  if (const auto reason_against = obstacle(place, *pair)) {
    if (!despite) {
      base::fail(Fault::kRefused,
                 "pair {}: {}; two officers may retire it all the same (--despite REASON)",
                 base::to_hex(id), *reason_against);
    }
    const SignedStatement statement =
        sign_statement(place, despite->signing, entry.act,
                       facts_of(place, *pair, *reason_against, despite->reason));
    entry.by = statement.by;
    entry.by.insert(entry.by.end(), by.begin(), by.end());
    entry.object.push_back(audit::hash(statement.hash));
    entry.reason = despite->reason;
    retired.statement = statement.file;
  }
  place.ledger.record(entry);
  retired.pair = book.pair(id).value();
  return retired;
}

}  // namespace issuance

// issuance expiry: until when the pairs issue, and until when cards are meant to work
#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "issuance/commands/tree.h"
#include "issuance/engine/validity.h"
#include "issuance/kinds/kinds.h"

namespace issuance::commands {

namespace {

struct PairTerm {
  PairRow pair;
  KeyState keys;
  base::UtcTime end;
  bool ends_soon;  // or is past
  bool has_successor;
};

// All cards of one kind in one county.
struct CardTerm {
  std::size_t in_use = 0;
  std::size_t past = 0;
  std::optional<base::UtcTime> next;  // end of the first that is not past
};

using CardTerms = std::map<std::pair<std::string, std::string>, CardTerm>;

// Nearer to its end than another of its kind and county that issues.
bool has_successor(const PairRow& pair, const std::vector<PairRow>& pairs,
                   const derivation::Validity& validity, base::UtcTime now) {
  return std::ranges::any_of(pairs, [&](const PairRow& other) {
    return other.kind == pair.kind && other.county == pair.county && other.since > pair.since &&
           key_state(other, validity, now) == KeyState::kActive;
  });
}

std::vector<PairTerm> terms_of(const std::vector<PairRow>& pairs,
                               const derivation::Validity& validity, base::UtcTime now) {
  std::vector<PairTerm> terms;
  for (const PairRow& pair : pairs) {
    const auto end = end_of(pair, validity);
    if (!end || pair.state != PairState::kActive) continue;
    terms.push_back({pair, key_state(pair, validity, now), *end, ends_soon(*end, now),
                     has_successor(pair, pairs, validity, now)});
  }
  return terms;
}

void require_successor(const PairTerm& term) {
  if (!term.ends_soon || term.has_successor) return;
  base::fail(base::Fault::kRefused, "{} pair {} is {} until {} and has no successor 卡对须更换",
             pair_name_of(term.pair.kind).id, base::to_hex(term.pair.id), name_of(term.keys),
             base::format(term.end));
}

CardTerms terms_of(const std::vector<CardRow>& cards, const derivation::Validity& validity,
                   base::UtcTime now) {
  CardTerms terms;
  for (const CardRow& card : cards) {
    const auto end = end_of(card, validity);
    if (!end || card.state != CardState::kIssued) continue;
    CardTerm& term = terms[{std::string(derivation::row_of(card.serial.kind()).id), card.county}];
    ++term.in_use;
    if (*end <= now) {
      ++term.past;
    } else if (!term.next || *end < *term.next) {
      term.next = end;
    }
  }
  return terms;
}

void print_for_people(const std::vector<PairTerm>& pairs, const CardTerms& cards) {
  for (const PairTerm& term : pairs) {
    fmt::print("pair {} {:<12} {:<6} generation {} version {} {} until {}{}\n",
               base::to_hex(term.pair.id), pair_name_of(term.pair.kind).id, term.pair.county,
               term.pair.generation, term.pair.version, name_of(term.keys), base::format(term.end),
               term.ends_soon && !term.has_successor ? ": make its successor" : "");
  }
  for (const auto& [group, term] : cards) {
    fmt::print("{} {}: {} in use, {} past, next {}\n", group.first, group.second, term.in_use,
               term.past, term.next ? base::format(*term.next) : std::string("none"));
  }
  if (pairs.empty() && cards.empty()) fmt::print("nothing that expires is issued\n");
}

void print_as_json(const std::vector<PairTerm>& pairs, const CardTerms& cards) {
  nlohmann::json object{{"pairs", nlohmann::json::array()}, {"cards", nlohmann::json::array()}};
  for (const PairTerm& term : pairs) {
    object["pairs"].push_back({{"pair", base::to_hex(term.pair.id)},
                               {"kind", pair_name_of(term.pair.kind).id},
                               {"county", term.pair.county},
                               {"keys", name_of(term.keys)},
                               {"until", base::format(term.end)},
                               {"ends_soon", term.ends_soon},
                               {"has_successor", term.has_successor}});
  }
  for (const auto& [group, term] : cards) {
    object["cards"].push_back({{"kind", group.first},
                               {"county", group.second},
                               {"in_use", term.in_use},
                               {"past", term.past},
                               {"next", term.next ? base::format(*term.next) : std::string()}});
  }
  print_json(object);
}

void show(const StationOptions& options, base::UtcTime now) {
  const station::Station station = options.open();
  Register book = following_book(station);
  const auto pairs = book.pairs();
  std::vector<PairTerm> pair_terms;
  CardTerms card_terms;
  if (!pairs.empty()) {  // a station is founded before its log accepts a profile
    audit::Archive log = audit::Archive::open(station.log_database());
    const derivation::Validity validity = accepted_profile(station, log).validity;
    pair_terms = terms_of(pairs, validity, now);
    card_terms = terms_of(book.cards(), validity, now);
  }
  options.json ? print_as_json(pair_terms, card_terms) : print_for_people(pair_terms, card_terms);
  for (const PairTerm& term : pair_terms) require_successor(term);
}

}  // namespace

void add_expiry(CLI::App& app, const World& world) {
  const auto options = std::make_shared<StationOptions>();
  CLI::App* const command =
      app.add_subcommand("expiry", "until when pairs issue and cards are meant to work (有效期)");
  options->add_to(*command);
  command->callback([options, clock = world.clock] { show(*options, clock()); });
}

}  // namespace issuance::commands

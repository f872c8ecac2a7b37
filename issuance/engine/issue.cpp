#include "issuance/engine/issue.h"

#include <fmt/format.h>

#include "base/crypto/hash.h"
#include "issuance/engine/blanks.h"
#include "issuance/engine/pair_making.h"
#include "issuance/engine/validity.h"
#include "issuance/engine/writer.h"

namespace issuance {

namespace {

using base::Fault;
using card::layout::LifeCycle;

const PairName& issuer_of(const Order& order) {
  return pair_name_of(order.kind.issuer);
}

std::string issuer_county(const Order& order) {
  return issuer_of(order).scope == Scope::kCounty ? order.county_digits() : std::string();
}

void require_active(Workplace& place, const PairInHand& issuer) {
  const auto pair = place.ledger.book().pair(issuer.mother().pair_id);
  if (!pair) return;
  const auto& validity = place.profile.validity;
  const std::string name = fmt::format("{} {}", issuer.name().english, base::to_hex(pair->id));
  const auto end = end_of(*pair, validity);
  if (pair->state == PairState::kRetired) {
    base::fail(Fault::kRefused, "{}: its keys are verify-only, it is retired", name);
  }
  if (key_state(*pair, validity, place.clock()) != KeyState::kActive) {
    base::fail(Fault::kRefused,
               "{}: its keys are verify-only since {} ({} days): its successor must be made first",
               name, base::format(end.value()), validity.pair_days);
  }
  if (end && ends_soon(*end, place.clock())) {
    place.people.say({name + " issues until " + base::format(*end) + ": make its successor",
                      "卡对即将到期，请制作后继卡对"});
  }
}

bool is_same_order(const CardRow& row, const Order& order) {
  const bool kind = row.serial.kind() == order.kind.card || row.serial.kind() == order.kind.control;
  return kind && row.county == order.county_digits() && row.device == order.device &&
         row.number == (order.number ? order.number->digits() : std::string());
}

struct Opening {
  Job job;
  std::vector<CardRow> pending{};  // of a job that a cut left behind; empty for a new one
};

Opening begin(Workplace& place, const Order& order) {
  Register& book = place.ledger.book();
  for (const CardRow& row : book.pending_cards()) {
    if (!is_same_order(row, order)) continue;
    Opening opening{.job = {row.job, {}}, .pending = book.cards_of_job(row.job)};
    for (const PairRow& pair : book.pairs()) {
      if (pair.job != row.job) continue;
      opening.job.pair =
          PairBirth{{pair.id, static_cast<std::uint16_t>(pair.generation)}, order.kind.card};
    }
    place.people.say({"An interrupted job is taken up again: " + row.job, "继续中断的任务"});
    return opening;
  }
  Opening opening{.job = {base::to_hex(place.random(8), base::HexCase::kLower), {}}};
  if (order.kind.form == Form::kPair) {
    const auto last = book.last_generation(order.kind.card, order.county_digits());
    opening.job.pair = PairBirth{
        {base::fixed<8>(place.random(8)), static_cast<std::uint16_t>(last + 1)}, order.kind.card};
  }
  return opening;
}

// A pair with new keys gets the version that was asked for, never less than its kind and county have
// and none is left out; every other card has the version of its issuer. What a cut left behind keeps
// its version.
std::uint8_t version_for(Workplace& place, const Order& order, const Opening& opening,
                         const PairInHand& issuer) {
  if (!opening.pending.empty()) {
    return static_cast<std::uint8_t>(opening.pending.front().version);
  }
  if (!makes_keys(order.kind)) return issuer.mother().version;
  const auto last = place.ledger.book().last_version(order.kind.card, order.county_digits());
  if (last == 0 || order.version == last || order.version == last + 1) return order.version;
  base::fail(Fault::kRefused, "{} {}: key version {} was asked for, expected {} or {}",
             order.kind.english, order.county_digits(), order.version, last, last + 1);
}

card::keycards::BatchOrder batch_for(const Order& order, const Job& job, std::size_t acts) {
  const std::string text = fmt::format("wellkey order {} {} {} version {}", job.id, order.kind.id,
                                       order.county_digits(), order.version);
  return {crypto::sha256(base::bytes_of(text)), static_cast<std::uint16_t>(acts)};
}

void open_pairs(Workplace& place, const Order& order, const Job& job, PairInHand& issuer,
                std::optional<PairInHand>& stock, const std::vector<CardInHand>& cards) {
  std::size_t acts = 0;
  for (const CardInHand& card : cards) acts += acts_for(order, place, card.status.serial);
  issuer.open(place, batch_for(order, job, acts), order.by, job.id);
  if (!stock) return;
  stock->open(place, batch_for(order, job, cards.size()), order.by, job.id);
}

bool needs_allotment(const CardInHand& card) {
  return card.status.life_cycle == LifeCycle::kBlank ||
         card.status.life_cycle == LifeCycle::kAllotted;
}

void write_single(Writer& writer, CardInHand& card, const NewPins& pins) {
  if (card.status.life_cycle == LifeCycle::kInUse) return;
  give_pin(card, pins);
  writer.write_keys(card);
  writer.write_files(card);
  writer.switch_to_use(card);
}

// What a tampered blank leaves behind: it is a reject, and a fellow that holds nothing of ours yet
// goes back to stock.
void settle_after_tampering(Workplace& place, const Order& order, const Job& job,
                            std::vector<CardInHand>& cards, const std::string& culprit,
                            const std::string& reason) {
  Entries entries;
  for (CardInHand& card : cards) {
    card.ask_again();
    const CardRow row = place.ledger.book().card(card.status.serial);
    const bool spoiled = format(card.status.serial) == culprit || !needs_allotment(card);
    const Entries more = spoiled ? reject_entries(row, order.by, reason)
                                 : release_entries(row, order.by, "its fellow was rejected");
    entries.insert(entries.end(), more.begin(), more.end());
  }
  if (job.pair) entries.push_back(abandon_entry(job, order.by, reason));
  place.ledger.record(entries);
}

}  // namespace

unsigned readers_needed(const Order& order) {
  constexpr unsigned kIssuerAndStock = 4;
  return kIssuerAndStock + (order.kind.form == Form::kPair ? 2U : 1U);
}

Issued issue(Workplace& place, const Order& wanted) {
  if (wanted.county) place.profile.county(*wanted.county);
  Opening opening = begin(place, wanted);
  const Job& job = opening.job;
  PairInHand issuer(place, issuer_of(wanted), issuer_county(wanted));
  require_active(place, issuer);
  Order order = wanted;
  order.version = version_for(place, wanted, opening, issuer);
  std::vector<CardInHand> cards = take_blanks(place, order, opening.pending);
  std::optional<PairInHand> stock;
  if (std::any_of(cards.begin(), cards.end(), needs_allotment)) {
    stock.emplace(place, pair_name_of(CardKind::kStock), std::string());
  }
  const NewPins pins = ask_new_pins(place, order);
  open_pairs(place, order, job, issuer, stock, cards);
  if (opening.pending.empty()) {
    std::vector<derivation::Serial8> serials;
    serials.reserve(cards.size());
    for (const CardInHand& card : cards) serials.push_back(card.status.serial);
    place.ledger.record(begin_entries(job, order, issuer.mother().pair_id, serials));
  }

  Writer writer(place, order, issuer);
  std::vector<CarriedValue> values;
  std::vector<FinishedCard> finished;
  std::string at_work;
  try {
    for (CardInHand& card : cards) {
      at_work = format(card.status.serial);
      if (needs_allotment(card)) writer.allot(card, *stock);
    }
    at_work.clear();
    if (job.pair) {
      values = make_pair(place, job, issuer, writer, cards, pins);
    } else {
      write_single(writer, cards.front(), pins);
      writer.compare_slots(cards.front());
    }
    for (CardInHand& card : cards) finished.push_back(writer.compare_tag(card));
  } catch (const base::Error& error) {
    if (error.fault() == Fault::kTampered) {
      settle_after_tampering(place, order, job, cards, at_work, error.what());
    }
    throw;
  }
  place.ledger.record(done_entries(job, order, finished, values));
  return {job, std::move(finished)};
}

}  // namespace issuance

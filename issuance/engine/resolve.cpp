#include "issuance/engine/resolve.h"

#include <map>

#include "cos-apdu/keycards/key_card.h"
#include "issuance/engine/take_card.h"

namespace issuance {

namespace {

using card::layout::LifeCycle;

enum class Verdict { kBlank, kIssued, kReject };

struct Heard {
  CardRow row;
  Verdict verdict = Verdict::kReject;
  derivation::AuditTag tag{};
  std::string why{};
};

Verdict verdict_on(const card::layout::CardStatus& status, const std::optional<PairRow>& pair) {
  switch (status.life_cycle) {
    case LifeCycle::kManufactured:
    case LifeCycle::kBlank:
    case LifeCycle::kAllotted:
      return Verdict::kBlank;
    case LifeCycle::kInUse:
      return !pair || status.pair_id == pair->id ? Verdict::kIssued : Verdict::kReject;
    default:
      return Verdict::kReject;
  }
}

std::optional<Heard> hear(Workplace& place, const CardRow& row,
                          const std::optional<PairRow>& pair) {
  auto link = place.cards.look({"card " + format(row.serial),
                                [&](const auto& status) { return status.serial == row.serial; }});
  if (!link) return std::nullopt;
  CardInHand card(std::move(link));
  Heard heard{.row = row, .verdict = verdict_on(card.status, pair)};
  if (heard.verdict == Verdict::kIssued && row.serial.kind() != CardKind::kStock) {
    heard.tag = card::keycards::Blank(card.session).tag().tag;
  }
  heard.why = fmt::format("the card says that it is {}", format(card.status.life_cycle));
  // Received, but only the log was missed.
  if (row.state == CardState::kArriving && card.status.life_cycle == LifeCycle::kBlank) {
    heard.verdict = Verdict::kIssued;
  }
  return heard;
}

audit::Entry entry_for(audit::Act act, const CardRow& row, const People& by,
                       const std::string& why) {
  audit::Entry entry = log_entry(
      act, row.job, by,
      {audit::kind(derivation::byte_of(row.serial.kind())), audit::serial(row.serial.bytes())});
  entry.reason = why;
  return entry;
}

audit::Entry finish_entry(const Heard& heard, const People& by) {
  if (heard.row.state == CardState::kArriving) {
    return entry_for(audit::Act::kTransportKeyInstalled, heard.row, by, heard.why);
  }
  audit::Entry entry = entry_for(audit::Act::kIssueDone, heard.row, by, heard.why);
  if (heard.row.serial.kind() != CardKind::kStock) entry.object.push_back(audit::tag(heard.tag));
  return entry;
}

std::optional<PairRow> pair_of_job(Register& book, const std::string& job) {
  for (PairRow& pair : book.pairs()) {
    if (pair.job == job && pair.state == PairState::kMaking) return std::move(pair);
  }
  return std::nullopt;
}

// A pair stands or falls together.
void agree(std::vector<Heard>& halves) {
  const bool all_issued = std::all_of(halves.begin(), halves.end(), [](const Heard& heard) {
    return heard.verdict == Verdict::kIssued;
  });
  if (all_issued) return;
  for (Heard& heard : halves) {
    if (heard.verdict != Verdict::kIssued) continue;
    heard.verdict = Verdict::kReject;
    heard.why += ", its other half is not";
  }
}

Entries entries_for(const std::vector<Heard>& cards, const std::optional<PairRow>& pair,
                    const People& by) {
  Entries entries;
  const bool born = cards.front().verdict == Verdict::kIssued;
  if (pair && born) {
    entries.push_back(log_entry(audit::Act::kPairBorn, pair->job, by, {audit::pair(pair->id)}));
  }
  for (const Heard& heard : cards) {
    if (heard.verdict == Verdict::kIssued) {
      entries.push_back(finish_entry(heard, by));
      continue;
    }
    const Entries more = heard.verdict == Verdict::kBlank
                             ? release_entries(heard.row, by, heard.why)
                             : reject_entries(heard.row, by, heard.why);
    entries.insert(entries.end(), more.begin(), more.end());
  }
  if (pair && !born) {
    entries.push_back(abandon_entry(
        {pair->job,
         PairBirth{{pair->id, static_cast<std::uint16_t>(pair->generation)}, pair->kind}},
        by, "its cards were not both in use"));
  }
  return entries;
}

}  // namespace

Resolution resolve(Workplace& place, const People& by) {
  Register& book = place.ledger.book();
  std::map<std::string, std::vector<CardRow>> jobs;
  for (CardRow& row : book.pending_cards()) {
    // Cards that arrive have no job in common.
    jobs[row.job.empty() ? format(row.serial) : row.job].push_back(std::move(row));
  }
  Resolution resolution;
  for (const auto& [job, rows] : jobs) {
    const std::optional<PairRow> pair = pair_of_job(book, rows.front().job);
    std::vector<Heard> cards;
    for (const CardRow& row : rows) {
      if (auto heard = hear(place, row, pair)) {
        cards.push_back(std::move(*heard));
      } else {
        resolution.absent.push_back(row.serial);
      }
    }
    if (cards.size() != rows.size()) continue;
    if (pair) agree(cards);
    place.ledger.record(entries_for(cards, pair, by));
    for (const Heard& heard : cards) {
      resolution.ended.push_back({heard.row.serial, book.card(heard.row.serial).state, heard.why});
    }
  }
  return resolution;
}

}  // namespace issuance

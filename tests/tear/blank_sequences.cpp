// From the maker's delivery to the issuer, for every kind of card: key pair, PIN, the two transport
// keys; and what every key card is told before it works.
#include "base/crypto/ed25519.h"
#include "tests/completeness/cases.h"
#include "tests/tear/key_cards.h"

namespace tear {

namespace {

using bench::CardKind;
using bench::TestCard;
using card::keycards::KeyCard;
using card::layout::LifeCycle;

constexpr std::uint64_t kNumber = 75;
constexpr std::uint64_t kHeadSize = 10;
constexpr std::string_view kOrigin = "wellkey.example/log";

// What the engine keeps.
constexpr card::chip::RecordId kLogKey = 0x080A;
constexpr card::chip::RecordId kHead = 0x080B;

Sequence taking_in(CardKind kind) {
  const TestCard made(kind, kNumber);
  return scripted(
      "take in a blank " + std::string(derivation::row_of(kind).english), {placed("blank", made)},
      [serial = made.serial](Table& table) {
        return Steps{
            [&table, serial] { take_in(table.session(0), serial); },
            [&table] { return ending_if(life_cycle_of(table, 0) == LifeCycle::kAllotted); },
            [&table](Ending ending, Findings& findings) {
              const auto now = life_cycle_of(table, 0);
              findings.expect(ending == Ending::kHappened || now == LifeCycle::kManufactured ||
                                  now == LifeCycle::kBlank,
                              "life cycle");
            }};
      });
}

bool holds(Table& table, card::chip::RecordId record) {
  return table.card(0).dump().contains(record);
}

// The plan of its work, the key of the log that it will watch, and a head of that log.
Sequence telling(CardKind kind) {
  TestCard made(kind, kNumber);
  take_in(made.session, made.serial);
  const auto log = crypto::Ed25519Pair::generate();
  card::layout::SignedHead head{std::string(kOrigin), kHeadSize, {}, {}};
  head.signature = crypto::sign(log.seed, base::bytes_of(card::layout::checkpoint_note(head)));
  return scripted("plan and log of a " + std::string(derivation::row_of(kind).english),
                  {placed("key card", made)}, [head, key = log.point](Table& table) {
                    return Steps{[&table, head, key] {
                                   KeyCard card(table.session(0));
                                   card.verify_pin(bench::secret(bench::kPin));
                                   card.put_plan(bench::plan_of(base::Mode::kRehearsal, 0x53));
                                   if (!holds(table, kLogKey)) card.put_log_key(key, kOrigin);
                                   card.put_head(head);
                                 },
                                 [&table] { return ending_if(holds(table, kHead)); },
                                 [&table](Ending ending, Findings& findings) {
                                   findings.expect(
                                       ending == Ending::kDidNotHappen ||
                                           KeyCard(table.session(0)).head().size == kHeadSize,
                                       "head");
                                 }};
                  });
}

std::vector<CardKind> kinds(completeness::Kinds wanted) {
  std::vector<CardKind> out;
  for (const auto& row : derivation::kCardKinds)
    if ((completeness::of(row.kind) & wanted) != 0) out.push_back(row.kind);
  return out;
}

}  // namespace

std::vector<Sequence> blank_sequences() {
  std::vector<Sequence> sequences;
  for (const CardKind kind : kinds(completeness::kAll & ~completeness::kKeyCards))
    sequences.push_back(taking_in(kind));
  return sequences;
}

std::vector<Sequence> blank_key_card_sequences() {
  std::vector<Sequence> sequences;
  for (const CardKind kind : kinds(completeness::kKeyCards)) {
    sequences.push_back(taking_in(kind));
    sequences.push_back(telling(kind));
  }
  return sequences;
}

}  // namespace tear

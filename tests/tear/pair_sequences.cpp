// Pairs of mother and control card at every level: their set, keys, pairing and first opening, an open
// mother at work, and the order that voids them.
#include "cos-apdu/keycards/pairing.h"
#include "tests/tear/key_cards.h"

namespace tear {

namespace {

using bench::CardKind;
using bench::Factor;
using bench::Purpose;
using bench::TestCard;
using bench::TestPair;
using card::chip::RecordId;
using card::keycards::Blank;
using card::keycards::KeyCard;
using card::keycards::OpenPair;
using card::layout::LifeCycle;
using derivation::Serial8;

constexpr std::uint64_t kNumber = 80;
constexpr std::size_t kMother = 0;
constexpr std::size_t kControl = 1;

// What the engine keeps.
constexpr RecordId kSetMembers = 0x0801;
constexpr RecordId kPairSecrets = 0x0804;
constexpr RecordId kPairingPackage = 0x0805;
constexpr RecordId kNextAct = 0x0807;
constexpr RecordId kOfficers = 0x0809;

bool holds(Table& table, std::size_t at, RecordId record) {
  return table.card(at).dump().contains(record);
}

std::vector<Placed> cards_of(const TestPair& pair) {
  return {placed("mother", pair.mother), placed("control card", pair.control)};
}

using Members = std::vector<crypto::PublicPoint>;

// Both cards with key pair and PIN, as before they are told their set.
Members make_ready(TestPair& pair) {
  Members members;
  for (TestCard* card : {&pair.mother, &pair.control}) {
    take_in(card->session, card->serial);
    members.push_back(Blank(card->session).public_point());
  }
  return members;
}

void tell_set(card::Session& session, const Members& members) {
  KeyCard card(session);
  card.verify_pin(bench::secret(bench::kPin));
  card.put_plan(bench::plan_of(base::Mode::kRehearsal, 0x61));
  card.put_set(members);
}

Sequence forming(const std::string& name, TestPair pair) {
  const auto members = make_ready(pair);
  return scripted("set of a " + name, cards_of(pair), [members](Table& table) {
    return Steps{[&table, members] {
                   for (const auto at : {kMother, kControl}) tell_set(table.session(at), members);
                 },
                 [&table] {
                   return ending_if(holds(table, kMother, kSetMembers) &&
                                    holds(table, kControl, kSetMembers));
                 },
                 [&table](Ending ending, Findings& findings) {
                   if (ending == Ending::kDidNotHappen) return;
                   findings.expect(KeyCard(table.session(kMother)).set_fingerprint() ==
                                       KeyCard(table.session(kControl)).set_fingerprint(),
                                   "two fingerprints");
                 }};
  });
}

// What an issuer gives one card of a pair below it.
struct Given {
  card::layout::Endorsement endorsement;
  std::vector<derivation::ImportBlockBytes> blocks;
};

Given given_by(OpenPair& issuer, TestCard& card, const card::layout::PairName& name) {
  Given given{issuer.endorse(card.serial, KeyCard(card.session).set_fingerprint(), name), {}};
  const auto own = Factor::of_device(card.serial);
  for (const auto purpose : {Purpose::kCardControl, Purpose::kAuditTag})
    given.blocks.push_back(
        issuer.export_key(bench::header_for(issuer, purpose, own, card.serial), own));
  return given;
}

void give_held_keys(OpenPair& issuer, const TestCard& mother, const std::optional<Factor>& factor,
                    Given& given) {
  const auto wanted = card::layout::purposes_of_mother(mother.serial.kind());
  for (const auto& row : derivation::kPurposes)
    if ((wanted & card::layout::bit_of(row.purpose)) != 0)
      given.blocks.push_back(
          issuer.export_key(bench::header_for(issuer, row.purpose, factor, mother.serial), factor));
}

// A block that the card has taken before is refused as not new.
void take(card::Session& session, const Given& given) {
  KeyCard(session).verify_pin(bench::secret(bench::kPin));
  card::keycards::PairCard(session).take_endorsement(given.endorsement);
  for (const auto& block : given.blocks)
    succeeds(base::Fault::kWrongState, [&] { Blank(session).import_block(block); });
}

struct Level {
  std::string name;
  CardKind mother;
  CardKind control;
  TestPair* issuer;
  std::optional<Factor> factor;
};

// A lower pair that has its set and transport keys, and what its issuer gives its two cards.
struct LowerPair {
  explicit LowerPair(const Level& level) : pair(level.mother, level.control, kNumber) {
    Members members;
    for (TestCard* card : {&pair.mother, &pair.control}) {
      bench::admit(*hierarchy().stock, *card);
      bench::allot(*hierarchy().stock, *level.issuer, *card);
      members.push_back(Blank(card->session).public_point());
    }
    for (TestCard* card : {&pair.mother, &pair.control}) tell_set(card->session, members);
    auto open = level.issuer->open(40);
    given = {given_by(open, pair.mother, pair.name), given_by(open, pair.control, pair.name)};
    give_held_keys(open, pair.mother, level.factor, given.front());
  }

  TestPair pair;
  std::vector<Given> given;
};

Sequence keys_from_the_issuer(const std::string& name, const LowerPair& lower) {
  auto given = lower.given;
  // Three of the mother's keys are enough.
  given.front().blocks.resize(std::min<std::size_t>(given.front().blocks.size(), 3));
  return scripted("keys of a " + name, cards_of(lower.pair), [given](Table& table) {
    const auto has_last = [&table, given](std::size_t at) {
      const auto last = derivation::decode_import_block(given.at(at).blocks.back()).header.purpose;
      const auto dump = table.card(at).dump();
      return dump.contains(static_cast<RecordId>(0x0100 + derivation::byte_of(last))) ||
             dump.contains(static_cast<RecordId>(0x0900 + derivation::byte_of(last)));
    };
    return Steps{[&table, given] {
                   for (const auto at : {kMother, kControl}) take(table.session(at), given.at(at));
                 },
                 [has_last] { return ending_if(has_last(kMother) && has_last(kControl)); },
                 [&table](Ending ending, Findings& findings) {
                   for (const auto at : {kMother, kControl}) {
                     const auto now = life_cycle_of(table, at);
                     findings.expect(
                         now == LifeCycle::kPersonalising ||
                             (ending == Ending::kDidNotHappen && now == LifeCycle::kAllotted),
                         "life cycle");
                   }
                 }};
  });
}

void pair_at(Table& table, const card::layout::PairName& name) {
  for (const auto at : {kMother, kControl}) unlock(table, at);
  card::keycards::MotherCard mother(table.session(kMother));
  card::keycards::ControlCard control(table.session(kControl));
  card::keycards::pair_cards(mother, control, name);
}

Sequence pairing(const std::string& name, const TestPair& pair) {
  return scripted("pairing of a " + name, cards_of(pair), [pair_name = pair.name](Table& table) {
    const auto is_paired = [&table](std::size_t at) {
      return life_cycle_of(table, at) == LifeCycle::kInUse;
    };
    return Steps{[&table, pair_name] { pair_at(table, pair_name); },
                 [&table, pair_name, is_paired] {
                   // A mother that made the pair makes the same package again.
                   if (is_paired(kMother) && !is_paired(kControl)) pair_at(table, pair_name);
                   return ending_if(is_paired(kMother) && is_paired(kControl));
                 },
                 [&table](Ending ending, Findings& findings) {
                   if (ending == Ending::kHappened) {
                     open_pair_at(table, kMother, kControl, 0);
                     return;
                   }
                   findings.expect(!holds(table, kMother, kPairSecrets) &&
                                       !holds(table, kControl, kPairSecrets),
                                   "half a pair");
                 }};
  });
}

Sequence first_opening(const std::string& name, const TestPair& pair) {
  return scripted("first opening of a " + name, cards_of(pair), [](Table& table) {
    return Steps{[&table] { open_pair_at(table, kMother, kControl, 0); },
                 [&table] { return ending_if(!holds(table, kMother, kPairingPackage)); },
                 [&table](Ending ending, Findings&) {
                   if (ending == Ending::kHappened) open_pair_at(table, kMother, kControl, 0);
                 }};
  });
}

// What one opening does for a card below: each an act that is counted, and never given again.
struct Work {
  std::string name;
  TestPair* pair;
  Serial8 target;
  Factor leaf;
};

std::uint32_t next_act(Table& table) {
  return base::Reader(table.card(kMother).dump().at(kNextAct)).u32();
}

Sequence at_work(const Work& work) {
  constexpr std::uint16_t kActs = 5;
  const Serial8 blank = Serial8::of(CardKind::kPsam, kNumber);
  const auto relayed = hierarchy().stock->open(1).relay(work.pair->mother.serial, blank);
  return scripted("a " + work.name + " at work", cards_of(*work.pair),
                  [work, relayed, pair_name = work.pair->name](Table& table) {
                    return Steps{[&table, work, relayed, pair_name] {
                                   auto open = open_pair_at(table, kMother, kControl, kActs);
                                   open.mac(Purpose::kCardControl, {}, base::bytes_of("order"));
                                   open.export_key(bench::header_for(open, Purpose::kCardControl,
                                                                     work.leaf, work.target),
                                                   work.leaf);
                                   open.rebase(relayed);
                                   open.endorse(work.target, crypto::sha256(Bytes{1}), pair_name);
                                   open.void_order(work.target, pair_name, 41);
                                 },
                                 [&table, before = next_act(table)] {
                                   return ending_if(next_act(table) >= before + kActs);
                                 },
                                 [](Ending, Findings&) {}};
                  });
}

Sequence voiding(const std::string& name, const Placed& card,
                 const card::layout::VoidOrder& order) {
  return scripted("void order to a " + name, {card}, [order](Table& table) {
    return Steps{[&table, order] { KeyCard(table.session(0)).apply_void_order(order); },
                 [&table] { return ending_if(life_cycle_of(table, 0) == LifeCycle::kVoid); },
                 [&table](Ending ending, Findings& findings) {
                   const bool happened = ending == Ending::kHappened;
                   findings.expect(holds(table, 0, kPairSecrets) != happened, "the pair's keys");
                 }};
  });
}

void add_lower(std::vector<Sequence>& out, const Level& level) {
  LowerPair lower(level);
  out.push_back(keys_from_the_issuer(level.name, lower));
  take(lower.pair.mother.session, lower.given.at(kMother));
  take(lower.pair.control.session, lower.given.at(kControl));
  out.push_back(pairing(level.name, lower.pair));
  bench::make_pair(lower.pair);
  out.push_back(first_opening(level.name, lower.pair));
  auto open = level.issuer->open(2);
  for (TestCard* card : {&lower.pair.mother, &lower.pair.control})
    out.push_back(voiding(std::string(derivation::row_of(card->serial.kind()).english),
                          placed("key card", *card),
                          open.void_order(card->serial, lower.pair.name, 41)));
}

// Role cards that sign as officers.
class Officers {
 public:
  explicit Officers(const card::layout::PlanParts& plan) {
    for (const std::uint64_t number : {kNumber, kNumber + 1}) {
      cards_.push_back(std::make_unique<TestCard>(CardKind::kRole, number));
      bench::admit(*hierarchy().stock, *cards_.back());
      bench::unlock(*cards_.back());
      KeyCard(cards_.back()->session).put_plan(plan);
    }
  }

  Members points() {
    Members out;
    for (auto& card : cards_) out.push_back(KeyCard(card->session).public_point());
    return out;
  }

  card::layout::VoidOrder void_order(const card::layout::PairName& pair) {
    card::layout::VoidOrder order{pair, 7, {}};
    const auto hash = card::layout::void_order_hash(order);
    for (std::size_t at = 0; at < cards_.size(); ++at) {
      order.proof.push_back(static_cast<Byte>(at));
      const auto signature =
          KeyCard(cards_.at(at)->session).sign(card::layout::kStepVoidPair, hash);
      order.proof.insert(order.proof.end(), signature.begin(), signature.end());
    }
    return order;
  }

 private:
  std::vector<std::unique_ptr<TestCard>> cards_;
};

Sequence telling_officers(const std::string& name, const TestPair& pair, const Members& officers) {
  return scripted("officers of a " + name, cards_of(pair), [officers](Table& table) {
    return Steps{
        [&table, officers] {
          for (const auto at : {kMother, kControl}) {
            unlock(table, at);
            KeyCard(table.session(at)).put_officers(officers);
          }
        },
        [&table] {
          return ending_if(holds(table, kMother, kOfficers) && holds(table, kControl, kOfficers));
        },
        [](Ending, Findings&) {}};
  });
}

void tell_officers(TestPair& pair, const Members& officers) {
  for (TestCard* card : {&pair.mother, &pair.control}) {
    bench::unlock(*card);
    KeyCard(card->session).put_officers(officers);
  }
}

void add_voiding(std::vector<Sequence>& out, const std::string& name, TestPair& pair,
                 Officers& officers) {
  const auto order = officers.void_order(pair.name);
  out.push_back(voiding(name + "'s mother", placed("key card", pair.mother), order));
  out.push_back(voiding(name + "'s control card", placed("key card", pair.control), order));
}

void add_stock(std::vector<Sequence>& out) {
  const std::string name = "stock pair";
  TestPair pair(CardKind::kStock, CardKind::kStock, kNumber);
  const auto members = make_ready(pair);
  for (TestCard* card : {&pair.mother, &pair.control}) tell_set(card->session, members);
  Officers officers(bench::plan_of(base::Mode::kRehearsal, 0x61));
  out.push_back(telling_officers(name, pair, officers.points()));
  tell_officers(pair, officers.points());
  card::keycards::MotherCard(pair.mother.session).generate_stock_key();
  out.push_back(pairing(name, pair));
  bench::make_pair(pair);
  out.push_back(first_opening(name, pair));
  add_voiding(out, name, pair, officers);
}

void add_master(std::vector<Sequence>& out) {
  const std::string name = "master control pair";
  bench::MasterSet set(*hierarchy().stock, bench::plan_of(base::Mode::kRehearsal, 5));
  set.form();
  Officers officers(set.plan);
  out.push_back(telling_officers(name, set.pair, officers.points()));
  tell_officers(set.pair, officers.points());
  bench::type_components(set);
  bench::combine(set);
  bench::make_pair(set.pair);
  add_voiding(out, name, set.pair, officers);
}

}  // namespace

std::vector<Sequence> pair_sequences() {
  auto& at = hierarchy();
  const auto county = bench::county_factor();
  TestPair users(CardKind::kUserMother, CardKind::kUserControl, kNumber + 1);
  bench::issue_pair(*at.stock, at.county, users, {});
  std::vector<Sequence> sequences;
  sequences.push_back(forming("stock pair", {CardKind::kStock, CardKind::kStock, kNumber + 2}));
  const std::vector<Level> levels{
      {"provincial pair", CardKind::kProvincialMother, CardKind::kProvincialControl,
       &at.master->pair, bench::province_factor()},
      {"county pair", CardKind::kCountyMother, CardKind::kCountyControl, &at.province, county},
      {"user pair", CardKind::kUserMother, CardKind::kUserControl, &at.county, std::nullopt}};
  for (const auto& level : levels) {
    sequences.push_back(forming(level.name, {level.mother, level.control, kNumber + 2}));
    add_lower(sequences, level);
  }
  add_stock(sequences);
  add_master(sequences);
  const auto serial = [](CardKind kind) { return Serial8::of(kind, kNumber); };
  const auto leaf = [&](CardKind kind) { return Factor::of_device(serial(kind)); };
  const auto number = test::user_number(tear::county());
  for (const Work& work :
       {Work{"master mother", &at.master->pair, serial(CardKind::kProvincialMother),
             leaf(CardKind::kProvincialMother)},
        Work{"provincial mother", &at.province, serial(CardKind::kCountyMother),
             leaf(CardKind::kCountyMother)},
        Work{"county mother", &at.county, serial(CardKind::kUserMother),
             leaf(CardKind::kUserMother)},
        Work{"user mother", &users, serial(CardKind::kUser), Factor::of_user_card(number)}})
    sequences.push_back(at_work(work));
  return sequences;
}

}  // namespace tear

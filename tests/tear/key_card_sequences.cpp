// What key cards do for others and learn themselves: blanks, exports, pairs, void orders, heads, shares.
#include "base/crypto/ed25519.h"
#include "cos-apdu/keycards/pairing.h"
#include "tests/tear/key_cards.h"

namespace tear {

namespace {

using base::Fault;
using bench::CardKind;
using bench::Factor;
using bench::Purpose;
using bench::TestCard;
using card::keycards::Blank;
using card::keycards::KeyCard;
using card::keycards::RoleCard;
using card::layout::LifeCycle;

constexpr std::uint64_t kBlankNumber = 70;

// A life cycle that one sequence moves from one state to the next.
Sequence moving(std::string name, std::vector<Placed> cards, const std::function<void(Table&)>& act,
                LifeCycle from, LifeCycle to) {
  return scripted(std::move(name), std::move(cards), [=](Table& table) {
    return Steps{[&table, act] { act(table); },
                 [&table, to] { return ending_if(life_cycle_of(table, 0) == to); },
                 [&table, from](Ending ending, Findings& findings) {
                   findings.expect(ending == Ending::kHappened || life_cycle_of(table, 0) == from,
                                   "life cycle");
                 }};
  });
}

Sequence admission() {
  const TestCard blank(CardKind::kPsam, kBlankNumber);
  const auto& stock = *hierarchy().stock;
  return moving(
      "admit a blank",
      {placed("blank", blank), placed("stock mother", stock.mother),
       placed("stock control", stock.control)},
      [serial = blank.serial](Table& table) {
        Blank card(table.session(0));
        const auto point = point_of(card);
        if (card.status().pin_tries == card::layout::kNoPin)
          card.set_pin(bench::secret(bench::kPin));
        card.install_transport_key(
            open_pair_at(table, 1, 2, 1).export_transport_key(serial, point));
      },
      LifeCycle::kManufactured, LifeCycle::kBlank);
}

Sequence allotment() {
  TestCard blank(CardKind::kPsam, kBlankNumber);
  bench::admit(*hierarchy().stock, blank);
  const auto& stock = *hierarchy().stock;
  const auto& county = hierarchy().county;
  return moving(
      "allot a blank: relay and rebase",
      {placed("blank", blank), placed("stock mother", stock.mother),
       placed("stock control", stock.control), placed("county mother", county.mother),
       placed("county control", county.control)},
      [serial = blank.serial, mother = county.mother.serial](Table& table) {
        const auto relayed = open_pair_at(table, 1, 2, 1).relay(mother, serial);
        Blank(table.session(0)).import_block(open_pair_at(table, 3, 4, 1).rebase(relayed));
      },
      LifeCycle::kBlank, LifeCycle::kAllotted);
}

constexpr std::array kExported = {Purpose::kLoad, Purpose::kTac};

// The terminal asks the PSAM which keys it has, and exports the others under a new batch order.
Sequence export_of_keys() {
  TestCard psam(CardKind::kPsam, kBlankNumber);
  bench::admit(*hierarchy().stock, psam);
  bench::allot(*hierarchy().stock, hierarchy().county, psam);
  const auto& county = hierarchy().county;
  const auto has = [](Table& table, Purpose purpose) {
    return card::get_key_info(table.session(0), purpose).has_value();
  };
  return scripted(
      "export keys to a PSAM",
      {placed("PSAM", psam), placed("county mother", county.mother),
       placed("county control", county.control)},
      [has, serial = psam.serial](Table& table) {
        return Steps{
            [&table, has, serial] {
              auto open = open_pair_at(table, 1, 2, kExported.size());
              for (const auto purpose : kExported) {
                if (has(table, purpose)) continue;
                Blank(table.session(0))
                    .import_block(
                        open.export_key(bench::header_for(open, purpose, {}, serial), {}));
              }
            },
            [&table, has] {
              return ending_if(std::all_of(kExported.begin(), kExported.end(),
                                           [&](Purpose purpose) { return has(table, purpose); }));
            },
            [&table, has](Ending, Findings& findings) {
              auto open = open_pair_at(table, 1, 2, 0);
              for (const auto purpose : kExported) {
                if (!has(table, purpose)) continue;
                const auto value = card::get_key_info(table.session(0), purpose)->check_value;
                findings.expect(value == open.check_value(purpose), "another key than exported");
              }
            }};
      });
}

constexpr std::size_t kLowerCards = 2;  // mother and control card; the pair above lies behind them
constexpr std::array kOwnLeaves = {Purpose::kCardControl, Purpose::kAuditTag};
constexpr std::array kHeld = {Purpose::kLoad, Purpose::kTransport};

// A provincial pair that has its set, and of its issuer the transport keys only.
std::unique_ptr<bench::TestPair> lower_pair() {
  auto pair = std::make_unique<bench::TestPair>(CardKind::kProvincialMother,
                                                CardKind::kProvincialControl, kBlankNumber);
  std::vector<crypto::PublicPoint> members;
  for (TestCard* card : {&pair->mother, &pair->control}) {
    bench::admit(*hierarchy().stock, *card);
    bench::allot(*hierarchy().stock, hierarchy().master->pair, *card);
    members.push_back(Blank(card->session).public_point());
  }
  for (TestCard* card : {&pair->mother, &pair->control}) {
    bench::unlock(*card);
    KeyCard(card->session).put_plan(bench::plan_of(base::Mode::kRehearsal, 0x77));
    KeyCard(card->session).put_set(members);
  }
  return pair;
}

// A block that the card has taken before is refused as not new.
void give_once(Table& table, std::size_t at, const derivation::ImportBlockBytes& block) {
  succeeds(Fault::kWrongState, [&] { Blank(table.session(at)).import_block(block); });
}

void give_to_lower(Table& table, std::size_t at, const derivation::Serial8& serial,
                   card::keycards::OpenPair& open, const card::layout::PairName& name) {
  unlock(table, at);
  const auto fingerprint = KeyCard(table.session(at)).set_fingerprint();
  card::keycards::PairCard(table.session(at))
      .take_endorsement(open.endorse(serial, fingerprint, name));
  const auto own = Factor::of_device(serial);
  for (const auto purpose : kOwnLeaves)
    give_once(table, at, open.export_key(bench::header_for(open, purpose, own, serial), own));
  if (at != 0) return;
  const auto province = bench::province_factor();
  for (const auto purpose : kHeld)
    give_once(table, at,
              open.export_key(bench::header_for(open, purpose, province, serial), province));
}

bool has_everything(Table& table) {
  std::vector<card::chip::RecordId> wanted{0x0803, 0x0108, 0x010F};
  bool all = true;
  for (std::size_t at = kLowerCards; at-- > 0;) {
    if (at == 0) wanted.insert(wanted.end(), {0x0901, 0x090E});
    const auto dump = table.card(at).dump();
    for (const auto record : wanted) all = all && dump.contains(record);
  }
  return all;
}

Sequence keys_of_a_lower_pair() {
  const auto pair = lower_pair();
  const auto& master = hierarchy().master->pair;
  return scripted(
      "endorse a lower pair and import its keys",
      {placed("provincial mother", pair->mother), placed("provincial control", pair->control),
       placed("master mother", master.mother), placed("master control", master.control)},
      [name = pair->name,
       serials = std::array{pair->mother.serial, pair->control.serial}](Table& table) {
        return Steps{[&table, name, serials] {
                       auto open = open_pair_at(table, kLowerCards, kLowerCards + 1, 40);
                       for (std::size_t at = 0; at < kLowerCards; ++at)
                         give_to_lower(table, at, serials.at(at), open, name);
                     },
                     [&table] { return ending_if(has_everything(table)); },
                     [&table](Ending ending, Findings& findings) {
                       for (std::size_t at = 0; at < kLowerCards; ++at) {
                         const auto now = life_cycle_of(table, at);
                         findings.expect(
                             now == LifeCycle::kPersonalising ||
                                 (ending == Ending::kDidNotHappen && now == LifeCycle::kAllotted),
                             "life cycle");
                       }
                     }};
      });
}

Sequence void_order() {
  const auto& province = hierarchy().province;
  auto open = hierarchy().master->pair.open(1);
  const auto order = open.void_order(province.mother.serial, province.name, 41);
  return moving(
      "void order", {placed("provincial mother", province.mother)},
      [order](Table& table) { KeyCard(table.session(0)).apply_void_order(order); },
      LifeCycle::kInUse, LifeCycle::kVoid);
}

// The record of a card holds what it should, or nothing yet.
Sequence telling(std::string name, TestCard& card, std::function<void(Table&)> act,
                 std::function<bool(Table&)> told) {
  return scripted(std::move(name), {placed("role card", card)},
                  [act = std::move(act), told = std::move(told)](Table& table) {
                    return Steps{[&table, act] {
                                   unlock(table, 0);
                                   act(table);
                                 },
                                 [&table, told] {
                                   unlock(table, 0);
                                   return ending_if(told(table));
                                 },
                                 [&table, told](Ending ending, Findings& findings) {
                                   findings.expect(told(table) == (ending == Ending::kHappened),
                                                   "the card changed its mind");
                                 }};
                  });
}

Sequence head_of_the_log(TestCard& role) {
  const auto log = crypto::Ed25519Pair::generate();
  const auto head_of = [&](std::uint64_t size) {
    card::layout::SignedHead head{"wellkey.example/log", size, {}, {}};
    head.signature = crypto::sign(log.seed, base::bytes_of(card::layout::checkpoint_note(head)));
    return head;
  };
  bench::unlock(role);
  KeyCard(role.session).put_log_key(log.point, "wellkey.example/log");
  KeyCard(role.session).put_head(head_of(10));
  return telling(
      "head of the log", role,
      [head = head_of(11)](Table& table) { KeyCard(table.session(0)).put_head(head); },
      [](Table& table) { return KeyCard(table.session(0)).head().size == 11; });
}

bool holds_share(Table& table) {
  return succeeds(Fault::kNotFound, [&] { RoleCard(table.session(0)).release_share(3); });
}

Sequence keeping_a_share(TestCard& role) {
  return telling(
      "put a share", role,
      [](Table& table) {
        RoleCard(table.session(0)).put_share(3, bench::secret("ABCDEFGHIJKLMNOPQRST"));
      },
      holds_share);
}

Sequence erasing_a_share(TestCard& role) {
  bench::unlock(role);
  RoleCard(role.session).put_share(3, bench::secret("ABCDEFGHIJKLMNOPQRST"));
  return telling(
      "erase a share", role, [](Table& table) { RoleCard(table.session(0)).erase_share(3); },
      [](Table& table) { return !holds_share(table); });
}

}  // namespace

std::vector<Sequence> key_card_sequences() {
  TestCard role(CardKind::kRole, kBlankNumber);
  bench::admit(*hierarchy().stock, role);
  std::vector<Sequence> sequences;
  sequences.push_back(admission());
  sequences.push_back(allotment());
  sequences.push_back(export_of_keys());
  sequences.push_back(keys_of_a_lower_pair());
  sequences.push_back(void_order());
  sequences.push_back(keeping_a_share(role));
  sequences.push_back(erasing_a_share(role));
  sequences.push_back(head_of_the_log(role));
  return sequences;
}

}  // namespace tear

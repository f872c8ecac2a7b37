// What key cards do for others and learn themselves: blanks, exports, pairs, void orders, heads, shares.
#include "base/crypto/ed25519.h"
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

// The blank's point, made now if it was never made.
crypto::PublicPoint point_of(Blank& blank) {
  crypto::PublicPoint point{};
  if (!succeeds(Fault::kNotFound, [&] { point = blank.public_point(); }))
    point = blank.make_key_pair();
  return point;
}

// A life cycle that one sequence moves from one state to the next.
Sequence moving(std::string name, std::vector<Placed> cards, std::function<void(Table&)> act,
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
  sequences.push_back(void_order());
  sequences.push_back(keeping_a_share(role));
  sequences.push_back(erasing_a_share(role));
  sequences.push_back(head_of_the_log(role));
  return sequences;
}

}  // namespace tear

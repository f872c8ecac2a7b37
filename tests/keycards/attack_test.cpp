// What leaders, and whoever swaps their cards, try between the set and the key.
#include <doctest/doctest.h>

#include "tests/keycards/bench.h"

namespace {

using namespace bench;
using base::Fault;
using base::Mode;
using card::keycards::LeaderCard;
using card::layout::kLeaders;
using card::layout::leader_seat;

void make_and_commit(MasterSet& set) {
  for (unsigned leader = 1; leader <= kLeaders; ++leader) {
    set.leader(leader).generate_component();
    set.master().put_commitment(leader, set.leader(leader).commit());
  }
}

std::unique_ptr<MasterSet> formed(TestPair& stock, Byte number) {
  auto set = std::make_unique<MasterSet>(stock, plan_of(Mode::kRehearsal, number));
  set->form();
  return set;
}

}  // namespace

TEST_CASE("a leader card that took another's place is no member and reveals to nobody [R154]") {
  const auto stock = make_stock(Mode::kRehearsal);
  const auto set = formed(*stock, 1);
  make_and_commit(*set);
  auto master = set->master();
  // The same serial, the right plan, a PIN that its thief knows: only the key inside is another.
  TestCard impostor(CardKind::kLeader, set->leaders.at(1)->serial.number());
  admit(*stock, impostor);
  unlock(impostor);
  LeaderCard second(impostor.session);
  second.put_plan(set->plan);
  CHECK_THROWS_AS(second.put_set(set->members()), base::Error);

  auto swapped = set->members();
  swapped.at(3) = card::keycards::Blank(impostor.session).public_point();
  CHECK(second.put_set(swapped) != master.set_fingerprint());
  second.generate_component();
  CHECK(fault_of([&] { master.put_commitment(2, second.commit()); }) == Fault::kWrongState);
  const auto seat = leader_seat(2);
  CHECK(fault_of([&] { second.reveal(master.freeze(seat)); }) == Fault::kTampered);
  master.put_revealed(seat, set->leader(2).reveal(master.freeze(seat)));
}

TEST_CASE("cards of two sets are not mixed, in either direction [R132] [R154]") {
  const auto stock = make_stock(Mode::kRehearsal);
  const auto here = formed(*stock, 1);
  const auto there = formed(*stock, 2);
  make_and_commit(*here);
  make_and_commit(*there);
  for (unsigned leader = 1; leader <= kLeaders; ++leader) {
    const auto seat = leader_seat(leader);
    const auto frozen = here->master().freeze(seat);
    CHECK(fault_of([&] { there->leader(leader).reveal(frozen); }) == Fault::kTampered);
    const auto revealed = there->leader(leader).reveal(there->master().freeze(seat));
    CHECK(fault_of([&] { here->master().put_revealed(seat, revealed); }) == Fault::kTampered);
  }
  CHECK(fault_of([&] { here->leader(1).put_plan(there->plan); }) == Fault::kWrongState);
}

TEST_CASE("who aborts after the reveals and takes another component is not combined [R154]") {
  const auto stock = make_stock(Mode::kRehearsal);
  const auto set = formed(*stock, 1);
  make_and_commit(*set);
  for (unsigned leader = 1; leader < kLeaders; ++leader) {
    const auto seat = leader_seat(leader);
    set->master().put_revealed(seat, set->leader(leader).reveal(set->master().freeze(seat)));
  }
  // Power-off drops what was revealed; leader 4 rolls again and wants the other three once more.
  set->pair.mother.link.reset();
  unlock(set->pair.mother);
  set->leader(4).erase_component();
  set->leader(4).generate_component();
  const auto again = set->leader(4).commit();
  CHECK(fault_of([&] { set->master().put_commitment(4, again); }) == Fault::kWrongState);
  CHECK(fault_of([&] { set->leader(4).reveal(set->master().freeze(leader_seat(4))); }) ==
        Fault::kTampered);
  CHECK(fault_of([&] { set->master().combine(sample_factors(), 1); }) == Fault::kWrongState);

  // A fresh master card under the same plan has another set, which the three do not take any more.
  MasterSet other(*stock, set->plan);
  other.leaders = std::move(set->leaders);
  CHECK_THROWS_AS(other.form(), base::Error);
}

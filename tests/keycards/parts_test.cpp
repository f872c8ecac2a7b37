// Three of four: what the other three leaders' cards can rebuild together, and what fewer cannot.
#include <doctest/doctest.h>

#include "tests/keycards/bench.h"

namespace {

using namespace bench;
using base::Fault;
using base::Mode;
using card::layout::kLeaders;
using card::layout::leader_seat;
using card::layout::Threshold;

card::layout::PlanParts plan_with(Threshold threshold, Byte text) {
  auto plan = plan_of(Mode::kRehearsal, 1);
  plan.threshold = threshold;
  plan.plan_text_hash.fill(text);
  return plan;
}

// Each component in the three parts that the others keep.
void deal(MasterSet& set) {
  for (unsigned giver = 1; giver <= kLeaders; ++giver)
    for (unsigned taker = 1; taker <= kLeaders; ++taker)
      if (taker != giver)
        set.leader(taker).take_part(set.leader(giver).part_for(leader_seat(taker)),
                                    leader_seat(giver));
}

std::unique_ptr<MasterSet> dealt(TestPair& stock) {
  auto set = std::make_unique<MasterSet>(stock, plan_with(Threshold::kThree, 0xB1));
  set->form();
  type_components(*set);
  deal(*set);
  return set;
}

// The same leaders under a later plan, but for one whose card is lost: his seat has a new card.
std::unique_ptr<MasterSet> without(TestPair& stock, MasterSet& set, unsigned lost,
                                   Threshold threshold = Threshold::kThree) {
  auto later = std::make_unique<MasterSet>(stock, plan_with(threshold, 0xB2));
  for (unsigned leader = 1; leader <= kLeaders; ++leader)
    if (leader != lost) std::swap(later->leaders.at(leader - 1), set.leaders.at(leader - 1));
  later->form();
  return later;
}

unsigned gather(MasterSet& set, unsigned lost, unsigned giver) {
  return set.leader(lost).gather_part(set.leader(giver).give_part(leader_seat(lost)),
                                      leader_seat(giver));
}

}  // namespace

TEST_CASE("three leaders rebuild the key whoever the fourth was, and two parts are none [R132]") {
  for (unsigned lost = 1; lost <= kLeaders; ++lost) {
    CAPTURE(lost);
    const auto stock = make_stock(Mode::kRehearsal);
    const auto set = dealt(*stock);
    const auto values = combine(*set);
    const auto later = without(*stock, *set, lost);
    unsigned held = 0;
    for (unsigned giver = 1; giver <= kLeaders; ++giver) {
      if (giver == lost) continue;
      CHECK(fault_of([&] { later->leader(lost).commit(); }) == Fault::kWrongState);
      CHECK(gather(*later, lost, giver) == ++held);
    }
    CHECK(held == 3);
    CHECK(combine(*later) == values);
  }
}

TEST_CASE("a part that is asked for or given again is the same, and counts once") {
  const auto stock = make_stock(Mode::kRehearsal);
  const auto set = dealt(*stock);
  CHECK(set->leader(1).part_for(leader_seat(3)).bytes ==
        set->leader(1).part_for(leader_seat(3)).bytes);
  CHECK(set->leader(1).part_for(leader_seat(3)).bytes !=
        set->leader(1).part_for(leader_seat(2)).bytes);
  const auto later = without(*stock, *set, 2);
  CHECK(gather(*later, 2, 1) == 1);
  CHECK(gather(*later, 2, 1) == 1);
  CHECK(gather(*later, 2, 4) == 2);
}

TEST_CASE("parts of two dealings make no component [R154]") {
  const auto stock = make_stock(Mode::kRehearsal);
  const auto set = dealt(*stock);
  const auto later = std::make_unique<MasterSet>(*stock, plan_with(Threshold::kThree, 0xB2));
  std::swap(later->leaders, set->leaders);
  later->form();
  later->leader(1).take_part(later->leader(4).part_for(leader_seat(1)), leader_seat(4));
  later->leader(2).take_part(later->leader(4).part_for(leader_seat(2)), leader_seat(4));
  const auto last = std::make_unique<MasterSet>(*stock, plan_with(Threshold::kThree, 0xB3));
  for (unsigned leader = 1; leader < kLeaders; ++leader)
    std::swap(last->leaders.at(leader - 1), later->leaders.at(leader - 1));
  last->form();
  CHECK(gather(*last, 4, 1) == 1);
  CHECK(gather(*last, 4, 2) == 2);
  CHECK(fault_of([&] { gather(*last, 4, 3); }) == Fault::kRefused);
  CHECK(fault_of([&] { last->leader(4).commit(); }) == Fault::kWrongState);
}

TEST_CASE("under a plan that asks for all four no card parts, takes, gives or gathers [R154]") {
  const auto stock = make_stock(Mode::kRehearsal);
  MasterSet four(*stock, plan_with(Threshold::kFour, 0xB1));
  four.form();
  type_components(four);
  CHECK(fault_of([&] { four.leader(1).part_for(leader_seat(2)); }) == Fault::kWrongState);

  const auto set = dealt(*stock);
  const auto part = set->leader(1).part_for(leader_seat(2));
  const auto given = set->leader(1).give_part(leader_seat(2));
  const auto later = without(*stock, *set, 2, Threshold::kFour);
  CHECK(fault_of([&] { later->leader(3).take_part(part, leader_seat(1)); }) == Fault::kWrongState);
  CHECK(fault_of([&] { later->leader(1).give_part(leader_seat(2)); }) == Fault::kWrongState);
  CHECK(fault_of([&] { later->leader(2).gather_part(given, leader_seat(1)); }) ==
        Fault::kWrongState);
}

TEST_CASE("a part goes to one card, from one card, on one way [R135] [R154]") {
  const auto stock = make_stock(Mode::kRehearsal);
  const auto set = dealt(*stock);
  const auto part = set->leader(1).part_for(leader_seat(2));
  auto changed = part;
  for (std::size_t at = 0; at < changed.bytes.size(); ++at) {
    changed.bytes.at(at) ^= 0x01;
    CHECK(fault_of([&] { set->leader(2).take_part(changed, leader_seat(1)); }) == Fault::kTampered);
    changed.bytes.at(at) ^= 0x01;
  }
  CHECK(fault_of([&] { set->leader(3).take_part(part, leader_seat(1)); }) == Fault::kTampered);
  CHECK(fault_of([&] { set->leader(2).take_part(part, leader_seat(3)); }) == Fault::kTampered);
  CHECK(fault_of([&] { set->leader(1).part_for(leader_seat(1)); }) == Fault::kRefused);
  const auto later = without(*stock, *set, 2);
  CHECK(fault_of([&] { later->leader(2).gather_part(part, leader_seat(1)); }) == Fault::kTampered);
}

TEST_CASE("a card that erases its component erases the parts of the others [R132]") {
  const auto stock = make_stock(Mode::kRehearsal);
  const auto set = dealt(*stock);
  set->leader(1).erase_component();
  set->leader(1).generate_component();
  CHECK(fault_of([&] { set->leader(1).give_part(leader_seat(2)); }) == Fault::kNotFound);
}

// A pair that has lost one card: the other becomes void, and stays so.
#include <doctest/doctest.h>

#include "base/crypto/ed25519.h"
#include "tests/keycards/bench.h"

namespace {

using namespace bench;
using base::Fault;
using base::Mode;
using card::keycards::KeyCard;
using card::layout::LifeCycle;
using card::layout::VoidOrder;

}  // namespace

TEST_CASE("a mother card that met its void order never opens again [R161]") {
  const auto stock = make_stock(Mode::kRehearsal);
  const auto master = make_master(*stock);
  TestPair province(CardKind::kProvincialMother, CardKind::kProvincialControl, 1);
  issue_pair(*stock, master->pair, province, province_factor());
  auto open = master->pair.open(4);
  const auto order = open.void_order(province.mother.serial, province.name, 41);
  KeyCard mother(province.mother.session);

  SUBCASE("orders for another card, pair, generation or entry are refused") {
    const auto for_control = open.void_order(province.control.serial, province.name, 41);
    CHECK(fault_of([&] { mother.apply_void_order(for_control); }) == Fault::kTampered);
    VoidOrder changed = order;
    changed.log_index = 42;
    CHECK(fault_of([&] { mother.apply_void_order(changed); }) == Fault::kTampered);
    changed = order;
    changed.pair.generation = 2;
    CHECK(fault_of([&] { mother.apply_void_order(changed); }) == Fault::kRefused);
    CHECK_NOTHROW(province.open(1));
  }
  SUBCASE("the order makes it void for ever") {
    mother.apply_void_order(order);
    CHECK(mother.status().life_cycle == LifeCycle::kVoid);
    CHECK(mother.status().has(card::layout::kFlagVoid));
    CHECK(fault_of([&] { province.open(1); }) == Fault::kRefused);
    CHECK(fault_of([&] { mother.apply_void_order(order); }) == Fault::kRefused);
  }
  SUBCASE("an open mother closes at once") {
    auto lower = province.open(1);
    mother.apply_void_order(order);
    CHECK(fault_of([&] { lower.check_value(Purpose::kLoad); }) == Fault::kRefused);
  }
}

TEST_CASE("two officers together void the master control pair, one does not [R161]") {
  const auto stock = make_stock(Mode::kRehearsal);
  MasterSet set(*stock, plan_of(Mode::kRehearsal, 1));
  set.form();
  std::vector<std::unique_ptr<TestCard>> officers;
  std::vector<crypto::PublicPoint> points;
  for (std::uint64_t number = 1; number <= 2; ++number) {
    officers.push_back(std::make_unique<TestCard>(CardKind::kRole, number));
    admit(*stock, *officers.back());
    unlock(*officers.back());
    KeyCard(officers.back()->session).put_plan(set.plan);
    points.push_back(KeyCard(officers.back()->session).public_point());
  }
  KeyCard mother(set.pair.mother.session);
  mother.put_officers(points);
  for (unsigned leader = 1; leader <= card::layout::kLeaders; ++leader)
    set.leader(leader).generate_component();
  combine(set);
  card::keycards::MotherCard(set.pair.mother.session).make_pair(set.pair.name);

  VoidOrder order{set.pair.name, 7, {}};
  const auto hash = card::layout::void_order_hash(order);
  const auto signature = [&](Byte officer) {
    const auto bytes =
        KeyCard(officers.at(officer)->session).sign(card::layout::kStepVoidPair, hash);
    return base::concat({Bytes{officer}, bytes});
  };
  order.proof = base::concat({signature(0), signature(0)});
  CHECK(fault_of([&] { mother.apply_void_order(order); }) == Fault::kTampered);
  order.proof = base::concat({signature(0), signature(1)});
  mother.apply_void_order(order);
  CHECK(mother.status().life_cycle == LifeCycle::kVoid);
}

TEST_CASE("a key card takes a head of the log only signed and never a smaller one [R160]") {
  const auto stock = make_stock(Mode::kRehearsal);
  TestCard role(CardKind::kRole, 3);
  admit(*stock, role);
  unlock(role);
  KeyCard card(role.session);
  const auto log = crypto::Ed25519Pair::generate();
  card.put_log_key(log.point, "wellkey.example/log");
  const auto head_of = [&](std::uint64_t size, Byte root) {
    card::layout::SignedHead head{"wellkey.example/log", size, {}, {}};
    head.root.fill(root);
    head.signature = crypto::sign(log.seed, base::bytes_of(card::layout::checkpoint_note(head)));
    return head;
  };
  card.put_head(head_of(10, 0x0A));
  CHECK(card.head().size == 10);
  CHECK(fault_of([&] { card.put_head(head_of(9, 0x09)); }) == Fault::kWrongState);
  CHECK(fault_of([&] { card.put_head(head_of(10, 0x0B)); }) == Fault::kWrongState);
  auto forged = head_of(11, 0x0B);
  forged.root.front() ^= 1U;
  CHECK(fault_of([&] { card.put_head(forged); }) == Fault::kTampered);
  card.put_head(head_of(11, 0x0B));
}

TEST_CASE("the note that a head's signature covers is written as the log writes it [R160]") {
  card::layout::SignedHead head{"wellkey.example/log", 5, {}, {}};
  for (std::size_t at = 0; at < head.root.size(); ++at) head.root.at(at) = static_cast<Byte>(at);
  CHECK(card::layout::checkpoint_note(head) ==
        "wellkey.example/log\n5\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n");
}

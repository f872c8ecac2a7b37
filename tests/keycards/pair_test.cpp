// Mother and control card: one is useless without the other, and the other must be the right one.
#include <algorithm>

#include <doctest/doctest.h>

#include "base/crypto/hash.h"
#include "cos-apdu/keycards/exchange.h"
#include "tests/keycards/bench.h"

namespace {

using namespace bench;
using base::Fault;
using base::Mode;
using card::keycards::KeycardCommandId;
using card::layout::LifeCycle;

// A call of the mother that needs an open pair, and the status word it is refused with.
card::StatusWord closed_answer(TestCard& mother, KeycardCommandId id, std::size_t data, Byte p2) {
  const Bytes zeros(data);
  return mother.session.send(card::keycards::command_of(id, zeros, p2)).status;
}

}  // namespace

TEST_CASE("the control card opens the mother card, and power-off closes it [R159] [R160]") {
  const auto stock = make_stock(Mode::kRehearsal);
  const auto master = make_master(*stock);
  {
    auto open = master->pair.open(1);
    CHECK(master->pair.mother.status().has(card::layout::kFlagOpenNow));
    CHECK(open.status().life_cycle == LifeCycle::kInUse);
    CHECK(open.check_value(Purpose::kLoad) != crypto::Kcv{});
  }
  CHECK(!master->pair.mother.status().has(card::layout::kFlagOpenNow));
}

TEST_CASE("a mother card alone answers no key command, even with its PIN [R160]") {
  const auto stock = make_stock(Mode::kRehearsal);
  const auto master = make_master(*stock);
  auto& mother = master->pair.mother;
  mother.link.reset();
  unlock(mother);
  constexpr Byte kLoad = 0x01;
  constexpr Byte kCardControl = 0x08;
  for (const auto id :
       {KeycardCommandId::kCheckValue, KeycardCommandId::kExport, KeycardCommandId::kEndorse,
        KeycardCommandId::kRebase, KeycardCommandId::kTagOfCard, KeycardCommandId::kMakeVoidOrder})
    CHECK(closed_answer(mother, id, card::layout::row_of(id).least, kLoad) ==
          card::status::kSecurityNotSatisfied);
  CHECK(closed_answer(mother, KeycardCommandId::kMac, 40, kCardControl) ==
        card::status::kSecurityNotSatisfied);
  CHECK(closed_answer(mother, KeycardCommandId::kDeliver, 65, kLoad) ==
        card::status::kSecurityNotSatisfied);
}

TEST_CASE("a foreign control card is refused and counted, and the tenth blocks the pair [R159]") {
  const auto stock = make_stock(Mode::kRehearsal);
  const auto ours = make_master(*stock, 1);
  const auto theirs = make_master(*stock, 2);
  const auto pin = secret(kPin);
  const auto open_foreign = [&] {
    card::keycards::OpenPair(ours->pair.mother.session, theirs->pair.control.session, {pin, pin},
                             {{}, 1});
  };
  for (int tries = 0; tries < 9; ++tries) CHECK(fault_of(open_foreign) == Fault::kTampered);
  ours->pair.open(1);
  for (int tries = 0; tries < 10; ++tries) CHECK(fault_of(open_foreign) == Fault::kTampered);
  CHECK(fault_of([&] { ours->pair.open(1); }) == Fault::kRefused);
}

TEST_CASE("a recorded opening with one of the two cards opens nothing [R160]") {
  const auto stock = make_stock(Mode::kRehearsal);
  const auto master = make_master(*stock);
  auto& mother = master->pair.mother;
  auto& control = master->pair.control;
  const auto batch = base::Writer().bytes(crypto::Hash32{}).u16(1).take();
  const auto name = card::layout::encode(master->pair.name);
  const auto begin = [&] {
    mother.link.reset();
    unlock(mother);
    return card::keycards::exchange(mother.session, KeycardCommandId::kOpenBegin, batch);
  };
  const auto begun = begin();
  control.link.reset();
  unlock(control);
  const auto answered = card::keycards::exchange(control.session, KeycardCommandId::kOpenAnswer,
                                                 base::concat({name, begun, batch}));
  const auto checked =
      card::keycards::exchange(mother.session, KeycardCommandId::kOpenCheck, answered);
  const auto share =
      card::keycards::exchange(control.session, KeycardCommandId::kOpenShare, checked);

  begin();
  CHECK(mother.session.send(card::keycards::command_of(KeycardCommandId::kOpenCheck, answered))
            .status.counts_tries());
  begin();
  CHECK(fault_of([&] {
          card::keycards::exchange(mother.session, KeycardCommandId::kOpenFinish, share);
        }) == Fault::kWrongState);
}

TEST_CASE("the memory of a mother card holds no key in clear after pairing [R134] [R160]") {
  const auto stock = make_stock(Mode::kRehearsal);
  MasterSet set(*stock, plan_of(Mode::kRehearsal, 1));
  set.form();
  type_components(set);
  combine(set);
  // MCK[load] and MCK[audit tag] of this set, computed with Python from key-protocol §2.
  const auto load = base::from_hex("0F8DCDE1D438116A4DBD3865EA020FBC");
  const auto tag = base::from_hex("5980B3245545CC30C1ADC97207341923");
  const auto& medium = *set.pair.mother.medium;
  const auto holds = [&](const Bytes& key) {
    return std::search(medium.begin(), medium.end(), key.begin(), key.end()) != medium.end();
  };
  CHECK(holds(load));
  make_pair(set.pair);
  CHECK(!holds(load));
  CHECK(!holds(tag));
  set.pair.open(1);
  CHECK(!holds(load));
}

TEST_CASE(
    "keys go down from master to province to county to user mother card "
    "[R139] [R140] [R141] [R155] [R156] [R157]") {
  const auto stock = make_stock(Mode::kRehearsal);
  const auto master = make_master(*stock);
  TestPair province(CardKind::kProvincialMother, CardKind::kProvincialControl, 1);
  issue_pair(*stock, master->pair, province, province_factor());
  TestPair county(CardKind::kCountyMother, CardKind::kCountyControl, 1);
  issue_pair(*stock, province, county, county_factor());
  TestPair user(CardKind::kUserMother, CardKind::kUserControl, 1);
  issue_pair(*stock, county, user, std::nullopt);

  const auto value = [](TestPair& pair, Purpose purpose, const std::optional<Factor>& factor) {
    auto open = pair.open(0);
    return factor ? open.check_value(purpose, *factor) : open.check_value(purpose);
  };
  for (const auto& row : derivation::kPurposes) {
    CHECK(value(province, row.purpose, {}) == value(master->pair, row.purpose, province_factor()));
    CHECK(value(county, row.purpose, {}) == value(province, row.purpose, county_factor()));
  }
  CHECK(value(user, Purpose::kLoad, {}) == value(county, Purpose::kLoad, {}));
  CHECK(fault_of([&] { value(user, Purpose::kPsamControl, {}); }) == Fault::kNotFound);
  const auto status = county.mother.status();
  CHECK(base::to_hex(status.county) == kCounty);
  CHECK(status.level == derivation::byte_of(Level::kCounty));
}

TEST_CASE("a pair that its parent did not endorse is not made [R155] [R159]") {
  const auto stock = make_stock(Mode::kRehearsal);
  const auto master = make_master(*stock);
  TestPair province(CardKind::kProvincialMother, CardKind::kProvincialControl, 1);
  issue_pair(*stock, master->pair, province, province_factor());
  TestCard stranger(CardKind::kCountyControl, 99);
  admit(*stock, stranger);
  allot(*stock, province, stranger);
  card::keycards::PairCard card(stranger.session);
  unlock(stranger);
  card.put_plan(plan_of(Mode::kRehearsal, 0x77));
  const auto other = crypto::P256Pair::generate().point;
  const std::array members{other, card.public_point()};
  const auto fingerprint = card.put_set(members);

  auto open = province.open(3);
  const card::layout::PairName name{{9}, 1};
  const auto good = open.endorse(stranger.serial, fingerprint, name);
  auto other_pair = good;
  other_pair.pair.generation = 2;
  CHECK(fault_of([&] { card.take_endorsement(other_pair); }) == Fault::kTampered);
  const auto other_set = open.endorse(stranger.serial, crypto::Hash32{}, name);
  CHECK(fault_of([&] { card.take_endorsement(other_set); }) == Fault::kTampered);
  card.take_endorsement(good);
}

TEST_CASE("a derivation goes exactly one level down [R129]") {
  const auto stock = make_stock(Mode::kRehearsal);
  const auto master = make_master(*stock);
  auto open = master->pair.open(0);
  CHECK_NOTHROW(open.check_value(Purpose::kLoad, province_factor()));
  CHECK(fault_of([&] { open.check_value(Purpose::kLoad, county_factor()); }) == Fault::kWrongState);
  const auto again = Factor::of_purpose({1, 2, 3, 4, 5, 6}, 1);
  CHECK(fault_of([&] { open.check_value(Purpose::kLoad, again); }) == Fault::kWrongState);
}

TEST_CASE("the audit tag of a lower card is recomputed by its parent [R155]") {
  const auto stock = make_stock(Mode::kRehearsal);
  const auto master = make_master(*stock);
  TestPair province(CardKind::kProvincialMother, CardKind::kProvincialControl, 1);
  issue_pair(*stock, master->pair, province, province_factor());
  auto open = master->pair.open(0);
  for (TestCard* card : {&province.mother, &province.control}) {
    const auto status = card->status();
    const auto tag = card::keycards::Blank(card->session).tag();
    derivation::TagInput input{.card = Factor::of_device(card->serial),
                               .level = derivation::level_of_byte(status.level),
                               .county = status.county,
                               .version = status.version,
                               .generation = status.generation,
                               .slots = tag.slots};
    CHECK(open.tag(input) == tag.tag);
    input.generation = 2;
    CHECK(open.tag(input) != tag.tag);
  }
}

TEST_CASE("pairing is repeated after a cut until the pair has been opened [R159]") {
  const auto stock = make_stock(Mode::kRehearsal);
  MasterSet set(*stock, plan_of(Mode::kRehearsal, 1));
  set.form();
  for (unsigned leader = 1; leader <= card::layout::kLeaders; ++leader)
    set.leader(leader).generate_component();
  combine(set);
  card::keycards::MotherCard mother(set.pair.mother.session);
  card::keycards::ControlCard control(set.pair.control.session);
  const auto lost = mother.make_pair(set.pair.name);
  set.pair.mother.link.reset();
  unlock(set.pair.mother);
  const auto again = mother.make_pair(set.pair.name);
  CHECK(again.bytes == lost.bytes);
  control.take_pairing(again);
  control.take_pairing(again);
  set.pair.open(1);
  unlock(set.pair.mother);
  CHECK(fault_of([&] { mother.make_pair(set.pair.name); }) == Fault::kWrongState);
}

TEST_CASE(
    "a cut at any write of pairing leaves a card that pairs at the second try [R134] [R159]") {
  const auto stock = make_stock(Mode::kRehearsal);
  // Nothing of the write, a piece of it, all of it but the answer.
  constexpr std::array<std::size_t, 3> kReaching = {0, 40, 1 << 20};
  for (const auto reaching : kReaching) {
    CAPTURE(reaching);
    MasterSet set(*stock, plan_of(Mode::kRehearsal, 1));
    set.form();
    type_components(set);
    combine(set);
    auto& mother = set.pair.mother;
    const auto before = mother.chip.storage().writes();
    mother.chip.storage().on_write(
        [&](std::size_t, std::size_t bytes) { return std::optional(std::min(reaching, bytes)); });
    card::keycards::MotherCard card(mother.session);
    CHECK(fault_of([&] { card.make_pair(set.pair.name); }) == Fault::kUncertain);
    CHECK(mother.chip.storage().writes() == before + 1);
    mother.chip.storage().on_write({});
    mother.chip.power_on();
    make_pair(set.pair);
    CHECK(crypto::format(set.pair.open(0).check_value(Purpose::kLoad)) == "634280");
  }
}

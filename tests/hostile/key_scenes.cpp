// Key cards at work.
#include "tests/hostile/key_scenes.h"

#include "base/crypto/ed25519.h"
#include "tests/keycards/bench.h"

namespace hostile {
namespace {

using namespace bench;
using card::keycards::Blank;
using card::keycards::KeyCard;
using card::keycards::MotherCard;
using card::layout::leader_seat;
using card::layout::VoidOrder;

constexpr std::string_view kOrigin = "wellkey.example/log";

// Two people who can void a top pair.
struct Officers {
  std::array<crypto::P256Pair, 2> keys{crypto::P256Pair::generate(), crypto::P256Pair::generate()};

  std::vector<crypto::PublicPoint> points() const { return {keys[0].point, keys[1].point}; }

  VoidOrder order(const crypto::Hash32& plan_id, const card::layout::PairName& pair) const {
    VoidOrder order{pair, 7, {}};
    const auto digest = card::layout::signed_digest(plan_id, card::layout::kStepVoidPair,
                                                    card::layout::void_order_hash(order));
    for (std::size_t number = 0; number < keys.size(); ++number)
      order.proof = base::concat({order.proof, Bytes{static_cast<Byte>(number)},
                                  crypto::sign_digest(keys.at(number).scalar, digest)});
    return order;
  }
};

struct LogKey {
  crypto::Ed25519Pair pair = crypto::Ed25519Pair::generate();

  void install(TestCard& card) const {
    KeyCard(card.session).put_log_key(pair.point, kOrigin);
    card::layout::SignedHead head{std::string(kOrigin), 10, {}, {}};
    head.root.fill(0x0A);
    head.signature = crypto::sign(pair.seed, base::bytes_of(card::layout::checkpoint_note(head)));
    KeyCard(card.session).put_head(head);
    KeyCard(card.session).head();
  }
};

// What every key card does besides its own trade.
void common_scene(TestCard& card) {
  unlock(card);
  KeyCard(card.session).sign(0x05, crypto::sha256(Bytes{0x11}));
  Blank(card.session).public_point();
  KeyCard(card.session).change_pin(secret(kPin), secret(kPin));
}

std::unique_ptr<TestPair> stock_scene(const Officers& officers, const LogKey& log) {
  auto stock = std::make_unique<TestPair>(CardKind::kStock, CardKind::kStock, 1);
  std::vector<crypto::PublicPoint> members;
  for (TestCard* card : {&stock->mother, &stock->control}) {
    members.push_back(Blank(card->session).make_key_pair());
    Blank(card->session).set_pin(secret(kPin));
  }
  for (TestCard* card : {&stock->mother, &stock->control}) {
    unlock(*card);
    KeyCard key_card(card->session);
    key_card.put_plan(plan_of(base::Mode::kRehearsal, 0x51));
    key_card.put_set(members);
    key_card.set_fingerprint();
    key_card.put_officers(officers.points());
    log.install(*card);
    common_scene(*card);
  }
  MotherCard(stock->mother.session).generate_stock_key();
  make_pair(*stock);
  return stock;
}

// One component typed, one copied to a spare, the others made inside.
void component_scene(MasterSet& set) {
  set.leader(1).generate_component();
  set.leader(1, 1).take_copy(set.leader(1).copy_for(leader_seat(1, 1)), leader_seat(1));
  set.leader(1, 1).erase_component();
  set.leader(2).put_component(header_of(set.plan, 2), {}, secret_hex(kComponents.at(1)));
  set.leader(3).generate_component();
  set.leader(4).generate_component();
}

// All components parted; the fourth leader's lost and gathered again.
void parting_scene(MasterSet& set) {
  using card::layout::kLeaders;
  for (unsigned giver = 1; giver <= kLeaders; ++giver)
    for (unsigned taker = 1; taker <= kLeaders; ++taker)
      if (taker != giver)
        set.leader(taker).take_part(set.leader(giver).part_for(leader_seat(taker)),
                                    leader_seat(giver));
  set.leader(4).erase_component();
  for (unsigned giver = 1; giver < kLeaders; ++giver)
    set.leader(4).gather_part(set.leader(giver).give_part(leader_seat(4)), leader_seat(giver));
}

std::unique_ptr<MasterSet> master_scene(TestPair& stock, const Officers& officers,
                                        const LogKey& log) {
  const auto token = crypto::P256Pair::generate();
  auto plan = plan_of(base::Mode::kRehearsal, 1);
  plan.token_key_hash = derivation::delivery_key_hash(token.point);
  plan.threshold = card::layout::Threshold::kThree;
  auto set = std::make_unique<MasterSet>(stock, plan, 1);
  set->form();
  for (TestCard* card : {&set->pair.mother, &set->pair.control}) {
    KeyCard(card->session).put_officers(officers.points());
    log.install(*card);
    common_scene(*card);
  }
  log.install(*set->leaders.front());
  common_scene(*set->leaders.front());
  component_scene(*set);
  parting_scene(*set);
  combine(*set);
  set->master().signed_check_values();
  set->master().deliver(Purpose::kLoad, token.point);
  make_pair(set->pair);
  return set;
}

void role_scene(TestPair& stock, const LogKey& log, const Keep& keep) {
  TestCard card(CardKind::kRole, 9);
  admit(stock, card);
  unlock(card);
  KeyCard(card.session).put_plan(plan_of(base::Mode::kRehearsal, 1));
  log.install(card);
  common_scene(card);
  card::keycards::RoleCard role(card.session);
  for (const unsigned slot : {3U, 4U}) role.put_share(slot, secret("ABCDEFGHIJKLMNOPQRST"));
  role.release_share(3);
  role.erase_share(4);
  keep("role card", *card.medium, {});
}

// What an open mother does beside issuing.
void mother_scene(TestPair& pair, const Factor& below, const TestCard& target) {
  auto open = pair.open(8);
  open.check_value(Purpose::kLoad);
  open.check_value(Purpose::kLoad, below);
  const auto message = base::bytes_of("quota 100");
  const auto mac = open.mac(Purpose::kCardControl, {}, message);
  open.verify(Purpose::kCardControl, {}, message, mac);
  derivation::TagInput input{.card = Factor::of_device(target.serial), .level = Level::kDevice};
  open.tag(input);
  open.endorse(target.serial, crypto::sha256(Bytes{0x02}), pair.name);
  open.void_order(target.serial, pair.name, 41);
}

// A user mother issues user cards.
void user_mother_scene(TestPair& stock, TestPair& pair, const Factor& leaf) {
  TestCard blank(CardKind::kUser, 17);
  admit(stock, blank);
  allot(stock, pair, blank);
  auto open = pair.open(1);
  Blank(blank.session)
      .import_block(open.export_key(header_for(open, Purpose::kLoad, leaf, blank.serial), leaf));
}

// A pair below `issuer`, with the log's key while it may still be given.
void lower_scene(TestPair& stock, TestPair& issuer, TestPair& lower, const LogKey& log,
                 const std::optional<Factor>& factor) {
  issue_pair(stock, issuer, lower, factor);
  for (TestCard* card : {&lower.mother, &lower.control}) {
    common_scene(*card);
    KeyCard(card->session).set_fingerprint();
    KeyCard(card->session).tag();
    TestCard blank(card->serial.kind(), 90 + card->serial.number() % 2);
    admit(stock, blank);
    unlock(blank);
    KeyCard(blank.session).put_plan(plan_of(base::Mode::kRehearsal, 0x66));
    log.install(blank);
  }
}

void keep_pair(const Keep& keep, const std::string& level, TestPair& pair) {
  keep(level + " mother card", *pair.mother.medium, level + " control card");
  keep(level + " control card", *pair.control.medium, level + " mother card");
}

void void_card(const base::WipedBytes& image, const VoidOrder& order, const Keep& keep,
               const std::string& name) {
  auto medium = std::make_shared<base::WipedBytes>(image);
  card::chip::Chip chip(std::make_unique<card::chip::MemoryStorage>(medium));
  support::WatchedLink link(chip);
  card::Session session(link);
  KeyCard(session).apply_void_order(order);
  keep("void " + name, *medium, {});
}

void void_lower(TestPair& issuer, TestPair& lower, const Keep& keep, const std::string& level) {
  auto open = issuer.open(2);
  void_card(*lower.mother.medium, open.void_order(lower.mother.serial, lower.name, 41), keep,
            level + " mother card");
  void_card(*lower.control.medium, open.void_order(lower.control.serial, lower.name, 41), keep,
            level + " control card");
}

void void_top(TestPair& pair, const Officers& officers, const Keep& keep,
              const std::string& level) {
  const auto order = officers.order(pair.mother.status().plan_id, pair.name);
  void_card(*pair.mother.medium, order, keep, level + " mother card");
  void_card(*pair.control.medium, order, keep, level + " control card");
}

// Cards of every kind that the stock pair admits and nobody uses.
void admit_all_kinds(TestPair& stock, TestPair& issuer) {
  for (const auto& row : derivation::kCardKinds) {
    TestCard blank(row.kind, 70);
    admit(stock, blank);
    allot(stock, issuer, blank);
    unlock(blank);
    Blank(blank.session).public_point();
    card::get_key_info(blank.session, Purpose::kTransport);
  }
}

}  // namespace

void play_key_scenes(const Keep& keep) {
  const Officers officers;
  const LogKey log;
  const auto stock = stock_scene(officers, log);
  const auto master = master_scene(*stock, officers, log);
  role_scene(*stock, log, keep);
  admit_all_kinds(*stock, master->pair);
  TestPair province(CardKind::kProvincialMother, CardKind::kProvincialControl, 1);
  TestPair county(CardKind::kCountyMother, CardKind::kCountyControl, 2);
  TestPair user(CardKind::kUserMother, CardKind::kUserControl, 3);
  lower_scene(*stock, master->pair, province, log, province_factor());
  lower_scene(*stock, province, county, log, county_factor());
  lower_scene(*stock, county, user, log, {});
  mother_scene(master->pair, province_factor(), province.mother);
  mother_scene(province, county_factor(), county.mother);
  const auto leaf =
      Factor::of_user_card(base::CardNumber::of(base::CountyCode::parse(kCounty), 17, 1));
  mother_scene(county, leaf, user.mother);
  mother_scene(user, leaf, user.control);
  user_mother_scene(*stock, user, leaf);
  keep_pair(keep, "stock", *stock);
  keep_pair(keep, "master", master->pair);
  keep_pair(keep, "provincial", province);
  keep_pair(keep, "county", county);
  keep_pair(keep, "user", user);
  keep("leader card", *master->leaders.front()->medium, {});
  void_top(*stock, officers, keep, "stock");
  void_top(master->pair, officers, keep, "master");
  void_lower(master->pair, province, keep, "provincial");
  void_lower(province, county, keep, "county");
  void_lower(county, user, keep, "user");
}

}  // namespace hostile

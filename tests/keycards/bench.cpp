// Key cards on a bench.
#include "tests/keycards/bench.h"

#include "cos-apdu/layout/export_matrix.h"

namespace bench {
namespace {

using card::chip::MemoryStorage;
using card::keycards::Blank;
using card::keycards::ControlCard;
using card::keycards::KeyCard;
using card::keycards::LeaderCard;
using card::keycards::MotherCard;
using card::keycards::OpenPair;

std::shared_ptr<base::WipedBytes> new_medium(const derivation::Serial8& serial,
                                             crypto::SuiteId suite) {
  const auto image = card::chip::manufactured_image(serial, suite);
  return std::make_shared<base::WipedBytes>(image.begin(), image.end());
}

std::vector<crypto::PublicPoint> points_of(TestPair& pair) {
  return {Blank(pair.mother.session).public_point(), Blank(pair.control.session).public_point()};
}

void form_pair_set(TestPair& pair, const card::layout::PlanParts& plan) {
  const auto members = points_of(pair);
  for (TestCard* card : {&pair.mother, &pair.control}) {
    unlock(*card);
    KeyCard(card->session).put_plan(plan);
    KeyCard(card->session).put_set(members);
  }
}

void import_leaves(OpenPair& open, TestCard& card) {
  for (const auto purpose : {Purpose::kCardControl, Purpose::kAuditTag}) {
    const auto factor = Factor::of_device(card.serial);
    Blank(card.session)
        .import_block(open.export_key(header_for(open, purpose, factor, card.serial), factor));
  }
}

}  // namespace

void make_pair(TestPair& pair) {
  unlock(pair.mother);
  unlock(pair.control);
  MotherCard mother(pair.mother.session);
  ControlCard control(pair.control.session);
  card::keycards::pair_cards(mother, control, pair.name);
}

base::SecretBytes secret(std::string_view text) {
  return base::SecretBytes::copy_of(base::bytes_of(text));
}

base::SecretBytes secret_hex(std::string_view hex) {
  return base::SecretBytes::copy_of(base::from_hex(hex));
}

TestCard::TestCard(CardKind kind, std::uint64_t number, crypto::SuiteId suite)
    : serial(derivation::Serial8::of(kind, number)),
      medium(new_medium(serial, suite)),
      chip(std::make_unique<MemoryStorage>(medium)),
      link(chip),
      session(link) {}

TestPair::TestPair(CardKind mother_kind, CardKind control_kind, std::uint64_t number,
                   crypto::SuiteId suite)
    : mother(mother_kind, number * 2, suite),
      control(control_kind, number * 2 + 1, suite),
      name{{0x50, static_cast<Byte>(mother_kind), 0, 0, 0, 0, 0, static_cast<Byte>(number)}, 1} {}

OpenPair TestPair::open(std::uint16_t acts) {
  const auto pin = secret(kPin);
  return {mother.session, control.session, {pin, pin}, {crypto::sha256(Bytes{0x01}), acts}};
}

card::layout::PlanParts plan_of(base::Mode mode, Byte number, crypto::SuiteId suite) {
  card::layout::PlanParts plan{.mode = mode, .suite = suite};
  plan.set_id.fill(number);
  plan.profile_hash.fill(0xA1);
  plan.plan_text_hash.fill(0xA2);
  return plan;
}

void unlock(TestCard& card) {
  KeyCard(card.session).verify_pin(secret(kPin));
}

std::unique_ptr<TestPair> make_stock(base::Mode mode, crypto::SuiteId suite) {
  auto stock = std::make_unique<TestPair>(CardKind::kStock, CardKind::kStock, 1, suite);
  for (TestCard* card : {&stock->mother, &stock->control}) {
    Blank(card->session).make_key_pair();
    Blank(card->session).set_pin(secret(kPin));
  }
  form_pair_set(*stock, plan_of(mode, 0x51, suite));
  MotherCard(stock->mother.session).generate_stock_key();
  make_pair(*stock);
  return stock;
}

void admit(TestPair& stock, TestCard& card) {
  Blank blank(card.session);
  const auto point = blank.make_key_pair();
  blank.set_pin(secret(kPin));
  blank.install_transport_key(stock.open(1).export_transport_key(card.serial, point));
}

MasterSet::MasterSet(TestPair& stock, const card::layout::PlanParts& plan_parts, std::size_t spares)
    : plan(plan_parts),
      pair(CardKind::kMasterMother, CardKind::kMasterControl, plan_parts.set_id.front(),
           plan_parts.suite) {
  const auto first = plan.set_id.front() * std::uint64_t{16};
  for (std::size_t at = 0; at < card::layout::kLeaders + spares; ++at)
    leaders.push_back(
        std::make_unique<TestCard>(CardKind::kLeader, first + at + 1, plan_parts.suite));
  admit(stock, pair.mother);
  admit(stock, pair.control);
  for (auto& card : leaders) admit(stock, *card);
}

LeaderCard MasterSet::leader(unsigned number, unsigned copy) {
  return LeaderCard(leaders.at(copy * card::layout::kLeaders + number - 1)->session);
}

std::vector<crypto::PublicPoint> MasterSet::members() {
  auto members = points_of(pair);
  for (auto& card : leaders) members.push_back(Blank(card->session).public_point());
  return members;
}

std::vector<crypto::Hash32> MasterSet::form() {
  std::vector<TestCard*> cards{&pair.mother, &pair.control};
  for (auto& card : leaders) cards.push_back(card.get());
  const auto points = members();
  std::vector<crypto::Hash32> shown;
  for (TestCard* card : cards) {
    unlock(*card);
    KeyCard(card->session).put_plan(plan);
    KeyCard(card->session).put_set(points);
    shown.push_back(KeyCard(card->session).set_fingerprint());
  }
  return shown;
}

crypto::ComponentHeader header_of(const card::layout::PlanParts& plan, unsigned leader) {
  return {.set_tag = crypto::set_tag_of(plan.set_id),
          .live = plan.mode == base::Mode::kLive,
          .index = static_cast<std::uint8_t>(leader),
          .suite = static_cast<std::uint8_t>(plan.suite)};
}

void type_components(MasterSet& set) {
  for (unsigned leader = 1; leader <= card::layout::kLeaders; ++leader)
    set.leader(leader).put_component(header_of(set.plan, leader), {},
                                     secret_hex(kComponents.at(leader - 1)));
}

card::keycards::PurposeFactors sample_factors() {
  card::keycards::PurposeFactors factors;
  for (std::size_t at = 0; at < factors.size(); ++at)
    factors.at(at) = {'S',
                      'M',
                      'P',
                      'L',
                      static_cast<Byte>('0' + (at + 1) / 10),
                      static_cast<Byte>('0' + (at + 1) % 10)};
  return factors;
}

card::keycards::CheckValues combine(MasterSet& set) {
  auto master = set.master();
  for (unsigned leader = 1; leader <= card::layout::kLeaders; ++leader)
    master.put_commitment(leader, set.leader(leader).commit());
  for (unsigned leader = 1; leader <= card::layout::kLeaders; ++leader) {
    const auto seat = card::layout::leader_seat(leader);
    master.put_revealed(seat, set.leader(leader).reveal(master.freeze(seat)));
  }
  return master.combine(sample_factors(), 1);
}

std::unique_ptr<MasterSet> make_master(TestPair& stock, Byte number, crypto::SuiteId suite) {
  const bool live = stock.mother.status().has(card::layout::kFlagLive);
  auto set = std::make_unique<MasterSet>(
      stock, plan_of(live ? base::Mode::kLive : base::Mode::kRehearsal, number, suite));
  set->form();
  for (unsigned leader = 1; leader <= card::layout::kLeaders; ++leader)
    set->leader(leader).generate_component();
  combine(*set);
  make_pair(set->pair);
  return set;
}

Factor province_factor(Byte version) {
  return Factor::of_province({'S', 'M', 'P', 'L', 'P', 'R'}, version);
}

Factor county_factor(std::string_view code, Byte version) {
  return Factor::of_county(base::CountyCode::parse(code), {'S', 'M', 'P'}, version);
}

derivation::ExportHeader header_for(const OpenPair& pair, Purpose purpose,
                                    const std::optional<Factor>& factor,
                                    const derivation::Serial8& target, std::uint32_t seq) {
  const auto& status = pair.status();
  derivation::ExportHeader header{
      .suite = status.suite,
      .purpose = purpose,
      .level = factor ? factor->level() : derivation::level_of_byte(status.level),
      .flag = status.has(card::layout::kFlagLive) ? base::Mode::kLive : base::Mode::kRehearsal,
      .version = status.version,
      .generation = status.generation,
      .county = status.county,
      .target = target,
      .seq = seq,
      .origin = pair.origin()};
  const bool child = header.level == Level::kProvince || header.level == Level::kCounty;
  if (factor && child) header.version = factor->bytes().at(1);
  if (factor && header.level == Level::kCounty)
    header.county = base::fixed<3>(ByteView(factor->bytes()).subspan(2, 3));
  if (card::layout::level_of_mother(target.kind()) == header.level)
    header.exportable = derivation::Exportable::kYes;
  return header;
}

void allot(TestPair& stock, TestPair& issuer, TestCard& blank) {
  const auto relayed = stock.open(1).relay(issuer.mother.serial, blank.serial);
  Blank(blank.session).import_block(issuer.open(1).rebase(relayed));
}

void issue_pair(TestPair& stock, TestPair& issuer, TestPair& lower,
                const std::optional<Factor>& factor) {
  for (TestCard* card : {&lower.mother, &lower.control}) {
    admit(stock, *card);
    allot(stock, issuer, *card);
  }
  const auto status = issuer.mother.status();
  const bool live = status.has(card::layout::kFlagLive);
  form_pair_set(lower,
                plan_of(live ? base::Mode::kLive : base::Mode::kRehearsal, 0x77, status.suite));
  auto open = issuer.open(40);
  const auto fingerprint = KeyCard(lower.mother.session).set_fingerprint();
  for (TestCard* card : {&lower.mother, &lower.control}) {
    card::keycards::PairCard(card->session)
        .take_endorsement(open.endorse(card->serial, fingerprint, lower.name));
    import_leaves(open, *card);
  }
  const auto wanted = card::layout::purposes_of_mother(lower.mother.serial.kind());
  for (const auto& row : derivation::kPurposes) {
    if ((wanted & card::layout::bit_of(row.purpose)) == 0) continue;
    Blank(lower.mother.session)
        .import_block(
            open.export_key(header_for(open, row.purpose, factor, lower.mother.serial), factor));
  }
  make_pair(lower);
}

CountyBench::CountyBench()
    : stock(make_stock(base::Mode::kRehearsal)),
      master(make_master(*stock)),
      province(CardKind::kProvincialMother, CardKind::kProvincialControl, 1),
      county(CardKind::kCountyMother, CardKind::kCountyControl, 1) {
  issue_pair(*stock, master->pair, province, province_factor());
  issue_pair(*stock, province, county, county_factor());
}

std::unique_ptr<TestCard> allotted_psam(CountyBench& bench) {
  auto psam = std::make_unique<TestCard>(CardKind::kPsam, 7);
  admit(*bench.stock, *psam);
  allot(*bench.stock, bench.county, *psam);
  return psam;
}

card::StatusWord status_of(TestCard& card, ByteView apdu) {
  return card::decode_response(card.link.transmit(apdu)).status;
}

}  // namespace bench

#include "tests/issuance/test_station.h"

#include <fstream>

#include "base/core/durable_file.h"
#include "base/crypto/random.h"
#include "base/terminal/scripted_terminal.h"
#include "cos-apdu/keycards/ceremony_cards.h"
#include "cos-apdu/keycards/pairing.h"
#include "issuance/engine/blanks.h"
#include "issuance/engine/stock.h"

namespace shop {

namespace {

using card::keycards::LeaderCard;
using card::keycards::MasterControlCard;
using issuance::CardInHand;

constexpr std::string_view kOrigin = "wellkey.example/issuance/2026";

std::string answers_of_everyday() {
  std::string text = "person-1 = 1001\nperson-2 = 1002\nstock.fingerprint = EQUAL\n";
  text += fmt::format("officer-1.pin = {0}\nofficer-2.pin = {0}\n", kPin);
  std::vector<std::string> stems{"stock", "master", "provincial"};
  for (const std::string_view county : {kCounty, kOtherCounty}) {
    stems.push_back(fmt::format("county-{}", county));
    stems.push_back(fmt::format("user-mother-{}", county));
    for (int terminal = 1; terminal < 4; ++terminal) {
      const std::string id = fmt::format("psam-{}-{:012}.pin", county, terminal);
      text += fmt::format("{0} = {1}\n{0}.again = {1}\n", id, kPin);
    }
  }
  for (const std::string& stem : stems) {
    for (const std::string_view half : {"mother", "control"}) {
      text += fmt::format("{0}.{1}.pin = {2}\n{0}.{1}.pin.again = {2}\n", stem, half, kPin);
    }
  }
  return text;
}

base::SecretBytes pin() {
  return base::SecretBytes::copy_of(base::bytes_of(kPin));
}

std::filesystem::path profile_path() {
  return std::filesystem::path(WELLKEY_SOURCE_DIR) / "derivation/profiles/hebei-sample.toml";
}

// Everything up to the pairing: four components made in their cards, combined in the mother card.
void combine(MasterControlCard& master, std::vector<LeaderCard>& leaders,
             const derivation::Profile& profile) {
  card::keycards::PurposeFactors factors{};
  for (std::size_t at = 0; at < factors.size(); ++at)
    factors.at(at) = profile.purposes.at(at).value;
  for (LeaderCard& leader : leaders) leader.generate_component();
  for (unsigned number = 1; number <= leaders.size(); ++number) {
    master.put_commitment(number, leaders.at(number - 1).commit());
  }
  for (unsigned number = 1; number <= leaders.size(); ++number) {
    const auto seat = card::layout::leader_seat(number);
    master.put_revealed(seat, leaders.at(number - 1).reveal(master.freeze(seat)));
  }
  master.combine(factors, profile.first_version);
}

// What keyceremony does, with the same cards and in the same order, and the entries of its log that
// issuance looks for.
void hold_ceremony(TestStation& station, const std::vector<Serial8>& serials, CeremonyEnd end) {
  std::vector<std::unique_ptr<CardInHand>> cards;
  std::vector<crypto::PublicPoint> points;
  for (const Serial8& serial : serials) {
    cards.push_back(std::make_unique<CardInHand>(
        station.tray.find({"", [&](const auto& status) { return status.serial == serial; }})));
    issuance::give_pin(*cards.back(), pin());
    points.push_back(card::keycards::Blank(cards.back()->session).public_point());
  }
  card::layout::PlanParts plan{.mode = station.place().mode, .suite = station.profile.suite};
  plan.set_id.fill(0x5A);
  plan.profile_hash = derivation::hash_of(station.profile);
  for (auto& card : cards) {
    card::keycards::KeyCard member(card->session);
    member.put_plan(plan);
    member.put_set(points);
  }
  MasterControlCard master(cards.at(0)->session);
  std::vector<LeaderCard> leaders;
  for (std::size_t at = 2; at < cards.size(); ++at) leaders.emplace_back(cards.at(at)->session);
  combine(master, leaders, station.profile);
  card::keycards::MotherCard mother(cards.at(0)->session);
  card::keycards::ControlCard control(cards.at(1)->session);
  const auto id = plan_id(plan);
  card::keycards::pair_cards(mother, control, {base::fixed<8>(base::ByteView(id).first(8)), 1});
  const std::string run = base::to_hex(base::ByteView(id).first(8), base::HexCase::kLower);
  for (const audit::Act act : {audit::Act::kPairBorn, audit::Act::kCeremonyClosed}) {
    if (act == audit::Act::kCeremonyClosed && end == CeremonyEnd::kOpen) break;
    station.log().append(
        issuance::log_entry(act, run, {{"keyceremony", audit::Role::kProgram}}, {}));
  }
}

}  // namespace

TestStation::TestStation(base::Mode mode)
    : profile(derivation::load_profile(profile_path())),
      mode_(mode),
      key_(crypto::Ed25519Pair::generate()) {
  write_answers();
  start();
}

void TestStation::write_answers() {
  std::ofstream(folder_.path() / "answers") << own_answers_ << answers_of_everyday();
}

void TestStation::answer(std::string_view id, std::string_view text) {
  own_answers_ += fmt::format("{} = {}\n", id, text);
  stop();
  write_answers();
  start();
}

void TestStation::start() {
  const auto sign = [this](base::ByteView text) {
    if (++signatures_ == signature_to_fail_) {
      base::fail(base::Fault::kUnavailable, "the signer was cut off");
    }
    return crypto::sign(key_.seed, text);
  };
  const base::Clock clock = [this] { return now; };
  log_.emplace(audit::Log::open({folder() / "log.db", "test-station", mode_},
                                {std::string(kOrigin), key_.point, sign}, clock));
  ledger_.emplace(*log_, issuance::Register::open(folder() / "register.db"));
  terminal_ =
      std::make_unique<terminal::ScriptedTerminal>(folder() / "answers", base::Mode::kRehearsal);
  place_.emplace(
      issuance::Workplace{*ledger_, tray, *terminal_, profile, mode_, clock, crypto::random_bytes});
}

void TestStation::stop() {
  signature_to_fail_ = 0;
  place_.reset();
  terminal_.reset();
  ledger_.reset();
  log_.reset();
}

issuance::People two_persons() {
  return {{"1001", audit::Role::kIssuer}, {"1002", audit::Role::kIssuer}};
}

issuance::Order order(std::string_view kind, std::string_view county) {
  issuance::Order order{.kind = issuance::kind_named(kind), .by = two_persons()};
  if (!county.empty()) order.county = base::CountyCode::parse(county);
  return order;
}

issuance::Order psam_order(std::string_view county, std::string_view terminal) {
  issuance::Order wanted = order("psam", county);
  wanted.device = fmt::format("{:0>12}", terminal);
  wanted.ceiling = base::Amount::parse_yuan("50000");
  return wanted;
}

issuance::Order esam_order(std::string_view county, std::string_view meter) {
  issuance::Order wanted = order("esam", county);
  wanted.device = fmt::format("{:0>12}", meter);
  return wanted;
}

issuance::Order user_order(std::string_view county, std::uint64_t serial) {
  issuance::Order wanted = order("user", county);
  wanted.number = base::CardNumber::of(*wanted.county, serial, 1);
  return wanted;
}

std::vector<Serial8> add_officers(Tray& tray) {
  std::vector<Serial8> officers;
  for (std::uint64_t number = 1; number <= 2; ++number) {
    officers.push_back(tray.add(CardKind::kRole, number));
    CardInHand card(
        tray.find({"", [&](const auto& status) { return status.serial == officers.back(); }}));
    card::keycards::Blank(card.session).make_key_pair();
  }
  return officers;
}

void found(TestStation& station, CeremonyEnd end) {
  Tray& tray = station.tray;
  tray.add(CardKind::kStock, 1);
  tray.add(CardKind::kStock, 2);
  const auto officers = add_officers(tray);
  issuance::found_stock_pair(station.place(), two_persons(), officers);
  for (const Serial8& officer : officers) tray.take_out(officer);
  std::vector<Serial8> set{tray.add(CardKind::kMasterMother, 1),
                           tray.add(CardKind::kMasterControl, 1)};
  for (std::uint64_t leader = 1; leader <= 4; ++leader) {
    set.push_back(tray.add(CardKind::kLeader, leader));
  }
  tray.add(CardKind::kProvincialMother, 1);
  tray.add(CardKind::kProvincialControl, 1);
  for (std::uint64_t number = 1; number <= 3; ++number) {
    tray.add(CardKind::kCountyMother, number);
    tray.add(CardKind::kCountyControl, number);
    tray.add(CardKind::kUserMother, number);
    tray.add(CardKind::kUserControl, number);
    tray.add(CardKind::kPsam, number);
    tray.add(CardKind::kEsam, number);
    tray.add(CardKind::kUser, number);
  }
  issuance::receive_blanks(station.place(), two_persons());
  hold_ceremony(station, set, end);
}

issuance::Officers add_officers(TestStation& station) {
  const issuance::Officers officers{station.tray.add(CardKind::kRole, 3),
                                    station.tray.add(CardKind::kRole, 4)};
  issuance::receive_blanks(station.place(), two_persons());
  for (const Serial8& serial : officers) {
    CardInHand card(
        station.tray.find({"", [&](const auto& status) { return status.serial == serial; }}));
    issuance::give_pin(card, pin());
    card::layout::PlanParts plan{.mode = station.place().mode, .suite = station.profile.suite};
    plan.profile_hash = derivation::hash_of(station.profile);
    card::keycards::KeyCard(card.session).put_plan(plan);
    station.log().append(issuance::log_entry(audit::Act::kTranscriptSigned, {},
                                             {{format(serial), audit::Role::kKeyOfficer}},
                                             {audit::serial(serial.bytes())}));
  }
  return officers;
}

void build_chain(TestStation& station) {
  found(station);
  issuance::issue(station.place(), order("provincial"));
  issuance::issue(station.place(), order("county", kCounty));
  issuance::issue(station.place(), order("county", kOtherCounty));
  issuance::issue(station.place(), order("user-mother", kCounty));
}

Moment::Moment(TestStation& station) {
  station.stop();
  media = station.tray.media();
  for (const auto& entry : std::filesystem::recursive_directory_iterator(station.folder())) {
    if (!entry.is_regular_file()) continue;
    files[std::filesystem::relative(entry.path(), station.folder()).string()] =
        base::read_file(entry.path());
  }
  station.start();
}

void Moment::restore(TestStation& station) const {
  station.stop();
  for (const auto& entry : std::filesystem::directory_iterator(station.folder())) {
    std::filesystem::remove_all(entry.path());
  }
  for (const auto& [name, content] : files) {
    std::filesystem::create_directories((station.folder() / name).parent_path());
    base::write_durably(station.folder() / name, content);
  }
  station.tray.set_back(media);
  station.start();
}

std::unique_ptr<TestStation> station_with_chain() {
  static TestStation original;
  static const Moment moment = [] {
    build_chain(original);
    return Moment(original);
  }();
  auto station = std::make_unique<TestStation>();
  station->take_key_of(original);
  moment.restore(*station);
  return station;
}

}  // namespace shop

// The homes of keys against each other: mother cards opened by their control cards, the token, and the
// pure reference, all with the keys of one set of four components.
#include <cstdlib>
#include <random>

#include <doctest/doctest.h>

#include "cos-apdu/keycards/mother_vault.h"
#include "derivation/tree.h"
#include "tests/derivation/outcome.h"
#include "tests/derivation/two_homes.h"
#include "tests/keycards/bench.h"

namespace {

using namespace bench;
using base::Fault;
using card::keycards::MotherVault;
using crypto::SuiteId;
using derivation::ExportHeader;
using derivation::ReferenceVault;
using derivation::Serial8;
using support::ask;
using support::Outcome;
using support::Path;
using support::profile;

// An opened mother card and the reference with the same keys.
struct Opened {
  explicit Opened(TestPair& of) : pair(of.open(0xFFFF)), vault(pair), reference(vault.holding()) {}

  card::keycards::OpenPair pair;
  MotherVault vault;
  ReferenceVault reference;
};

crypto::Key combined_of(MasterSet& set) {
  const auto status = set.master().status();
  std::array<base::SecretBytes, derivation::kComponentCount> components;
  for (std::size_t at = 0; at < components.size(); ++at)
    components.at(at) = secret_hex(kComponents.at(at));
  return derivation::combined_master(
      set.plan.suite, derivation::combine(components),
      {set.plan.mode, set.plan.set_id, base::fixed<16>(ByteView(status.plan_id).first(16))});
}

// Master control, provincial and county pair of typed components.
class MotherChain {
 public:
  explicit MotherChain(SuiteId suite)
      : stock_(make_stock(base::Mode::kRehearsal, suite)),
        master_(*stock_, plan_of(base::Mode::kRehearsal, 1, suite)),
        province_(CardKind::kProvincialMother, CardKind::kProvincialControl, 1, suite),
        county_(CardKind::kCountyMother, CardKind::kCountyControl, 1, suite) {
    master_.form();
    type_components(master_);
    combine(master_);
    make_pair(master_.pair);
    issue_pair(*stock_, master_.pair, province_, province_factor());
    issue_pair(*stock_, province_, county_, county_factor());
    const auto combined = combined_of(master_);
    for (TestPair* pair : {&master_.pair, &province_, &county_})
      opened_.push_back(std::make_unique<Opened>(*pair));
    opened_.at(0)->reference.put_all(combined, profile());
    for (const auto& row : derivation::kPurposes) {
      auto key = derivation::derive_key(suite, row.purpose, combined,
                                        profile().purpose_factor(row.purpose, 1));
      key = derivation::derive_key(suite, row.purpose, key, province_factor());
      auto below = derivation::derive_key(suite, row.purpose, key, county_factor());
      opened_.at(1)->reference.put(row.purpose, std::move(key));
      opened_.at(2)->reference.put(row.purpose, std::move(below));
    }
  }

  Opened& at(std::size_t level) { return *opened_.at(level); }

  crypto::Key combined() { return combined_of(master_); }

 private:
  std::unique_ptr<TestPair> stock_;
  MasterSet master_;
  TestPair province_;
  TestPair county_;
  std::vector<std::unique_ptr<Opened>> opened_;
};

// key-protocol §3: what a mother of the chain gives to a card below her.
struct Gift {
  std::size_t mother;  // 0 master, 1 province, 2 county
  CardKind to;
  char step;  // 'c' copy, 'p' province, 'k' county, 's' by serial
  std::vector<Purpose> purposes;
};

std::vector<Purpose> every_purpose() {
  std::vector<Purpose> all;
  all.reserve(derivation::kPurposes.size());
  for (const auto& row : derivation::kPurposes) all.push_back(row.purpose);
  return all;
}

const std::vector<Gift>& gifts() {
  using enum Purpose;
  static const std::vector<Gift> rows = {
      {0, CardKind::kProvincialMother, 'p', every_purpose()},
      {0, CardKind::kProvincialControl, 's', {kCardControl, kAuditTag}},
      {1, CardKind::kCountyMother, 'k', every_purpose()},
      {1, CardKind::kCountyControl, 's', {kCardControl, kAuditTag}},
      {2, CardKind::kPsam, 'c', {kLoad, kPurchase, kTac}},
      {2, CardKind::kPsam, 's', {kPsamControl, kHandheld, kAuditTag}},
      {2, CardKind::kEsam, 'c', {kPurchase}},
      {2, CardKind::kEsam, 's', {kMeterParameters, kTool, kHandheld, kEsamControl, kAuditTag}},
  };
  return rows;
}

struct Request {
  std::size_t mother;
  Path path;
  Serial8 target;
};

class Draw {
 public:
  std::size_t below(std::size_t bound) { return source_() % bound; }

  // One that the mother grants.
  Request gift() {
    const auto& row = gifts().at(below(gifts().size()));
    Request drawn{row.mother, {row.purposes.at(below(row.purposes.size())), {}}, serial(row.to)};
    if (row.step == 'p') drawn.path.factors = {profile().province_factor(version())};
    if (row.step == 'k') drawn.path.factors = {profile().county_factor(county(), version())};
    if (row.step == 's') drawn.path.factors = {Factor::of_device(drawn.target)};
    return drawn;
  }

  // Any key, no step to two of any kind, for any card.
  Request any() {
    Request drawn{below(3),
                  {derivation::kPurposes.at(below(15)).purpose, {}},
                  serial(derivation::kCardKinds.at(below(derivation::kCardKinds.size())).kind)};
    for (auto steps = below(3); steps > 0; --steps) drawn.path.factors.push_back(step());
    return drawn;
  }

 private:
  Factor step() {
    switch (below(5)) {
      case 0:
        return profile().purpose_factor(Purpose::kLoad, version());
      case 1:
        return profile().province_factor(version());
      case 2:
        return profile().county_factor(county(), version());
      case 3:
        return Factor::of_device(serial(CardKind::kPsam));
      default:
        return Factor::of_user_card(base::CardNumber::of(county(), below(1'000'000), 1));
    }
  }

  Serial8 serial(CardKind kind) { return Serial8::of(kind, 1 + below(1'000'000)); }

  const base::CountyCode& county() {
    return profile().counties.at(below(profile().counties.size())).code;
  }

  std::uint8_t version() { return static_cast<std::uint8_t>(1 + below(255)); }

  // The same requests each time.
  std::mt19937_64 source_{20261123};  // NOLINT(cert-msc32-c,cert-msc51-cpp)
};

// One field that is not the key's.
void spoil(ExportHeader& header, std::size_t which) {
  switch (which) {
    case 0:
      header.suite = header.suite == SuiteId::kSm4 ? SuiteId::kAes128 : SuiteId::kSm4;
      return;
    case 1:
      header.purpose = header.purpose == Purpose::kLoad ? Purpose::kTac : Purpose::kLoad;
      return;
    case 2:
      header.level = header.level == Level::kUser ? Level::kDevice : Level::kUser;
      return;
    default:
      header.flag = base::Mode::kLive;
  }
}

int requests_of_a_suite() {
  return std::getenv("WELLKEY_SOAK") != nullptr ? 33'334 : 2000;
}

struct Tally {
  int given = 0;
  int refused = 0;
};

class Comparison {
 public:
  explicit Comparison(SuiteId suite) : chain_(suite) {
    if (suite == SuiteId::kSm4) return;  // SoftHSM has no SM4
    homes_.emplace(chain_.at(0).vault.holding(), chain_.combined());
    homes_->deliver_all();
    token_.emplace(homes_->token, homes_->holding);
  }

  // Asks every home the same, and counts.
  void ask_all() {
    const bool is_gift = draw_.below(2) == 0;
    const auto request = is_gift ? draw_.gift() : draw_.any();
    auto& opened = chain_.at(request.mother);
    auto header = header_for(opened.pair, request.path.purpose, last_of(request.path),
                             request.target, static_cast<std::uint32_t>(1 + draw_.below(1000)));
    const bool is_spoilt = draw_.below(5) == 0;
    if (is_spoilt) spoil(header, draw_.below(4));
    const auto wrapping = draw_.below(12) == 0 ? Purpose::kLoad : Purpose::kTransport;
    const auto expected = ask(opened.reference, request.path, wrapping, header);
    const auto found = ask(opened.vault, request.path, wrapping, header);
    compare(request, expected, found);
    if (is_gift && !is_spoilt && wrapping == Purpose::kTransport) REQUIRE(found.block.has_value());
    if (is_spoilt) REQUIRE_FALSE(found.block.has_value());
    ask_token(request, wrapping, header, expected);
    ++(found.block ? tally.given : tally.refused);
  }

  Tally tally;

 private:
  static std::optional<Factor> last_of(const Path& path) {
    return path.factors.empty() ? std::nullopt : std::optional(path.factors.back());
  }

  // The mother card goes one step, and gives less away than the rules of every home allow.
  static void compare(const Request& request, const Outcome& expected, const Outcome& found) {
    if (request.path.factors.size() > 1) {
      REQUIRE_FALSE(found.is_derived);
      REQUIRE(found.fault == Fault::kRefused);
      return;
    }
    REQUIRE(found.is_derived == expected.is_derived);
    REQUIRE(found.check_value == expected.check_value);
    if (found.block) REQUIRE(found.block == expected.block);
    if (!expected.is_derived) REQUIRE(found.fault == expected.fault);
  }

  // The token holds the master's keys, and gives none of them away but their children.
  void ask_token(const Request& request, Purpose wrapping, const ExportHeader& header,
                 const Outcome& expected) {
    if (!token_ || request.mother != 0) return;
    const auto found = ask(*token_, request.path, wrapping, header);
    if (request.path.factors.empty()) {
      REQUIRE(found.check_value == expected.check_value);
      REQUIRE(found.fault == Fault::kRefused);
    } else {
      REQUIRE(found == expected);
    }
  }

  MotherChain chain_;
  std::optional<support::TwoHomes> homes_;
  std::optional<derivation::TokenVault> token_;
  Draw draw_;
};

}  // namespace

TEST_CASE(
    "mother cards, token and reference give the same children, check values and blocks, and none "
    "skips or repeats a level [R128] [R129] [R134] [R153]") {
  for (const auto suite : {SuiteId::kAes128, SuiteId::kTdes2, SuiteId::kSm4}) {
    CAPTURE(crypto::suite(suite).name);
    Comparison homes(suite);
    for (int asked = 0; asked < requests_of_a_suite(); ++asked) homes.ask_all();
    MESSAGE(crypto::suite(suite).name, ": ", requests_of_a_suite(), " requests, ",
            homes.tally.given, " blocks alike");
    CHECK(homes.tally.given > requests_of_a_suite() / 4);
    CHECK(homes.tally.refused > requests_of_a_suite() / 4);
  }
}

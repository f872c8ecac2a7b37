// The token home against the pure reference, and the way the keys come into it.
#include "derivation/hsm/token_vault.h"

#include <cstdlib>
#include <functional>
#include <random>
#include <set>

#include <doctest/doctest.h>

#include "base/core/error.h"
#include "base/hsm/probe.h"
#include "tests/derivation/outcome.h"
#include "tests/derivation/two_homes.h"

using derivation::DerivedKey;
using derivation::Factor;
using derivation::KeyHandle;
using derivation::KeyVault;
using derivation::Level;
using derivation::Purpose;
using derivation::Serial8;
using support::ask;
using support::Path;
using support::profile;
using support::TwoHomes;

namespace {

base::Fault fault_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const base::Error& error) {
    return error.fault();
  }
  FAIL("nothing was thrown");
  return {};
}

class Draw {
 public:
  std::size_t below(std::size_t bound) { return source_() % bound; }

  Serial8 serial() {
    return Serial8::of(derivation::kCardKinds.at(below(derivation::kCardKinds.size())).kind,
                       1 + below(1'000'000));
  }

  Path path() {
    const auto& county = profile().counties.at(below(profile().counties.size()));
    Path drawn{derivation::kPurposes.at(below(15)).purpose, {profile().province_factor(version())}};
    if (below(4) == 0) return drawn;
    drawn.factors.push_back(profile().county_factor(county.code, version()));
    if (below(4) == 0) return drawn;
    drawn.factors.push_back(below(2) == 0 ? Factor::of_device(serial())
                                          : Factor::of_user_card(base::CardNumber::of(
                                                county.code, below(1'000'000), 1)));
    return drawn;
  }

  // One to four steps in any order, most of which no home may take.
  Path any_steps() {
    Path drawn{derivation::kPurposes.at(below(15)).purpose, {}};
    const auto& county = profile().counties.at(below(profile().counties.size())).code;
    for (auto steps = 1 + below(4); steps > 0; --steps) drawn.factors.push_back(step(county));
    return drawn;
  }

 private:
  Factor step(const base::CountyCode& county) {
    switch (below(5)) {
      case 0:
        return profile().purpose_factor(Purpose::kLoad, version());
      case 1:
        return profile().province_factor(version());
      case 2:
        return profile().county_factor(county, version());
      case 3:
        return Factor::of_device(serial());
      default:
        return Factor::of_user_card(base::CardNumber::of(county, below(1'000'000), 1));
    }
  }

  std::uint8_t version() { return static_cast<std::uint8_t>(1 + below(255)); }

  // The same requests each time.
  std::mt19937_64 source_{20261122};  // NOLINT(cert-msc32-c,cert-msc51-cpp)
};

KeyHandle walk(KeyVault& vault, const Path& path) {
  auto key = vault.held(path.purpose);
  for (const auto& factor : path.factors) key = vault.derive(key, factor);
  return key;
}

derivation::ExportHeader header_of(const derivation::Holding& holding, const Path& path,
                                   const Serial8& target) {
  return {.suite = holding.suite,
          .purpose = path.purpose,
          .level = path.factors.back().level(),
          .flag = holding.flag,
          .target = target,
          .origin = holding.origin};
}

int requests_of_a_suite() {
  return std::getenv("WELLKEY_SOAK") != nullptr ? 50'000 : 1500;
}

// The ways down the tree, by the first digit of each step's level; the second row is for the keys
// of transport, audit tags and card control alone.
bool is_a_way_down(const Path& path) {
  static const std::set<std::string> all{"1", "12", "123", "124"};
  static const std::set<std::string> every_issuer{"3", "13"};
  std::string steps;
  for (const auto& factor : path.factors) {
    const auto level = factor.level();
    steps += level == Level::kMaster     ? '0'
             : level == Level::kProvince ? '1'
             : level == Level::kCounty   ? '2'
             : level == Level::kDevice   ? '3'
                                         : '4';
  }
  return all.contains(steps) ||
         (every_issuer.contains(steps) &&
          (path.purpose == Purpose::kTransport || path.purpose == Purpose::kAuditTag ||
           path.purpose == Purpose::kCardControl));
}

// At most one field is not the key's.
derivation::ExportHeader drawn_header(Draw& draw, const derivation::Holding& holding,
                                      const Path& path) {
  auto header = header_of(holding, path, draw.serial());
  switch (draw.below(8)) {
    case 0:
      header.suite = crypto::SuiteId::kSm4;
      break;
    case 1:
      header.purpose = derivation::kPurposes.at(draw.below(15)).purpose;
      break;
    case 2:
      header.level = derivation::kLevels.at(draw.below(5)).level;
      break;
    case 3:
      header.flag = base::Mode::kLive;
      break;
    case 4:
      header.origin.at(draw.below(4)) ^= 1;
      break;
    default:
      break;
  }
  return header;
}

}  // namespace

TEST_CASE(
    "token and reference agree on thousands of derivations, check values and exports "
    "[R128] [R134] [R148] [R149] [R153]") {
  for (const auto suite : {crypto::SuiteId::kAes128, crypto::SuiteId::kTdes2}) {
    CAPTURE(crypto::suite(suite).name);
    TwoHomes homes(suite);
    homes.deliver_all();
    derivation::TokenVault vault(homes.token, homes.holding);
    Draw draw;
    for (int i = 0; i < 1500; ++i) {
      const auto path = draw.path();
      const auto in_token = walk(vault, path);
      const auto in_reference = walk(homes.reference, path);
      REQUIRE(vault.check_value(in_token) == homes.reference.check_value(in_reference));
      const auto header = header_of(homes.holding, path, draw.serial());
      REQUIRE(vault.export_to(in_token, vault.held(Purpose::kTransport), header) ==
              homes.reference.export_to(in_reference, homes.reference.held(Purpose::kTransport),
                                        header));
    }
  }
}

TEST_CASE(
    "whatever is asked, token and reference answer or refuse alike, and no level is skipped or "
    "repeated [R129] [R153]") {
  for (const auto suite : {crypto::SuiteId::kAes128, crypto::SuiteId::kTdes2}) {
    CAPTURE(crypto::suite(suite).name);
    TwoHomes homes(suite);
    homes.deliver_all();
    derivation::TokenVault vault(homes.token, homes.holding);
    Draw draw;
    int refused = 0;
    for (int i = 0; i < requests_of_a_suite(); ++i) {
      const auto path = draw.below(2) == 0 ? draw.path() : draw.any_steps();
      const auto wrapping = draw.below(8) == 0 ? Purpose::kLoad : Purpose::kTransport;
      const auto header = drawn_header(draw, homes.holding, path);
      const auto of_token = ask(vault, path, wrapping, header);
      REQUIRE(of_token == ask(homes.reference, path, wrapping, header));
      REQUIRE(of_token.is_derived == is_a_way_down(path));
      REQUIRE(of_token.block.has_value() == !of_token.fault.has_value());
      if (of_token.fault) ++refused;
    }
    CHECK(refused > requests_of_a_suite() / 5);
    CHECK(refused < requests_of_a_suite() * 4 / 5);
  }
}

TEST_CASE("keys and handles go on when the token is opened anew between two verbs") {
  TwoHomes homes(crypto::SuiteId::kAes128);
  homes.deliver_all();
  constexpr unsigned kVerbsOfOneOpening = 3;
  derivation::TokenVault vault(homes.token, homes.holding, kVerbsOfOneOpening);
  Draw draw;
  const auto path = draw.path();
  const auto header = header_of(homes.holding, path, draw.serial());
  const auto in_token = walk(vault, path);
  const auto in_reference = walk(homes.reference, path);
  const auto expected =
      homes.reference.export_to(in_reference, homes.reference.held(Purpose::kTransport), header);
  // An object of one opening is gone after it.
  constexpr const char* kMark = "of this opening";
  const auto mark = [&homes] {
    homes.token.session().generate({hsm::KeyType::kAes128, hsm::Usage::kDeriveAes,
                                    hsm::Lifetime::kSession, hsm::Extraction::kNever, kMark});
  };
  mark();
  unsigned openings = 1;
  for (int i = 0; i < 12; ++i) {
    CHECK(vault.check_value(in_token) == homes.reference.check_value(in_reference));
    CHECK(vault.export_to(in_token, vault.held(Purpose::kTransport), header) == expected);
    if (homes.token.session().has_object(kMark)) continue;
    ++openings;
    mark();
  }
  CHECK(openings == 2 * 12 / kVerbsOfOneOpening);
}

TEST_CASE("a token that cannot be opened anew is named, and answers nothing") {
  TwoHomes homes(crypto::SuiteId::kAes128);
  homes.deliver_all();
  derivation::TokenVault vault(homes.token, homes.holding, 1);
  const auto key = vault.held(Purpose::kLoad);
  CHECK_NOTHROW(vault.check_value(key));
  const auto store = *homes.soft.config.folder / "store";
  std::filesystem::rename(store, *homes.soft.config.folder / "away");
  CHECK_THROWS_AS(vault.check_value(key), base::Error);
  CHECK(fault_of([&] { homes.token.session(); }) == base::Fault::kUnavailable);
  CHECK_THROWS_AS(vault.check_value(key), base::Error);
}

TEST_CASE("MACs and audit tags of the token are those of the reference") {
  TwoHomes homes(crypto::SuiteId::kAes128);
  homes.deliver_all();
  derivation::TokenVault vault(homes.token, homes.holding);
  const auto psam = Serial8::of(derivation::CardKind::kPsam, 7);
  const Path order{Purpose::kCardControl, {Factor::of_device(psam)}};
  const auto message = base::bytes_of("an order");
  const auto mac = vault.mac(walk(vault, order), message);
  CHECK(mac == homes.reference.mac(walk(homes.reference, order), message));
  CHECK_NOTHROW(vault.verify(walk(vault, order), message, mac));
  CHECK(fault_of([&] { vault.verify(walk(vault, order), base::bytes_of("another"), mac); }) ==
        base::Fault::kTampered);
  const derivation::TagInput input{Factor::of_device(psam), Level::kCounty, {0x13, 1, 9}, 1, 1, {}};
  CHECK(vault.tag(vault.held(Purpose::kAuditTag), input) ==
        homes.reference.tag(homes.reference.held(Purpose::kAuditTag), input));
}

TEST_CASE("both homes refuse the same things: skipped levels, own keys, wrong purposes [R129]") {
  TwoHomes homes(crypto::SuiteId::kAes128);
  homes.deliver_all();
  derivation::TokenVault token_vault(homes.token, homes.holding);
  const auto county = profile().county_factor(base::CountyCode::parse("130109"), 1);
  const auto province = profile().province_factor(1);
  const auto psam = Factor::of_device(Serial8::of(derivation::CardKind::kPsam, 7));
  for (KeyVault* vault :
       {static_cast<KeyVault*>(&token_vault), static_cast<KeyVault*>(&homes.reference)}) {
    const auto load = vault->held(Purpose::kLoad);
    const auto refused = [&](const std::function<void()>& act) {
      CHECK(fault_of(act) == base::Fault::kRefused);
    };
    refused([&] { vault->derive(load, county); });
    refused([&] { vault->derive(load, psam); });
    refused([&] { vault->derive(vault->derive(load, province), province); });
    refused([&] { vault->derive(load, profile().purpose_factor(Purpose::kLoad, 1)); });
    refused([&] { vault->destroy(load); });
    refused([&] { vault->mac(vault->derive(load, province), base::Bytes(16)); });
    const auto key = vault->derive(load, province);
    const auto target = Serial8::of(derivation::CardKind::kProvincialMother, 1);
    auto header = header_of(homes.holding, {Purpose::kLoad, {province}}, target);
    refused([&] { vault->export_to(key, load, header); });
    header.flag = base::Mode::kLive;
    refused([&] { vault->export_to(key, vault->held(Purpose::kTransport), header); });
    header.flag = homes.holding.flag;
    header.level = Level::kCounty;
    refused([&] { vault->export_to(key, vault->held(Purpose::kTransport), header); });
    vault->destroy(key);
    CHECK(fault_of([&] { vault->check_value(key); }) == base::Fault::kNotFound);
  }
}

TEST_CASE("keys of the token only derive: they neither leave it nor sign [R134]") {
  TwoHomes homes(crypto::SuiteId::kAes128);
  homes.deliver_all();
  derivation::TokenVault vault(homes.token, homes.holding);
  const auto target = Serial8::of(derivation::CardKind::kMasterMother, 1);
  const derivation::ExportHeader header{.suite = homes.holding.suite,
                                        .purpose = Purpose::kLoad,
                                        .level = Level::kMaster,
                                        .flag = homes.holding.flag,
                                        .target = target};
  CHECK(fault_of([&] {
          vault.export_to(vault.held(Purpose::kLoad), vault.held(Purpose::kTransport), header);
        }) == base::Fault::kRefused);
  CHECK(fault_of([&] { vault.mac(vault.held(Purpose::kCardControl), base::Bytes(16)); }) ==
        base::Fault::kRefused);
}

TEST_CASE("every county has keys of its own in every purpose [R149]") {
  TwoHomes homes(crypto::SuiteId::kAes128);
  std::set<std::string> seen;
  for (const auto& row : derivation::kPurposes) {
    const DerivedKey province(homes.reference, homes.reference.held(row.purpose),
                              profile().province_factor(1));
    for (const auto& county : profile().counties) {
      const DerivedKey key(homes.reference, province.handle(),
                           profile().county_factor(county.code, 1));
      seen.insert(crypto::format(homes.reference.check_value(key.handle())));
    }
  }
  // 2505 values of 24 bits: a chance meeting is expected once in five runs, two at most.
  CHECK(seen.size() >= 15 * 167 - 3);
}

TEST_CASE("a delivery that is changed or foreign leaves no key in the token [R135]") {
  TwoHomes homes(crypto::SuiteId::kAes128);
  derivation::Reception reception(homes.token);
  const auto point = reception.prepare();
  const auto good = homes.delivery(Purpose::kLoad, point);
  const auto label = derivation::token_label(Purpose::kLoad, homes.holding.version);
  const auto refused = [&](const derivation::Delivery& delivery, base::Fault fault) {
    CHECK(fault_of([&] { reception.receive(homes.plan, delivery); }) == fault);
    CHECK_FALSE(homes.token.session().has_object(label));
  };
  auto changed = good;
  changed.wrapped.at(3) ^= 1;
  refused(changed, base::Fault::kTampered);
  changed = good;
  changed.header.check_value.value[0] ^= 1;
  refused(changed, base::Fault::kTampered);
  changed = good;
  changed.header.plan_id[0] ^= 1;
  refused(changed, base::Fault::kRefused);
  changed = good;
  changed.header.flag = base::Mode::kLive;
  refused(changed, base::Fault::kRefused);
  refused(homes.delivery(Purpose::kLoad, crypto::P256Pair::generate().point),
          base::Fault::kTampered);
  CHECK_NOTHROW(reception.receive(homes.plan, good));
  CHECK(reception.receive(homes.plan, good) == good.header.check_value);
  changed = good;
  changed.header.check_value.value[0] ^= 1;
  CHECK(fault_of([&] { reception.receive(homes.plan, changed); }) == base::Fault::kConflict);
}

TEST_CASE("a token is complete only when all fifteen check values are the signed ones") {
  TwoHomes homes(crypto::SuiteId::kAes128);
  derivation::Reception reception(homes.token);
  const auto point = reception.prepare();
  const auto list = homes.check_values();
  for (const auto& row : derivation::kPurposes) {
    CHECK_THROWS_AS(reception.require_complete(homes.plan, list), base::Error);
    reception.receive(homes.plan, homes.delivery(row.purpose, point));
  }
  CHECK_NOTHROW(reception.require_complete(homes.plan, list));
  auto other = list;
  other.at(14).value[2] ^= 1;
  CHECK(fault_of([&] { reception.require_complete(homes.plan, other); }) == base::Fault::kTampered);
  reception.close();
  CHECK(fault_of([&] { reception.delivery_point(); }) == base::Fault::kNotFound);
}

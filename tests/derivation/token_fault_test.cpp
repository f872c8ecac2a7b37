// Every PKCS#11 call of a delivery and of each verb of the vault failing or lying in turn.
#include <functional>
#include <memory>
#include <string>

#include <doctest/doctest.h>

#include "tests/derivation/two_homes.h"
#include "tests/fault/faulty_module.h"

namespace {

namespace fs = std::filesystem;
using derivation::Factor;
using derivation::Purpose;
using derivation::TokenVault;
using support::FaultyModule;

// A token that waits for its first delivery, copied anew for every call.
struct Prepared {
  Prepared() {
    hsm::Token token(soft.config, soft.pin);
    delivery = derivation::seal_delivery({.purpose = Purpose::kLoad,
                                          .suite = plan.suite,
                                          .check_value = crypto::check_value(plan.suite, key),
                                          .plan_id = plan.plan_id},
                                         derivation::Reception(token).prepare(), key);
  }

  hsm::TokenConfig copy() const {
    auto config = soft.config;
    const auto place = soft.folder.path() / "copy";
    config.folder = place;
    fs::remove_all(place);
    fs::copy(soft.folder.path() / "token", place, fs::copy_options::recursive);
    return config;
  }

  crypto::Kcv receive(const hsm::TokenConfig& into) const {
    hsm::Token token(into, soft.pin);
    return derivation::Reception(token).receive(plan, delivery);
  }

  // Honestly opened, the token has the right key or none, and the delivery can be repeated.
  void require_mended(const hsm::TokenConfig& config) const {
    const auto label = derivation::token_label(Purpose::kLoad, plan.version);
    {
      hsm::Token token(config, soft.pin);
      auto& session = token.session();
      if (session.has_object(label))
        CHECK(session.check_value(session.find_secret_key(label), hsm::Usage::kDeriveAes) ==
              delivery.header.check_value.value);
    }
    CHECK(receive(config) == delivery.header.check_value);
  }

  support::SoftToken soft{hsm::kKeyTokenLabel, support::Medium::kMemory};
  crypto::Key key = crypto::random_key(crypto::SuiteId::kAes128);
  derivation::ReceptionPlan plan{crypto::sha256(base::bytes_of("a plan"))};
  derivation::Delivery delivery{.header = {.purpose = Purpose::kLoad, .suite = plan.suite}};
};

support::Outcome try_delivery(std::string_view trick) {
  const Prepared prepared;
  const FaultyModule module;
  auto config = prepared.copy();
  return support::try_every_call(
      module, trick, [&] { prepared.receive(FaultyModule::through(config)); },
      [&](bool) {
        prepared.require_mended(config);
        config = prepared.copy();
      });
}

// The delivery key destroyed through the module that fails and lies, and what an honest look finds.
support::Outcome try_close(std::string_view trick) {
  const Prepared prepared;
  const FaultyModule module;
  auto config = prepared.copy();
  return support::try_every_call(
      module, trick,
      [&] {
        hsm::Token token(FaultyModule::through(config), prepared.soft.pin);
        derivation::Reception(token).close();
      },
      [&](bool is_done) {
        {
          hsm::Token token(config, prepared.soft.pin);
          derivation::Reception reception(token);
          const auto look = [&] { reception.delivery_point(); };
          if (is_done) CHECK_THROWS_WITH_AS(look(), doctest::Contains("no key"), base::Error);
          CHECK_NOTHROW(reception.close());
        }
        config = prepared.copy();
      });
}

// A vault whose keys both homes have, spoken to through the module that lies.
struct Bench {
  Bench() : homes(crypto::SuiteId::kAes128, FaultyModule::path()) {
    homes.deliver_all();
    vault = std::make_unique<TokenVault>(homes.token, homes.holding);
  }

  template <typename Vault>
  static derivation::KeyHandle county_key(Vault& vault, Purpose purpose) {
    const auto& county = support::profile().counties.front();
    const auto province = vault.derive(vault.held(purpose), support::profile().province_factor(1));
    return vault.derive(province, support::profile().county_factor(county.code, 1));
  }

  derivation::ExportHeader header() const {
    return {.suite = homes.holding.suite,
            .purpose = Purpose::kLoad,
            .level = derivation::Level::kCounty,
            .flag = homes.holding.flag,
            .county = support::profile().counties.front().code.bcd(),
            .target = derivation::Serial8::of(derivation::CardKind::kPsam, 7),
            .origin = homes.holding.origin};
  }

  FaultyModule module;
  support::TwoHomes homes;
  std::unique_ptr<TokenVault> vault;
};

enum class Come { kRight, kWrong };

struct Verb {
  std::string_view name;
  // What came of the verb is compared with the reference; a block is opened as its card does it, and
  // then the vault is asked for the check value that the issuer compares with the card's.
  std::function<Come(Bench&)> act;
};

Come come(bool is_right) {
  return is_right ? Come::kRight : Come::kWrong;
}

Come start(Bench& bench) {
  const TokenVault vault(bench.homes.token, bench.homes.holding);
  return Come::kRight;
}

Come check_value(Bench& bench) {
  auto& reference = bench.homes.reference;
  return come(bench.vault->check_value(Bench::county_key(*bench.vault, Purpose::kTac)) ==
              reference.check_value(Bench::county_key(reference, Purpose::kTac)));
}

Come export_to(Bench& bench) {
  auto& reference = bench.homes.reference;
  const auto key = Bench::county_key(*bench.vault, Purpose::kLoad);
  const auto block =
      bench.vault->export_to(key, bench.vault->held(Purpose::kTransport), bench.header());
  const auto told = bench.vault->check_value(key);
  const auto right = reference.export_to(Bench::county_key(reference, Purpose::kLoad),
                                         reference.held(Purpose::kTransport), bench.header());
  const auto expected = derivation::decode_import_block(right).check_value;
  if (block == right) return come(told == expected);
  // The card has the transport key that the reference derives; it takes nothing but the right block.
  const auto card = derivation::derive_key(
      derivation::transport_suite(bench.homes.holding.suite), Purpose::kTransport,
      bench.homes.purpose_key(Purpose::kTransport), Factor::of_device(bench.header().target));
  derivation::open_import_block(card, derivation::decode_import_block(block));
  return Come::kWrong;
}

Come mac(Bench& bench) {
  auto& reference = bench.homes.reference;
  const auto message = base::bytes_of("an order");
  return come(bench.vault->mac(Bench::county_key(*bench.vault, Purpose::kPsamControl), message) ==
              reference.mac(Bench::county_key(reference, Purpose::kPsamControl), message));
}

Come verify(Bench& bench) {
  auto& reference = bench.homes.reference;
  const auto message = base::bytes_of("an order");
  auto wrong = reference.mac(Bench::county_key(reference, Purpose::kPsamControl), message);
  wrong.front() ^= 1U;
  bench.vault->verify(Bench::county_key(*bench.vault, Purpose::kPsamControl), message, wrong);
  return Come::kWrong;
}

Come accept(Bench& bench) {
  auto& reference = bench.homes.reference;
  const auto message = base::bytes_of("an order");
  bench.vault->verify(Bench::county_key(*bench.vault, Purpose::kPsamControl), message,
                      reference.mac(Bench::county_key(reference, Purpose::kPsamControl), message));
  return Come::kRight;
}

const Verb kVerbs[] = {
    {"opening", start}, {"check value", check_value},   {"export", export_to},
    {"mac", mac},       {"verify a wrong MAC", verify}, {"verify a right MAC", accept},
};

// An error leaves this; anything else must be right.
void require_right(const Verb& verb, Bench& bench) {
  const Come what = verb.act(bench);
  CHECK(what == Come::kRight);
}

}  // namespace

TEST_CASE(
    "whichever call fails in a delivery, the token has the right key or none, and the "
    "delivery can be repeated") {
  unsigned long tricked = 0;
  for (const auto trick : support::kFailures) tricked += try_delivery(trick).tricked;
  MESSAGE(tricked << " calls of a delivery failed");
  CHECK(tricked > 50);
}

TEST_CASE("whichever call of a delivery lies, no wrong key stays in the token") {
  unsigned long tricked = 0;
  for (const auto trick : support::kLies) tricked += try_delivery(trick).tricked;
  MESSAGE(tricked << " calls of a delivery lied");
  CHECK(tricked > 50);
}

TEST_CASE("the delivery key is gone when the token says so, whichever call fails or lies") {
  support::Outcome sum;
  const auto add = [&](std::string_view trick) {
    const auto outcome = try_close(trick);
    sum.tricked += outcome.tricked;
    sum.refused += outcome.refused;
  };
  for (const auto trick : support::kFailures) add(trick);
  for (const auto trick : support::kLies) add(trick);
  MESSAGE(sum.tricked << " calls failed or lied, " << sum.refused << " stopped the destruction");
  CHECK(sum.refused > 40);
}

TEST_CASE("whichever call of a verb fails, the verb is refused and can be repeated") {
  Bench bench;
  for (const auto& verb : kVerbs) {
    CAPTURE(verb.name);
    unsigned long tricked = 0;
    for (const auto trick : support::kFailures) {
      const auto outcome = support::try_every_call(
          bench.module, trick, [&] { require_right(verb, bench); },
          [&](bool) { CHECK_NOTHROW(accept(bench)); });
      tricked += outcome.tricked;
    }
    MESSAGE(verb.name << ": " << tricked << " calls failed");
    CHECK(tricked > 2);
  }
}

TEST_CASE("whichever call of a verb lies, nothing wrong comes out that its receiver would take") {
  Bench bench;
  for (const auto& verb : kVerbs) {
    CAPTURE(verb.name);
    support::Outcome sum;
    for (const auto trick : support::kLies) {
      const auto outcome = support::try_every_call(
          bench.module, trick, [&] { require_right(verb, bench); },
          [&](bool) { CHECK_NOTHROW(accept(bench)); });
      sum.tricked += outcome.tricked;
      sum.refused += outcome.refused;
    }
    MESSAGE(verb.name << ": " << sum.tricked << " calls lied, " << sum.refused << " found out");
    CHECK(sum.refused > 2);
  }
}

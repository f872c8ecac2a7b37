// bench_keys: how fast the token's home makes card keys, beside what bounds it. Every answer is checked.
#include <cstdio>
#include <fstream>
#include <limits>
#include <tuple>

#include <fmt/format.h>

#include "tests/bench/cards/rate.h"
#include "tests/bench/keys/bare_ciphers.h"
#include "tests/bench/keys/raw_calls.h"
#include "tests/derivation/two_homes.h"

namespace {

using derivation::Factor;
using derivation::Purpose;
using derivation::Serial8;

constexpr double kTarget = 0.9;
constexpr int kFewCards = 1'000;
constexpr int kManyCards = 100'000;

// The load key of one user card of one county, on its way into the card.
struct Request {
  std::vector<Factor> path;
  derivation::ExportHeader header;
};

Request request(const derivation::Holding& holding, std::uint32_t card) {
  const auto county = base::CountyCode::parse("130102");
  return {{support::profile().province_factor(1), support::profile().county_factor(county, 1),
           Factor::of_user_card(base::CardNumber::of(county, card, 1))},
          {.suite = holding.suite,
           .purpose = Purpose::kLoad,
           .level = derivation::Level::kUser,
           .flag = holding.flag,
           .target = Serial8::of(derivation::CardKind::kEsam, card),
           .origin = holding.origin}};
}

derivation::ImportBlockBytes export_block(derivation::KeyVault& vault, const Request& asked) {
  const derivation::DerivedKey province(vault, vault.held(Purpose::kLoad), asked.path.at(0));
  const derivation::DerivedKey county(vault, province.handle(), asked.path.at(1));
  const derivation::DerivedKey card(vault, county.handle(), asked.path.at(2));
  return vault.export_to(card.handle(), vault.held(Purpose::kTransport), asked.header);
}

void print_rates(support::TwoHomes& homes) {
  // The bare calls have a session in the same opening.
  derivation::TokenVault vault(homes.token, homes.holding, std::numeric_limits<unsigned>::max());
  const auto& module = homes.token.module();
  bench::RawCalls raw(module, module.slot_of_token(homes.soft.config.label),
                      derivation::token_label(Purpose::kLoad, 1),
                      derivation::token_label(Purpose::kTransport, 1));
  const auto asked = request(homes.holding, 4711);
  const auto expected = export_block(homes.reference, asked);
  const auto own = bench::Counted::kOwnWork;
  const auto rows = bench::measure({
      bench::repeating("token vault, derive and wrap for one card", own,
                       [&] { return export_block(vault, asked) == expected; }),
      bench::repeating("the same PKCS#11 calls alone", own,
                       [&] { return raw.export_block(asked.path, asked.header) == expected; }),
      bench::repeating("the same cipher operations alone", own, bench::bare_card_key),
  });
  for (const auto& row : rows) fmt::print("  {:<52} {:>12.0f} /s\n", row.name, row.per_second);
  const auto ratio = rows.at(0).per_second / rows.at(1).per_second;
  fmt::print("  {:<52} {:>12.2f}    target {:.2f}, {}\n", "token vault to PKCS#11 calls", ratio,
             kTarget, ratio >= kTarget ? "met" : "NOT MET");
  fmt::print("  {:<52} {:>12.4f}\n", "token vault to cipher operations",
             rows.at(0).per_second / rows.at(2).per_second);
}

// Forgets the most that the process ever had, so that the next answer is of what came after.
void forget_most_memory() {
  std::ofstream("/proc/self/clear_refs") << "5";
}

long most_memory() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmHWM:")) return std::stol(line.substr(line.find(':') + 1));
  throw std::runtime_error("no VmHWM in /proc/self/status");
}

void print_batch(support::TwoHomes& homes) {
  derivation::TokenVault vault(homes.token, homes.holding);
  forget_most_memory();
  for (int card = 1; card <= kManyCards; ++card) {
    const auto asked = request(homes.holding, static_cast<std::uint32_t>(card));
    if (export_block(vault, asked) != export_block(homes.reference, asked))
      throw std::runtime_error("batch: a wrong answer");
    if (card != kFewCards && card != kManyCards) continue;
    fmt::print("  {:>7} cards, most memory {:>35} KiB\n", card, most_memory());
  }
}

}  // namespace

int main() {
  std::ignore = std::setvbuf(stdout, nullptr, _IOLBF, 0);  // a row is seen when it is measured
  try {
    support::TwoHomes homes(crypto::SuiteId::kAes128);
    homes.deliver_all();
    fmt::print("\nkeys of cards from the token, aes128\n");
    print_rates(homes);
    print_batch(homes);
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "bench_keys: {}\n", error.what());
    return 1;
  }
}

// Every PKCS#11 call failing or lying in turn while a token is made, opened and signs checkpoints.
#include <optional>

#include "base/core/error.h"
#include "base/hsm/checkpoint_signer.h"
#include "base/hsm/probe.h"
#include "tests/fault/faulty_module.h"

namespace {

namespace fs = std::filesystem;
using support::FaultyModule;
using support::Medium;
using support::SoftToken;

constexpr const char* kOrigin = "hebei.example/station-1";
constexpr const char* kRoot = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

base::Bytes checkpoint(unsigned long size) {
  return base::bytes_of(fmt::format("{}\n{}\n{}\n", kOrigin, size, kRoot));
}

support::Outcome operator+(const support::Outcome& a, const support::Outcome& b) {
  return {a.tricked + b.tricked, a.refused + b.refused};
}

support::Outcome make_with(std::string_view trick) {
  const FaultyModule module;
  const support::TempFolder folder(Medium::kMemory);
  const auto pin = hsm::token_pin_of(crypto::random_secret(hsm::kPinSecretBytes));
  const hsm::TokenConfig config{support::kSoftHsm, folder.path() / "token", hsm::kKeyTokenLabel};
  return support::try_every_call(
      module, trick,
      [&] { hsm::Token::initialise(FaultyModule::through(config), pin, hsm::random_so_pin()); },
      [&](bool is_done) {
        const bool is_kept = fs::exists(*config.folder / "manifest");
        CHECK((is_kept || !is_done));
        if (!is_kept) hsm::Token::initialise(config, pin, hsm::random_so_pin());
        CHECK_NOTHROW(hsm::Token(config, pin));
        fs::remove_all(*config.folder);
      });
}

support::Outcome open_with(std::string_view trick) {
  const FaultyModule module;
  const SoftToken soft(hsm::kKeyTokenLabel, Medium::kMemory);
  return support::try_every_call(
      module, trick,
      [&] {
        const hsm::Token token(FaultyModule::through(soft.config), soft.pin);
        CHECK_FALSE(token.damage());
      },
      [&](bool) { CHECK_NOTHROW(hsm::Token(soft.config, soft.pin)); });
}

// A log token with one origin, spoken to through the module that fails and lies.
struct Signing {
  Signing() : token(FaultyModule::through(soft.config), soft.pin) {
    point = hsm::add_origin(token, kOrigin);
    signer.emplace(token.session(), soft.folder.path() / "heads");
  }

  support::Outcome sign_with(std::string_view trick) {
    return support::try_every_call(
        module, trick,
        [&] {
          const auto text = checkpoint(size);
          const auto key = signer->public_key(kOrigin);
          CHECK(key == point);
          const bool holds = crypto::verify(point, text, signer->sign(text));
          CHECK(holds);
        },
        [&](bool) {
          const auto text = checkpoint(size++);
          CHECK(crypto::verify(point, text, signer->sign(text)));
        });
  }

  FaultyModule module;
  SoftToken soft{hsm::kLogTokenLabel, Medium::kMemory};
  hsm::Token token;
  crypto::Ed25519Public point{};
  std::optional<hsm::CheckpointSigner> signer;
  unsigned long size = 1;
};

// A pair of each kind made, told and used; what comes out is checked with the other side's sums.
support::Outcome make_pairs_with(std::string_view trick) {
  const FaultyModule module;
  const SoftToken soft(hsm::kKeyTokenLabel, Medium::kMemory);
  hsm::Token token(FaultyModule::through(soft.config), soft.pin);
  auto& session = token.session();
  return support::try_every_call(
      module, trick,
      [&] {
        const auto told = session.generate_agreement_pair("delivery");
        module.order("");
        CHECK(told == session.agreement_point("delivery"));
      },
      [&](bool) {
        session.destroy_pair("delivery");
        CHECK_FALSE(session.has_object("delivery"));
        CHECK_NOTHROW(session.generate_agreement_pair("delivery"));
        session.destroy_pair("delivery");
      });
}

template <typename Tricks>
support::Outcome sum_of(const Tricks& tricks, support::Outcome (*run)(std::string_view)) {
  support::Outcome sum;
  for (const auto trick : tricks) sum = sum + run(trick);
  return sum;
}

struct Liar {
  const char* function;
  std::vector<std::string_view> lies;
};

const std::vector<std::string_view> kAboutKeys = {"nothing", "stale", "zeros", "changed",
                                                  "exposed"};
const std::vector<std::string_view> kAboutBytes = {"nothing", "zeros", "changed", "short", "long"};
const Liar kLiars[] = {
    {"C_CreateObject", kAboutKeys},
    {"C_DeriveKey", kAboutKeys},
    {"C_UnwrapKey", kAboutKeys},
    {"C_WrapKey", kAboutBytes},
    {"C_Sign", kAboutBytes},
    {"C_GetAttributeValue", kAboutBytes},
    {"C_SignInit", {"nothing"}},
    {"C_DestroyObject", {"nothing"}},
    {"C_SetAttributeValue", {"nothing"}},
    {"C_CopyObject", {"nothing"}},
    {"C_EncryptInit", {"nothing"}},
};

}  // namespace

TEST_CASE("whichever call fails while a token is made, it can be made again") {
  const auto sum = sum_of(support::kFailures, make_with);
  MESSAGE(sum.tricked << " calls failed");
  CHECK(sum.tricked > 20);
}

TEST_CASE("whichever call lies while a token is made, what is kept opens with its PIN") {
  const auto sum = sum_of(support::kLies, make_with);
  MESSAGE(sum.tricked << " calls lied, " << sum.refused << " found out");
  CHECK(sum.refused > 10);
}

TEST_CASE("whichever call fails or lies while a token is opened, it opens the next time") {
  const auto sum = sum_of(support::kFailures, open_with) + sum_of(support::kLies, open_with);
  MESSAGE(sum.tricked << " calls failed or lied, " << sum.refused << " stopped the opening");
  CHECK(sum.refused > 10);
}

TEST_CASE(
    "whichever call fails or lies, no checkpoint leaves with a signature that does not hold") {
  Signing signing;
  support::Outcome sum;
  for (const auto trick : support::kFailures) sum = sum + signing.sign_with(trick);
  for (const auto trick : support::kLies) sum = sum + signing.sign_with(trick);
  MESSAGE(sum.tricked << " calls failed or lied, " << sum.refused << " stopped the signature");
  CHECK(sum.refused > 20);
}

TEST_CASE("a point that is not the token's own is not told, whichever call fails or lies") {
  const auto sum =
      sum_of(support::kFailures, make_pairs_with) + sum_of(support::kLies, make_pairs_with);
  MESSAGE(sum.tricked << " calls failed or lied, " << sum.refused << " found out");
  CHECK(sum.refused > 40);
}

TEST_CASE("a token that lies in one function offers no suite, whatever the lie") {
  const FaultyModule module;
  const SoftToken soft(hsm::kKeyTokenLabel, Medium::kMemory);
  hsm::Token token(FaultyModule::through(soft.config), soft.pin);
  for (const auto suite : {crypto::SuiteId::kAes128, crypto::SuiteId::kTdes2})
    for (const auto& liar : kLiars)
      for (const auto lie : liar.lies) {
        CAPTURE(liar.function);
        CAPTURE(lie);
        module.order(fmt::format("{} {}", liar.function, lie));
        CHECK_THROWS_AS(hsm::require_suite(token.session(), suite), base::Error);
        CHECK(module.tricked() > 0);
        module.order("");
        CHECK_NOTHROW(hsm::require_suite(token.session(), suite));
      }
}

TEST_CASE("a child that the token makes readable against our rules is destroyed and not used") {
  const FaultyModule module;
  const SoftToken soft(hsm::kKeyTokenLabel, Medium::kMemory);
  hsm::Token token(FaultyModule::through(soft.config), soft.pin);
  auto& session = token.session();
  const hsm::KeyRules rules{hsm::KeyType::kAes128, hsm::Usage::kDeriveAes, hsm::Lifetime::kSession,
                            hsm::Extraction::kNever, "child"};
  const auto parent = session.generate(rules);
  session.destroy(session.derive(parent, rules.usage, base::Bytes(16), rules));
  module.order("C_DeriveKey exposed");
  CHECK_THROWS_WITH_AS(session.derive(parent, rules.usage, base::Bytes(16), rules),
                       doctest::Contains("attribute 0x103 of a key reads back 00"), base::Error);
  CHECK(session.find_secret_key("child") == parent);
}

// Every PKCS#11 call failing in turn, before or after it was made: what stands afterwards.
#include <cstdlib>
#include <functional>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "base/core/error.h"
#include "derivation/hsm/reception.h"
#include "derivation/hsm/token_vault.h"
#include "tests/hsm/soft_token.h"

namespace {

namespace fs = std::filesystem;
using derivation::Purpose;

constexpr unsigned kMostCalls = 2000;
constexpr const char* kFailVariable = "WELLKEY_P11_FAIL";

hsm::TokenConfig faulty(const hsm::TokenConfig& config) {
  auto through_faults = config;
  through_faults.module = fs::path(WELLKEY_BINARY_DIR) / "lib/p11_fault.so";
  return through_faults;
}

// Runs `act` with call 1, 2, … failing, until no call is left to fail; `afterwards` runs each time.
void fail_every_call(const std::function<void()>& act, const std::function<void()>& afterwards) {
  setenv("WELLKEY_P11_REAL", support::kSoftHsm, 1);
  for (const char* when : {"before", "after"})
    for (unsigned call = 1; call < kMostCalls; ++call) {
      CAPTURE(call);
      CAPTURE(when);
      setenv(kFailVariable, fmt::format("{} {}", call, when).c_str(), 1);
      try {
        act();
      } catch (const base::Error&) {  // what stands afterwards is the claim, not the text
      }
      const bool is_reached = getenv(kFailVariable) == nullptr;
      unsetenv(kFailVariable);
      afterwards();
      if (!is_reached) {
        CHECK(call > 10);
        break;
      }
    }
}

// A token that waits for its first delivery, copied anew for every failing call.
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
    config.folder = soft.folder.path() / "copy";
    fs::remove_all(*config.folder);
    fs::copy(*soft.config.folder, *config.folder, fs::copy_options::recursive);
    return config;
  }

  support::SoftToken soft;
  crypto::Key key = crypto::random_key(crypto::SuiteId::kAes128);
  derivation::ReceptionPlan plan{crypto::sha256(base::bytes_of("a plan"))};
  derivation::Delivery delivery{.header = {.purpose = Purpose::kLoad, .suite = plan.suite}};
};

}  // namespace

TEST_CASE(
    "whichever call fails in a delivery, the token has the right key or none, and the "
    "delivery can be repeated") {
  Prepared prepared;
  const auto label = derivation::token_label(Purpose::kLoad, prepared.plan.version);
  auto config = prepared.copy();
  const auto receive = [&](const hsm::TokenConfig& from) {
    hsm::Token token(from, prepared.soft.pin);
    return derivation::Reception(token).receive(prepared.plan, prepared.delivery);
  };
  fail_every_call(
      [&] { receive(faulty(config)); },
      [&] {
        {
          hsm::Token token(config, prepared.soft.pin);
          auto& session = token.session();
          if (session.has_object(label))
            CHECK(session.check_value(session.find_secret_key(label), hsm::Usage::kDeriveAes) ==
                  prepared.delivery.header.check_value.value);
        }
        CHECK(receive(config) == prepared.delivery.header.check_value);
        config = prepared.copy();
      });
}

TEST_CASE("whichever call fails while a token is made, it can be made again") {
  const support::TempFolder folder;
  const auto pin = hsm::token_pin_of(crypto::random_secret(hsm::kPinSecretBytes));
  const hsm::TokenConfig config{support::kSoftHsm, folder.path() / "token", hsm::kKeyTokenLabel};
  fail_every_call([&] { hsm::Token::initialise(faulty(config), pin, hsm::random_so_pin()); },
                  [&] {
                    if (!fs::exists(*config.folder / "manifest"))
                      hsm::Token::initialise(config, pin, hsm::random_so_pin());
                    CHECK_NOTHROW(hsm::Token(config, pin));
                    fs::remove_all(*config.folder);
                  });
}

// The token's end of DELIVER: how the purpose keys come from the master control card into a token
// (key-protocol.md §6). No clear key passes the host.
//
//   prepare          a P-256 delivery key in the token; the hash of its point goes into the plan id
//   receive          per purpose: agree, check the MAC, unwrap into the final rules, check value
//   require_complete all fifteen, check values as the signed list says
//   close            the delivery key destroyed, the token opened anew, its absence checked
#pragma once

#include <array>
#include <cstdint>

#include "base/crypto/hash.h"
#include "base/crypto/p256.h"
#include "base/crypto/suite.h"
#include "base/hsm/token.h"
#include "derivation/delivery.h"
#include "derivation/purpose.h"

namespace derivation {

using CheckValueList = std::array<crypto::Kcv, kPurposes.size()>;  // by purpose, 01 to 0F

// What every delivery of one ceremony must say.
struct ReceptionPlan {
  crypto::Hash32 plan_id{};
  crypto::SuiteId suite = crypto::SuiteId::kAes128;
  base::Mode flag = base::Mode::kRehearsal;
  std::uint8_t version = 1;
  base::FixedBytes<4> origin{};
};

class Reception {
 public:
  explicit Reception(hsm::Token& token) : token_(token) {}

  // Throws kConflict when a delivery key exists: a ceremony that was cut off goes on with
  // delivery_point, or gives up with close.
  crypto::PublicPoint prepare();
  crypto::PublicPoint delivery_point();

  // Durable when it returns; a key that the token has already, with the same check value, stays.
  // Throws kRefused when the header is not the plan's, kConflict when the purpose has another key,
  // kTampered when MAC, unwrapping or check value does not hold; then the token keeps nothing.
  crypto::Kcv receive(const ReceptionPlan& plan, const Delivery& delivery);

  // Throws kNotFound for a missing key, kTampered for another check value or other rules.
  void require_complete(const ReceptionPlan& plan, const CheckValueList& signed_list);

  // Commits; throws kTampered if the delivery key is still there after opening anew.
  void close();

 private:
  hsm::Token& token_;
};

}  // namespace derivation

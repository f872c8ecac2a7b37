// Keys: how they come from one another, how they are shown and how they are wrapped.
#pragma once

#include <array>

#include "base/core/card_number.h"
#include "derivation/factor.h"
#include "derivation/tree.h"
#include "tests/suites/case_fields.h"

namespace suites {

using crypto::SuiteId;
using derivation::Factor;

struct Parent {
  derivation::Purpose purpose;
  crypto::Key key;
};

inline Parent take_parent(CaseFields& in) {
  const auto purpose = derivation::purpose_of_byte(in.u8());
  return {purpose, in.secret()};
}

inline crypto::Key child(SuiteId suite, const Parent& parent, const Factor& factor) {
  return derivation::derive_key(suite, parent.purpose, parent.key, factor);
}

inline Factor take_purpose_factor(CaseFields& in) {
  const auto version = in.u8();
  return Factor::of_purpose(in.fixed<6>(), version);
}

inline Factor take_province_factor(CaseFields& in) {
  const auto version = in.u8();
  return Factor::of_province(in.fixed<6>(), version);
}

inline Factor take_county_factor(CaseFields& in) {
  const auto version = in.u8();
  const auto county = in.county();
  return Factor::of_county(county, in.fixed<3>(), version);
}

inline Factor take_user_card_factor(CaseFields& in) {
  return Factor::of_user_card(base::CardNumber::of_bcd(in.bytes()));
}

inline base::Mode take_mode(CaseFields& in) {
  return static_cast<base::Mode>(in.u8());
}

template <Factor (*kTake)(CaseFields&)>
Bytes child_key(SuiteId suite, CaseFields& in) {
  const auto parent = take_parent(in);
  return answer(child(suite, parent, kTake(in)));
}

inline Bytes combined_master(SuiteId suite, CaseFields& in) {
  std::array<base::SecretBytes, derivation::kComponentCount> components;
  for (auto& component : components) component = in.secret();
  derivation::Origin origin{.flag = take_mode(in)};
  origin.set_id = in.fixed<16>();
  origin.origin_id = in.fixed<16>();
  return answer(derivation::combined_master(suite, derivation::combine(components), origin));
}

inline Bytes user_card_chain(SuiteId suite, CaseFields& in) {
  auto parent = take_parent(in);
  for (const auto take : {take_purpose_factor, take_province_factor, take_county_factor})
    parent.key = child(suite, parent, take(in));
  return answer(child(suite, parent, take_user_card_factor(in)));
}

inline Bytes transport_keys(SuiteId suite, CaseFields& in) {
  const auto keys = crypto::transport_keys(suite, in.secret());
  return base::concat({answer(keys.encipher), answer(keys.authenticate)});
}

inline constexpr std::array kKeyFormulas = {
    Formula{"diversify",
            [](SuiteId suite, CaseFields& in) {
              const auto key = in.secret();
              return answer(crypto::diversify(suite, key, in.fixed<8>()));
            }},
    Formula{"combined-master", combined_master},
    Formula{"purpose-key", child_key<take_purpose_factor>},
    Formula{"province-key", child_key<take_province_factor>},
    Formula{"county-key", child_key<take_county_factor>},
    Formula{"device-key", child_key<[](CaseFields& in) { return Factor::of_device(in.serial()); }>},
    Formula{"user-card-key", child_key<take_user_card_factor>},
    Formula{"user-card-chain", user_card_chain},
    Formula{"check-value",
            [](SuiteId suite, CaseFields& in) {
              return answer(crypto::check_value(suite, in.secret()).value);
            }},
    Formula{"component-check-value",
            [](SuiteId suite, CaseFields& in) {
              return answer(crypto::component_check_value(suite, in.secret()));
            }},
    Formula{"transport-keys", transport_keys},
    Formula{"key-wrap",
            [](SuiteId suite, CaseFields& in) {
              const auto wrapping = in.secret();
              return crypto::wrap(suite, wrapping, in.secret());
            }},
    Formula{"cmac",
            [](SuiteId suite, CaseFields& in) {
              const auto key = in.secret();
              return answer(crypto::cmac16(suite, key, in.bytes()));
            }},
};

}  // namespace suites

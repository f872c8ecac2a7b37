// What this card does where the sources disagree (cos-apdu/cos_profile.h).
#pragma once

#include "cos-apdu/cos_profile.h"
#include "cos-apdu/virtual/records.h"

namespace card::chip {

template <typename Choice>
Choice cos_choice(const Nvm& nvm) {
  return decode_cos_profile(nvm.get(record::kCosProfile)).get<Choice>();
}

}  // namespace card::chip

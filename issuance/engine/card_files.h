// What is written into the files of a PSAM, an ESAM and a user card at issue.
#pragma once

#include <vector>

#include "base/core/clock.h"
#include "derivation/profile.h"
#include "derivation/serial.h"
#include "issuance/engine/order.h"

namespace issuance {

struct FileContent {
  base::Byte sfi;
  base::Bytes content;
};

// Empty for key cards. Validity runs from the day of `now` by the profile's rules.
std::vector<FileContent> file_contents(const Order& order, const derivation::Serial8& serial,
                                       const derivation::Profile& profile, base::UtcTime now);

}  // namespace issuance

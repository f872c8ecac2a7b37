// Commands to a chip of the same process.
#include "cos-apdu/virtual/direct_link.h"

#include "base/core/error.h"

namespace card::chip {

DirectLink::DirectLink(Chip& chip) : chip_(chip) {
  if (!chip_.powered()) chip_.power_on();
}

base::Bytes DirectLink::transmit(base::ByteView apdu) {
  if (!chip_.powered()) base::fail(base::Fault::kDeviceLost, "{}: the card has no power", name());
  Bytes answer = chip_.transmit(apdu);
  if (answer.empty())
    base::fail(base::Fault::kUncertain, "{}: the card lost its power during the command", name());
  return answer;
}

void DirectLink::reset() {
  chip_.reset();
}

std::string DirectLink::name() const {
  return "virtual card";
}

}  // namespace card::chip

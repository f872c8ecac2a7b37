// The link to an emulated card in the same process.
#pragma once

#include "cos-apdu/link.h"
#include "cos-apdu/virtual/chip.h"

namespace card::chip {

class DirectLink : public Link {
 public:
  // Powers the chip on when it is off; the chip outlives the link.
  explicit DirectLink(Chip& chip);

  // kDeviceLost when the chip has no power, kUncertain when it lost it during the command.
  base::Bytes transmit(base::ByteView apdu) override;
  void reset() override;
  std::string name() const override;

 private:
  Chip& chip_;
};

}  // namespace card::chip

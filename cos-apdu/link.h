// The way to one card: bytes there, bytes back.
#pragma once

#include <string>

#include "base/core/bytes.h"

namespace card {

class Link {
 public:
  Link() = default;
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;
  virtual ~Link() = default;

  // One command and its answer, status word included. Throws kDeviceLost when the card was gone
  // before the command left, kUncertain when the answer was lost: then ask the card what happened.
  virtual base::Bytes transmit(base::ByteView apdu) = 0;

  // Power off and on; everything volatile in the card is forgotten.
  virtual void reset() = 0;

  // What a person calls this place: a reader's or a slot's name.
  virtual std::string name() const = 0;
};

}  // namespace card

// The link of every emulated test card: whoever watches sees each command with its answer.
#pragma once

#include <functional>

#include "cos-apdu/virtual/direct_link.h"

namespace support {

using Watcher =
    std::function<void(card::chip::Chip& chip, base::ByteView apdu, base::ByteView answer)>;

class WatchedLink : public card::chip::DirectLink {
 public:
  explicit WatchedLink(card::chip::Chip& chip) : DirectLink(chip), chip_(chip) {}

  base::Bytes transmit(base::ByteView apdu) override {
    auto answer = DirectLink::transmit(apdu);
    if (watcher()) watcher()(chip_, apdu, answer);
    return answer;
  }

  // Of all cards in this process; nobody watches at first.
  static Watcher& watcher() {
    static Watcher one;
    return one;
  }

 private:
  card::chip::Chip& chip_;
};

}  // namespace support

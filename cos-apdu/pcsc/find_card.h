// Finds a card by what it says, never by the slot it is in.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "cos-apdu/pcsc/pcsc_link.h"
#include "cos-apdu/session.h"

namespace card::pcsc {

struct WantedCard {
  // For the error: "the control card of pair 0A1B2C3D".
  std::string what;
  // May send whatever does not change the card. A Fault other than kUnavailable means no.
  std::function<bool(Session&)> is_it;
};

// Connects to each card that nobody else holds, powers it up fresh and asks. Cards held by this
// program's other links are passed over. While none matches, waits for cards to come or go until
// the patience is over; zero looks once.
// Throws kNotFound naming what was wanted and what was seen (reader, kind, masked serial);
// kUnavailable without the service.
std::unique_ptr<PcscLink> find_card(const Context& context, const WantedCard& wanted,
                                    std::chrono::milliseconds patience);

}  // namespace card::pcsc

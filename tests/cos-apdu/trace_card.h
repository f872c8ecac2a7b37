// A tdes2 user card with the very keys and draws of a trace, so that its answers can be compared
// with the trace byte by byte.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cos-apdu/cos_profile.h"
#include "cos-apdu/virtual/chip.h"
#include "cos-apdu/virtual/purse_memory.h"
#include "derivation/purpose.h"

namespace test {

struct TraceKey {
  derivation::Purpose purpose;
  std::string_view hex;
};

struct Trace {
  std::vector<TraceKey> keys;
  std::string_view draw;  // four bytes, every random number of the card
  card::Purse purse = card::Purse::kWallet;
  card::chip::PurseRecord record{};
  std::uint64_t serial = 17;
  card::CosProfile profile{};
};

class TraceCard {
 public:
  explicit TraceCard(const Trace& trace);

  // Hex in, hex out; spaces between the fields are ignored.
  std::string send(std::string_view hex);

  card::chip::Chip& chip() { return *chip_; }

 private:
  std::unique_ptr<card::chip::Chip> chip_;
};

}  // namespace test

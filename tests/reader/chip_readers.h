// Emulated chips as the readers of the library, with commands that can be torn by index.
#pragma once

#include <map>
#include <memory>
#include <optional>

#include "base/core/error.h"
#include "cos-apdu/reader/failure.h"
#include "cos-apdu/reader/readers.h"
#include "cos-apdu/virtual/direct_link.h"

namespace test {

// The n-th command to the user card, counted over a whole scenario.
struct Tear {
  enum class Moment { kBefore, kAfter };  // the card never saw it, or did it and was not heard
  enum class Then { kBack, kAway };       // at the next reset
  int command = 0;
  Moment moment = Moment::kBefore;
  Then then = Then::kBack;
};

// What lies on the readers, and what goes wrong there. Outlives the port.
struct Counter {
  card::chip::Chip* user = nullptr;
  card::chip::Chip* psam = nullptr;
  std::optional<Tear> tear;
  int commands = 0;  // to the user card so far

  void again() {
    tear.reset();
    commands = 0;
  }
};

class ChipLink : public card::Link {
 public:
  ChipLink(Counter& counter, card::chip::Chip& chip) : counter_(counter), chip_(chip), link_(chip) {
    chip_.reset();
  }

  base::Bytes transmit(base::ByteView apdu) override {
    if (&chip_ != counter_.user) return link_.transmit(apdu);
    ++counter_.commands;
    const auto& tear = counter_.tear;
    if (away_) base::fail(base::Fault::kDeviceLost, "the card is not there");
    if (!tear || counter_.commands != tear->command) return link_.transmit(apdu);
    away_ = tear->then == Tear::Then::kAway;
    if (tear->moment == Tear::Moment::kBefore) {
      base::fail(base::Fault::kDeviceLost, "torn before the command");
    }
    link_.transmit(apdu);
    base::fail(base::Fault::kUncertain, "torn after the command");
  }

  void reset() override {
    if (away_) base::fail(base::Fault::kDeviceLost, "the card is not there");
    link_.reset();
  }

  std::string name() const override { return "chip"; }

 private:
  Counter& counter_;
  card::chip::Chip& chip_;
  card::chip::DirectLink link_;
  bool away_ = false;
};

class ChipReaders : public card::reader::Readers {
 public:
  explicit ChipReaders(Counter& counter) : counter_(counter) {}

  std::unique_ptr<card::Link> take(card::layout::CardKind kind) override {
    const bool sam = kind == card::layout::CardKind::kPsam;
    card::chip::Chip* const chip = sam ? counter_.psam : counter_.user;
    if (chip == nullptr) throw card::reader::Failure(sam ? WELLKEY_NO_PSAM : WELLKEY_NO_CARD);
    return std::make_unique<ChipLink>(counter_, *chip);
  }

 private:
  Counter& counter_;
};

}  // namespace test

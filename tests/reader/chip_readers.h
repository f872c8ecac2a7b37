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

// The n-th command to the card of one kind, counted over a whole scenario.
struct Tear {
  enum class Moment { kBefore, kAfter };  // the card never saw it, or did it and was not heard
  enum class Then { kBack, kAway };       // at the next reset
  int command = 0;
  Moment moment = Moment::kBefore;
  Then then = Then::kBack;
  card::layout::CardKind card = card::layout::CardKind::kUser;
};

// What lies on the readers, and what goes wrong there. Outlives the port.
struct Counter {
  card::chip::Chip* user = nullptr;
  card::chip::Chip* psam = nullptr;
  card::chip::Chip* tool = nullptr;
  std::optional<Tear> tear;
  int commands = 0;  // to the card that is to be torn

  card::chip::Chip* torn() const { return tear ? chip_of(tear->card) : nullptr; }

  card::chip::Chip* chip_of(card::layout::CardKind kind) const {
    if (kind == card::layout::CardKind::kPsam) return psam;
    return kind == card::layout::CardKind::kTool ? tool : user;
  }

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
    if (away_) base::fail(base::Fault::kDeviceLost, "the card is not there");
    if (&chip_ != counter_.torn()) return link_.transmit(apdu);
    const auto& tear = counter_.tear;
    if (++counter_.commands != tear->command) return link_.transmit(apdu);
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
    card::chip::Chip* const chip = counter_.chip_of(kind);
    if (chip == nullptr) throw card::reader::Failure(card::reader::none_of(kind));
    return std::make_unique<ChipLink>(counter_, *chip);
  }

 private:
  Counter& counter_;
};

}  // namespace test

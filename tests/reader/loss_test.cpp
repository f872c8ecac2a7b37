// The six outcomes of a transmit, each told apart by its result.
#include <map>

#include "cos-apdu/pcsc/outcome.h"
#include "tests/reader/desk.h"

using namespace test;
using card::pcsc::Loss;

namespace {

// A reader whose user card answers `good` commands and is then lost in one way.
class LossyLink : public card::Link {
 public:
  LossyLink(card::chip::Chip& chip, Loss loss, int good) : link_(chip), loss_(loss), good_(good) {
    chip.reset();
  }

  base::Bytes transmit(base::ByteView apdu) override {
    if (good_-- > 0) return link_.transmit(apdu);
    const auto fault =
        loss_ == Loss::kServiceGone ? base::Fault::kUnavailable : base::Fault::kUncertain;
    throw card::pcsc::CallError(fault, "lost", loss_);
  }

  void reset() override { base::fail(base::Fault::kDeviceLost, "the card is not there"); }

  std::string name() const override { return "lossy"; }

 private:
  card::chip::DirectLink link_;
  Loss loss_;
  int good_;
};

class LossyReaders : public card::reader::Readers {
 public:
  LossyReaders(Counter& counter, Loss loss, int good)
      : counter_(counter), loss_(loss), good_(good) {}

  std::unique_ptr<card::Link> take(card::layout::CardKind kind) override {
    if (kind == card::layout::CardKind::kUser)
      return std::make_unique<LossyLink>(*counter_.user, loss_, good_);
    return std::make_unique<ChipLink>(counter_, *counter_.chip_of(kind));
  }

 private:
  Counter& counter_;
  Loss loss_;
  int good_;
};

const std::map<int, Loss> kLosses = {
    {WELLKEY_SERVICE_GONE, Loss::kServiceGone}, {WELLKEY_CARD_REMOVED, Loss::kRemoved},
    {WELLKEY_CARD_RESET, Loss::kReset},         {WELLKEY_NOT_TRANSACTED, Loss::kNotTransacted},
    {WELLKEY_SHORT_ANSWER, Loss::kShort},
};

}  // namespace

TEST_CASE("each way of losing a card has a result of its own, and an answer has OK [R32] [R43]") {
  Desk desk;
  char number[21];
  CHECK(wellkey_read_card_number(&desk.port, number) == WELLKEY_OK);
  for (const auto& [result, loss] : kLosses) {
    for (int good = 0; good < 2; ++good) {
      CAPTURE(result);
      wellkey_port port(std::make_unique<LossyReaders>(desk.counter, loss, good));
      CHECK(wellkey_read_card_number(&port, number) == result);
      wellkey_lock_state state{};
      CHECK(wellkey_get_lock_state(&port, &state) == result);
    }
  }
}

TEST_CASE("lost before any money was told to move, a top-up says how, and did not happen [R38]") {
  for (const auto& [result, loss] : kLosses) {
    CAPTURE(result);
    Desk desk;
    wellkey_port port(std::make_unique<LossyReaders>(desk.counter, loss, 3));
    REQUIRE(verify_pin(&port, kPsamPin) == WELLKEY_OK);
    Seen seen;
    wellkey_topup topup = order(500, seen);
    CHECK(wellkey_purchase(&port, &topup) == result);
    CHECK(topup.outcome == WELLKEY_OUTCOME_NOT_DONE);
    CHECK(seen.calls == 0);
    CHECK(desk.on_card() == 0);
  }
}

TEST_CASE(
    "lost for good after the card was told, the outcome is uncertain, whatever the way [R179]") {
  for (const auto& [result, loss] : kLosses) {
    CAPTURE(result);
    Desk desk;
    Seen seen;
    wellkey_topup topup = order(500, seen);
    int good = 3;
    for (int last = WELLKEY_OK; last != WELLKEY_UNCERTAIN; ++good) {
      REQUIRE(good < 12);
      wellkey_port port(std::make_unique<LossyReaders>(desk.counter, loss, good));
      REQUIRE(verify_pin(&port, kPsamPin) == WELLKEY_OK);
      topup = order(500, seen);
      last = wellkey_purchase(&port, &topup);
    }
    CHECK(topup.outcome == WELLKEY_OUTCOME_UNKNOWN);
    CHECK(seen.calls == 1);
  }
}

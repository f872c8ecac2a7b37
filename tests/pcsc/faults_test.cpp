// What a program sees when a card, a reader or the service fails: the stock pcscd, our driver, and
// cards that misbehave on purpose.
#include <algorithm>
#include <chrono>
#include <memory>
#include <vector>

#include <doctest/doctest.h>

#include "base/core/error.h"
#include "cos-apdu/pcsc/find_card.h"
#include "cos-apdu/pcsc/outcome.h"
#include "tests/support/private_pcscd.h"
#include "tests/support/raw_card.h"

using base::Bytes;
using base::Fault;
using card::pcsc::Context;
using card::pcsc::PcscLink;
using support::kAtrT0;
using support::kAtrT1;
using support::PrivatePcscd;
using support::RawCard;

namespace {

const Bytes kReadBinary = {0x00, 0xB0, 0x00, 0x00, 0x10};
const Bytes kOk = {0x90, 0x00};

// Blocks until the service sees a card in that many readers.
void await_cards(const Context& context, std::size_t wanted) {
  for (;;) {
    const auto readers = context.readers();
    const auto present = std::ranges::count_if(
        readers, [](const auto& reader) { return reader.presence == card::pcsc::Presence::kCard; });
    if (static_cast<std::size_t>(present) == wanted) return;
    context.wait_for_change(readers, std::chrono::seconds(10));
  }
}

template <typename Call>
Fault fault_of(Call&& call) {
  try {
    call();
  } catch (const base::Error& error) {
    return error.fault();
  }
  FAIL("no error came");
  return Fault::kMalformed;
}

std::vector<Bytes> say_ok(std::span<const std::uint8_t>) {
  return {RawCard::answer(kOk)};
}

}  // namespace

TEST_CASE("a card that dies inside a command leaves the outcome uncertain, never a success") {
  const PrivatePcscd daemon(1);
  const Context context;
  const RawCard dying(PrivatePcscd::socket(0), kAtrT1, [](auto) { return std::vector<Bytes>{}; });
  await_cards(context, 1);
  PcscLink link(context, "wellkey 00 00");
  CHECK(fault_of([&] { link.transmit(kReadBinary); }) == Fault::kUncertain);
  CHECK(fault_of([&] { link.transmit(kReadBinary); }) == Fault::kDeviceLost);
}

TEST_CASE("a card removed between two commands is a lost device, and works again when it is back") {
  const PrivatePcscd daemon(1);
  const Context context;
  auto card = std::make_unique<RawCard>(PrivatePcscd::socket(0), kAtrT1, say_ok);
  await_cards(context, 1);
  PcscLink link(context, "wellkey 00 00");
  CHECK(link.transmit(kReadBinary) == kOk);
  card.reset();
  await_cards(context, 0);
  CHECK(fault_of([&] { link.transmit(kReadBinary); }) == Fault::kDeviceLost);
  CHECK(fault_of([&] { link.reset(); }) == Fault::kDeviceLost);
  card = std::make_unique<RawCard>(PrivatePcscd::socket(0), kAtrT1, say_ok);
  for (bool is_back = false; !is_back;) {
    const auto readers = context.readers();
    is_back = readers.front().presence != card::pcsc::Presence::kEmpty;
    if (!is_back) context.wait_for_change(readers, std::chrono::seconds(10));
  }
  link.reset();
  CHECK(link.transmit(kReadBinary) == kOk);
}

TEST_CASE("a frozen card times out and counts as removed") {
  const PrivatePcscd daemon(2, 200);
  const Context context;
  const RawCard frozen(PrivatePcscd::socket(0), kAtrT1, [](std::span<const std::uint8_t>) {
    poll(nullptr, 0, 600);
    return std::vector<Bytes>{RawCard::answer(kOk)};
  });
  const RawCard healthy(PrivatePcscd::socket(1), kAtrT1, say_ok);
  await_cards(context, 2);
  PcscLink link(context, "wellkey 00 00");
  CHECK(fault_of([&] { link.transmit(kReadBinary); }) == Fault::kUncertain);
  CHECK(PcscLink(context, "wellkey 00 01").transmit(kReadBinary) == kOk);
}

TEST_CASE("a card that asks for more time is waited for beyond the time limit") {
  const PrivatePcscd daemon(1, 250);
  const Context context;
  const RawCard slow(PrivatePcscd::socket(0), kAtrT1, [](std::span<const std::uint8_t>) {
    return std::vector<Bytes>{RawCard::kPause,      RawCard::more_time(), RawCard::kPause,
                              RawCard::more_time(), RawCard::kPause,      RawCard::answer(kOk)};
  });
  await_cards(context, 1);
  CHECK(PcscLink(context, "wellkey 00 00").transmit(kReadBinary) == kOk);
}

TEST_CASE("a frame that was not asked for, too short or of another version is never an answer") {
  const std::vector<Bytes> wrong_frames = {
      {0x01},
      {0x02, 0x82, 0x90, 0x00},  // another version
      {0x01, 0x82, 0x90},        // shorter than a status word
      {0x01, 0x81, 0x3B, 0x00},  // an ATR to a command
      {0x01, 0x04, 0x00, 0xB0},  // what only a reader says
      {0x01, 0x55, 0x90, 0x00},  // no such kind
  };
  const PrivatePcscd daemon(static_cast<unsigned>(wrong_frames.size()));
  const Context context;
  std::vector<std::unique_ptr<RawCard>> cards;
  cards.reserve(wrong_frames.size());
  for (const auto& wrong : wrong_frames) {
    cards.push_back(
        std::make_unique<RawCard>(PrivatePcscd::socket(static_cast<unsigned>(cards.size())), kAtrT1,
                                  [wrong](auto) { return std::vector<Bytes>{wrong}; }));
  }
  await_cards(context, cards.size());
  for (std::size_t slot = 0; slot < cards.size(); ++slot) {
    CAPTURE(slot);
    PcscLink link(context, context.readers()[slot].name);
    CHECK(fault_of([&] { link.transmit(kReadBinary); }) == Fault::kUncertain);
  }
}

TEST_CASE("when the service is killed every call says that it is unavailable") {
  PrivatePcscd daemon(1);
  const Context context;
  const RawCard card(PrivatePcscd::socket(0), kAtrT1, say_ok);
  await_cards(context, 1);
  PcscLink link(context, "wellkey 00 00");
  CHECK(link.transmit(kReadBinary) == kOk);
  daemon.kill_daemon();
  CHECK(fault_of([&] { link.transmit(kReadBinary); }) == Fault::kUnavailable);
  CHECK(fault_of([&] { context.readers(); }) == Fault::kUnavailable);
  CHECK(fault_of([] { Context(); }) == Fault::kUnavailable);
}

TEST_CASE("sixteen slots of one driver are sixteen readers, and none answers for another") {
  const PrivatePcscd daemon(16);
  const Context context;
  std::vector<std::unique_ptr<RawCard>> cards;
  for (std::uint8_t slot = 0; slot < 16; ++slot) {
    cards.push_back(std::make_unique<RawCard>(
        PrivatePcscd::socket(slot), slot % 2 == 0 ? kAtrT0 : kAtrT1, [slot](auto) {
          return std::vector<Bytes>{RawCard::answer(Bytes{slot, 0x90, 0x00})};
        }));
  }
  await_cards(context, 16);
  const auto readers = context.readers();
  REQUIRE(readers.size() == 16);
  context.wait_for_change(readers, std::chrono::milliseconds(0));
  for (std::uint8_t slot = 0; slot < 16; ++slot) {
    CAPTURE(slot);
    PcscLink link(context, readers[slot].name);
    CHECK(link.transmit(kReadBinary) == Bytes{slot, 0x90, 0x00});
  }
  CHECK(fault_of([&] { card::pcsc::require_readers(context, 17); }) == Fault::kNotFound);
}

TEST_CASE("the largest extended answer and a command of 65,000 bytes pass the bridge") {
  const PrivatePcscd daemon(1);
  const Context context;
  const RawCard card(PrivatePcscd::socket(0), kAtrT1, [](std::span<const std::uint8_t> command) {
    return std::vector<Bytes>{RawCard::answer(Bytes(65538, command.back()))};
  });
  await_cards(context, 1);
  Bytes command(65'000, 0x00);
  command.back() = 0x5A;
  CHECK(PcscLink(context, "wellkey 00 00").transmit(command) == Bytes(65538, 0x5A));
}

TEST_CASE("a card held by one program is in conflict for the next, and powered anew after it") {
  const PrivatePcscd daemon(1);
  const Context context;
  const RawCard card(PrivatePcscd::socket(0), kAtrT1, say_ok);
  await_cards(context, 1);
  {
    const PcscLink first(context, "wellkey 00 00");
    const Context other;
    CHECK(fault_of([&] { PcscLink(other, "wellkey 00 00"); }) == Fault::kConflict);
  }
  CHECK(PcscLink(Context(), "wellkey 00 00").transmit(kReadBinary) == kOk);
}

TEST_CASE("every known PC/SC code has a meaning, an unknown one in a transmit is uncertain") {
  using card::pcsc::outcome_of;
  using card::pcsc::Step;
  CHECK(outcome_of(0x80100016L, Step::kTransmit).fault == Fault::kUncertain);
  CHECK(outcome_of(0x80100016L, Step::kOther).fault == Fault::kDeviceLost);
  CHECK(outcome_of(0x80100069L, Step::kTransmit).fault == Fault::kDeviceLost);
  CHECK(outcome_of(0x80100068L, Step::kTransmit).fault == Fault::kDeviceLost);
  CHECK(outcome_of(0x80100013L, Step::kTransmit).fault == Fault::kUncertain);
  CHECK(outcome_of(0x8010001DL, Step::kTransmit).fault == Fault::kUnavailable);
  CHECK(outcome_of(0x12345678L, Step::kTransmit).fault == Fault::kUncertain);
}

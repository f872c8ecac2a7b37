// The meter as a value: money from pulses, sessions, rings, and the image.
#include <doctest/doctest.h>

#include "base/core/error.h"
#include "meter-emu/meter/image.h"

using namespace meter;

namespace {

const CardNumber kCard = CardNumber::of(base::CountyCode::parse("410122"), 17, 1);
const CardNumber kOther = CardNumber::of(base::CountyCode::parse("410122"), 18, 1);
constexpr UtcTime kMorning{1784075400};  // 2026-07-15T00:30:00Z
constexpr UtcTime kNoon{1784088000};     // 2026-07-15T04:00:00Z

Meter new_meter() {
  // 1600 imp/kWh, ratio 1, 0.5529 yuan/kWh
  return Meter{
      "000000001234", {0, 0, 0, 0, 0x12, 0x34}, base::CountyCode::parse("410122"), {1600, 1, 5529}};
}

Meter running(Meter meter, const CardNumber& card, std::int64_t fen) {
  meter = apply(std::move(meter), LockDrawn{card, Amount::fen(fen), 7, 3, kMorning});
  return apply(std::move(meter), LockCertified{});
}

Meter settled(Meter meter) {
  meter = apply(std::move(meter), SettlementFixed{kNoon});
  meter = apply(std::move(meter), ReleaseMade{});
  const auto session = *meter.session;
  return apply(std::move(meter),
               SessionClosed{session.card, Payment::kSettled, session.balance.minus(session.amount),
                             shown_sn(session)});
}

base::Fault fault_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const base::Error& error) {
    return error.fault();
  }
  return base::Fault::kMalformed;
}

}  // namespace

TEST_CASE("money is energy times price, rounded once, half up to the fen [R20]") {
  const Tariff tariff{1600, 1, 5529};
  CHECK(cost_of(0, tariff) == Amount::fen(0));
  CHECK(cost_of(1600, tariff) == Amount::fen(55));            // 55.29
  CHECK(cost_of(16000, tariff) == Amount::fen(553));          // 552.9
  CHECK(cost_of(14, tariff) == Amount::fen(0));               // 0.4838
  CHECK(cost_of(15, tariff) == Amount::fen(1));               // 0.5183
  CHECK(cost_of(1, {100, 1, 5000}) == Amount::fen(1));        // 0.5: half goes up
  CHECK(cost_of(400, {400, 30, 5529}) == Amount::fen(1659));  // 30 kWh: 1658.7
  CHECK(centi_kwh_of(16000, tariff) == 1000);
  CHECK(centi_kwh_of(8, tariff) == 1);  // 0.5
  CHECK_THROWS_AS(require_sane({0, 1, 1}), base::Error);
  CHECK_THROWS_AS(cost_of(kMostPulses + 1, tariff), base::Error);
}

TEST_CASE("the relay opens with the pulse that uses up the money [R20] [R25]") {
  auto meter = running(new_meter(), kCard, 100);
  const auto until = pulses_until_trip(meter);
  REQUIRE(until == 2880);  // 99.5 fen: 2880 * 5529 / 160000 = 99.522
  meter = apply(meter, PulsesCounted{*until - 1});
  CHECK(meter.relay == Relay::kClosed);
  meter = apply(meter, PulsesCounted{1});
  CHECK(meter.relay == Relay::kOpen);
  CHECK(meter.session->end_state == EndState::kNoMoney);
}

TEST_CASE("what flows after the money is collected at the next session, never below zero [R24]") {
  auto meter = running(new_meter(), kCard, 100);
  meter = apply(meter, PulsesCounted{2880});
  meter = apply(meter, PulsesCounted{1600});  // 1 kWh more: 4480 pulses cost 155 fen
  meter = settled(meter);
  CHECK(meter.usage.back().used == Amount::fen(100));
  CHECK(meter.usage.back().left == Amount::fen(0));
  CHECK(meter.usage.back().zero_crossing == 100);
  CHECK(debt_of(meter, kCard) == Amount::fen(55));
  meter = settled(running(meter, kCard, 1000));
  CHECK(meter.usage.back().used == Amount::fen(55));
  CHECK(debt_of(meter, kCard) == Amount::fen(0));
  CHECK(adds_up(meter));
}

TEST_CASE("a session keeps the price it began with, the next one has the new price") {
  auto meter = running(new_meter(), kCard, 10'000);
  meter.tariff.price = 10'000;
  meter = settled(apply(meter, PulsesCounted{16'000}));
  CHECK(meter.usage.back().used == Amount::fen(553));
  CHECK(meter.usage.back().price == 5529);
  meter = settled(apply(running(meter, kCard, 10'000), PulsesCounted{16'000}));
  CHECK(meter.usage.back().used == Amount::fen(1000));
}

TEST_CASE(
    "each session leaves card, times, amount used and amount left, numbered without a gap [R24] "
    "[R27]") {
  auto meter = new_meter();
  for (unsigned i = 1; i <= kMostUsage + 1; ++i) {
    meter = settled(apply(running(meter, i % 2 == 0 ? kCard : kOther, 10'000), PulsesCounted{160}));
  }
  CHECK(meter.usage.size() == kMostUsage);
  CHECK(meter.usage.front().seq == 2);
  CHECK(meter.usage.back().seq == kMostUsage + 1);
  CHECK(meter.usage.back().card == kOther);
  CHECK(meter.usage.back().start == kMorning);
  CHECK(meter.usage.back().end == kNoon);
  CHECK(meter.usage.back().used == Amount::fen(6));
  CHECK(meter.usage.back().left == Amount::fen(9994));
  CHECK(meter.total_pulses == 160 * (kMostUsage + 1));
  CHECK(adds_up(meter));
}

TEST_CASE("energy without a session is fault energy and adds up [R29]") {
  auto meter = apply(new_meter(), PulsesCounted{10});
  meter = apply(running(meter, kCard, 100), PulsesCounted{5});
  CHECK(meter.fault_pulses == 10);
  CHECK(meter.total_pulses == 15);
  CHECK(adds_up(meter));
}

TEST_CASE("suspended sessions are never overwritten: the 21st is refused [R28] [R177]") {
  auto meter = new_meter();
  for (unsigned i = 0; i < kMostSuspended; ++i) {
    const auto card = CardNumber::of(base::CountyCode::parse("410122"), 100 + i, 1);
    meter = apply(apply(running(meter, card, 1000), PulsesCounted{160}), MainsLost{});
    CHECK(meter.relay == Relay::kOpen);
    meter = apply(apply(meter, SettlementFixed{kNoon}), ReleaseMade{});
    meter = apply(meter, SessionSuspended{kNoon});
  }
  CHECK(meter.suspended.front().usage.end_state == EndState::kOutage);
  meter = apply(apply(running(meter, kCard, 1000), MainsLost{}), SettlementFixed{kNoon});
  CHECK(fault_of([&] { apply(meter, SessionSuspended{kNoon}); }) == base::Fault::kRefused);
  CHECK(adds_up(meter));
}

TEST_CASE("an event out of turn is refused and changes nothing") {
  const auto idle = new_meter();
  CHECK(fault_of([&] { apply(idle, LockCertified{}); }) == base::Fault::kWrongState);
  CHECK(fault_of([&] { apply(idle, SettlementFixed{kNoon}); }) == base::Fault::kWrongState);
  CHECK(fault_of([&] { apply(idle, SessionSuspended{kNoon}); }) == base::Fault::kWrongState);
  const auto open = running(idle, kCard, 100);
  CHECK(fault_of([&] {
          apply(open, LockDrawn{kOther, {}, 1, 1, kNoon});
        }) == base::Fault::kWrongState);
  CHECK(fault_of([&] {
          apply(open, SessionClosed{kOther, Payment::kSettled, {}});
        }) == base::Fault::kWrongState);
}

TEST_CASE("an image is read back as it was written, and a changed record is seen") {
  auto meter = settled(apply(running(new_meter(), kOther, 10'000), PulsesCounted{999}));
  meter = apply(apply(running(meter, kCard, 100), PulsesCounted{3000}), MainsLost{});
  meter = apply(meter, SwipeRefused{kOther, Amount::fen(9), FaultCause::kLockedElsewhere,
                                    card::TerminalNumber{0, 0, 0, 0, 0, 9}, kNoon});
  const auto text = encode_image({meter, "/esam"});
  CHECK(decode_image(text).meter == meter);
  auto changed = text;
  changed.replace(changed.find("\"used_fen\": 35"), 14, "\"used_fen\": 34");
  CHECK(fault_of([&] { decode_image(changed); }) == base::Fault::kTampered);
  changed = text;
  changed.replace(changed.find("\"card_sn\": 8"), 12, "\"card_sn\": 9");
  CHECK(fault_of([&] { decode_image(changed); }) == base::Fault::kTampered);
  CHECK(fault_of([&] { decode_image("{}"); }) == base::Fault::kMalformed);
  CHECK(fault_of([&] { decode_image("{\"format\":2}"); }) == base::Fault::kRefused);
}

TEST_CASE("the check of a record is CRC-16/MODBUS") {
  CHECK(crc16(base::bytes_of("123456789")) == 0x4B37);
}

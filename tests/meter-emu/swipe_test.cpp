// Card, security module and meter in conversation, with a cut at every step.
#include "meter-emu/swipe/swipe.h"

#include <doctest/doctest.h>

#include "base/core/error.h"
#include "meter-emu/meter/image.h"
#include "tests/cos-apdu/issued_cards.h"

using namespace meter;

namespace {

constexpr UtcTime kMorning{1784075400};  // 2026-07-15T00:30:00Z
constexpr std::int64_t kLoaded = 10'000;
constexpr std::uint64_t kPulses = 16'000;  // 10 kWh
constexpr std::int64_t kCost = 553;        // 552.9 fen

struct PowerCut {};

// Counts everything that leaves the meter; at the chosen count the power goes.
struct Fuse {
  enum class Moment { kBefore, kAfter };

  std::size_t count = 0;
  std::size_t blows_at = 0;
  Moment moment = Moment::kBefore;

  template <typename Act>
  auto guard(Act act) {
    ++count;
    if (count == blows_at && moment == Moment::kBefore) throw PowerCut{};
    if (count != blows_at) return act();
    act();
    throw PowerCut{};
  }
};

class FusedLink : public card::Link {
 public:
  FusedLink(card::Link& inner, Fuse& fuse) : inner_(inner), fuse_(fuse) {}

  base::Bytes transmit(base::ByteView apdu) override {
    return fuse_.guard([&] { return inner_.transmit(apdu); });
  }

  void reset() override { inner_.reset(); }

  std::string name() const override { return inner_.name(); }

 private:
  card::Link& inner_;
  Fuse& fuse_;
};

// One meter; its state lives as text, so that a cut forgets what was not saved.
struct Well {
  explicit Well(const test::County& county, std::uint64_t esam_number = 5,
                card::TerminalNumber terminal = test::kMeterTerminal)
      : esam(test::issue_esam(county, esam_number)) {
    const Tariff tariff{1600, 1, 5529};
    durable = encode_image({Meter{base::to_hex(terminal), terminal, county.code(), tariff}, ""});
  }

  Meter state() const { return decode_image(durable).meter; }

  SwipeReport tap(test::Card& card, UtcTime now = kMorning) {
    card.chip().reset();
    esam->chip().reset();
    FusedLink card_link(card.session().link(), fuse);
    FusedLink esam_link(esam->session().link(), fuse);
    card::Session card_session(card_link);
    card::Session esam_session(esam_link);
    auto meter = state();
    return swipe(meter, card_session, esam_session, {[&](const Meter& next) { save(next); }, now});
  }

  void save(const Meter& next) {
    fuse.guard([&] { durable = encode_image({next, ""}); });
  }

  void flow(std::uint64_t pulses) {
    durable = encode_image({apply(state(), PulsesCounted{pulses}), ""});
  }

  void lose_mains() {
    auto meter = apply(state(), MainsLost{});
    save(meter);
    FusedLink esam_link(esam->session().link(), fuse);
    card::Session session(esam_link);
    suspend_session(meter, session, {[&](const Meter& next) { save(next); }, kMorning});
  }

  std::unique_ptr<test::Card> esam;
  std::string durable;
  Fuse fuse;
};

std::unique_ptr<test::Card> loaded_card(const test::County& county, std::uint64_t serial = 17) {
  auto user = test::issue_user_card(county, serial);
  auto psam = test::issue_psam(county, test::usual_ceiling());
  REQUIRE(card::verify_pin(psam->session(), test::secret(test::kPsamPin)).right());
  test::load(user->session(), psam->session(), test::user_number(county, serial),
             Amount::fen(kLoaded));
  return user;
}

std::int64_t money_on(test::Card& card) {
  return card::get_balance(card.session(), card::Purse::kWallet).fen();
}

std::int64_t money_booked(const Meter& meter) {
  std::int64_t sum = 0;
  for (const auto& record : meter.usage) sum += record.used.fen();
  return sum;
}

const test::County& county() {
  static const test::County county(crypto::SuiteId::kAes128);
  return county;
}

}  // namespace

TEST_CASE(
    "first swipe starts the pump, second stops it and takes the fee [R15] [R16] [R17] [R20] [R25] "
    "[R26]") {
  Well well(county());
  auto card = loaded_card(county());
  CHECK(well.tap(*card).result == SwipeResult::kStarted);
  CHECK(well.state().relay == Relay::kClosed);
  CHECK(card::get_lock_proof(card->session()).state == card::LockState::kGrey);
  well.flow(kPulses);
  const auto report = well.tap(*card);
  CHECK(report.result == SwipeResult::kSettled);
  CHECK(report.text == "pump off, 5.53 yuan used, 94.47 yuan left");
  CHECK(well.state().relay == Relay::kOpen);
  CHECK(money_on(*card) == kLoaded - kCost);
  CHECK(card::get_lock_proof(card->session()).state == card::LockState::kClear);
  const auto record = well.state().usage.back();
  CHECK(record.used == Amount::fen(kCost));
  CHECK(record.left == Amount::fen(kLoaded - kCost));
  CHECK(record.energy == 1000);
  CHECK(record.card_sn == card::get_lock_proof(card->session()).offline_sn);
}

TEST_CASE("one card runs several meters and one meter serves several cards [R18] [R19]") {
  Well first(county());
  Well second(county(), 6);
  auto card = loaded_card(county());
  auto neighbour = loaded_card(county(), 18);
  for (auto* well : {&first, &second, &first}) {
    CHECK(well->tap(*card).result == SwipeResult::kStarted);
    well->flow(kPulses);
    CHECK(well->tap(*card).result == SwipeResult::kSettled);
  }
  CHECK(first.tap(*neighbour).result == SwipeResult::kStarted);
  CHECK(first.tap(*card).text == "another card is irrigating here");
  CHECK(first.tap(*neighbour).result == SwipeResult::kSettled);
  CHECK(money_on(*card) == kLoaded - 3 * kCost);
  CHECK(first.state().usage.size() == 3);
}

TEST_CASE(
    "a card locked at one meter is refused by another, which says where it is locked [R180]") {
  Well first(county());
  Well second(county(), 6);
  auto meter = second.state();
  meter.terminal = {0, 0, 0, 0, 0x56, 0x78};
  second.save(meter);
  auto card = loaded_card(county());
  CHECK(first.tap(*card).result == SwipeResult::kStarted);
  const auto report = second.tap(*card);
  CHECK(report.result == SwipeResult::kRefused);
  CHECK(report.text == "the card is locked at meter 000000001234: settle it there or at the desk");
  const auto fault = second.state().swipe_faults.back();
  CHECK(fault.cause == FaultCause::kLockedElsewhere);
  CHECK(fault.locked_at == test::kMeterTerminal);
}

TEST_CASE(
    "a card of another county is refused by its area, and by its MAC if it lies about it [R17] "
    "[R31]") {
  const test::County foreign(crypto::SuiteId::kAes128, "410123");
  Well well(county());
  auto card = loaded_card(foreign);
  CHECK(well.tap(*card).text == "the card belongs to county 410123, the meter to 410122");
  CHECK(well.state().swipe_faults.back().cause == FaultCause::kWrongArea);
  auto meter = well.state();
  meter.area = foreign.code();  // the county is what the card says, the keys are not
  well.save(meter);
  CHECK(well.tap(*card).result == SwipeResult::kRefused);
  CHECK(well.state().swipe_faults.back().cause == FaultCause::kNotAuthentic);
  CHECK(well.state().relay == Relay::kOpen);
  CHECK_FALSE(well.state().session);
  CHECK(money_on(*card) == kLoaded);
}

TEST_CASE("an empty card and one outside its dates start nothing [R31]") {
  Well well(county());
  auto empty = test::issue_user_card(county());
  CHECK(well.tap(*empty).text == "0.00 yuan on the card are not enough");
  CHECK(well.state().swipe_faults.back().cause == FaultCause::kNotEnoughMoney);
  auto card = loaded_card(county(), 18);
  CHECK(well.tap(*card, UtcTime{4'102'444'800}).text == "the card is outside its dates");
  CHECK(well.state().swipe_faults.back().seq == 2);
}

TEST_CASE(
    "after a mains failure the session is suspended and the same card's next swipe pays it first "
    "[R28] [R177] [R178]") {
  Well well(county());
  auto card = loaded_card(county());
  auto neighbour = loaded_card(county(), 18);
  well.tap(*card);
  well.flow(kPulses);
  well.lose_mains();
  CHECK(well.state().relay == Relay::kOpen);
  REQUIRE(well.state().suspended.size() == 1);
  CHECK(well.state().suspended.front().usage.end_state == EndState::kOutage);
  CHECK(money_on(*card) == kLoaded);
  well.tap(*neighbour);
  well.tap(*neighbour);
  CHECK(well.tap(*card).text == "pump off, 5.53 yuan used, 94.47 yuan left");
  CHECK(well.state().suspended.empty());
  CHECK(money_on(*card) == kLoaded - kCost);
  CHECK(well.tap(*card).result == SwipeResult::kStarted);
}

TEST_CASE(
    "the desk settles a suspended session with the meter's GMAC, and the meter books it once "
    "[R181]") {
  Well well(county());
  auto card = loaded_card(county());
  well.tap(*card);
  well.flow(kPulses);
  well.lose_mains();
  const auto record = well.state().suspended.front();
  card::debit_for_unlock(card->session(), card::Purse::kWallet,
                         {record.usage.used, record.release->offline_sn, test::kDeskTerminal,
                          record.release->terminal_sn, test::kNoon, record.release->gmac});
  card::clear_tac_unread(card->session());
  CHECK(well.tap(*card).result == SwipeResult::kSettled);
  CHECK(well.state().suspended.empty());
  CHECK(money_booked(well.state()) == kCost);
  CHECK(money_on(*card) == kLoaded - kCost);
}

TEST_CASE(
    "a power cut before or after any step of either swipe: the energy is paid exactly once [R26] "
    "[R178] [R179]") {
  for (const auto moment : {Fuse::Moment::kBefore, Fuse::Moment::kAfter}) {
    bool has_blown = true;
    for (std::size_t step = 1; has_blown; ++step) {
      CAPTURE(step);
      CAPTURE(static_cast<int>(moment));
      Well well(county());
      auto card = loaded_card(county());
      well.fuse = {0, step, moment};
      const auto tap_until = [&](SwipeResult wanted) {
        for (int taps = 0; taps < 4; ++taps) {
          try {
            if (well.tap(*card).result == wanted) return;
          } catch (const PowerCut&) {
          }
        }
        FAIL("four swipes were not enough");
      };
      tap_until(SwipeResult::kStarted);
      well.flow(kPulses);
      tap_until(SwipeResult::kSettled);
      has_blown = well.fuse.count >= step;
      CHECK(money_on(*card) == kLoaded - kCost);
      CHECK(money_booked(well.state()) == kCost);
      CHECK_FALSE(well.state().session);
      CHECK(well.state().relay == Relay::kOpen);
      CHECK(adds_up(well.state()));
    }
  }
}

TEST_CASE(
    "a power cut at any step of a suspension still pays the energy exactly once [R177] [R178]") {
  for (const auto moment : {Fuse::Moment::kBefore, Fuse::Moment::kAfter}) {
    bool has_blown = true;
    for (std::size_t step = 1; has_blown; ++step) {
      CAPTURE(step);
      Well well(county());
      auto card = loaded_card(county());
      well.tap(*card);
      well.flow(kPulses);
      well.fuse = {0, step, moment};
      for (bool is_done = false; !is_done;) {
        try {
          if (well.state().session) well.lose_mains();
          is_done = well.tap(*card).result == SwipeResult::kSettled;
        } catch (const PowerCut&) {
        }
      }
      has_blown = well.fuse.count >= step;
      CHECK(money_on(*card) == kLoaded - kCost);
      CHECK(money_booked(well.state()) == kCost);
      CHECK(adds_up(well.state()));
    }
  }
}

TEST_CASE(
    "a debit that is booked when its card is locked elsewhere carries the counter of the money it "
    "saw [R97] [R178]") {
  Well first(county());
  Well second(county(), 6);
  auto card = loaded_card(county());
  first.tap(*card);
  first.flow(kPulses);
  first.lose_mains();
  const auto record = first.state().suspended.front();
  CHECK(record.usage.card_sn == 1);
  card::debit_for_unlock(card->session(), card::Purse::kWallet,
                         {record.usage.used, record.release->offline_sn, test::kDeskTerminal,
                          record.release->terminal_sn, test::kNoon, record.release->gmac});
  card::clear_tac_unread(card->session());
  CHECK(second.tap(*card).result == SwipeResult::kStarted);
  CHECK(first.tap(*card).result == SwipeResult::kSettled);
  CHECK(first.state().usage.back().card_sn == 1);
  CHECK(first.state().usage.back().left == Amount::fen(kLoaded - kCost));
}

TEST_CASE(
    "two cuts, at a start and while another card puts it aside, leave a card that is settled "
    "[R16] [R178] [R181]") {
  const auto loaded = loaded_card(county());
  int given_up = 0;
  for (std::size_t first = 1;; ++first) {
    bool start_was_cut = false;
    for (std::size_t second = 1; second <= 4; ++second) {
      CAPTURE(first);
      CAPTURE(second);
      Well well(county());
      auto card = loaded->copy();
      const auto cut_at = [&](std::size_t count, const auto& act) {
        well.fuse = {0, count, Fuse::Moment::kAfter};
        bool cut = false;
        try {
          act();
        } catch (const PowerCut&) {
          cut = true;
        }
        well.fuse = {};
        return cut;
      };
      start_was_cut = cut_at(first, [&] { well.tap(*card); });
      if (!well.state().session) break;
      cut_at(second, [&] { well.lose_mains(); });
      const auto report = well.tap(*card);
      if (report.result == SwipeResult::kRefused) continue;  // set aside: the desk releases it
      if (report.result == SwipeResult::kSettled) ++given_up;
      if (report.result == SwipeResult::kStarted) {
        well.flow(kPulses);
        CHECK(well.tap(*card).result == SwipeResult::kSettled);
      }
      CHECK(card::get_lock_proof(card->session()).state == card::LockState::kClear);
      CHECK(money_on(*card) == kLoaded - money_booked(well.state()));
      CHECK(well.tap(*card).result == SwipeResult::kStarted);
    }
    if (!start_was_cut) break;
  }
  CHECK(given_up > 0);
}

TEST_CASE("a torn start whose card never comes back frees the meter for the next card [R178]") {
  auto neighbour = loaded_card(county(), 18);
  for (std::size_t step = 1; step < 40; ++step) {
    CAPTURE(step);
    Well torn(county());
    auto lost = loaded_card(county());
    torn.fuse = {0, step, Fuse::Moment::kAfter};
    try {
      torn.tap(*lost);
    } catch (const PowerCut&) {
    }
    torn.fuse = {};
    if (torn.state().session && torn.state().session->phase == Phase::kRunning) break;
    CHECK(torn.tap(*neighbour).result == SwipeResult::kStarted);
    CHECK(torn.tap(*neighbour).result == SwipeResult::kSettled);
  }
}

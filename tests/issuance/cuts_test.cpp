// The power fails at every command and at every line of the log: what is left is resolved.
#include <doctest/doctest.h>

#include "issuance/engine/resolve.h"
#include "issuance/engine/stock.h"
#include "tests/issuance/test_station.h"

using namespace shop;
using card::layout::LifeCycle;
using issuance::CardState;

namespace {

// Only these cards stay in their readers: the others would answer the search, and cuts there say
// nothing new.
void keep(TestStation& station, std::initializer_list<std::pair<CardKind, std::uint64_t>> cards) {
  station.tray.take_all_out();
  for (const auto& [kind, number] : cards) station.tray.insert(Serial8::of(kind, number));
}

void keep_for_psam(TestStation& station) {
  keep(station, {{CardKind::kStock, 1},
                 {CardKind::kStock, 2},
                 {CardKind::kCountyMother, 1},
                 {CardKind::kCountyControl, 1},
                 {CardKind::kPsam, 1}});
}

void keep_for_user_pair(TestStation& station) {
  keep(station, {{CardKind::kStock, 1},
                 {CardKind::kStock, 2},
                 {CardKind::kCountyMother, 2},
                 {CardKind::kCountyControl, 2},
                 {CardKind::kUserMother, 2},
                 {CardKind::kUserControl, 2}});
}

void reboot(TestStation& station) {
  station.stop();
  station.tray.power_up();
  station.start();
}

// The register's word about a card and the card's own word do not contradict each other.
void check_agreement(TestStation& station, const Serial8& serial) {
  const CardState state = station.book().card(serial).state;
  const LifeCycle cycle = station.tray.status(serial).life_cycle;
  CAPTURE(format(serial));
  CAPTURE(name_of(state));
  switch (state) {
    case CardState::kStock:
      CHECK((cycle == LifeCycle::kBlank || cycle == LifeCycle::kAllotted));
      break;
    case CardState::kIssued:
      CHECK(cycle == LifeCycle::kInUse);
      break;
    default:
      CHECK(state == CardState::kReject);
  }
}

using Work = std::function<void(TestStation&)>;

// Runs `work` with the n-th command cut, then `recover`; steps of `stride` until nothing was cut.
template <typename Recover>
void cut_everywhere(TestStation& base, const Work& prepare, const Work& work, std::size_t stride,
                    Recover&& recover) {
  TestStation* const station = &base;
  const Moment before(*station);
  for (const Loss loss : {Loss::kCommand, Loss::kAnswer}) {
    for (std::size_t nth = 1;; nth += stride) {
      before.restore(*station);
      prepare(*station);
      station->tray.cut_at(nth, loss);
      bool cut = false;
      try {
        work(*station);
      } catch (const base::Error&) {
        cut = station->tray.was_cut();
        CHECK(cut);
      }
      if (!cut) break;
      CAPTURE(nth);
      reboot(*station);
      recover(*station);
      CHECK(station->book().pending_cards().empty());
    }
  }
}

const Work kIssuePsam = [](TestStation& station) {
  issuance::issue(station.place(), psam_order());
};

const Work kIssueUserPair = [](TestStation& station) {
  issuance::issue(station.place(), order("user-mother", kOtherCounty));
};

}  // namespace

TEST_CASE("a PSAM cut at any command is finished by the same order, with the same blank [R184]") {
  cut_everywhere(*station_with_chain(), keep_for_psam, kIssuePsam, 1, [](TestStation& station) {
    kIssuePsam(station);
    const Serial8 serial = Serial8::of(CardKind::kPsam, 1);
    CHECK(station.book().card(serial).state == CardState::kIssued);
    check_agreement(station, serial);
  });
}

TEST_CASE("a PSAM cut at any command is resolved by asking it: stock, issued or reject [R184]") {
  cut_everywhere(*station_with_chain(), keep_for_psam, kIssuePsam, 1, [](TestStation& station) {
    CHECK(issuance::resolve(station.place(), two_persons()).absent.empty());
    check_agreement(station, Serial8::of(CardKind::kPsam, 1));
  });
}

TEST_CASE(
    "a pair cut at any command is finished by the same order, with the same two cards [R184]") {
  cut_everywhere(*station_with_chain(), keep_for_user_pair, kIssueUserPair, 3,
                 [](TestStation& station) {
                   kIssueUserPair(station);
                   for (const CardKind kind : {CardKind::kUserMother, CardKind::kUserControl}) {
                     CHECK(station.book().card(Serial8::of(kind, 2)).state == CardState::kIssued);
                     check_agreement(station, Serial8::of(kind, 2));
                   }
                 });
}

TEST_CASE("a pair cut at any command is resolved as a whole: both issued, or neither [R184]") {
  cut_everywhere(
      *station_with_chain(), keep_for_user_pair, kIssueUserPair, 3, [](TestStation& station) {
        CHECK(issuance::resolve(station.place(), two_persons()).absent.empty());
        const CardState mother = station.book().card(Serial8::of(CardKind::kUserMother, 2)).state;
        const CardState control = station.book().card(Serial8::of(CardKind::kUserControl, 2)).state;
        CHECK((mother == CardState::kIssued) == (control == CardState::kIssued));
        check_agreement(station, Serial8::of(CardKind::kUserMother, 2));
        check_agreement(station, Serial8::of(CardKind::kUserControl, 2));
      });
}

TEST_CASE("a cut at any line of the log leaves one pending job, or none [R184]") {
  auto station = station_with_chain();
  const Moment before(*station);
  for (std::size_t nth = 1;; ++nth) {
    before.restore(*station);
    keep_for_psam(*station);
    station->fail_signature(nth);
    bool cut = false;
    try {
      kIssuePsam(*station);
    } catch (const base::Error& error) {
      CHECK(error.fault() == base::Fault::kUnavailable);
      cut = true;
    }
    if (!cut) break;
    CAPTURE(nth);
    reboot(*station);
    CHECK(station->book().pending_cards().size() <= 1);
    kIssuePsam(*station);
    const Serial8 serial = Serial8::of(CardKind::kPsam, 1);
    CHECK(station->book().card(serial).state == CardState::kIssued);
    CHECK(station->book().pending_cards().empty());
  }
}

TEST_CASE("the founding of the stock pair goes on after a cut at any command [R184]") {
  TestStation station;
  station.tray.add(CardKind::kStock, 1);
  station.tray.add(CardKind::kStock, 2);
  const auto officers = shop::add_officers(station.tray);
  const Work found_pair = [&officers](TestStation& at) {
    issuance::found_stock_pair(at.place(), two_persons(), officers);
  };
  cut_everywhere(
      station, [](TestStation&) {}, found_pair, 1,
      [&](TestStation& at) {
        const bool done =
            at.book().card(Serial8::of(CardKind::kStock, 1)).state == CardState::kIssued;
        if (!done) found_pair(at);
        for (std::uint64_t number = 1; number <= 2; ++number) {
          CHECK(at.book().card(Serial8::of(CardKind::kStock, number)).state == CardState::kIssued);
          check_agreement(at, Serial8::of(CardKind::kStock, number));
        }
      });
}

TEST_CASE("blanks on their way into stock are in it, or still outside, after a cut [R184]") {
  TestStation station;
  station.tray.add(CardKind::kStock, 1);
  station.tray.add(CardKind::kStock, 2);
  const auto officers = shop::add_officers(station.tray);
  issuance::found_stock_pair(station.place(), two_persons(), officers);
  for (const Serial8& officer : officers) station.tray.take_out(officer);
  station.tray.add(CardKind::kPsam, 1);
  station.tray.add(CardKind::kUser, 1);
  const Work receive = [](TestStation& at) { issuance::receive_blanks(at.place(), two_persons()); };
  cut_everywhere(
      station, [](TestStation&) {}, receive, 1,
      [&](TestStation& at) {
        CHECK(issuance::resolve(at.place(), two_persons()).absent.empty());
        for (const CardKind kind : {CardKind::kPsam, CardKind::kUser}) {
          const Serial8 serial = Serial8::of(kind, 1);
          const bool in_stock = at.book().card(serial).state == CardState::kStock;
          const auto cycle = at.tray.status(serial).life_cycle;
          CHECK(cycle == (in_stock ? LifeCycle::kBlank : LifeCycle::kManufactured));
        }
      });
}

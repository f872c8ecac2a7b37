// Every function that changes a card, cut at every exchange, before and after the card acted: it has
// happened once or not at all, and the library says which.
#include <functional>

#include "tests/cos-apdu/field_packages.h"
#include "tests/reader/desk.h"

using namespace test;
using card::layout::ToolSubtype;

namespace {

enum class Happened { kYes, kNo, kUnknown };

// One function on fresh cards.
struct Scene {
  std::unique_ptr<Desk> desk;
  std::function<int()> call;          // the function, as a caller repeats it
  std::function<bool()> on_the_card;  // asked with everything in place again
};

// What a result promises of what it changed.
Happened promised(int result) {
  switch (result) {
    case WELLKEY_OK:
    case WELLKEY_TAC_UNCHECKED:
      return Happened::kYes;
    case WELLKEY_UNCERTAIN:
      return Happened::kUnknown;
    default:
      return Happened::kNo;
  }
}

void reopen(Desk& desk) {
  desk.counter.again();
  REQUIRE(verify_pin(&desk.port, kPsamPin) == WELLKEY_OK);
}

enum class Promise {
  kExact,      // the result says whether it happened
  kResumable,  // only OK says so; the same call goes on
};

// Returns how many cuts were tried.
int cut_everywhere(CardKind torn, Promise promise, const std::function<Scene()>& make) {
  int cuts = 0;
  for (const auto moment : {Tear::Moment::kBefore, Tear::Moment::kAfter}) {
    for (const auto then : {Tear::Then::kBack, Tear::Then::kAway}) {
      for (int command = 1;; ++command) {
        CAPTURE(command);
        CAPTURE(static_cast<int>(moment));
        CAPTURE(static_cast<int>(then));
        CAPTURE(static_cast<int>(torn));
        Scene scene = make();
        Desk& desk = *scene.desk;
        desk.counter.again();
        desk.counter.tear = Tear{command, moment, then, torn};
        const int result = scene.call();
        CAPTURE(result);
        const bool reached = desk.counter.commands >= command;
        reopen(desk);
        const bool happened = scene.on_the_card();
        const Happened said = promised(result);
        if (said == Happened::kYes) CHECK(happened);
        if (said == Happened::kNo && promise == Promise::kExact) CHECK_FALSE(happened);
        if (then == Tear::Then::kBack && torn == CardKind::kUser) CHECK(said != Happened::kUnknown);
        if (promise == Promise::kResumable || !happened) CHECK(scene.call() == WELLKEY_OK);
        CHECK(scene.on_the_card());
        if (!reached) break;
        ++cuts;
      }
    }
  }
  return cuts;
}

std::unique_ptr<Desk> desk_with(std::int64_t fen) {
  auto desk = std::make_unique<Desk>();
  Seen seen;
  wellkey_topup topup = order(fen, seen);
  REQUIRE(wellkey_purchase(&desk->port, &topup) == WELLKEY_OK);
  return desk;
}

Scene deduction() {
  auto desk = desk_with(1000);
  Desk* const at = desk.get();
  const auto call = [at] {
    wellkey_deduction deduction{};
    deduction.amount_fen = 300;
    put(deduction.date, "20260715");
    put(deduction.time, "090000");
    return wellkey_deduct(&at->port, &deduction);
  };
  return {std::move(desk), call, [at] { return at->on_card() == 700; }};
}

int release(Desk& desk, const Bytes& package) {
  wellkey_release out{};
  put(out.date, "20260715");
  put(out.time, "120000");
  return wellkey_release_lock(&desk.port, package.data(), package.size(), &out);
}

Scene forced_release() {
  auto desk = desk_with(1000);
  Desk* const at = desk.get();
  const auto number = user_number(desk->county);
  const auto esam = issue_esam(desk->county);
  start(desk->user->session(), esam->session(), number);
  const Bytes package = encode(release_package(*desk->psam, number, 1, 1, Amount::fen(300)));
  return {std::move(desk), [at, package] { return release(*at, package); },
          [at] { return at->on_card() == 700; }};
}

Scene settlement() {
  auto desk = desk_with(1000);
  Desk* const at = desk.get();
  const auto number = user_number(desk->county);
  const auto esam = issue_esam(desk->county);
  const auto lock = start(desk->user->session(), esam->session(), number);
  const auto request = settle_request(esam->session(), lock, number, Amount::fen(300));
  const auto call = [at, request, number] {
    wellkey_settlement settlement{};
    put(settlement.card_number, number.digits());
    settlement.amount_fen = 300;
    settlement.offline_counter = request.offline_sn;
    put(settlement.terminal, base::to_hex(request.terminal));
    settlement.terminal_counter = request.terminal_sn;
    put(settlement.date, base::to_hex(request.at.date));
    put(settlement.time, base::to_hex(request.at.time));
    std::copy(request.gmac.begin(), request.gmac.end(), settlement.gmac);
    return wellkey_settle_lock(&at->port, &settlement);
  };
  return {std::move(desk), call, [at] { return at->on_card() == 700; }};
}

Scene key_update() {
  auto desk = std::make_unique<Desk>();
  Desk* const at = desk.get();
  const Bytes package = encode(key_package(*desk->psam));
  return {
      std::move(desk),
      [at, package] { return wellkey_psam_modify_key(&at->port, package.data(), package.size()); },
      [at] { return at->psam->status().version == 2; }};
}

Scene tool_issue() {
  auto desk = std::make_unique<Desk>();
  Desk* const at = desk.get();
  const auto tool =
      std::make_shared<Card>(desk->county, derivation::Serial8::of(CardKind::kTool, 8));
  desk->counter.tool = &tool->chip();
  const Bytes package =
      encode(field_package(*tool, usual_grant(desk->county, ToolSubtype::kParameter)));
  return {
      std::move(desk),
      [at, package] { return wellkey_issue_tool_card(&at->port, package.data(), package.size()); },
      [tool] { return tool->status().life_cycle == card::layout::LifeCycle::kInUse; }};
}

}  // namespace

TEST_CASE(
    "cut at any exchange with the PSAM, a top-up happened or did not, and function 11 knows [R38] "
    "[R44]") {
  int cuts = 0;
  for (const auto moment : {Tear::Moment::kBefore, Tear::Moment::kAfter}) {
    for (const auto then : {Tear::Then::kBack, Tear::Then::kAway}) {
      for (int command = 1;; ++command) {
        CAPTURE(command);
        CAPTURE(static_cast<int>(moment));
        Desk desk;
        desk.counter.again();
        desk.counter.tear = Tear{command, moment, then, CardKind::kPsam};
        Seen seen;
        wellkey_topup topup = order(500, seen);
        const int result = wellkey_purchase(&desk.port, &topup);
        CAPTURE(result);
        const bool reached = desk.counter.commands >= command;
        reopen(desk);
        const std::int64_t on_card = desk.on_card();
        if (result == WELLKEY_OK) CHECK(on_card == 500);
        if (topup.outcome == WELLKEY_OUTCOME_NOT_DONE) CHECK(on_card == 0);
        if (result == WELLKEY_UNCERTAIN) {
          wellkey_record records[WELLKEY_MOST_RECORDS];
          std::size_t count = WELLKEY_MOST_RECORDS;
          wellkey_topup torn = seen.topup;
          REQUIRE(wellkey_get_records(&desk.port, records, &count, &torn) == WELLKEY_OK);
          CHECK(torn.outcome == (on_card == 500 ? WELLKEY_OUTCOME_DONE : WELLKEY_OUTCOME_NOT_DONE));
        }
        if (!reached) break;
        ++cuts;
      }
    }
  }
  CHECK(cuts >= 4 * 2);
}

TEST_CASE("cut at any exchange with either card, a deduction happened or did not [R39] [R179]") {
  CHECK(cut_everywhere(CardKind::kUser, Promise::kExact, deduction) >= 4 * 5);
  CHECK(cut_everywhere(CardKind::kPsam, Promise::kExact, deduction) >= 4 * 2);
}

TEST_CASE("cut at any exchange, a lock is settled once, and the same call ends it [R40] [R181]") {
  CHECK(cut_everywhere(CardKind::kUser, Promise::kResumable, settlement) >= 4 * 4);
}

TEST_CASE("cut at any exchange with either card, a forced release is debited once [R46] [R181]") {
  CHECK(cut_everywhere(CardKind::kUser, Promise::kResumable, forced_release) >= 4 * 5);
  CHECK(cut_everywhere(CardKind::kPsam, Promise::kResumable, forced_release) >= 4 * 2);
}

TEST_CASE("cut at any exchange, a key update goes on where it was [R37] [R179]") {
  CHECK(cut_everywhere(CardKind::kPsam, Promise::kResumable, key_update) >= 4 * 6);
}

TEST_CASE("cut at any exchange, a tool card is issued by the same call again [R41] [R179]") {
  CHECK(cut_everywhere(CardKind::kTool, Promise::kResumable, tool_issue) >= 4 * 6);
}

// The whole chain of figure 2 below the master control pair, on emulated cards.
#include <doctest/doctest.h>

#include "cos-apdu/card_commands.h"
#include "issuance/engine/pair_in_hand.h"
#include "issuance/pairs/void_pair.h"
#include "tests/issuance/test_station.h"

using namespace shop;
using issuance::CardState;
using issuance::PairState;

namespace {

const issuance::PairRow& pair_of(const std::vector<issuance::PairRow>& pairs, CardKind mother,
                                 std::string_view county = {}) {
  for (const auto& pair : pairs) {
    if (pair.kind == mother && pair.county == county) return pair;
  }
  throw std::logic_error("no such pair");
}

std::size_t count_of(issuance::Register& book, CardState state) {
  std::size_t count = 0;
  for (const auto& card : book.cards()) count += card.state == state ? 1U : 0U;
  return count;
}

}  // namespace

TEST_CASE(
    "the chain runs from the master control pair to a user card, each pair below the one before "
    "[R139][R140][R141][R155][R156][R158]") {
  auto station = station_with_chain();
  const auto pairs = station->book().pairs();
  for (const CardKind mother :
       {CardKind::kStock, CardKind::kMasterMother, CardKind::kProvincialMother}) {
    CHECK(pair_of(pairs, mother).state == PairState::kActive);
  }
  CHECK(pair_of(pairs, CardKind::kCountyMother, kCounty).state == PairState::kActive);
  CHECK(pair_of(pairs, CardKind::kUserMother, kCounty).state == PairState::kActive);

  const auto issued = issuance::issue(station->place(), user_order());
  const auto row = station->book().card(issued.cards.front().serial);
  CHECK(row.state == CardState::kIssued);
  CHECK(row.issuer == pair_of(pairs, CardKind::kUserMother, kCounty).id);
  CHECK(row.number == user_order().number->digits());
  const auto status = station->tray.status(issued.cards.front().serial);
  CHECK(status.life_cycle == card::layout::LifeCycle::kInUse);
  CHECK(base::to_hex(status.county) == kCounty);
}

TEST_CASE("the county pair makes PSAM and ESAM, each with its own number [R142][R157]") {
  auto station = station_with_chain();
  const auto psam = issuance::issue(station->place(), psam_order());
  const auto esam = issuance::issue(station->place(), esam_order());
  CHECK(station->book().card(psam.cards.front().serial).device == "000000000001");
  CHECK(station->book().card(esam.cards.front().serial).state == CardState::kIssued);
  CHECK(psam.cards.front().tag != esam.cards.front().tag);
  const auto second = issuance::issue(station->place(), psam_order(kCounty, "2"));
  CHECK(second.cards.front().serial != psam.cards.front().serial);
}

TEST_CASE("every card of a county has other keys than the same card of another county [R149]") {
  auto station = station_with_chain();
  const auto here = issuance::issue(station->place(), psam_order(kCounty));
  const auto there = issuance::issue(station->place(), psam_order(kOtherCounty));
  const auto value_of = [&](const Serial8& serial, derivation::Purpose purpose) {
    auto link = station->tray.find({"", [&](const auto& s) { return s.serial == serial; }});
    card::Session session(*link);
    return card::get_key_info(session, purpose)->check_value;
  };
  for (const auto purpose :
       {derivation::Purpose::kLoad, derivation::Purpose::kPurchase, derivation::Purpose::kTac}) {
    CHECK_FALSE(value_of(here.cards.front().serial, purpose) ==
                value_of(there.cards.front().serial, purpose));
  }
}

TEST_CASE("the register made again from the log alone says the same [R184]") {
  auto station = station_with_chain();
  issuance::issue(station->place(), esam_order());
  const auto before = station->book().cards();
  REQUIRE(before.size() > 30);
  station->stop();
  for (const char* end : {"", "-wal", "-shm"}) {
    std::filesystem::remove(station->folder() / (std::string("register.db") + end));
  }
  station->start();
  const auto after = station->book().cards();
  REQUIRE(after.size() == before.size());
  for (std::size_t at = 0; at < after.size(); ++at) {
    CHECK(after[at].serial == before[at].serial);
    CHECK(after[at].state == before[at].state);
    CHECK(after[at].tag == before[at].tag);
    CHECK(after[at].pair == before[at].pair);
  }
}

TEST_CASE("mother and control card of the master control pair are issued when first shown [R159]") {
  auto station = station_with_chain();
  CHECK(station->book().card(Serial8::of(CardKind::kMasterMother, 1)).state == CardState::kIssued);
  CHECK(station->book().card(Serial8::of(CardKind::kMasterControl, 1)).state == CardState::kIssued);
  CHECK(count_of(station->book(), CardState::kPending) == 0);
  // Stock, master, provincial, two county pairs and a user mother pair.
  CHECK(count_of(station->book(), CardState::kIssued) == 12);
}

TEST_CASE("leader, spare and role cards are issued when their ceremony is signed") {
  auto station = station_with_chain();
  const auto leader = Serial8::of(CardKind::kLeader, 1);
  const auto spare = Serial8::of(CardKind::kLeader, 2);
  const auto stranger = Serial8::of(CardKind::kRole, 99);
  REQUIRE(station->book().card(leader).state == CardState::kStock);
  const auto pair = pair_of(station->book().pairs(), CardKind::kMasterMother);
  const auto says = [&](audit::Act act, const Serial8& card) {
    station->log().append(issuance::log_entry(
        act, pair.job, {{"keyceremony", audit::Role::kProgram}}, {audit::serial(card.bytes())}));
  };
  says(audit::Act::kSpareProved, spare);
  for (const auto& card : {leader, leader, stranger}) says(audit::Act::kTranscriptSigned, card);
  station->stop();
  station->start();
  CHECK(station->book().card(leader).state == CardState::kIssued);
  CHECK(station->book().card(spare).state == CardState::kIssued);
  CHECK(station->book().card(stranger).state == CardState::kOutside);
  // The run of the ceremony is the pair's job; with the pair, only mother and control become void.
  issuance::void_pair(station->place(), pair.id, issuance::Lost::kMother, two_persons());
  CHECK(station->book().card(leader).state == CardState::kIssued);
  CHECK(station->book().card(Serial8::of(CardKind::kMasterMother, 1)).state == CardState::kVoid);
}

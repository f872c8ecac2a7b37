// A tool card and a meter: how they prove themselves to each other, what the card counts and takes.
#include <doctest/doctest.h>

#include "base/core/error.h"
#include "cos-apdu/fieldcards/meter_visit.h"
#include "tests/cos-apdu/field_packages.h"
#include "tests/support/refusal.h"

using namespace test;
using card::layout::LifeCycle;
using card::layout::ToolSubtype;
using crypto::SuiteId;
namespace field = card::fieldcards;
using support::refusal;

namespace {

constexpr base::FixedBytes<4> kToday = {0x20, 0x26, 0x07, 0x15};
constexpr base::FixedBytes<4> kTomorrow = {0x20, 0x26, 0x07, 0x16};

bool ends_with(const std::string& text, std::string_view end) {
  return text.ends_with(end);
}

Bytes parameters_of(Card& esam) {
  return card::read_file(esam.session(), 0x01);
}

card::layout::Reading some_reading() {
  return {.terminal = kMeterTerminal,
          .at = kNoon,
          .energy = 123456,
          .money = Amount::fen(7890),
          .sessions = 12,
          .suspended = 1};
}

}  // namespace

TEST_CASE("a parameter card proves itself to a meter, and only then its data is taken [R145]") {
  for (const auto suite : {SuiteId::kTdes2, SuiteId::kSm4, SuiteId::kAes128}) {
    CAPTURE(static_cast<int>(suite));
    const County county(suite);
    auto esam = issue_esam(county);
    auto tool =
        issue_field_card(county, CardKind::kTool, usual_grant(county, ToolSubtype::kParameter));
    CHECK(tool->status().life_cycle == LifeCycle::kInUse);
    const field::ProvedTool unproved{.tool = tool->serial(),
                                     .grant = field::read_grant(tool->session()),
                                     .data = counted_data()};
    CHECK(refusal([&] { field::apply_parameters(esam->session(), unproved); }) ==
          "PUT PARAMETERS: 6982, security state is not satisfied");

    const auto proved = field::present_tool(tool->session(), esam->session(), kToday);
    CHECK(proved.grant.subtype == ToolSubtype::kParameter);
    CHECK(proved.uses_left == 2);
    auto changed = proved;
    changed.data.at(3) ^= 1;
    CHECK(refusal([&] { field::apply_parameters(esam->session(), changed); }) ==
          "PUT PARAMETERS: 6A80, wrong data field");
    CHECK(parameters_of(*esam) == Bytes(64, 0));
    field::apply_parameters(esam->session(), proved);
    CHECK(base::equal(parameters_of(*esam), counted_data()));
  }
}

TEST_CASE("a reading card changes no meter and takes readings from a proved meter only [R145]") {
  const County county(SuiteId::kAes128);
  auto esam = issue_esam(county);
  auto tool = issue_field_card(county, CardKind::kTool, usual_grant(county, ToolSubtype::kReading));
  CHECK(refusal([&] { field::append_reading(tool->session(), some_reading()); }) ==
        "APPEND RECORD: 6982, security state is not satisfied");
  const auto proved = field::present_tool(tool->session(), esam->session(), kToday);
  CHECK(refusal([&] { field::apply_parameters(esam->session(), proved); }) ==
        "PUT PARAMETERS: 6985, condition of use is not satisfied");
  field::append_reading(tool->session(), some_reading());
  auto second = some_reading();
  second.energy = 5;
  field::append_reading(tool->session(), second);

  tool->chip().reset();
  const auto readings = field::read_readings(tool->session());
  REQUIRE(readings.size() == 2);
  CHECK(readings.at(0).energy == 5);
  CHECK(readings.at(1) == some_reading());
  CHECK(refusal([&] { field::append_reading(tool->session(), some_reading()); }) ==
        "APPEND RECORD: 6982, security state is not satisfied");
}

TEST_CASE(
    "tool card and meter of two counties do not believe each other, three tries each [R145]") {
  const County here(SuiteId::kAes128, "410122");
  const County there(SuiteId::kAes128, "130123");
  auto esam = issue_esam(here);
  auto tool = issue_field_card(there, CardKind::kTool, usual_grant(there, ToolSubtype::kInspect));
  const auto present = [&] { field::present_tool(tool->session(), esam->session(), kToday); };
  CHECK(ends_with(refusal(present), "63C2, wrong value, one try less (2 left)"));
  CHECK(ends_with(refusal(present), "63C1, wrong value, one try less (1 left)"));
  CHECK(ends_with(refusal(present), "63C0, wrong value, one try less (0 left)"));
  CHECK(refusal(present) == "EXTERNAL AUTHENTICATE: 6983, key or PIN is blocked");
  CHECK(field::read_use_counters(tool->session()).used == 0);
}

TEST_CASE("no other subtype, card, date, content or moment passes for a proved tool card [R145]") {
  const County county(SuiteId::kAes128);
  auto esam = issue_esam(county);
  auto tool = issue_field_card(county, CardKind::kTool, usual_grant(county, ToolSubtype::kTime));
  auto& session = tool->session();
  const auto purpose = Purpose::kMeterParameters;
  card::layout::ToolProof proof{.subtype = ToolSubtype::kTime, .tool = tool->serial().bytes()};
  proof.esam = esam->serial().bytes();
  proof.date = kToday;
  proof.content = crypto::sha256({encode(field::read_grant(session)), counted_data()});
  const auto answered = [&](const std::function<void(card::layout::ToolProof&)>& change) {
    const auto fresh =
        issue_field_card(county, CardKind::kTool, usual_grant(county, ToolSubtype::kTime));
    field::begin_use(fresh->session(), esam->serial(), kToday);
    auto told = proof;
    told.tool_random = base::fixed<16>(card::get_challenge(fresh->session(), 16));
    const auto random = told.tool_random;
    change(told);
    return refusal([&] {
      const auto mac = field::prove_to_tool(esam->session(), purpose, told);
      if (told.tool_random != random) card::get_challenge(fresh->session(), 16);
      field::check_meter(fresh->session(), purpose, told, mac);
    });
  };
  const std::string kWrong = "EXTERNAL AUTHENTICATE: 63C2, wrong value, one try less (2 left)";
  CHECK(answered([](auto&) {}) == "nothing was refused");
  CHECK(answered([](auto& told) { told.date = kTomorrow; }) == kWrong);
  CHECK(answered([](auto& told) { told.content.at(0) ^= 1; }) == kWrong);
  CHECK(answered([](auto& told) { told.tool_random.at(0) ^= 1; }) == kWrong);
  CHECK(answered([](auto& told) { told.subtype = ToolSubtype::kParameter; }) == kWrong);
  CHECK(answered([](auto& told) {
          told.tool = derivation::Serial8::of(CardKind::kTool, 9).bytes();
        }) == kWrong);
  CHECK(answered([](auto& told) {
          told.tool = derivation::Serial8::of(CardKind::kModify, 8).bytes();
        }) == "PROVE TO TOOL CARD: 6A80, wrong data field");

  const std::string kNoProof = "CHECK TOOL CARD: 6985, condition of use is not satisfied";
  CHECK(refusal([&] { field::check_tool(issue_esam(county)->session(), {}); }) == kNoProof);
  field::begin_use(session, esam->serial(), kToday);
  CHECK(refusal([&] { field::prove_tool(session, purpose); }) ==
        "INTERNAL AUTHENTICATE: 6982, security state is not satisfied");
  CHECK(refusal([&] { field::check_meter(session, Purpose::kTool, proof, {}); }) ==
        "EXTERNAL AUTHENTICATE: 6A86, wrong P1 or P2");
  CHECK(refusal([&] { field::check_meter(session, purpose, proof, {}); }) ==
        "EXTERNAL AUTHENTICATE: 6984, no fresh challenge");
  proof.tool_random = base::fixed<16>(card::get_challenge(session, 16));
  field::check_meter(session, purpose, proof,
                     field::prove_to_tool(esam->session(), purpose, proof));
  const auto mac = field::prove_tool(session, purpose);
  auto forged = mac;
  forged.at(0) ^= 1;
  CHECK(refusal([&] { field::check_tool(esam->session(), forged); }) ==
        "CHECK TOOL CARD: 63C2, wrong value, one try less (2 left)");
  CHECK(refusal([&] { field::check_tool(esam->session(), mac); }) == kNoProof);
}

TEST_CASE("a tool card counts meters and days, within its dates [R145]") {
  const County county(SuiteId::kAes128);
  auto tool = issue_field_card(county, CardKind::kTool, usual_grant(county, ToolSubtype::kClear));
  auto& session = tool->session();
  const auto first = issue_esam(county, 1);
  const auto second = issue_esam(county, 2);
  const auto third = issue_esam(county, 3);
  const auto visit = [&](Card& esam, const base::FixedBytes<4>& date) {
    return field::present_tool(session, esam.session(), date).uses_left;
  };
  CHECK(visit(*first, kToday) == 2);
  CHECK(visit(*first, kToday) == 2);
  CHECK(visit(*second, kToday) == 1);
  CHECK(visit(*second, kTomorrow) == 0);
  const std::string kOver = "BEGIN USE: 9402, transaction counter is at its maximum";
  CHECK(refusal([&] { visit(*third, kTomorrow); }) == kOver);
  CHECK(visit(*second, kTomorrow) == 0);
  const std::string kDate = "BEGIN USE: 6985, condition of use is not satisfied";
  CHECK(refusal([&] { visit(*second, {0x20, 0x25, 0x12, 0x31}); }) == kDate);
  CHECK(refusal([&] { visit(*second, {0x20, 0x27, 0x01, 0x01}); }) == kDate);
  CHECK(refusal([&] {
          field::begin_use(session, derivation::Serial8::of(CardKind::kPsam, 1), kToday);
        }) == "BEGIN USE: 6A80, wrong data field");
  CHECK(field::read_use_counters(session).used == 3);
}

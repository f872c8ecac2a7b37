// Field cards from blank to use, and what modify and restore cards do to a real ESAM and refuse.
#include <doctest/doctest.h>

#include "base/core/error.h"
#include "cos-apdu/fieldcards/issue.h"
#include "cos-apdu/fieldcards/key_update.h"
#include "cos-apdu/fieldcards/meter_visit.h"
#include "tests/cos-apdu/field_packages.h"
#include "tests/support/refusal.h"

using namespace test;
using card::layout::LifeCycle;
using card::layout::Part;
using card::layout::PartType;
using card::layout::TargetState;
using card::layout::ToolSubtype;
using crypto::SuiteId;
namespace field = card::fieldcards;
using support::refusal;

namespace {

constexpr base::FixedBytes<4> kToday = {0x20, 0x26, 0x07, 0x15};
constexpr base::FixedBytes<4> kTomorrow = {0x20, 0x26, 0x07, 0x16};

std::unique_ptr<Card> blank(const County& county, CardKind kind) {
  return std::make_unique<Card>(county, derivation::Serial8::of(kind, 8));
}

std::vector<Part> joined(std::vector<Part> first, const std::vector<Part>& more) {
  first.insert(first.end(), more.begin(), more.end());
  return first;
}

}  // namespace

TEST_CASE("no terminal uses up a field card without a meter that proves itself [R144] [R145]") {
  const County county(SuiteId::kAes128);
  const auto esam = issue_esam(county);
  auto tool = issue_field_card(county, CardKind::kTool, usual_grant(county, ToolSubtype::kClear));
  const auto begin = [](Card& card, const derivation::Serial8& meter,
                        const base::FixedBytes<4>& date) {
    field::begin_use(card.session(), meter, date);
  };
  for (std::uint64_t number = 1; number <= 10; ++number)
    begin(*tool, derivation::Serial8::of(CardKind::kEsam, number), kTomorrow);
  const auto untouched = field::read_use_counters(tool->session());
  CHECK(untouched.used == 0);
  CHECK(untouched.latest_date == base::FixedBytes<4>{});
  CHECK(field::present_tool(tool->session(), esam->session(), kToday).uses_left == 2);

  const auto other = issue_esam(county, 6);
  auto modify =
      issue_field_card(county, CardKind::kModify, usual_grant(county),
                       joined(parts_of(key_package(*esam)), parts_of(key_package(*other))));
  for (int round = 0; round < 5; ++round) {
    begin(*modify, esam->serial(), kToday);
    field::get_part(modify->session(), 0);
    begin(*modify, other->serial(), kTomorrow);
    field::get_part(modify->session(), 0);
  }
  CHECK(field::read_use_counters(modify->session()).used == 0);
  for (int round = 0; round < 5; ++round) {
    begin(*modify, esam->serial(), kToday);
    field::get_part(modify->session(), 1);
    begin(*modify, other->serial(), kTomorrow);
    field::get_part(modify->session(), 1);
  }
  CHECK(field::read_use_counters(modify->session()).used == 2);
  field::serve_meter(modify->session(), esam->session(), kToday);
  CHECK(esam->status().version == 2);
}

TEST_CASE("a field card goes into use whole, by the order of its county, or not at all [R145]") {
  const County county(SuiteId::kAes128);
  const auto grant = usual_grant(county, ToolSubtype::kParameter);
  auto card = blank(county, CardKind::kTool);
  const auto good = field_package(*card, grant);
  const auto issue = [&](const card::layout::FieldPackage& package) {
    return refusal([&] { field::issue_field_card(card->session(), package); });
  };
  auto keyless = good;
  keyless.blocks.pop_back();
  CHECK(issue(keyless) == "ISSUE CARD: 6985, condition of use is not satisfied");
  auto longer = good;
  longer.grant.valid_until = {0x20, 0x99, 0x12, 0x31};
  CHECK(issue(longer) == "ISSUE CARD: 6988, secure messaging MAC is wrong");
  auto elsewhere = good;
  elsewhere.grant.county = {0x13, 0x01, 0x23};
  CHECK(issue(elsewhere) == "ISSUE CARD: 6A80, wrong data field");
  CHECK(card->status().life_cycle == LifeCycle::kPersonalising);
  CHECK(issue(good) == "nothing was refused");
  CHECK(card->status().life_cycle == LifeCycle::kInUse);
  CHECK(issue(good) == "nothing was refused");
  CHECK(issue(longer) == "field card 2F00000000000008: it is in use with another grant");
  auto other = good;
  other.card = derivation::Serial8::of(CardKind::kTool, 9);
  CHECK(issue(other) ==
        "field package: it is for card 2F00000000000009, this one is "
        "2F00000000000008");
}

TEST_CASE("a package is read back as it was written, and nothing else is one [R145]") {
  const County county(SuiteId::kAes128);
  auto esam = issue_esam(county);
  auto modify = blank(county, CardKind::kModify);
  const auto keys = key_package(*esam);
  const Bytes key_bytes = encode(keys);
  CHECK(key_bytes.size() == 1 + 8 + 1 + 1 + 72 + 16);
  CHECK(encode(card::layout::decode_key_package(key_bytes)) == key_bytes);
  const Bytes bytes = encode(field_package(*modify, usual_grant(county), parts_of(keys)));
  CHECK(bytes.size() == 1 + 8 + 1 + 2 * 72 + 2 + (1 + 72) + (1 + 25) + 19 + 16);
  CHECK(encode(card::layout::decode_field_package(bytes)) == bytes);
  CHECK_THROWS_AS(card::layout::decode_field_package(key_bytes), base::Error);
  CHECK_THROWS_AS(card::layout::decode_key_package(bytes), base::Error);
  auto more = bytes;
  more.push_back(0);
  CHECK_THROWS_AS(card::layout::decode_field_package(more), base::Error);
}

TEST_CASE("a modify card moves the meters of its list to the next version, and each once [R144]") {
  for (const auto suite : {SuiteId::kTdes2, SuiteId::kSm4, SuiteId::kAes128}) {
    CAPTURE(static_cast<int>(suite));
    const County county(suite);
    auto first = issue_esam(county, 5);
    auto second = issue_esam(county, 6);
    auto stranger = issue_esam(county, 7);
    auto modify =
        issue_field_card(county, CardKind::kModify, usual_grant(county),
                         joined(parts_of(key_package(*first)), parts_of(key_package(*second))));
    const auto states = [&] {
      std::vector<TargetState> out;
      for (const auto& target : field::read_targets(modify->session())) out.push_back(target.state);
      return out;
    };
    CHECK(states() == std::vector{TargetState::kReady, TargetState::kReady});

    field::serve_meter(modify->session(), first->session(), kToday);
    CHECK(first->status().version == 2);
    CHECK(card::get_key_info(first->session(), Purpose::kPurchase)->version == 2);
    CHECK(states() == std::vector{TargetState::kDone, TargetState::kReady});
    CHECK(field::read_targets(modify->session()).at(0).tag ==
          field::get_audit_tag(first->session()));
    CHECK(refusal([&] { field::serve_meter(modify->session(), stranger->session(), kToday); }) ==
          "the card does not list ESAM 2C00000000000007");
    CHECK(stranger->status().version == 1);
    CHECK(refusal([&] { field::begin_use(modify->session(), stranger->serial(), kToday); }) ==
          "BEGIN USE: 6A88, key or data not found");
    CHECK(refusal([&] { field::begin_use(modify->session(), first->serial(), kToday); }) ==
          "BEGIN USE: 6985, condition of use is not satisfied");
    field::serve_meter(modify->session(), second->session(), kTomorrow);
    CHECK(states() == std::vector{TargetState::kDone, TargetState::kDone});
  }
}

TEST_CASE("a modified meter starts cards of its new version and of the one before [R144]") {
  const County county(SuiteId::kAes128);
  auto esam = issue_esam(county);
  auto user = issue_user_card(county);
  auto psam = issue_psam(county, usual_ceiling());
  REQUIRE(card::verify_pin(psam->session(), secret(kPsamPin)).right());
  load(user->session(), psam->session(), user_number(county), Amount::fen(100));
  auto modify = issue_field_card(county, CardKind::kModify, usual_grant(county),
                                 parts_of(key_package(*esam)));
  field::serve_meter(modify->session(), esam->session(), kToday);
  CHECK_NOTHROW(start(user->session(), esam->session(), user_number(county)));
}

TEST_CASE("a modify card holds ciphertext for its list only, the last part closing each [R144]") {
  const County county(SuiteId::kAes128);
  auto esam = issue_esam(county);
  auto psam = issue_psam(county, usual_ceiling());
  auto modify = blank(county, CardKind::kModify);
  auto& session = modify->session();
  const auto parts = parts_of(key_package(*esam));
  const auto append = [&](const Part& part) {
    return refusal([&] { field::append_part(session, part); });
  };
  CHECK(append(parts.back()) == "APPEND PART: 6985, condition of use is not satisfied");
  CHECK(append(parts_of(key_package(*psam)).front()) == "APPEND PART: 6A80, wrong data field");
  CHECK(append(restore_part(*esam, 1)) == "APPEND PART: 6A86, wrong P1 or P2");
  CHECK(append(parts.front()) == "nothing was refused");
  CHECK(append(parts.front()) == "nothing was refused");
  auto open = field_package(*modify, usual_grant(county), {parts.front()});
  CHECK(refusal([&] { field::issue_field_card(session, open); }) ==
        "ISSUE CARD: 6985, condition of use is not satisfied");
  CHECK(append(parts.back()) == "nothing was refused");
  CHECK(append({PartType::kSwitch, [&] {
                  Bytes other = parts.back().bytes;
                  other.back() ^= 1;
                  return other;
                }()}) == "APPEND PART: 6985, condition of use is not satisfied");
  auto swapped = field_package(*modify, usual_grant(county), {parts.back(), parts.front()});
  CHECK(refusal([&] { field::issue_field_card(session, swapped); }) ==
        "ISSUE CARD: 6988, secure messaging MAC is wrong");
  CHECK(refusal([&] { field::begin_use(session, esam->serial(), kToday); }) ==
        "BEGIN USE: 6985, condition of use is not satisfied");
  field::issue_field_card(session, field_package(*modify, usual_grant(county), parts));
  CHECK(append(parts.front()) == "APPEND PART: 6985, condition of use is not satisfied");
  CHECK(refusal([&] { field::get_part(session, 0); }) ==
        "GET PART: 6985, condition of use is not satisfied");
  field::begin_use(session, esam->serial(), kToday);
  CHECK(field::get_part(session, 0) == parts.front());
  CHECK(refusal([&] { field::get_part(session, 2); }) == "GET PART: 6A83, record not found");
  CHECK(refusal([&] { field::confirm_use(session, 2, {}); }) ==
        "CONFIRM USE: 6985, condition of use is not satisfied");
  CHECK(field::get_part(session, 1) == parts.back());
  CHECK(refusal([&] { field::confirm_use(session, 3, {}); }) ==
        "CONFIRM USE: 6A80, wrong data field");
}

TEST_CASE(
    "torn at any exchange, a key modification is taken up again and done once [R144] [R179]") {
  const County county(SuiteId::kAes128);
  for (const auto torn : {CardKind::kModify, CardKind::kEsam}) {
    for (int cut = 1;; ++cut) {
      CAPTURE(cut);
      auto esam = issue_esam(county);
      auto modify = issue_field_card(county, CardKind::kModify, usual_grant(county),
                                     parts_of(key_package(*esam)));
      auto& victim = torn == CardKind::kModify ? *modify : *esam;
      const int before = static_cast<int>(victim.chip().storage().writes());
      victim.chip().storage().on_write(
          [&](std::size_t nth, std::size_t bytes) -> std::optional<std::size_t> {
            if (static_cast<int>(nth) != before + cut) return std::nullopt;
            return cut % 2 == 0 ? bytes : bytes / 2;
          });
      bool whole = true;
      try {
        field::serve_meter(modify->session(), esam->session(), kToday);
      } catch (const base::Error&) {
        whole = false;
      }
      victim.chip().storage().on_write({});
      modify->chip().reset();
      esam->chip().reset();
      field::serve_meter(modify->session(), esam->session(), kToday);
      CHECK(esam->status().version == 2);
      CHECK(field::read_targets(modify->session()).front().state == TargetState::kDone);
      CHECK(field::read_use_counters(modify->session()).used == 1);
      if (whole) {
        CHECK(cut > 2);
        break;
      }
    }
  }
}

TEST_CASE("a restore card takes the county's keys out of a settled meter of its list [R143]") {
  const County county(SuiteId::kAes128);
  auto esam = issue_esam(county);
  auto busy = issue_esam(county, 6);
  auto user = issue_user_card(county);
  auto psam = issue_psam(county, usual_ceiling());
  REQUIRE(card::verify_pin(psam->session(), secret(kPsamPin)).right());
  load(user->session(), psam->session(), user_number(county), Amount::fen(100));
  auto restore = issue_field_card(county, CardKind::kRestore, usual_grant(county),
                                  {restore_part(*esam, 1), restore_part(*busy, 1)});
  start(user->session(), busy->session(), user_number(county));
  CHECK(refusal([&] { field::serve_meter(restore->session(), busy->session(), kToday); }) ==
        "RESTORE: 6985, condition of use is not satisfied");
  CHECK(card::get_key_info(busy->session(), Purpose::kPurchase));

  field::serve_meter(restore->session(), esam->session(), kToday);
  CHECK_FALSE(card::get_key_info(esam->session(), Purpose::kPurchase));
  const auto targets = field::read_targets(restore->session());
  CHECK(targets.at(0).state == TargetState::kDone);
  CHECK(targets.at(0).tag == field::get_audit_tag(esam->session()));
  CHECK(targets.at(1).state == TargetState::kHandedOut);
  auto other = issue_user_card(county, 18);
  CHECK(refusal([&] { start(other->session(), esam->session(), user_number(county, 18)); }) ==
        "INIT SAM GREY LOCK: 9403, key index or version is not held");

  SUBCASE("and a modify card brings the next version back") {
    auto modify = issue_field_card(county, CardKind::kModify, usual_grant(county),
                                   parts_of(key_package(*esam, 2, 3)));
    field::serve_meter(modify->session(), esam->session(), kTomorrow);
    CHECK(card::get_key_info(esam->session(), Purpose::kPurchase)->version == 2);
  }
}

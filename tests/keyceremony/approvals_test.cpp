// Breaks, deputies, bags of other numbers, exceptions and aborts: each with two people's approval.
#include "keyceremony/approvals.h"

#include <algorithm>

#include <doctest/doctest.h>

#include "base/core/durable_file.h"
#include "keyceremony/events.h"
#include "tests/keyceremony/emulated_room.h"
#include "tests/support/replaced.h"
#include "tests/support/shell.h"

using namespace keyceremony;
using support::replaced;

namespace {

constexpr room::Sources kCards = {Source::kCard, Source::kCard, Source::kCard, Source::kCard};
constexpr base::UtcTime kNow{1795305600};

Journal journal_of(const room::EmulatedRoom& given, const Plan& plan) {
  return {given.station().ceremonies() / plan.short_id() / "journal", plan.id()};
}

// The plan of the room, with a deputy for leader 3.
Plan plan_with_deputy(room::EmulatedRoom& given) {
  return parse_plan(
      replaced(given.plan().text, "role = \"leader-3\"\n",
               "role = \"leader-3\"\ndeputy = \"Gao Shan\"\ndeputy_card = \"2100000000000009\"\n"
               "deputy_bag = \"HB-D3\"\n"),
      "plan.toml");
}

void seat_deputy(room::EmulatedRoom& given, const Plan& plan) {
  given.answer_for_card("leader-3", "HB-D3");
  given.attend(plan, [](Ceremony& ceremony) { ceremony.seat_deputy("leader-3", "ill"); });
}

// Up to the confirmed card set, where somebody does not confirm.
void run_to_the_set(room::EmulatedRoom& given, const Plan& plan) {
  given.answer("leader-2.fingerprint", "no");
  CHECK_THROWS_AS(given.hold(given.station(), plan), base::Error);
  given.answer("leader-2.fingerprint", "SAME");
}

int check_evidence(const room::EmulatedRoom& given, const Plan& plan) {
  const auto folder = given.station().ceremonies() / plan.short_id() / "evidence";
  return support::shell("bash '" + (folder / "check.sh").string() + "'").status;
}

std::size_t count_of(const Journal& journal, std::string_view event) {
  return static_cast<std::size_t>(
      std::ranges::count(journal.records(), event,
                         [](const Record& record) -> std::string_view { return record.event; }));
}

}  // namespace

TEST_CASE("an absent leader's deputy takes his seat with two approvals and a card of his own") {
  room::EmulatedRoom given(kCards);
  const Plan plan = plan_with_deputy(given);
  given.answer("leader-3.present", "no");
  CHECK_THROWS_AS(given.hold(given.station(), plan), base::Error);
  given.answer("leader-3.present", "PRESENT");
  seat_deputy(given, plan);
  REQUIRE(given.hold(given.station(), plan) == State::kClosed);
  const Journal journal = journal_of(given, plan);
  const Record* const seated = journal.find("deputy-seated");
  REQUIRE(seated != nullptr);
  CHECK(seated->fact("absent") == "Li Na");
  CHECK(seated->fact("deputy") == "Gao Shan");
  CHECK(journal.find("entered-3")->fact("card") == "2100000000000009");
  CHECK(journal.find(event::kPresent, {{"by", "leader-3"}})->fact("name") == "Gao Shan");
  CHECK(check_evidence(given, plan) == 0);
}

TEST_CASE("a deputy who may not sit there, or comes too late, is refused") {
  room::EmulatedRoom given(kCards);
  const Plan plan = plan_with_deputy(given);
  const auto with_name = [&](const char* name) {
    return replaced(plan.text, "deputy = \"Gao Shan\"", fmt::format("deputy = \"{}\"", name));
  };
  CHECK_THROWS_WITH_AS(parse_plan(with_name("Wang Fang"), "plan"),
                       doctest::Contains("two people as leader-2 and leader-3 deputy"),
                       base::Error);
  CHECK_THROWS_WITH_AS(parse_plan(with_name("Huang Yu"), "plan"),
                       doctest::Contains("has no part in its key"), base::Error);
  CHECK_THROWS_WITH_AS(parse_plan(replaced(plan.text, "2100000000000009", "2100000000000003"), "p"),
                       doctest::Contains("a card and a bag of its own"), base::Error);
  CHECK_THROWS_WITH_AS(parse_plan(replaced(plan.text, "role = \"administrator-1\"\n",
                                           "role = \"administrator-1\"\ndeputy = \"Gao Shan\"\n"),
                                  "plan"),
                       doctest::Contains("no such field here"), base::Error);
  run_to_the_set(given, plan);
  CHECK_THROWS_WITH_AS(seat_deputy(given, plan), doctest::Contains("his seat is taken"),
                       base::Error);
}

TEST_CASE("a break puts every card into a bag, and nothing goes on before the bags are read back") {
  room::EmulatedRoom given(kCards);
  run_to_the_set(given, given.plan());
  given.attend(given.plan(), [](Ceremony& ceremony) { ceremony.take_break("lunch"); });
  CHECK_THROWS_WITH_AS(given.run(), doctest::Contains("on a break"), base::Error);
  given.answer("leader-2.break-bag", "HB-9999");
  const auto end = [](Ceremony& ceremony) { ceremony.end_break(); };
  CHECK_THROWS_WITH_AS(given.attend(given.plan(), end), doctest::Contains("not the bag"),
                       base::Error);
  CHECK_THROWS_WITH_AS(given.run(), doctest::Contains("on a break"), base::Error);
  given.attend(given.plan(), [](Ceremony& ceremony) {
    ceremony.accept_bag("leader-2", "HB-9999", "a misread digit");
  });
  given.attend(given.plan(), end);
  CHECK_THROWS_WITH_AS(given.attend(given.plan(), end), doctest::Contains("on no break"),
                       base::Error);
  REQUIRE(given.run() == State::kClosed);
  const Journal journal = journal_of(given, given.plan());
  CHECK(count_of(journal, event::kBreakSealed) == given.plan().all_cards().size());
  CHECK(count_of(journal, event::kBreakOpened) == given.plan().all_cards().size());
  CHECK(journal.find(event::kBreakOpened, {{"holder", "leader-2"}})->fact("bag") == "HB-9999");
  CHECK(check_evidence(given, given.plan()) == 0);
}

TEST_CASE("an approval serves the operation and the parameters that were signed, once") {
  room::EmulatedRoom given(kCards);
  run_to_the_set(given, given.plan());
  given.attend(given.plan(), [](Ceremony& ceremony) { ceremony.take_break("lunch"); });
  Journal journal = journal_of(given, given.plan());
  const Record taken = *journal.find("break");
  CHECK_NOTHROW(check_all_approvals(journal, given.plan()));
  const auto refuses = [&](std::string_view event, const Facts& facts, const char* why) {
    const Record done{
        journal.records().back().number + 1, kNow, journal.state(), std::string(event), facts, {}};
    CHECK_THROWS_WITH_AS(check_approved(journal, given.plan(), done), doctest::Contains(why),
                         base::Error);
  };
  const std::string nonce = taken.fact("approval");
  refuses("aborted", {{"text", "lunch"}, {"approval", nonce}}, "what was approved is not this");
  refuses("break", {{"at", taken.fact("at")}, {"text", "dinner"}, {"approval", nonce}},
          "what was approved is not this");
  refuses("break", taken.facts, "was used before");
  refuses("break", {{"text", "lunch"}}, "nobody approved it");
  refuses("break-ended", {{"line", "1"}, {"approval", std::string(32, '0')}},
          "what was approved is not this");

  // A request of today under the signatures of the break.
  const Facts meant{{"text", "no more time"}};
  const std::string fresh(32, 'a');
  journal.write(kNow, journal.state(), event::kApprovalAsked,
                facts_of_request(Operation::kAbort, fresh, meant));
  refuses("aborted", facts_of_operation(fresh, meant), "wants the administrator and a witness");
  const Record old = *journal.find(event::kApproval, {{"nonce", nonce}});
  journal.write(kNow, journal.state(), event::kApproval,
                {{"by", old.fact("by")},
                 {"card", old.fact("card")},
                 {"nonce", fresh},
                 {"signature", old.fact("signature")}});
  refuses("aborted", facts_of_operation(fresh, meant), "is not signed by his card");
  journal.write(kNow, journal.state(), "aborted", facts_of_operation(fresh, meant));
  CHECK_THROWS_WITH_AS(given.run(), doctest::Contains("is not signed by his card"), base::Error);
}

TEST_CASE("who approves what is in the table, and the house alone accepts no other bag") {
  CHECK(may_approve(Operation::kBreak, 1, Role::kInternalWitness));
  CHECK(may_approve(Operation::kBag, 1, Role::kExternalWitness));
  CHECK_FALSE(may_approve(Operation::kBag, 1, Role::kInternalWitness));
  CHECK_FALSE(may_approve(Operation::kDeputy, 1, Role::kInternalWitness));
  for (const Role role : {Role::kLeader, Role::kOfficer, Role::kSafeController}) {
    CHECK_FALSE(may_approve(Operation::kAbort, 0, role));
    CHECK_FALSE(may_approve(Operation::kAbort, 1, role));
  }
  room::EmulatedRoom given(kCards);
  given.answer("approval.by", "internal-witness-1");
  given.attend(given.plan(), [](Ceremony& ceremony) { ceremony.note_exception("a lamp fell"); });
  CHECK(journal_of(given, given.plan()).find("exception-accepted") != nullptr);
  given.answer("approval.by", "leader-1");
  CHECK_THROWS_WITH_AS(
      given.attend(given.plan(), [](Ceremony& c) { c.note_exception("it fell again"); }),
      doctest::Contains("expected one of internal-witness-1, external-witness-1"), base::Error);
}

TEST_CASE("an approver whose own bag has another number is replaced, and nobody approves his own") {
  struct Case {
    const char* holder;
    const char* event;
    std::array<const char*, kApprovers> by;
  };

  for (const Case& each :
       {Case{"administrator-1",
             "administrator-bag-accepted",
             {"internal-witness-1", "external-witness-1"}},
        Case{"external-witness-1",
             "witness-bag-accepted",
             {"administrator-1", "internal-witness-1"}},
        Case{"internal-witness-1", "bag-accepted", {"administrator-1", "external-witness-1"}}}) {
    CAPTURE(each.holder);
    room::EmulatedRoom given(kCards);
    given.answer(std::string(each.holder) + ".bag", "HB-7777");
    CHECK_THROWS_WITH_AS(given.run(), doctest::Contains("not the bag of the plan"), base::Error);
    given.attend(given.plan(),
                 [&](Ceremony& c) { c.accept_bag(each.holder, "HB-7777", "sealed anew"); });
    REQUIRE(given.run() == State::kClosed);
    const Journal journal = journal_of(given, given.plan());
    const Record* const accepted = journal.find(each.event);
    REQUIRE(accepted != nullptr);
    for (const char* const by : each.by) {
      CHECK(std::ranges::any_of(journal.records(), [&](const Record& record) {
        return record.event == event::kApproval && record.fact("by") == by &&
               record.fact("nonce") == accepted->fact("approval");
      }));
    }
    CHECK(check_evidence(given, given.plan()) == 0);
  }
}

TEST_CASE("the weaker approval of a witness's bag serves no other bag") {
  room::EmulatedRoom given(kCards);
  given.attend(given.plan(), [](Ceremony& ceremony) { ceremony.take_break("lunch"); });
  Journal journal = journal_of(given, given.plan());
  const Facts meant{{"holder", "leader-3"}, {"bag", "HB-7777"}};
  const std::string nonce(32, 'a');
  journal.write(kNow, journal.state(), event::kApprovalAsked,
                facts_of_request(Operation::kWitnessBag, nonce, meant));
  const Record done{
      journal.records().back().number + 1, kNow, journal.state(), "witness-bag-accepted",
      facts_of_operation(nonce, meant),    {}};
  CHECK_THROWS_WITH_AS(check_approved(journal, given.plan(), done),
                       doctest::Contains("the bag of leader-3 is not its matter"), base::Error);
}

TEST_CASE("approvals and safe controllers stand under their own names in the audit log") {
  room::EmulatedRoom given(kCards);
  given.attend(given.plan(), [](Ceremony& ceremony) { ceremony.note_exception("a lamp fell"); });
  REQUIRE(given.run() == State::kClosed);
  std::string log;
  given.open_log().archive().each_entry(
      0, [&](std::uint64_t, std::string_view bytes) { log += std::string(bytes) + "\n"; });
  for (const char* const text :
       {R"("role":"administrator"}],"act":"approval-given")", R"("act":"approval-asked")",
        R"("act":"exception-accepted")", R"("role":"safe-controller"}],"act":"bag-sealed")"}) {
    CAPTURE(text);
    CHECK(log.find(text) != std::string::npos);
  }
  CHECK(log.find("security-officer") == std::string::npos);
}

TEST_CASE("a stranger finds an approval that was changed, exchanged or taken away") {
  room::EmulatedRoom given(kCards);
  run_to_the_set(given, given.plan());
  given.attend(given.plan(), [](Ceremony& ceremony) { ceremony.take_break("lunch"); });
  given.attend(given.plan(), [](Ceremony& ceremony) { ceremony.end_break(); });
  REQUIRE(given.run() == State::kClosed);
  REQUIRE(check_evidence(given, given.plan()) == 0);
  const auto folder =
      given.station().ceremonies() / given.plan().short_id() / "evidence" / "approvals";
  const Journal journal = journal_of(given, given.plan());
  const auto file = [&](const char* event) {
    return folder / (journal.find(event)->fact("approval") + "-administrator-1.sig");
  };
  const std::string whole = base::read_text_file(file("break"));
  base::write_durably(file("break"), base::read_text_file(file("break-ended")));
  CHECK(check_evidence(given, given.plan()) != 0);
  std::filesystem::remove(file("break"));
  CHECK(check_evidence(given, given.plan()) != 0);
  base::write_durably(file("break"), whole);
  CHECK(check_evidence(given, given.plan()) == 0);
}

namespace {

struct Killed {};

constexpr std::array<std::string_view, 5> kDecisions = {"exception-accepted", "deputy-seated",
                                                        "bag-accepted", "break", "break-ended"};

// Every decision that stands not yet in the journal, in their order.
void decide_what_is_left(room::EmulatedRoom& given, const Plan& plan, const AppendLine& append) {
  const auto is_done = [&](std::string_view event) {
    return journal_of(given, plan).find(event) != nullptr;
  };
  const auto attend = [&](std::string_view event, const room::EmulatedRoom::Attend& act) {
    if (!is_done(event)) given.attend(plan, act, append);
  };
  attend("exception-accepted", [](Ceremony& c) { c.note_exception("the lamp went out"); });
  attend("deputy-seated", [](Ceremony& c) { c.seat_deputy("leader-3", "ill"); });
  attend("bag-accepted", [](Ceremony& c) { c.accept_bag("leader-1", "HB-8888", "torn"); });
  attend("break", [](Ceremony& c) { c.take_break("lunch"); });
  attend("break-ended", [](Ceremony& c) { c.end_break(); });
}

}  // namespace

TEST_CASE("a decision killed at any write of the journal stands once, whole, when given again") {
  room::EmulatedRoom given(kCards);
  const Plan plan = plan_with_deputy(given);
  given.answer_for_card("leader-3", "HB-D3");
  given.answer("leader-1.bag", "HB-8888");
  unsigned kills = 0;
  for (bool killed = true; killed; ++kills) {
    given.start_over();
    unsigned writes = 0;
    killed = false;
    try {
      decide_what_is_left(given, plan,
                          [&](const std::filesystem::path& path, std::string_view line) {
                            if (writes++ == kills) throw Killed{};
                            append_line_durably(path, line);
                          });
    } catch (const Killed&) {
      killed = true;
      decide_what_is_left(given, plan, append_line_durably);
    }
    const Journal journal = journal_of(given, plan);
    CAPTURE(kills);
    for (const auto event : kDecisions) CHECK(count_of(journal, event) == 1);
    CHECK(count_of(journal, event::kApprovalAsked) == kDecisions.size());
    CHECK(count_of(journal, event::kApproval) == kApprovers * kDecisions.size());
  }
  CHECK(kills > 20);
  REQUIRE(given.hold(given.station(), plan) == State::kClosed);
  CHECK(check_evidence(given, plan) == 0);
}

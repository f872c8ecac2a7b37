// Selling: once per request, refused with words, and whole whatever is torn.
#include <doctest/doctest.h>

#include "tests/salesdesk/desk_fixture.h"
#include "tests/support/refusal.h"

using namespace test;
using desk::TopUpState;
using support::refusal;

namespace {

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE(
    "a reviewed applicant gets an account for his card, and buys electricity with it [R91] "
    "[R162-R166]") {
  const DeskFolder folder;
  OpenDesk open(folder);

  const desk::TopUp sold = open.sell(12000);

  CHECK(sold.state == TopUpState::kDone);
  check_books_agree(open, 12000);
  const auto receipt = desk::Journal(open.desk()).receipt_of(sold);
  REQUIRE(receipt.has_value());
  CHECK(receipt->number == 1);
  CHECK(receipt->balance_after.fen() == 12000);
}

TEST_CASE(
    "the clerk does not approve his own applicants, and an account is opened once [R90] [R163]") {
  const DeskFolder folder;
  OpenDesk open(folder);
  desk::Applicant applicant{"王小明", "", "", std::string(kClerk)};
  CHECK(contains(refusal([&] { desk::open_account(open.desk(), open.reader(), applicant); }),
                 "审核人不能是售电员本人"));
  applicant.approved_by = kReviewer;
  CHECK(contains(refusal([&] { desk::open_account(open.desk(), open.reader(), applicant); }),
                 "the card has an account already"));
}

TEST_CASE("one request key is one credit, and another amount under it is refused [R91]") {
  const DeskFolder folder;
  OpenDesk open(folder);
  const desk::TopUp first = open.sell(5000, "same");
  const desk::TopUp again = open.sell(5000, "same");
  CHECK(again.id == first.id);
  CHECK(again.state == TopUpState::kDone);
  CHECK(contains(refusal([&] { open.sell(5001, "same"); }), "this request was made for 50.00"));
  check_books_agree(open, 5000);
}

TEST_CASE("a card of another county is refused in words, and nothing is written [R91] [R149]") {
  const DeskFolder folder;
  OpenDesk open(folder);
  const County elsewhere(crypto::SuiteId::kAes128, "130123");
  const auto foreign = issue_user_card(elsewhere);
  open.counter().user = &foreign->chip();
  CHECK(contains(refusal([&] { open.sell(500); }),
                 "外县卡：卡属 130123，本台属 130109，请到发卡县办理"));
  CHECK(desk::Journal(open.desk()).all_open().empty());
}

TEST_CASE("a locked card is refused with the place, the time and what to do [R45] [R91]") {
  const DeskFolder folder;
  OpenDesk open(folder);
  open.sell(5000);
  const auto esam = issue_esam(home());
  card::chip::DirectLink link(open.user());
  card::Session session(link);
  start(session, esam->session(), user_number(home()));

  const std::string text = refusal([&] { open.sell(500, "later"); });
  CHECK(contains(text, "机井终端 000000001234，自 2026-07-15"));
  CHECK(contains(text, "tap it there again to settle, or harvest that meter"));
}

TEST_CASE("more on a card than the books explain raises an alarm and stops the sale [R91]") {
  const DeskFolder folder;
  OpenDesk open(folder);
  {
    const auto other_desk = issue_psam(home(), usual_ceiling());
    card::chip::DirectLink link(open.user());
    card::Session session(link);
    REQUIRE(card::verify_pin(other_desk->session(), secret(kPsamPin)).right());
    load(session, other_desk->session(), user_number(home()), Amount::fen(700));
  }
  CHECK(contains(refusal([&] { open.sell(500); }), "700 fen more than was sold"));
  CHECK(desk::balance(open.desk()).alarms == 1);
}

TEST_CASE(
    "a card torn at any command and put back is sold to at most once, and the books agree [R91] "
    "[R179]") {
  const DeskFolder prepared;
  int doubts = 0;
  for (const auto moment : {Tear::Moment::kBefore, Tear::Moment::kAfter}) {
    for (const auto then : {Tear::Then::kBack, Tear::Then::kAway}) {
      for (int command = 1;; ++command) {
        CAPTURE(command);
        // NOLINTNEXTLINE(performance-unnecessary-copy-initialization): the copy has files of its own
        const DeskFolder folder(prepared);
        OpenDesk open(folder);
        open.counter().again();
        open.counter().tear = Tear{command, moment, then};
        std::optional<desk::TopUp> sold;
        refusal([&] { sold = open.sell(500); });
        const bool reached = open.counter().commands >= command;
        if (sold && sold->state == TopUpState::kDoubt) ++doubts;

        open.counter().again();
        desk::recover_at_start(open.desk());
        desk::recover_presented(open.desk(), open.reader(), {});
        const std::int64_t on_card = open.on_card();
        CHECK((on_card == 0 || on_card == 500));
        check_books_agree(open, on_card);

        const desk::TopUp again = open.sell(500);
        if (on_card == 500) CHECK(again.state == TopUpState::kDone);
        check_books_agree(open, again.state == TopUpState::kDone ? 500 : 0);
        if (!reached) break;
      }
    }
  }
  CHECK(doubts > 0);
}

TEST_CASE(
    "when another desk loaded the card meanwhile, the doubt goes to review and the card waits "
    "[R91]") {
  const DeskFolder folder;
  OpenDesk open(folder);
  std::optional<desk::TopUp> doubtful;
  for (int command = 1; !doubtful; ++command) {
    open.counter().again();
    open.counter().tear = Tear{command, Tear::Moment::kBefore, Tear::Then::kAway};
    refusal([&] {
      auto sold = open.sell(500, "request-" + std::to_string(command));
      if (sold.state == TopUpState::kDoubt) doubtful = sold;
    });
  }
  open.counter().again();
  {
    const auto other_desk = issue_psam(home(), usual_ceiling());
    card::chip::DirectLink link(open.user());
    card::Session session(link);
    REQUIRE(card::verify_pin(other_desk->session(), secret(kPsamPin)).right());
    load(session, other_desk->session(), user_number(home()), Amount::fen(700));
  }

  const auto reviewed = desk::recover_presented(open.desk(), open.reader(), {});
  REQUIRE(reviewed.has_value());
  CHECK(reviewed->state == TopUpState::kReview);
  CHECK(contains(refusal([&] { open.sell(100, "later"); }), "is REVIEW and must be cleared up"));
  CHECK(desk::balance(open.desk()).sold_fen == 0);
  CHECK(desk::balance(open.desk()).in_doubt_fen == 500);
}

TEST_CASE("the journal refuses every step that the table of states does not name [R91]") {
  const DeskFolder folder;
  OpenDesk open(folder);
  store::Database& books = open.desk().database();
  const auto shift = desk::require_shift(open.desk());
  std::int64_t id = 100;
  for (const auto& from : desk::kTopUpStates) {
    for (const auto& to : desk::kTopUpStates) {
      CAPTURE(from.name);
      CAPTURE(to.name);
      const bool named = std::any_of(
          desk::kTopUpSteps.begin(), desk::kTopUpSteps.end(),
          [&](const desk::TopUpStep& s) { return s.from == from.state && s.to == to.state; });
      ++id;
      store::Transaction change(books);
      books.run(
          "INSERT INTO top_ups(id, request, card, fen, shift, date, time, created, state) "
          "VALUES(:id, :request, :card, 1, :shift, '20260715', '083000', '', :state)",
          id, std::to_string(id), user_number(home()).digits(), shift.id, from.name);
      const std::string text =
          refusal([&] { books.run("UPDATE top_ups SET state = :to WHERE id = :id", to.name, id); });
      CHECK((text == "nothing was refused") == named);
    }
  }
}

TEST_CASE("ledger rows are never changed or deleted [R173]") {
  const DeskFolder folder;
  OpenDesk open(folder);
  open.sell(500);
  store::Database& books = open.desk().database();
  CHECK(refusal([&] { books.run("UPDATE ledger SET fen = 1"); }) != "nothing was refused");
  CHECK(refusal([&] { books.run("DELETE FROM ledger"); }) != "nothing was refused");
  CHECK(refusal([&] { books.run("DELETE FROM top_ups"); }) != "nothing was refused");
  CHECK(refusal([&] { books.run("UPDATE top_ups SET fen = 1"); }) != "nothing was refused");
}

TEST_CASE("a shift is counted up at its end, what is in doubt on a line of its own [R91]") {
  const DeskFolder folder;
  OpenDesk open(folder);
  open.sell(5000, "first");
  open.sell(700, "second");
  const desk::CashUp sum = desk::end_shift(open.desk());
  CHECK(sum.top_ups == 2);
  CHECK(sum.cash.fen() == 5700);
  CHECK(sum.in_doubt.fen() == 0);
  CHECK(contains(refusal([&] { open.sell(100, "third"); }), "no shift is open"));
}

TEST_CASE("every act of the desk is in its log, in order and once [R173]") {
  const DeskFolder folder;
  OpenDesk open(folder);
  open.sell(500);
  std::vector<audit::Act> acts;
  open.desk().acts().log().archive().each_entry(0, [&](std::uint64_t, std::string_view bytes) {
    acts.push_back(audit::parse_entry(bytes).entry.act);
  });
  CHECK(acts == std::vector{audit::Act::kShiftOpened, audit::Act::kAccountOpened,
                            audit::Act::kTopUpIntent, audit::Act::kTopUpArmed,
                            audit::Act::kTopUpDone});
}

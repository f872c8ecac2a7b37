#include "keyceremony/ceremony.h"

#include <algorithm>
#include <filesystem>
#include <iterator>

#include "base/core/durable_file.h"
#include "base/core/error.h"
#include "keyceremony/acts.h"
#include "keyceremony/approvals.h"
#include "keyceremony/bags.h"
#include "keyceremony/breaks.h"
#include "keyceremony/events.h"
#include "keyceremony/evidence.h"
#include "keyceremony/giving_up.h"

namespace keyceremony {

namespace {

using base::Fault;

std::filesystem::path folder_of(const station::Station& station, const Plan& plan) {
  auto folder = station.ceremonies() / plan.short_id();
  std::filesystem::create_directories(folder);
  std::filesystem::permissions(folder, std::filesystem::perms::owner_all);
  return folder;
}

void check_fit(const station::Station& station, const Plan& plan,
               const derivation::Profile& profile) {
  if (plan.mode != station.mode()) {
    base::fail(Fault::kRefused, "the plan is {}, the station is {}", base::name_of(plan.mode),
               base::name_of(station.mode()));
  }
  if (plan.profile_hash != derivation::hash_of(profile)) {
    base::fail(Fault::kRefused, "the plan was reviewed with another scheme profile");
  }
  if (plan.suite != profile.suite) {
    base::fail(Fault::kRefused, "the plan says suite {}, the profile says {}",
               crypto::suite(plan.suite).name, crypto::suite(profile.suite).name);
  }
  if (plan.mode == base::Mode::kLive) derivation::refuse_sample_values(profile);
}

const Plan& checked(const station::Station& station, const Plan& plan,
                    const derivation::Profile& profile) {
  check_fit(station, plan, profile);
  return plan;
}

bool is_accepted(const Journal& journal, const Record& exception) {
  return journal.find(row_of(Operation::kException).id,
                      {{"line", std::to_string(exception.number)}}) != nullptr;
}

}  // namespace

void seat_deputies(Plan& plan, const Journal& journal) {
  for (const Record& record : journal.records()) {
    if (record.event != row_of(Operation::kDeputy).id) continue;
    check_approved(journal, plan, record);
    plan.seat_deputy(record.fact("seat"));
  }
}

Ceremony::Ceremony(const station::Station& station, const Plan& plan,
                   const derivation::Profile& profile, Room& room, audit::Log& log,
                   AppendLine append)
    : plan_(checked(station, plan, profile)),
      room_(room),
      journal_(folder_of(station, plan) / "journal", plan.id(), std::move(append)),
      log_book_(log, plan_),
      scene_(station, plan_, profile, room, journal_, log_book_) {
  seat_deputies(plan_, journal_);
  check_all_approvals(journal_, plan_);
}

void Ceremony::begin() {
  room_.terminal.clear();
  room_.terminal.say(
      {fmt::format("{}: {}", plan_.mode == base::Mode::kLive ? "LIVE" : "REHEARSAL", plan_.title),
       plan_.mode == base::Mode::kLive ? "正式仪式" : "演练"});
  room_.terminal.show({"Plan", "计划"}, base::to_hex(plan_.id(), base::HexCase::kLower));
  room_.terminal.show({"Plan in words", "计划词语"}, scene_.plan_words());
  const bool is_new = journal_.records().empty();
  open();
  if (is_on_break(journal_)) {
    base::fail(Fault::kWrongState, "this ceremony is on a break: keyceremony resume");
  }
  if (is_half_sealed(scene_)) {
    base::fail(Fault::kWrongState,
               "a break was begun and not all cards are in their bags: keyceremony break");
  }
  if (!is_new) scene_.note(event::kResumed, {{"at", std::string(row_of(journal_.state()).id)}});
  accept_exceptions();
}

void Ceremony::open() {
  if (journal_.find(event::kGivenUp) != nullptr && !is_end(journal_.state())) {
    base::fail(Fault::kWrongState, "this ceremony is being given up: keyceremony abort");
  }
  open_to_the_end();
}

void Ceremony::open_to_the_end() {
  log_book_.bring_up_to(journal_);
  if (is_end(journal_.state())) {
    base::fail(Fault::kWrongState, "this ceremony is {}", row_of(journal_.state()).english);
  }
  if (!journal_.records().empty()) return;
  base::write_durably(scene_.folder() / "plan.toml", plan_.text);
  scene_.note(
      event::kOpened,
      {{"plan", base::to_hex(plan_.id(), base::HexCase::kLower)},
       {"mode", std::string(base::name_of(plan_.mode))},
       {"title", plan_.title},
       {"next-drill",
        plan_.next_drill ? base::format(*plan_.next_drill) : "a year after the close"},
       {"rebuilds",
        plan_.recovery ? base::to_hex(plan_.recovery->born, base::HexCase::kLower) : "nothing"}});
}

void Ceremony::run() {
  begin();
  while (const Transition* const arrow = arrow_from(journal_.state(), plan_.course())) {
    step(*arrow);
  }
  scene_.cards().put_away();
}

void Ceremony::step(const Transition& arrow) {
  const ActRow& act = row_of(arrow.act);
  room_.terminal.set_step(static_cast<int>(arrow.to));
  room_.terminal.step(
      {fmt::format("{}  [{}]", act.english, scene_.plan_words()), std::string(act.chinese)});
  try {
    scene_.record(arrow.to, row_of(arrow.to).id, act.perform(scene_, act.leader));
  } catch (const base::Error& error) {
    mend(act, error);
    return;
  }
  room_.terminal.say({fmt::format("Recorded: {}.", row_of(arrow.to).english),
                      fmt::format("已记录：{}。", row_of(arrow.to).chinese)});
}

void Ceremony::mend(const ActRow& act, const base::Error& error) {
  scene_.cards().put_away();
  if (error.fault() == Fault::kUnavailable) throw error;
  scene_.note(event::kException, {{"act", std::string(act.english)}, {"text", error.what()}});
  room_.terminal.say({fmt::format("Exception: {}", error.what()), "发生异常，已记录。"});
  std::string decision;
  try {
    decision = room_.terminal.ask(
        {"exception.decision",
         {"RETRY does the step again, ABORT gives the ceremony up, all else stops here",
          "RETRY 重做本步，ABORT 中止仪式，其他则在此停下"}});
  } catch (const base::Error&) {  // nobody there to decide
    throw error;
  }
  if (decision == "ABORT") abort(error.what());
  if (decision == "RETRY") accept_exceptions();
  if (decision != "RETRY" && decision != "ABORT") throw error;
}

void Ceremony::accept_exceptions() {
  const std::vector<Record> records = journal_.records();
  for (const Record& record : records) {
    if (record.event != event::kException || is_accepted(journal_, record)) continue;
    scene_.note(row_of(Operation::kException).id,
                approve(scene_, Operation::kException,
                        {{"line", std::to_string(record.number)}, {"text", record.fact("text")}}));
  }
}

void Ceremony::abort(const std::string& reason) {
  if (journal_.state() != State::kAborted) {
    open_to_the_end();
    Facts facts = approve(scene_, Operation::kAbort, {{"text", reason}});
    if (given_up(journal_, reason) == nullptr) give_up(scene_, reason, what_is_left());
    sign_what_there_is(scene_);
    const Facts& told = given_up(journal_, reason)->facts;
    facts.insert(facts.end(), std::next(told.begin()), told.end());
    scene_.record(State::kAborted, event::kAborted, std::move(facts));
    room_.terminal.say({"Recorded: aborted.", "已记录：仪式中止。"});
  }
  log_book_.bring_up_to(journal_);
  write_evidence(scene_);
  room_.terminal.show({"Evidence", "证据"}, (scene_.folder() / "evidence").string());
}

Facts Ceremony::what_is_left() {
  Facts facts;
  if (plan_.is_drill()) facts.emplace_back("pair", given_up_pair());
  const bool revealed = has_revealed(journal_.state());
  facts.emplace_back("components", revealed ? "revealed: another set and four new components"
                                            : "none left its card");
  return facts;
}

// From the combining on the cards may hold a pair that the journal does not know of.
std::string Ceremony::given_up_pair() {
  if (journal_.state() < State::kCombined) return "none was made";
  try {
    if (journal_.state() < State::kPaired) make_pair(scene_, 0);
    void_drill_pair(scene_, 0);
    return "void";
  } catch (const base::Error& error) {
    room_.terminal.say(
        {fmt::format("The pair of this drill is NOT void, destroy both cards now: {}",
                     error.what()),
         "恢复演练卡对未作废，请立即销毁两张卡"});
    return "not void: both cards to be destroyed";
  }
}

void Ceremony::note_exception(const std::string& text) {
  open();
  const Record* const before = journal_.find(event::kException, {{"text", as_in_journal(text)}});
  if (before == nullptr || is_accepted(journal_, *before)) {
    scene_.note(event::kException, {{"text", text}});
  }
  accept_exceptions();
}

void Ceremony::take_break(const std::string& text) {
  open();
  keyceremony::take_break(scene_, text);
}

void Ceremony::end_break() {
  open();
  keyceremony::end_break(scene_);
}

void Ceremony::seat_deputy(const std::string& seat, const std::string& text) {
  open();
  const Person person = plan_.seat(seat);
  if (journal_.state() >= State::kRolesPresent ||
      journal_.find(event::kPresent, {{"by", seat}}) != nullptr) {
    base::fail(Fault::kWrongState, "{}: his seat is taken; a deputy comes before", seat);
  }
  if (!person.deputy) base::fail(Fault::kNotFound, "the plan has no deputy for {}", seat);
  scene_.note(row_of(Operation::kDeputy).id,
              approve(scene_, Operation::kDeputy,
                      {{"seat", seat},
                       {"absent", person.name},
                       {"deputy", person.deputy->name},
                       {"serial", format(person.deputy->card.serial)},
                       {"text", text}}));
  plan_.seat_deputy(seat);
}

void Ceremony::accept_bag(const std::string& holder, const std::string& bag,
                          const std::string& text) {
  open();
  const auto cards = plan_.all_cards();
  const auto card = std::ranges::find(cards, holder, &HeldCard::id);
  if (card == cards.end()) base::fail(Fault::kNotFound, "the plan has no card of {}", holder);
  const auto expected = bag_expected(scene_, *card);
  if (!expected) base::fail(Fault::kWrongState, "{}: the bag is open", holder);
  const Operation operation = bag_operation_of(holder);
  scene_.note(row_of(operation).id,
              approve(scene_, operation,
                      {{"holder", holder}, {"expected", *expected}, {"bag", bag}, {"text", text}}));
}

}  // namespace keyceremony

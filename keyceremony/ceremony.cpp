#include "keyceremony/ceremony.h"

#include <filesystem>

#include "base/core/durable_file.h"
#include "base/core/error.h"
#include "keyceremony/acts.h"
#include "keyceremony/events.h"

namespace keyceremony {

namespace {

using base::Fault;

std::filesystem::path folder_of(const station::Station& station, const Plan& plan) {
  const auto folder = station.ceremonies() / plan.short_id();
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

}  // namespace

Ceremony::Ceremony(const station::Station& station, const Plan& plan,
                   const derivation::Profile& profile, Room& room, audit::Log& log,
                   AppendLine append)
    : plan_(checked(station, plan, profile)),
      room_(room),
      journal_(folder_of(station, plan) / "journal", plan.id(), std::move(append)),
      log_book_(log, plan),
      scene_(station, plan, profile, room, journal_, log_book_),
      home_(plan.token_key_hash ? Home::kToken : Home::kCards) {}

void Ceremony::begin() {
  room_.terminal.clear();
  room_.terminal.say(
      {fmt::format("{}: {}", plan_.mode == base::Mode::kLive ? "LIVE" : "REHEARSAL", plan_.title),
       plan_.mode == base::Mode::kLive ? "正式仪式" : "演练"});
  room_.terminal.show({"Plan", "计划"}, base::to_hex(plan_.id(), base::HexCase::kLower));
  room_.terminal.show({"Plan in words", "计划词语"}, scene_.plan_words());
  if (is_end(journal_.state())) {
    base::fail(Fault::kWrongState, "this ceremony is {}", row_of(journal_.state()).english);
  }
  log_book_.bring_up_to(journal_);
  if (journal_.records().empty()) {
    base::write_durably(scene_.folder() / "plan.toml", plan_.text);
    scene_.note(
        event::kOpened,
        {{"plan", base::to_hex(plan_.id(), base::HexCase::kLower)},
         {"mode", std::string(base::name_of(plan_.mode))},
         {"title", plan_.title},
         {"rebuilds",
          plan_.recovery ? base::to_hex(plan_.recovery->born, base::HexCase::kLower) : "nothing"}});
    return;
  }
  scene_.note(event::kResumed, {{"at", std::string(row_of(journal_.state()).id)}});
}

void Ceremony::run() {
  begin();
  while (const Transition* const arrow = arrow_from(journal_.state(), home_)) step(*arrow);
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
  if (decision != "RETRY" && decision != "ABORT") throw error;
}

void Ceremony::abort(const std::string& reason) {
  if (is_end(journal_.state())) {
    base::fail(Fault::kWrongState, "this ceremony is {}", row_of(journal_.state()).english);
  }
  for (const Role role : {Role::kAdministrator, Role::kWitness}) {
    scene_.confirm(plan_.first(role), "abort", {"the ceremony is given up: " + reason, "仪式中止"},
                   "ABORT");
  }
  const bool revealed = has_revealed(journal_.state());
  scene_.record(State::kAborted, event::kAborted,
                {{"text", reason},
                 {"components", revealed ? "revealed: another set and four new components"
                                         : "none left its card"}});
  room_.terminal.say({"Recorded: aborted.", "已记录：仪式中止。"});
}

void Ceremony::note_exception(const std::string& text) {
  log_book_.bring_up_to(journal_);
  scene_.note(event::kException, {{"text", text}});
}

}  // namespace keyceremony

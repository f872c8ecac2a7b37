// One ceremony from its plan to its close, or from wherever a cut left it.
#pragma once

#include "audit/log.h"
#include "keyceremony/acts.h"
#include "keyceremony/journal.h"
#include "keyceremony/plan.h"
#include "keyceremony/scene.h"

namespace keyceremony {

// Seats in `plan` the deputies whom the journal seats. Throws kRefused or kTampered for one that was
// not approved.
void seat_deputies(Plan& plan, const Journal& journal);

class Ceremony {
 public:
  // Opens or resumes. Throws kRefused when plan, profile and station do not fit together: another
  // mode, suite or profile hash, or a live plan over a profile that still holds sample values.
  Ceremony(const station::Station& station, const Plan& plan, const derivation::Profile& profile,
           Room& room, audit::Log& log, AppendLine append = append_line_durably);

  // Arrow after arrow. What an act throws is journalled as an exception; then the people decide:
  // RETRY, STOP (thrown on; the next run goes on here), or ABORT.
  void run();

  // What follows takes two approvals (approvals.h), and throws kWrongState after the close. Called
  // again after a cut, each goes on where it was.

  // Every card goes into a bag, whose card works signs, the evidence is written, and nothing
  // follows. Of an aborted ceremony it writes the evidence again.
  void abort(const std::string& reason);

  // A deviation in the words of whoever saw it; run() asks for the approvals that are missing.
  void note_exception(const std::string& text);

  // breaks.h; run() is refused from the first bag of a break until end_break().
  void take_break(const std::string& text);
  void end_break();

  // The named deputy takes a leader's or officer's seat. Throws kWrongState once the person is
  // present or the roles were called, kNotFound when the plan names no deputy.
  void seat_deputy(const std::string& seat, const std::string& text);

  // The bag of this card has another number than the plan says, and is taken. Throws kWrongState
  // once the bag is open.
  void accept_bag(const std::string& holder, const std::string& bag, const std::string& text);

  State state() const { return journal_.state(); }

  const Journal& journal() const { return journal_; }

 private:
  void open();
  void open_to_the_end();
  void begin();
  void accept_exceptions();
  void step(const Transition& arrow);
  void mend(const ActRow& act, const base::Error& error);
  Facts what_is_left();
  std::string given_up_pair();

  Plan plan_;  // as people sit: deputies in their seats
  Room& room_;
  Journal journal_;
  LogBook log_book_;
  Scene scene_;
};

}  // namespace keyceremony

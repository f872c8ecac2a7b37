// One ceremony from its plan to its close, or from wherever a cut left it.
#pragma once

#include "audit/log.h"
#include "keyceremony/acts.h"
#include "keyceremony/journal.h"
#include "keyceremony/plan.h"
#include "keyceremony/scene.h"

namespace keyceremony {

class Ceremony {
 public:
  // Opens or resumes. Throws kRefused when plan, profile and station do not fit together: another
  // mode, suite or profile hash, or a live plan over a profile that still holds sample values.
  Ceremony(const station::Station& station, const Plan& plan, const derivation::Profile& profile,
           Room& room, audit::Log& log, AppendLine append = append_line_durably);

  // Arrow after arrow. What an act throws is journalled as an exception; then the people decide:
  // RETRY, STOP (thrown on; the next run goes on here), or ABORT.
  void run();

  // Two people's decision. Throws kWrongState after the close.
  void abort(const std::string& reason);

  // A deviation in the words of whoever saw it.
  void note_exception(const std::string& text);

  State state() const { return journal_.state(); }

  const Journal& journal() const { return journal_; }

 private:
  void begin();
  void step(const Transition& arrow);
  void mend(const ActRow& act, const base::Error& error);

  const Plan& plan_;
  Room& room_;
  Journal journal_;
  LogBook log_book_;
  Scene scene_;
  Home home_;
};

}  // namespace keyceremony

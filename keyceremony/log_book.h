// Every line of a ceremony's journal as an entry of the station's audit log: the line's number and
// hash, its act, the card that answers for it. Names of people stay in the journal.
#pragma once

#include <array>
#include <string_view>

#include "audit/log.h"
#include "keyceremony/journal.h"
#include "keyceremony/plan.h"

namespace keyceremony {

class LogBook {
 public:
  // The log outlives the book.
  LogBook(audit::Log& log, const Plan& plan);

  // Appends an entry for each line that is not in the log yet: after a cut between journal and log,
  // the next call closes the gap, and no line is logged twice.
  void bring_up_to(const Journal& journal);

  audit::Log& log() { return log_; }

 private:
  audit::Entry entry_of(const Record& record) const;

  audit::Log& log_;
  const Plan& plan_;
  unsigned logged_ = 0;
};

}  // namespace keyceremony

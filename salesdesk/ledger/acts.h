// What the desk did, on its way to the audit log. An act is recorded in the same transaction as the
// doing and goes to the log right after; a cut between the two is mended at the next flush, which
// looks into the log first, so that no act is logged twice or not at all.
#pragma once

#include <string>

#include "audit/entry.h"
#include "audit/log.h"
#include "base/store/database.h"

namespace desk {

class Acts {
 public:
  // `database` outlives the object.
  Acts(store::Database& database, audit::Log log, audit::Stamp stamp);

  // Inside the caller's transaction. `entry.run` is set here.
  void record(base::UtcTime at, audit::Entry entry);

  // Brings every recorded act into the log. Throws as audit::Log::append does: work stops then.
  void flush();

  audit::Log& log() { return log_; }

 private:
  void recognise_logged();

  store::Database* database_;
  audit::Log log_;
  audit::Stamp stamp_;
};

}  // namespace desk

// The entries that a job leaves in the log, in the order of its life.
#pragma once

#include <string>
#include <vector>

#include "audit/entry.h"
#include "cos-apdu/keycards/key_card.h"
#include "issuance/engine/order.h"
#include "issuance/register/register.h"

namespace issuance {

using Entries = std::vector<audit::Entry>;

// Outcome done, no reason.
audit::Entry log_entry(audit::Act act, const std::string& run, const People& by,
                       audit::Object object);

struct PairBirth {
  card::layout::PairName name;
  CardKind mother;
};

// A job: its id, which is the `run` of all its entries, and the pair that it makes.
struct Job {
  std::string id;
  std::optional<PairBirth> pair;
};

struct FinishedCard {
  derivation::Serial8 serial;
  derivation::AuditTag tag{};
};

struct CarriedValue {
  derivation::Serial8 serial;
  derivation::Purpose purpose;
  derivation::Level level;
  crypto::Kcv value;
};

Entries begin_entries(const Job& job, const Order& order, const PairId& issuer,
                      const std::vector<derivation::Serial8>& cards);

Entries done_entries(const Job& job, const Order& order, const std::vector<FinishedCard>& cards,
                     const std::vector<CarriedValue>& keys);

// For cards that go back to stock, and for those that go to the reject tray. With the last of them
// a pair in the making is given up.
Entries release_entries(const CardRow& card, const People& by, const std::string& reason);
Entries reject_entries(const CardRow& card, const People& by, const std::string& reason);
audit::Entry abandon_entry(const Job& job, const People& by, const std::string& reason);

}  // namespace issuance

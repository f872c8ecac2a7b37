#include "keyceremony/log_book.h"

#include <algorithm>

#include "base/core/error.h"
#include "keyceremony/events.h"

namespace keyceremony {

namespace {

audit::Role audit_role(Role role) {
  switch (role) {
    case Role::kAdministrator:
      return audit::Role::kAdministrator;
    case Role::kInternalWitness:
    case Role::kExternalWitness:
      return audit::Role::kWitness;
    case Role::kLeader:
      return audit::Role::kLeader;
    case Role::kSafeController:
      return audit::Role::kSafeController;
    case Role::kOfficer:
      return audit::Role::kKeyOfficer;
  }
  return audit::Role::kProgram;
}

const std::string* fact_of(const Record& record, std::string_view key) {
  const auto found = std::ranges::find(record.facts, key, &Facts::value_type::first);
  return found == record.facts.end() ? nullptr : &found->second;
}

}  // namespace

LogBook::LogBook(audit::Log& log, const Plan& plan) : log_(log), plan_(plan) {
  log_.archive().each_entry(0, [&](std::uint64_t, std::string_view bytes) {
    const audit::Record record = audit::parse_entry(bytes);
    if (record.entry.run != plan_.short_id()) return;
    for (const auto& item : record.entry.object) {
      if (item.field() != audit::Field::kIndex) continue;
      logged_ = std::max(logged_, static_cast<unsigned>(std::get<std::int64_t>(item.value())));
    }
  });
}

void LogBook::bring_up_to(const Journal& journal) {
  std::vector<audit::Entry> entries;
  for (const auto& record : journal.records()) {
    if (record.number > logged_) entries.push_back(entry_of(record));
  }
  if (entries.empty()) return;
  log_.append(entries);
  logged_ = journal.records().back().number;
}

audit::Entry LogBook::entry_of(const Record& record) const {
  audit::Entry entry{row_of_event(record.event).act, {}, {}, audit::Outcome::kDone, {}, {}};
  entry.run = plan_.short_id();
  entry.object.push_back(audit::index(record.number));
  entry.object.push_back(audit::hash(crypto::sha256(base::bytes_of(record.line))));
  if (const auto* bag = fact_of(record, "bag")) entry.object.push_back(audit::device(*bag));
  if (const auto* card = fact_of(record, "card")) {
    entry.object.push_back(audit::serial(derivation::Serial8::parse(*card).bytes()));
  }
  if (const auto* set = fact_of(record, "fingerprint")) {
    entry.object.push_back(
        audit::card_set(base::fixed<32>(base::from_hex(*set, "fingerprint"), "fingerprint")));
  }
  if (const auto* by = fact_of(record, "by")) {
    for (const auto& person : plan_.people) {
      if (id_of(person) == *by) entry.by.push_back({format(person.card), audit_role(person.role)});
    }
  }
  if (entry.by.empty()) entry.by.push_back({"keyceremony", audit::Role::kProgram});
  if (const auto* reason = fact_of(record, "text")) entry.reason = reason->substr(0, 512);
  return entry;
}

}  // namespace keyceremony

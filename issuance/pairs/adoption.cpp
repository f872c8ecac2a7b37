#include "issuance/pairs/adoption.h"

#include "issuance/engine/entries.h"
#include "issuance/engine/take_card.h"

namespace issuance {

namespace {

using card::layout::CardStatus;

// A ceremony's entries carry the first 16 hex digits of its plan id.
std::string run_of(const CardStatus& status) {
  return base::to_hex(base::ByteView(status.plan_id).first(8), base::HexCase::kLower);
}

bool was_done_in(audit::Log& log, const std::string& run, audit::Act act) {
  bool done = false;
  log.archive().each_entry(0, [&](std::uint64_t, std::string_view bytes) {
    const audit::Record record = audit::parse_entry(bytes);
    done = done || (record.entry.act == act && record.entry.run == run &&
                    record.entry.outcome == audit::Outcome::kDone);
  });
  return done;
}

// A ceremony closes after its proof by use and after all copies of the components have proved
// themselves: only then can the keys be made again when the pair is lost.
void require_proven_backup(audit::Log& log, const CardStatus& mother) {
  if (was_done_in(log, run_of(mother), audit::Act::kCeremonyClosed)) return;
  base::fail(base::Fault::kRefused,
             "master control pair {}: the backup of its keys is not proven, ceremony {} is not "
             "closed: end it first (keyceremony run)",
             base::to_hex(mother.pair_id), run_of(mother));
}

audit::Entry entry_of(audit::Act act, const std::string& run, audit::Object object) {
  return log_entry(act, run, {{"issuance", audit::Role::kProgram}}, std::move(object));
}

// A blank of our stock that a ceremony has used is issued from now on.
void add_half(std::vector<audit::Entry>& entries, Register& book, const CardStatus& status) {
  if (book.card(status.serial).state != CardState::kStock) return;
  for (const audit::Act act : {audit::Act::kIssuePending, audit::Act::kIssueDone}) {
    entries.push_back(entry_of(
        act, run_of(status),
        {audit::kind(derivation::byte_of(status.kind())), audit::serial(status.serial.bytes()),
         audit::key_version(status.version), audit::generation(status.generation)}));
  }
}

}  // namespace

void adopt_born_in_ceremony(Workplace& place, const PairName& name) {
  if (name.mother != CardKind::kMasterMother) return;
  Register& book = place.ledger.book();
  std::optional<CardStatus> mother;
  std::optional<CardStatus> control;
  const auto unknown = [&](const CardStatus& status, CardKind kind) {
    return status.kind() == kind && status.life_cycle == card::layout::LifeCycle::kInUse &&
           !book.pair(status.pair_id);
  };
  place.cards.look({"mother card", [&](const CardStatus& status) {
                      if (!unknown(status, name.mother)) return false;
                      mother = status;
                      return true;
                    }});
  audit::Log& log = place.ledger.log();
  if (!mother || !was_done_in(log, run_of(*mother), audit::Act::kPairBorn)) return;
  require_proven_backup(log, *mother);
  place.cards.look({"control card", [&](const CardStatus& status) {
                      if (!unknown(status, name.control) || status.pair_id != mother->pair_id) {
                        return false;
                      }
                      control = status;
                      return true;
                    }});
  std::vector<audit::Entry> entries{
      entry_of(audit::Act::kPairBorn, run_of(*mother),
               {audit::kind(derivation::byte_of(name.mother)), audit::pair(mother->pair_id),
                audit::generation(mother->generation), audit::key_version(mother->version)})};
  add_half(entries, book, *mother);
  if (control) add_half(entries, book, *control);
  place.ledger.record(entries);
}

}  // namespace issuance

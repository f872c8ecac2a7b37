// The table of the key-card commands joined to the functions that run them.
#include "base/crypto/p256.h"
#include "cos-apdu/layout/keycard_commands.h"
#include "cos-apdu/virtual/keycard_acts.h"
#include "cos-apdu/virtual/keycard_memory.h"

namespace card::chip {
namespace {

using layout::KeycardCommandId;
using layout::KeycardGate;
using Run = Answer (*)(Context& card, const CommandApdu& command);

struct RunRow {
  KeycardCommandId id;
  Run run;
};

constexpr std::array kRuns = {
    RunRow{KeycardCommandId::kInstallTransportKey, keycard::install_transport_key},
    RunRow{KeycardCommandId::kGenerateStockKey, keycard::generate_stock_key},
    RunRow{KeycardCommandId::kExportTransportKey, keycard::export_transport_key},
    RunRow{KeycardCommandId::kRelay, keycard::relay},
    RunRow{KeycardCommandId::kRebase, keycard::rebase},
    RunRow{KeycardCommandId::kPutPlan, keycard::put_plan},
    RunRow{KeycardCommandId::kPutSet, keycard::put_set},
    RunRow{KeycardCommandId::kGetSetFingerprint, keycard::get_set_fingerprint},
    RunRow{KeycardCommandId::kGenerateComponent, keycard::generate_component},
    RunRow{KeycardCommandId::kCopyComponent, keycard::copy_component},
    RunRow{KeycardCommandId::kTakeCopy, keycard::take_copy},
    RunRow{KeycardCommandId::kEraseComponent, keycard::erase_component},
    RunRow{KeycardCommandId::kPartComponent, keycard::part_component},
    RunRow{KeycardCommandId::kTakePart, keycard::take_part},
    RunRow{KeycardCommandId::kGivePart, keycard::give_part},
    RunRow{KeycardCommandId::kGatherPart, keycard::gather_part},
    RunRow{KeycardCommandId::kPutComponent, keycard::put_component},
    RunRow{KeycardCommandId::kCommit, keycard::commit},
    RunRow{KeycardCommandId::kPutCommitment, keycard::put_commitment},
    RunRow{KeycardCommandId::kFreeze, keycard::freeze},
    RunRow{KeycardCommandId::kReveal, keycard::reveal},
    RunRow{KeycardCommandId::kPutRevealed, keycard::put_revealed},
    RunRow{KeycardCommandId::kCombine, keycard::combine},
    RunRow{KeycardCommandId::kDeliver, keycard::deliver},
    RunRow{KeycardCommandId::kSignCheckValues, keycard::sign_check_values},
    RunRow{KeycardCommandId::kMakePair, keycard::make_pair},
    RunRow{KeycardCommandId::kTakePairing, keycard::take_pairing},
    RunRow{KeycardCommandId::kEndorse, keycard::endorse},
    RunRow{KeycardCommandId::kTakeEndorsement, keycard::take_endorsement},
    RunRow{KeycardCommandId::kOpenBegin, keycard::open_begin},
    RunRow{KeycardCommandId::kOpenAnswer, keycard::open_answer},
    RunRow{KeycardCommandId::kOpenCheck, keycard::open_check},
    RunRow{KeycardCommandId::kOpenShare, keycard::open_share},
    RunRow{KeycardCommandId::kOpenFinish, keycard::open_finish},
    RunRow{KeycardCommandId::kPutOfficers, keycard::put_officers},
    RunRow{KeycardCommandId::kAuthorise, keycard::authorise},
    RunRow{KeycardCommandId::kImportBlock, keycard::import_key},
    RunRow{KeycardCommandId::kExport, keycard::export_key},
    RunRow{KeycardCommandId::kCheckValue, keycard::check_value},
    RunRow{KeycardCommandId::kMac, keycard::mac},
    RunRow{KeycardCommandId::kVerifyMac, keycard::verify_mac},
    RunRow{KeycardCommandId::kMakeVoidOrder, keycard::make_void_order},
    RunRow{KeycardCommandId::kApplyVoidOrder, keycard::apply_void_order},
    RunRow{KeycardCommandId::kPutHead, keycard::put_head},
    RunRow{KeycardCommandId::kGetHead, keycard::get_head},
    RunRow{KeycardCommandId::kPutLogKey, keycard::put_log_key},
    RunRow{KeycardCommandId::kGetTag, keycard::get_tag},
    RunRow{KeycardCommandId::kTagOfCard, keycard::tag_of_card},
    RunRow{KeycardCommandId::kPutShare, keycard::put_share},
    RunRow{KeycardCommandId::kReleaseShare, keycard::release_share},
    RunRow{KeycardCommandId::kEraseShare, keycard::erase_share},
    RunRow{KeycardCommandId::kSign, keycard::sign},
};

static_assert([] {
  for (std::size_t at = 0; at < kRuns.size(); ++at)
    if (static_cast<std::size_t>(kRuns.at(at).id) != at) return false;
  return kRuns.size() == layout::kKeycardCommands.size();
}());

StatusWord check_seat(Context& card, layout::Seat seat) {
  const StatusWord pin = check_pin_gate(card);
  if (!pin.is_ok()) return pin;
  const ByteView stored = card.nvm.get(record::kSeat);
  const bool seated = !stored.empty() && static_cast<layout::Seat>(stored.front()) == seat;
  return seated ? status::kOk : status::kConditionNotSatisfied;
}

StatusWord check_mother_gate(Context& card) {
  return check_seat(card, layout::Seat::kMother);
}

StatusWord check_control_gate(Context& card) {
  return check_seat(card, layout::Seat::kControl);
}

StatusWord check_open_gate(Context& card) {
  return keycard_ram(card).session.empty() ? status::kSecurityNotSatisfied : status::kOk;
}

StatusWord check_keys_gate(Context& card) {
  return is_paired(card) ? check_open_gate(card) : check_mother_gate(card);
}

constexpr Gate gate_of(KeycardGate gate) {
  switch (gate) {
    case KeycardGate::kNone:
      return kNoGate;
    case KeycardGate::kPin:
      return kPinGate;
    case KeycardGate::kMotherPin:
      return {"PIN, seated as mother", check_mother_gate};
    case KeycardGate::kControlPin:
      return {"PIN, seated as control", check_control_gate};
    case KeycardGate::kOpen:
      return {"pair open", check_open_gate};
    case KeycardGate::kKeys:
      return {"pair open, or PIN and not yet paired", check_keys_gate};
  }
  return kNoGate;
}

Command command_of(const layout::KeycardCommand& row) {
  const auto params =
      row.p2 == layout::kAnyP2 ? any_p2(row.p1) : exactly(row.p1, static_cast<Byte>(row.p2));
  return {layout::class_of(row.id),
          row.ins,
          params,
          row.name,
          {row.least, row.most},
          row.life_cycles == layout::kEveryCycle ? kAlways : Phases{row.life_cycles},
          gate_of(row.gate),
          kRuns.at(static_cast<std::size_t>(row.id)).run};
}

std::vector<Command> rows_where(const std::function<bool(layout::KindSet)>& wanted) {
  std::vector<Command> out;
  for (const auto& row : layout::kKeycardCommands)
    if (wanted(row.kinds)) out.push_back(command_of(row));
  return out;
}

}  // namespace

CommandTable keycard_common_commands() {
  static const auto kRows =
      rows_where([](layout::KindSet kinds) { return kinds == layout::kAllKinds; });
  return kRows;
}

CommandTable keycard_commands(derivation::CardKind kind) {
  static const auto kTables = [] {
    std::map<derivation::CardKind, std::vector<Command>> tables;
    for (const auto& row : derivation::kCardKinds)
      tables[row.kind] = rows_where([bit = layout::bit_of(row.kind)](layout::KindSet kinds) {
        return kinds != layout::kAllKinds && (kinds & bit) != 0;
      });
    return tables;
  }();
  return kTables.at(kind);
}

}  // namespace card::chip

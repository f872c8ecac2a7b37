// Asks for everything that is open.
#include "cos-apdu/show/look.h"

#include "cos-apdu/card_commands.h"
#include "cos-apdu/layout/card_files.h"
#include "cos-apdu/layout/field_files.h"

namespace card::show {
namespace {

using layout::CardKind;
using layout::LifeCycle;

bool is_no(const base::Error& error) {
  return error.fault() == base::Fault::kRefused || error.fault() == base::Fault::kMalformed;
}

// The answer, or nothing when the card says no.
template <typename Ask>
auto if_told(const Ask& ask) -> std::optional<decltype(ask())> {
  try {
    return ask();
  } catch (const base::Error& error) {
    if (!is_no(error)) throw;
    return std::nullopt;
  }
}

template <typename Decode>
auto file(Session& session, Byte sfi, const Decode& decode) {
  return if_told([&] { return decode(read_file(session, sfi)); });
}

// A blocked application refuses its balance with a word of its own.
void ask_balance(Session& session, PurseFacts& facts) {
  try {
    facts.balance = get_balance(session, Purse::kWallet);
  } catch (const Refusal& refusal) {
    facts.blocked = refusal.status() == status::kNotSupported;
  }
}

PurseFacts look_at_purse(Session& session, LifeCycle life_cycle) {
  PurseFacts facts;
  if_told([&] { return select_by_name(session, layout::kPurseAid); });
  facts.application = file(session, 0x15, layout::decode_application_info);
  facts.holder = file(session, 0x16, layout::decode_holder);
  facts.irrigation = file(session, 0x17, layout::decode_irrigation_data);
  if (life_cycle != LifeCycle::kInUse) return facts;
  ask_balance(session, facts);
  facts.lock = if_told([&] { return get_lock_proof(session); });
  facts.transactions = if_told([&] {
                         return read_transactions(session);
                       }).value_or(std::vector<TransactionRecord>{});
  return facts;
}

ModuleFacts look_at_module(Session& session, CardKind kind) {
  ModuleFacts facts;
  if_told([&] { return select_by_name(session, layout::kSamAid); });
  facts.terminal = file(session, 0x16, [](ByteView bytes) {
    base::Reader in(bytes, "file 16");
    const auto number = in.fixed<6>();
    in.finish();
    return number;
  });
  if (kind != CardKind::kPsam) return facts;
  facts.counters = file(session, 0x18, layout::decode_sam_counters);
  facts.ceiling = file(session, 0x19, layout::decode_load_ceiling);
  return facts;
}

}  // namespace

std::optional<CardFacts> look(Session& session) {
  const auto status = if_told([&] { return layout::decode_card_status(get_card_status(session)); });
  if (!status) return std::nullopt;
  CardFacts facts{.status = *status};
  switch (status->kind()) {
    case CardKind::kUser:
      facts.purse = look_at_purse(session, status->life_cycle);
      break;
    case CardKind::kPsam:
    case CardKind::kEsam:
      facts.module = look_at_module(session, status->kind());
      break;
    case CardKind::kTool:
    case CardKind::kModify:
    case CardKind::kRestore:
      facts.field.grant = file(session, layout::kGrantFile, layout::decode_grant);
      facts.field.counters = file(session, layout::kUseCountersFile, layout::decode_use_counters);
      break;
    default:
      break;
  }
  return facts;
}

}  // namespace card::show

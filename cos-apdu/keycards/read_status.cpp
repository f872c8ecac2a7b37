// What a card says of itself.
#include "cos-apdu/keycards/read_status.h"

#include <fmt/format.h>

#include "base/core/error.h"
#include "cos-apdu/card_commands.h"

namespace card::keycards {
namespace {

constexpr std::size_t kShownSerialDigits = 4;

bool has_role(const layout::CardStatus& status, Role role) {
  if (status.pair_id == layout::PairId{}) return false;
  return status.has(layout::kFlagControlRole) == (role == Role::kControl);
}

std::string_view name_of(const std::optional<derivation::CardKind>& kind) {
  return kind ? derivation::row_of(*kind).english : std::string_view("card");
}

}  // namespace

layout::CardStatus read_status(Session& session) {
  return layout::decode_card_status(get_card_status(session));
}

bool matches(const layout::CardStatus& status, const Wanted& wanted) {
  return (!wanted.kind || status.kind() == *wanted.kind) &&
         (!wanted.serial || status.serial == *wanted.serial) &&
         (!wanted.life_cycle || status.life_cycle == *wanted.life_cycle) &&
         (!wanted.pair_id || status.pair_id == *wanted.pair_id) &&
         (!wanted.role || has_role(status, *wanted.role));
}

bool matches(Session& session, const Wanted& wanted) {
  try {
    return matches(read_status(session), wanted);
  } catch (const base::Error& error) {
    const bool other_card =
        error.fault() == base::Fault::kRefused || error.fault() == base::Fault::kMalformed;
    if (!other_card) throw;
    return false;
  }
}

std::string describe(const layout::CardStatus& status) {
  const auto serial = derivation::format(status.serial);
  return fmt::format("{} …{}, {}", derivation::row_of(status.kind()).english,
                     serial.substr(serial.size() - kShownSerialDigits),
                     layout::format(status.life_cycle));
}

std::string describe(const Wanted& wanted) {
  std::string out(name_of(wanted.kind));
  if (wanted.role) out += *wanted.role == Role::kControl ? " (control)" : " (mother)";
  if (wanted.serial) out += fmt::format(" {}", derivation::format(*wanted.serial));
  if (wanted.pair_id) out += fmt::format(" of pair {}", base::to_hex(*wanted.pair_id));
  if (wanted.life_cycle) out += fmt::format(", {}", layout::format(*wanted.life_cycle));
  return out;
}

}  // namespace card::keycards

// The shared memory of PSAM and ESAM.
#include "cos-apdu/virtual/sam_memory.h"

#include "base/core/error.h"
#include "cos-apdu/virtual/files.h"
#include "derivation/factor.h"

namespace card::chip {
namespace {

constexpr Byte kSamTries = 10;
constexpr Byte kTerminalFile = 0x16;

}  // namespace

std::optional<RecordId> county_slot(const Nvm& nvm, derivation::Purpose purpose, Byte version,
                                    Byte algorithm) {
  for (const RecordId base : {record::kSlot, record::kPreviousSlot}) {
    const auto id = slot_record(purpose, base);
    const auto slot = load_slot(nvm, id);
    if (slot && slot->version == version && static_cast<Byte>(slot->suite) == algorithm) return id;
  }
  return std::nullopt;
}

crypto::Key leaf_key(const KeySlot& county, ByteView card_factor) {
  const auto factor = derivation::Factor::of_bytes(card_factor);
  if (factor.level() != derivation::Level::kUser)
    base::fail(base::Fault::kMalformed, "card factor: it is not that of a user card");
  return crypto::diversify(county.suite, county.key, factor.bytes());
}

TerminalNumber terminal_number(const Nvm& nvm) {
  return base::fixed<6>(file_content(nvm, kTerminalFile, 6));
}

StatusWord guard_tries(Context& card, RecordId counter) {
  const ByteView stored = card.nvm.get(counter);
  const Byte left = stored.empty() ? kSamTries : stored.front();
  if (left == 0) return status::kAuthenticationBlocked;
  card.nvm.put(counter, Bytes{static_cast<Byte>(left - 1)});
  card.commit_now();
  return status::kOk;
}

void restore_tries(Context& card, RecordId counter) {
  card.nvm.put(counter, Bytes{kSamTries});
}

}  // namespace card::chip

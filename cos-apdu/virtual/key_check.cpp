// Error counters of keys, and order MACs.
#include "cos-apdu/virtual/key_check.h"

#include "cos-apdu/card_commands.h"
#include "cos-apdu/layout/card_files.h"

namespace card::chip {
namespace {

constexpr std::size_t kOrderMacBytes = 16;
constexpr std::size_t kOrderChallenge = 16;

}  // namespace

StatusWord check_with_tries(Context& card, RecordId record,
                            const std::function<bool(const KeySlot&)>& holds, StatusWord wrong) {
  auto slot = load_slot(card.nvm, record);
  if (!slot) return status::kKeyNotFound;
  if (slot->tries_left == 0) return status::kAuthenticationBlocked;
  --slot->tries_left;
  store_slot(card.nvm, record, *slot);
  card.commit_now();
  if (!holds(*slot)) return wrong;
  slot->tries_left = kKeyTries;
  store_slot(card.nvm, record, *slot);
  card.commit_now();
  return status::kOk;
}

StatusWord tries_word(const Nvm& nvm, RecordId record) {
  const auto slot = load_slot(nvm, record);
  return status::tries_left(slot ? slot->tries_left : 0U);
}

CheckedOrder check_order(Context& card, const CommandApdu& command) {
  if (card.ram.challenge.size() != kOrderChallenge) return {status::kNoChallenge, {}};
  if (command.data.size() < kOrderMacBytes) return {status::kMacMissing, {}};
  CommandApdu order = command;
  order.data.resize(command.data.size() - kOrderMacBytes);
  const ByteView mac = ByteView(command.data).last(kOrderMacBytes);
  const auto holds = [&](const KeySlot& slot) {
    const auto expected =
        crypto::cmac16(slot.suite, slot.key, order_message(card.ram.challenge, order));
    return base::equal_in_constant_time(expected, mac);
  };
  const auto purpose = layout::control_purpose(card.identity().kind());
  const StatusWord word = check_with_tries(card, slot_record(purpose), holds, status::kMacWrong);
  return {word, std::move(order.data)};
}

}  // namespace card::chip

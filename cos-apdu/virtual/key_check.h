// Comparing a MAC under a key of the card, with the key's own error counter.
#pragma once

#include <functional>

#include "cos-apdu/virtual/command.h"
#include "cos-apdu/virtual/key_slot.h"

namespace card::chip {

// Counts down before `holds` runs and restores the counter as soon as it holds, each in a commit of
// its own: what the command is refused for afterwards costs no try.
// 6A88 no such key, 6983 no tries left, `wrong` when it does not hold.
StatusWord check_with_tries(Context& card, RecordId slot,
                            const std::function<bool(const KeySlot&)>& holds, StatusWord wrong);

// 63Cx with the tries that the slot has left.
StatusWord tries_word(const Nvm& nvm, RecordId slot);

struct CheckedOrder {
  StatusWord status = status::kOk;  // 6984 no 16-byte challenge, 6987 too short, 6988, 6983, 6A88
  base::WipedBytes data;            // before the MAC
};

// The order MAC of card_commands.h under the control key of the card's kind.
CheckedOrder check_order(Context& card, const CommandApdu& command);

}  // namespace card::chip

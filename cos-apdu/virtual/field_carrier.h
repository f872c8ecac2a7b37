// What modify and restore cards carry: sealed parts for the meters on their list, handed out one by
// one, the part that takes effect last (layout/field_card.h).
#pragma once

#include <vector>

#include "cos-apdu/layout/field_card.h"
#include "cos-apdu/virtual/command.h"

namespace card::chip {

std::vector<layout::Target> carried_targets(const Nvm& nvm);

// SHA-256 over all parts in the order of the card; of nothing when it carries none.
crypto::Hash32 hash_of_parts(const Nvm& nvm);

// 80 E2 type 00: a part, while personalised. The same part again is 9000 and changes nothing; 6985
// once the target has its last part or when a switch comes before any key, 6A84 when the card is
// full.
Answer append_part(Context& card, const CommandApdu& command);

// 80 CA 04 n: Target n of the list, from 0; 6A83 behind the last.
Answer get_target(Context& card, const CommandApdu& command);

// 80 F6 00 n: type1 bytes of part n of the target of this use. That the last part has left the card
// is stored before it does.
Answer get_part(Context& card, const CommandApdu& command);

// 80 F8 00 00: version1 tag8, the audit tag that the target gave after its last part: the target is
// done, and the county finds the tag in the list. 6985 before the last part was handed out.
Answer confirm_use(Context& card, const CommandApdu& command);

}  // namespace card::chip

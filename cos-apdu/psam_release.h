// The PSAM's part in a forced release of a lock (GREY UNLOCK), by order of a county station.
#pragma once

#include "cos-apdu/psam.h"
#include "cos-apdu/user_card.h"

namespace card {

// 80 7A 00 00: package (layout/release_package.h) balance4 keyVersion1 algorithm1 random4 MAC1(4) date4
// time3. Answers MAC2 of GREY UNLOCK for exactly the card, lock and amount of the package. Refused:
// 6982 no PIN, 6A80 another PSAM's package or fields that contradict it, 6988 its MAC, 9403 key version,
// 9302 MAC1 (ten in a row block the command, 6983), 9401 the card holds less than the amount.
struct SamReleaseRequest {
  Bytes package;
  base::Amount balance{};
  KeyAnswer key{};
  Mac4 mac1{};
  base::CardTime at{};
};

Mac4 init_sam_for_grey_unlock(Session& session, const SamReleaseRequest& request);

// 80 7C 00 00: checks the card's MAC3, as often as it is asked until power-off.
Verdict credit_sam_for_grey_unlock(Session& session, const Mac4& mac3);

}  // namespace card

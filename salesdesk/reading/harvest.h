// Records read back from meters, imported once each: key meter + list + sequence number.
//
// The file is JSON: {"format": 1, "meter": "000000001234", "list": "usage", "records": [{"seq": 7, "card": "0109…",
// "start": "2026-11-22T13:04:05Z", "end": "2026-11-22T15:04:05Z", "used_fen": 230, "left_fen": 770,
// "card_sn": 3, "state": "settled", …}]},
// or an array of such objects, one per list. "start", needed of a settled session and in the list
// "suspended", makes with meter and card its identity. "card_sn", needed of a settled one, is the card's
// offline number of the last lock that had ended when it held "left_fen"; "release" {"offline_sn",
// "terminal_sn", "gmac"} of a suspended record is what settles its lock. All else in a record is kept
// as it stands and belongs to its content.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "salesdesk/ledger/desk_folder.h"

namespace desk {

struct HarvestSum {
  std::int64_t records = 0;   // in the file
  std::int64_t imported = 0;  // new
  std::int64_t known = 0;     // same content under its key, or same amount of a booked session
  std::int64_t alarms = 0;    // other content under its key, or other amount: not imported
  std::int64_t consumed_fen = 0;
};

// All of the file or nothing. Only settled sessions count as consumed, once each: a suspended one is
// still on its card. Throws kMalformed naming the record.
HarvestSum harvest(Desk& desk, const std::filesystem::path& file);

}  // namespace desk

// The key behind a purse or PIN command, wherever this kind of card keeps it.
//
// use              native slot        key type   when absent
// load             01 load            3F         9403
// purchase, lock   02 purchase        3E         9403
// unload           04 unload          3D         9403
// grey unlock      04 unload          3D         9403
// overdraft        none               3C         9403
// TAC              03 TAC             34         6A88
// PIN unblock      05 PIN unblock     37         6A88
// PIN reload       06 PIN reload      38         6A88
// maintenance      07 maintenance,    36         6A88
//                  a module's control key
//
// Maintenance is also what protects reading and writing of files.
//
// A native card holds one key of each use, index 01; an interoperability card holds the keys of its
// current directory's key file by type and number.
#pragma once

#include <functional>

#include "cos-apdu/virtual/command.h"
#include "cos-apdu/virtual/key_slot.h"

namespace card::chip {

enum class KeyUse : Byte {
  kLoad,
  kPurchase,
  kUnload,
  kGreyUnlock,
  kOverdraft,
  kTac,
  kPinUnblock,
  kPinReload,
  kMaintenance,
};

// What the uses without an index in their command are called with.
inline constexpr Byte kOnlyKey = 0x00;

// A key ready for use, or the word that says why not.
struct FoundKey {
  StatusWord status = status::kKeyNotFound;
  crypto::SuiteId suite = crypto::SuiteId::kAes128;
  Byte version = 0;
  Byte algorithm = 0;  // as INITIALIZE commands answer it
  Byte tries_left = 0;
  crypto::Key key{};

  bool is_ok() const { return status.is_ok(); }
};

// `index` is the key index of the command, or kOnlyKey. 9403 or 6A88 when absent, 6982 when its use
// right does not hold, 6983 without tries left.
FoundKey find_key(Context& card, KeyUse use, Byte index = kOnlyKey);

// Counts the key's tries down and stores that before `holds` runs; the counter is restored with the
// command's own commit. The words of find_key, or `wrong` when it does not hold.
StatusWord check_with_key(Context& card, KeyUse use, Byte index,
                          const std::function<bool(const FoundKey&)>& holds, StatusWord wrong);

// Tries left without using the key: 0 also when there is none.
Byte tries_left(Context& card, KeyUse use, Byte index = kOnlyKey);

// All keys of the use have all their tries again.
void restore_tries(Context& card, KeyUse use);

}  // namespace card::chip

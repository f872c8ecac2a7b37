// The subcommands of virtual-card that make card images and look at them.
#pragma once

#include <string>
#include <vector>

#include "cos-apdu/virtual/commands_slot.h"

namespace card::chip {

struct NewOptions {
  std::string kind;    // "user", "psam", …
  std::string suite;   // "aes128", …
  std::string serial;  // decimal, 1 to 2^56 - 1
  std::string image;
  std::string transport;  // "t0", "t1" or "contactless"; empty: the kind's usual one
  std::vector<std::string> profile_rows;  // "record-sn=before", …
};

// A card as its maker delivers it. An image that exists is never written over (kConflict).
int make_card(const NewOptions& options);

// Identity, life cycle, and which keys and files are there; never a key. Refused (kConflict) while
// the card is in a slot.
int inspect_card(const std::string& image, Output output);

}  // namespace card::chip

// The subcommands of virtual-card that put cards into slots and take them out.
#pragma once

#include <string>

namespace card::chip {

enum class Ground { kForeground, kBackground };
enum class Output { kText, kJson };

struct InsertOptions {
  std::string slot;
  std::string image;
  std::string slots_folder;
  std::string trace;  // file to append the conversation to, in words; empty: none
  Ground ground = Ground::kForeground;
};

// Throws kMalformed.
unsigned parse_slot(const std::string& text);

// In the foreground prints one line when the reader has powered the card, and returns when the card
// was ejected. In the background returns at that line, and prints the pid of the process that goes
// on; its failure to get so far is thrown or is the exit status.
int insert_card(const InsertOptions& options);

int eject_card(const std::string& slot, const std::string& slots_folder, Output output);

int list_slots(const std::string& slots_folder, Output output);

}  // namespace card::chip

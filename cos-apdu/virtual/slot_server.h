// Puts a chip into a slot: answers the frames of the driver ifd-wellkey.
#pragma once

#include <filesystem>
#include <functional>

#include "cos-apdu/virtual/chip.h"
#include "cos-apdu/virtual/slot_trace.h"

namespace card::chip {

// Blocks SIGTERM and SIGINT for this thread and those started later; a SlotServer then waits for
// them. A command under way is finished first.
void block_stop_signals();

enum class ServeEnd {
  kStopped,   // by a signal
  kSlotGone,  // the folder of the slot is not there any more
};

struct Served {
  ServeEnd end = ServeEnd::kStopped;
  std::uint64_t commands = 0;  // answered, of all the conversations
};

// Serves until told to stop. A reader that goes away takes the chip's power with it; the card
// waits and is inserted again when the reader is back. `on_power` is called once, when the first
// ATR was given.
// Throws kUnavailable when no reader listens at the start, kMalformed for a frame of another
// version of the driver.
Served serve_slot(Chip& chip, SlotTrace& trace, const std::filesystem::path& socket,
                  const std::function<void()>& on_power);

}  // namespace card::chip

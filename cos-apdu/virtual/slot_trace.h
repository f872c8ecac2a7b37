// The trace of a card in a slot: to a file from the first power-on, and to whoever watches the slot.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "cos-apdu/virtual/apdu_trace.h"

namespace card::chip {

class SlotTrace {
 public:
  // `file` empty: none. Listens on <folder>/slotNN.trace, for this user only; the seat must be held.
  // Throws kUnavailable.
  SlotTrace(const std::filesystem::path& folder, unsigned slot, const std::filesystem::path& file);
  ~SlotTrace();
  SlotTrace(const SlotTrace&) = delete;
  SlotTrace& operator=(const SlotTrace&) = delete;

  // Readable when somebody wants to watch: then call admit().
  int listener() const { return listener_; }

  void admit();

  void power_on(ByteView atr);
  void power_off();
  void command(ByteView apdu);
  void answer(ByteView response);

 private:
  bool is_followed() const { return file_ >= 0 || !watchers_.empty(); }

  void say(std::string_view line);

  std::filesystem::path socket_;
  int listener_;
  int file_ = -1;
  std::vector<int> watchers_;
  ApduTrace trace_;
};

// Prints the trace of a slot line by line until its card leaves. Throws kNotFound for an empty slot.
void watch_slot(const std::filesystem::path& folder, unsigned slot);

}  // namespace card::chip

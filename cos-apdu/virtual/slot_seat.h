// Who sits in a slot: one lock file <folder>/slotNN.card per slot, held by the card's process. Its
// first line is the image; a card that leaves adds the number of commands that it answered.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace card::chip {

inline constexpr unsigned kSlots = 16;

struct Occupant {
  unsigned slot = 0;
  pid_t pid = 0;  // told by the lock itself, so it is alive
  std::string image;
  std::optional<std::uint64_t> commands;  // only of a card that has left in order
};

// The right to be the card in a slot; given back at the end of the process, however it ends.
class Seat {
 public:
  // Throws kConflict when a card is in the slot, kUnavailable when the folder is not there.
  Seat(const std::filesystem::path& folder, unsigned slot, const std::filesystem::path& image);
  ~Seat();
  Seat(const Seat&) = delete;
  Seat& operator=(const Seat&) = delete;

  // Best effort: the number is for people, and a full disk keeps no card in its slot.
  void leave_word(std::uint64_t commands) const;

 private:
  int descriptor_;
};

std::filesystem::path socket_of_slot(const std::filesystem::path& folder, unsigned slot);

// Not for the slot in which the calling process sits itself.
std::optional<Occupant> occupant_of(const std::filesystem::path& folder, unsigned slot);

// Slots for which a reader listens, or has listened.
std::vector<unsigned> slots_in(const std::filesystem::path& folder);

// Asks the process to end and waits until it has. Throws kNotFound for an empty slot, kUnavailable
// when the process does not end within ten seconds.
Occupant eject(const std::filesystem::path& folder, unsigned slot);

}  // namespace card::chip

// Advisory locks as the register of who is in which slot: no stale pid can be met.
#include "cos-apdu/virtual/slot_seat.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <sstream>
#include <tuple>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

extern "C" {  // glibc 2.36 forgot it
#include <sys/pidfd.h>
}

#include "base/core/error.h"

namespace card::chip {
namespace {

using base::Fault;

constexpr int kEjectWithinMs = 10'000;

std::filesystem::path seat_of_slot(const std::filesystem::path& folder, unsigned slot) {
  return folder / fmt::format("slot{:02}.card", slot);
}

// The image, and the commands where the card left word of them.
Occupant read_seat(int descriptor, unsigned slot) {
  std::array<char, 4096> text{};
  const auto length = pread(descriptor, text.data(), text.size(), 0);
  std::istringstream lines(
      std::string(text.data(), length > 0 ? static_cast<std::size_t>(length) : 0));
  Occupant found{slot, 0, {}, {}};
  std::getline(lines, found.image);
  std::uint64_t commands = 0;
  if (lines >> commands) found.commands = commands;
  return found;
}

struct flock whole_file() {
  struct flock lock {};

  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  return lock;
}

}  // namespace

Seat::Seat(const std::filesystem::path& folder, unsigned slot, const std::filesystem::path& image)
    : descriptor_(open(seat_of_slot(folder, slot).c_str(), O_RDWR | O_CREAT | O_CLOEXEC,
                       S_IRUSR | S_IWUSR)) {
  if (descriptor_ < 0) {
    base::fail(Fault::kUnavailable, "{}: {}; expected the slot folder of the driver ifd-wellkey",
               folder.string(), std::strerror(errno));
  }
  auto lock = whole_file();
  const auto content = std::filesystem::absolute(image).string() + "\n";
  if (fcntl(descriptor_, F_SETLK, &lock) != 0) {
    close(descriptor_);
    base::fail(Fault::kConflict, "slot {} holds a card already", slot);
  }
  if (ftruncate(descriptor_, 0) != 0 ||
      write(descriptor_, content.data(), content.size()) != static_cast<ssize_t>(content.size())) {
    close(descriptor_);
    base::fail(Fault::kUnavailable, "{}: {}", folder.string(), std::strerror(errno));
  }
}

Seat::~Seat() {
  close(descriptor_);
}

void Seat::leave_word(std::uint64_t commands) const {
  const auto line = fmt::format("{}\n", commands);
  std::ignore = write(descriptor_, line.data(), line.size());
}

std::filesystem::path socket_of_slot(const std::filesystem::path& folder, unsigned slot) {
  return folder / fmt::format("slot{:02}.sock", slot);
}

std::optional<Occupant> occupant_of(const std::filesystem::path& folder, unsigned slot) {
  const int descriptor = open(seat_of_slot(folder, slot).c_str(), O_RDWR | O_CLOEXEC);
  if (descriptor < 0) return std::nullopt;
  auto lock = whole_file();
  const bool is_known = fcntl(descriptor, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
  Occupant found = read_seat(descriptor, slot);
  close(descriptor);
  if (!is_known) return std::nullopt;
  found.pid = lock.l_pid;
  found.commands.reset();
  return found;
}

std::vector<unsigned> slots_in(const std::filesystem::path& folder) {
  std::vector<unsigned> slots;
  for (unsigned slot = 0; slot < kSlots; ++slot) {
    if (std::filesystem::exists(socket_of_slot(folder, slot))) slots.push_back(slot);
  }
  return slots;
}

Occupant eject(const std::filesystem::path& folder, unsigned slot) {
  auto occupant = occupant_of(folder, slot);
  if (!occupant) base::fail(Fault::kNotFound, "slot {} holds no card", slot);
  const int process = pidfd_open(occupant->pid, 0);
  if (process < 0 && errno == ESRCH) return *occupant;
  pollfd ended{process, POLLIN, 0};
  const bool has_ended = process >= 0 && pidfd_send_signal(process, SIGTERM, nullptr, 0) == 0 &&
                         poll(&ended, 1, kEjectWithinMs) == 1;
  if (process >= 0) close(process);
  if (!has_ended) {
    base::fail(Fault::kUnavailable, "the card in slot {} (process {}) does not end", slot,
               occupant->pid);
  }
  const int seat = open(seat_of_slot(folder, slot).c_str(), O_RDONLY | O_CLOEXEC);
  if (seat >= 0) {
    occupant->commands = read_seat(seat, slot).commands;
    close(seat);
  }
  return *occupant;
}

}  // namespace card::chip

// The connection to the PC/SC service, and what its readers hold at the moment.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/core/bytes.h"

namespace card::pcsc {

enum class Presence { kEmpty, kCard, kCardInUse, kMute };

struct ReaderState {
  std::string name;
  Presence presence = Presence::kEmpty;
  // Counts insertions and removals: two quick swaps between two looks still differ.
  std::uint16_t events = 0;
  base::Bytes atr;
  bool operator==(const ReaderState&) const = default;
};

// A copy is the same connection; it ends with the last copy. Do not use one from two threads at
// once, nor across fork(). When the service was restarted, make a new one.
class Context {
 public:
  // Throws kUnavailable when the service does not run.
  Context();

  // In the service's order; none is an empty list.
  std::vector<ReaderState> readers() const;

  // Returns at once when something differs from `known`, otherwise with the first change (of a
  // card or of the list of readers) or after the time given.
  void wait_for_change(const std::vector<ReaderState>& known, std::chrono::milliseconds most) const;

  // The SCARDCONTEXT.
  long handle() const { return *handle_; }

 private:
  std::shared_ptr<const long> handle_;
};

// Throws kNotFound: "3 readers are needed, 1 found: …".
void require_readers(const Context& context, std::size_t needed);

}  // namespace card::pcsc

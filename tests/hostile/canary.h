// Remembers secrets by eight-byte windows and finds them in what a card says: as they are, reversed,
// by halves, and as the exclusive or of their halves.
#pragma once

#include <cstdint>
#include <map>
#include <unordered_set>

#include "cos-apdu/virtual/nvm.h"

namespace hostile {

using base::Byte;
using base::Bytes;
using base::ByteView;
using card::chip::RecordId;

using Records = std::map<RecordId, base::WipedBytes>;

// All records of an image.
Records records_of(const base::WipedBytes& image);

class Canary {
 public:
  // At least eight bytes; a window with fewer than three different bytes is no secret.
  void learn(ByteView secret);

  // What the table of nvm_rules.h calls secret in these records.
  void learn(const Records& records);

  // Every secret of this process that lives in locked memory now: session keys, opened keys.
  void learn_arena();

  // The terminal made this key up itself: to say it again tells nothing.
  void excuse(ByteView told);

  std::size_t windows() const { return windows_.size(); }

  bool finds(ByteView said) const;

 private:
  void learn_window(ByteView eight);
  void learn_half(ByteView eight);
  bool knows(ByteView sixteen) const;

  std::unordered_set<std::uint64_t> windows_;
  std::unordered_set<std::uint64_t> excused_;
};

}  // namespace hostile

// A card whose every answer is judged: well formed, no key in it, and nothing changed by what was
// refused but declared counters.
#pragma once

#include <memory>
#include <random>
#include <stdexcept>
#include <string>

#include "cos-apdu/link.h"
#include "cos-apdu/virtual/chip.h"
#include "tests/hostile/canary.h"

namespace hostile {

// A rule does not hold.
struct Broken : std::logic_error {
  using std::logic_error::logic_error;
};

enum class Watch {
  kMemory,          // the secrets of the card's memory
  kMemoryAndArena,  // also every session key that lives in this process, after every command
};

class GuardedCard : public card::Link {
 public:
  explicit GuardedCard(const base::WipedBytes& image, Watch watch = Watch::kMemory,
                       std::uint32_t seed = 1);

  // With commands of a test's own in front of the card's.
  GuardedCard(const base::WipedBytes& image, card::chip::CommandTable own, Watch watch);

  // Throws Broken. After a cut the card has its power back and the answer is empty.
  Bytes said_to(ByteView apdu);

  // The same; a cut is kUncertain.
  Bytes transmit(ByteView apdu) override;
  void reset() override;

  std::string name() const override { return "guarded card"; }

  // Power goes during the n-th write from now, when so many of its bytes have reached the medium.
  void cut_at(std::size_t nth_write, std::size_t bytes_that_arrive);

  // A key that the terminal made up and is about to write is no secret of the card's.
  void excuse(ByteView told) { canary_.excuse(told); }

  const Records& records() const { return records_; }

  const Canary& canary() const { return canary_; }

  // Everything it ever said is searched once more, and the image opens again and answers.
  void finish();

 private:
  void judge(ByteView apdu, ByteView answer, std::size_t writes_before);
  void look_at_memory();

  std::shared_ptr<base::WipedBytes> medium_;
  std::mt19937 random_;
  card::chip::Chip chip_;
  Watch watch_;
  Canary canary_;
  Records records_;
  Bytes said_;
  bool cut_armed_ = false;
};

// Throws Broken with the text unless it holds.
void claim(bool holds, const std::string& what);

}  // namespace hostile

// What the return codes of PC/SC mean for us: the one table from SCARD_* to faults.
#pragma once

#include <string_view>

#include "base/core/error.h"

namespace card::pcsc {

// The same code means less after a command may have left than before.
enum class Step {
  kOther,     // nothing was sent to the card
  kTransmit,  // SCardTransmit
};

// How a card got out of reach, for those who answer each way differently.
enum class Loss {
  kOther,
  kRemoved,
  kReset,          // by another program; nothing was sent
  kNotTransacted,  // the card went away inside the command
  kShort,          // fewer than two bytes came back
  kServiceGone,
};

struct Outcome {
  std::string_view name;   // "SCARD_W_REMOVED_CARD"
  std::string_view words;  // "the card was removed"
  base::Fault fault;
  Loss loss = Loss::kOther;
};

// Codes outside the table are kUnavailable, and kUncertain in a transmit.
Outcome outcome_of(long code, Step step);

// What fail_call throws.
class CallError : public base::Error {
 public:
  CallError(base::Fault fault, const std::string& what, Loss loss)
      : base::Error(fault, what), loss_(loss) {}

  Loss loss() const noexcept { return loss_; }

 private:
  Loss loss_;
};

// "SCardConnect on wellkey 00 03: SCARD_E_SHARING_VIOLATION (8010000B), the card is in use by …"
[[noreturn]] void fail_call(std::string_view call, std::string_view reader, long code,
                            Step step = Step::kOther);

// Nothing when the call succeeded.
void require_success(std::string_view call, std::string_view reader, long code);

}  // namespace card::pcsc

// A shift: the process that signs checkpoints from `token serve` to `token stop`.
#pragma once

#include "base/hsm/token.h"
#include "keyceremony/commands/world.h"

namespace keyceremony::commands {

struct Shift {
  StationOptions station;
  std::string lost;      // serial of an officer's role card, with
  std::string spare;     // the serial of the card that holds the same halves
  bool new_pin = false;  // for the log token, before it is opened
  bool background = false;
  bool detached = false;  // the background process itself
};

// keyceremony token spare | new-pin
void add_token_pins(CLI::App& token, const World& world);

hsm::TokenConfig key_token(const station::Station& station);
hsm::TokenConfig log_token(const station::Station& station);

// Prints what was looked at and what was not; throws kTampered or kNotFound for a token that is not
// whole, kRefused for one that wrong PINs locked, kUnavailable without the signer.
void check_tokens(const StationOptions& options);

// Comes back when the signer is stopped; in the background, when it answers.
void serve_shift(const World& world, const Shift& shift);

// Throws kNotFound when no signer of this station runs.
void stop_shift(const World& world, const Shift& shift);

}  // namespace keyceremony::commands

// The subcommands of meter-emu.
#pragma once

#include <string>

namespace meter {

enum class Output { kText, kJson };

// All as they were typed.
struct Options {
  std::string image;
  std::string time;  // empty: the system clock
  std::string meter;
  std::string esam;
  std::string constant;
  std::string ratio;
  std::string price;
  std::string area;
  std::string pulses;
  std::string wait;  // seconds for the card to come
  std::string json_file;
  Output output = Output::kText;
};

// A meter around a personalised ESAM. Throws kConflict when the ESAM is another meter's.
int make_meter(const Options& options);

// Looks for a user card in the readers and holds it against the meter. A refused card is exit
// status 11 with its reason on the display.
int swipe_card(const Options& options);

// Lets so many pulses flow, at most until the relay opens; saved every 0.1 kWh. Pulses while the
// relay is open are fault energy, or zero-crossing energy of a session that waits for its card.
int run_pump(const Options& options);

// The mains fail and come back: the relay opens and the open session is suspended.
int lose_mains(const Options& options);

int show_meter(const Options& options);

// Writes the lists for the desk's import.
int write_records(const Options& options);

}  // namespace meter

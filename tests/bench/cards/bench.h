// The parts of the bench; each prints its rows.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/core/bytes.h"
#include "tests/bench/cards/rate.h"

namespace bench {

inline constexpr std::string_view kReadCommand = "00B0950010";  // 16 bytes of file 15

void print_heading(std::string_view title);
void print_row(const Measured& row);

// `target`: what the ratio should reach at least; met or not, it is printed and nothing fails.
void print_ratio(std::string_view what, double ratio, double target);

void run_in_process();
void run_session();
void run_durable();
void run_through_pcscd();

// What a card must know to answer the two commands as ours does.
struct SimpleCard {
  base::Bytes name;
  base::Bytes fci;
  base::Bytes file;
  base::Bytes select;
  base::Bytes select_answer;
  base::Bytes read;
  base::Bytes read_answer;
};

// SELECT and READ BINARY by jCardSim, in its process; none, and how to get it printed, when the
// environment does not name it.
std::vector<Work> jcardsim_works(const SimpleCard& card);

// A card of somebody else's that sits in one of our slots until the end of the bench.
struct Peer {
  std::string name;
  unsigned slot = 0;
  base::Bytes command;  // answered with 9000
  double target = 0;    // how many times as fast ours should be
};

// Those that the environment names, in the slots first to last; for the others prints how to get them.
std::vector<Peer> start_peers(unsigned first_slot, unsigned last_slot);

// The process behind a slot that answers every command with the same bytes, until it is hung up.
int serve_echo(const std::filesystem::path& socket, base::ByteView answer);

// The process that lets a card of vpcd's protocol (two-byte length, then the bytes) be in our slot.
int serve_vpcd(const std::filesystem::path& socket, const std::string& card_command);

}  // namespace bench

// audit show, checkpoint, prove, check, statement and tiles: what can be read from a log, and what a
// proof or a signed statement says.
#pragma once

#include <cstdint>
#include <string>

#include "audit/commands/where.h"

namespace audit::commands {

struct ShowOptions {
  std::string log;
  std::string from = "0";  // index of the first entry
  std::string act;         // of this act only; empty for all
  Output output = Output::kText;
};

// With kJson each line is an entry's own bytes.
void show(const ShowOptions& options);

// Prints the newest signed note.
void print_checkpoint(const std::string& log);

// Prints the tlog-proof file of entry `index`.
void print_proof(const std::string& log, const std::string& index);

// Throws kRefused for the folder beside the log: its checkpoint is the log's second store.
void write_tile_files(const std::string& log, const std::string& folder);

struct CheckOptions {
  std::string proof;  // file
  std::string entry;  // file with the entry's bytes, a newline at its end is left away
  std::string key;
};

// Throws kTampered unless the proof holds.
void check_proof(const CheckOptions& options);

struct StatementOptions {
  std::string log;
  std::string statement;  // file
  std::string key;
};

// Both signatures, the entry that carries its hash, and the log's word for that entry. Throws
// kTampered for the first that does not hold.
void check_statement(const StatementOptions& options);

}  // namespace audit::commands

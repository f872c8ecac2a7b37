// audit witness: both ends of an exchange by files between a log and its witness.
#pragma once

#include <string>

namespace audit::commands {

struct WitnessOptions {
  std::string folder;  // of the witness
  std::string name;
  std::string log;
  std::string key;  // of the log, or of the witness for import
  std::string old = "0";
  std::string file;  // request, or cosignature line
};

// The witness's end: make a key, say it, answer a request with a signature line.
void init_witness(const WitnessOptions& options);
void print_witness_key(const WitnessOptions& options);
void cosign(const WitnessOptions& options);

// The log's end: print a request for the newest checkpoint, keep the line that came back.
void print_request(const WitnessOptions& options);
void import_cosignature(const WitnessOptions& options);

}  // namespace audit::commands

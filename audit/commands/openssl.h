// audit openssl: a checkpoint taken apart so that the openssl command alone can judge it.
#pragma once

#include <string>

namespace audit::commands {

struct OpensslOptions {
  std::string checkpoint;  // file
  std::string key;
  std::string out;  // folder; made when absent
};

// Writes text, signature, key.pem and key.der into `out` and prints the command to run. Only the
// form is judged here; throws kNotFound when the key has no line in the note.
void write_for_openssl(const OpensslOptions& options);

}  // namespace audit::commands

// A rehearsal without people: answers come from a file, screens go to stderr.
//
// The file has one `id = answer` per line; blank lines and lines that open with # are skipped. An
// id may stand several times: its answers are given in that order, and the last one again and
// again.
#pragma once

#include <filesystem>
#include <map>
#include <vector>

#include "base/terminal/terminal.h"

namespace terminal {

class ScriptedTerminal final : public Terminal {
 public:
  // Throws kRefused unless the mode is rehearsal, kNotFound without the file, kMalformed by line.
  ScriptedTerminal(const std::filesystem::path& answers, base::Mode mode);

  void clear() override {}

 private:
  struct Place {
    std::size_t offset;
    std::size_t length;
  };

  struct Answers {
    std::vector<Place> places;
    std::size_t next = 0;
  };

  void read_places();
  base::ByteView answer_to(const std::string& id);

  void write(std::string_view text) override;
  std::string read_line(const Question& question) override;
  base::SecretBytes read_hidden(const SecretQuestion& question) override;
  void write_secret(const base::SecretBytes& text) override;

  base::WipedBytes file_;
  std::map<std::string, Answers> answers_;
};

}  // namespace terminal

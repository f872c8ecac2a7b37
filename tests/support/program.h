// Runs a program as a person would and keeps what it printed.
#pragma once

#include <cstdio>
#include <stdexcept>
#include <string>
#include <vector>

#include <sys/wait.h>

namespace support {

struct ProgramRun {
  int status = 0;    // as a shell shows it
  std::string text;  // standard output and error, as they came
};

inline std::string quoted(const std::string& word) {
  std::string quoted = "'";
  for (const char letter : word) quoted += letter == '\'' ? "'\\''" : std::string(1, letter);
  return quoted + "'";
}

inline ProgramRun run_program(const std::vector<std::string>& words,
                              const std::string& input = "") {
  std::string line = "printf %s " + quoted(input) + " |";
  for (const auto& word : words) line += " " + quoted(word);
  std::FILE* pipe = popen((line + " 2>&1").c_str(), "re");
  if (pipe == nullptr) throw std::runtime_error("no pipe");
  ProgramRun run;
  char block[4096];
  for (std::size_t count = 0; (count = std::fread(block, 1, sizeof block, pipe)) > 0;) {
    run.text.append(block, count);
  }
  const int status = pclose(pipe);
  run.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return run;
}

}  // namespace support

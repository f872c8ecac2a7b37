// One line run by the shell, as a user would.
#pragma once

#include <array>
#include <cstdio>
#include <string>

#include <doctest/doctest.h>
#include <sys/wait.h>

namespace support {

struct Run {
  int status = -1;
  std::string output;  // standard output and error
};

inline Run shell(const std::string& line) {
  FILE* pipe = popen(("{ " + line + "; } 2>&1").c_str(), "r");
  REQUIRE(pipe != nullptr);
  Run run;
  std::array<char, 4096> part{};
  for (std::size_t got = 0; (got = fread(part.data(), 1, part.size(), pipe)) > 0;) {
    run.output.append(part.data(), got);
  }
  run.status = WEXITSTATUS(pclose(pipe));
  return run;
}

}  // namespace support

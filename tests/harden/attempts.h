// What a program might be made to do by whoever has taken it over: each attempt is one system call.
#pragma once

#include <array>
#include <filesystem>
#include <functional>
#include <string_view>
#include <vector>

namespace attempts {

// The places of one run; both exist, and `outside` holds a file that this user may read.
struct Places {
  std::filesystem::path inside;
  std::filesystem::path outside;
};

// Returns 0 when it was done, or errno.
struct Attempt {
  std::string_view name;
  int (*make)(const Places&);
};

// Refused to every program.
const std::vector<Attempt>& forbidden_calls();

// Allowed to some: the tests say to whom.
int connect_socket(const Places& places);
int serve_socket(const Places& places);
int start_process(const Places& places);
int run_itself(const Places& places);
int run_another_program(const Places& places);
int signal_another(const Places& places);

int read_file(const std::filesystem::path& path);
int write_file(const std::filesystem::path& path);
int replace_file(const std::filesystem::path& path);

// Runs `act` in a child process and gives its answers; throws when the child did not live to answer.
std::vector<int> in_a_child(const std::function<std::vector<int>()>& act);

}  // namespace attempts

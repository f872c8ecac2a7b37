// How often a second: rounds of the things compared take turns, so that a busy machine slows all alike,
// and the median round counts.
#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

namespace bench {

struct Work {
  std::string name;
  // How often a second, over one round. Throws for a wrong answer.
  std::function<double()> round;
};

struct Measured {
  std::string name;
  double per_second = 0;
};

inline constexpr int kRounds = 21;
inline constexpr std::chrono::milliseconds kRound{60};

// `once` does it once, and says false when an answer is not the expected one.
inline double round_of(const std::string& name, const std::function<bool()>& once) {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  std::size_t done = 0;
  auto elapsed = Clock::duration::zero();
  while (elapsed < kRound) {
    if (!once()) throw std::runtime_error(name + ": a wrong answer");
    ++done;
    elapsed = Clock::now() - start;
  }
  return static_cast<double>(done) / std::chrono::duration<double>(elapsed).count();
}

inline Work repeating(const std::string& name, std::function<bool()> once) {
  return {name, [name, once = std::move(once)] { return round_of(name, once); }};
}

// In the order of the works. Throws for the first wrong answer.
inline std::vector<Measured> measure(const std::vector<Work>& works) {
  std::vector<std::vector<double>> rounds(works.size());
  for (int round = 0; round < kRounds; ++round)
    for (std::size_t at = 0; at < works.size(); ++at) rounds[at].push_back(works[at].round());
  std::vector<Measured> measured;
  for (std::size_t at = 0; at < works.size(); ++at) {
    std::ranges::sort(rounds[at]);
    measured.push_back({works[at].name, rounds[at][kRounds / 2]});
  }
  return measured;
}

}  // namespace bench

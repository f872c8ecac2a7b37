// How often a second: rounds of the things compared take turns, so that a busy machine slows all alike,
// and the median round counts.
#pragma once

#include <algorithm>
#include <chrono>
#include <ctime>
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

// What of a round counts: the processor time of this thread, so that other programs disturb less, or,
// where a disk or another process is waited for, all time.
enum class Counted { kOwnWork, kAllTime };

inline std::chrono::nanoseconds now(Counted counted) {
  timespec at{};
  clock_gettime(counted == Counted::kOwnWork ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC, &at);
  return std::chrono::seconds(at.tv_sec) + std::chrono::nanoseconds(at.tv_nsec);
}

// `once` does it once, and says false when an answer is not the expected one.
inline double round_of(const std::string& name, const std::function<bool()>& once,
                       Counted counted) {
  // Processor time is asked of the kernel, at the price of a short command.
  const std::size_t at_a_time = counted == Counted::kOwnWork ? 64 : 1;
  const auto start = now(counted);
  std::size_t done = 0;
  std::chrono::nanoseconds elapsed{};
  while (elapsed < kRound) {
    for (std::size_t i = 0; i < at_a_time; ++i)
      if (!once()) throw std::runtime_error(name + ": a wrong answer");
    done += at_a_time;
    elapsed = now(counted) - start;
  }
  return static_cast<double>(done) / std::chrono::duration<double>(elapsed).count();
}

inline Work repeating(const std::string& name, Counted counted, std::function<bool()> once) {
  return {name, [name, counted, once = std::move(once)] { return round_of(name, once, counted); }};
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

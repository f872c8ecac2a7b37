// Cuts the power of every card that takes part in a sequence of commands, at every write of its
// memory, and looks at what the terminal makes of it.
//
// For each write of the uncut sequence: before it, at bytes inside it, and after it but before the
// answer. Then all cards are powered again, the terminal recovers, and what it finds is judged. The
// recoveries after a write that left nothing and after one that was complete are cut in the same way.
// A sequence that turns out not to have happened is done again.
#pragma once

#include <set>

#include "tests/tear/table.h"

namespace tear {

enum class Ending { kDidNotHappen, kHappened };

// What was found wrong, each with the cut that showed it.
class Findings {
 public:
  void at(std::string where) { where_ = std::move(where); }

  void expect(bool holds, std::string_view what);

  const std::vector<std::string>& all() const { return all_; }

 private:
  std::string where_;
  std::vector<std::string> all_;
};

// One terminal at one table. Its members are what it keeps over a loss of power.
class Terminal {
 public:
  Terminal() = default;
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  virtual ~Terminal() = default;

  // The whole sequence; base::Error when a card fell silent on the way. Called again when it turned
  // out that nothing happened.
  virtual void act() = 0;

  // After power-on of all cards. Reads and, where the sequence has an end of its own to reach
  // (a lock must be settled), writes.
  virtual Ending recover() = 0;

  // The state that this ending promises.
  virtual void judge(Ending ending, Findings& findings) = 0;
};

struct Sequence {
  std::string name;
  std::vector<Placed> cards;
  std::function<std::unique_ptr<Terminal>(Table&)> terminal;
};

struct Depth {
  std::size_t inside = 3;       // byte offsets inside each write, evenly spread
  std::size_t in_recovery = 1;  // writes of each card during recovery that are cut as well
};

// Before, inside, after.
inline constexpr std::size_t kLeastCutsOfAWrite = 3;

// Every byte of every write, under WELLKEY_SOAK; a few otherwise.
Depth usual_depth();

struct Report {
  std::string name;
  std::size_t writes = 0;   // of the uncut sequence, all cards
  std::size_t cuts = 0;     // tried; a second cut after a first one counts once
  std::size_t implied = 0;  // cuts that the uncut sequence's writes ask for
  std::size_t happened = 0;
  std::size_t did_not_happen = 0;
  std::set<std::string> commands{};  // that wrote, as WriteSeen says them
  std::vector<std::string> findings{};
};

Report explore(const Sequence& sequence, const Depth& depth, const Memory& memory = sound_memory);

// "name: 4 writes, 72 cut points, 30 happened, 42 did not"
std::string summary_of(const Report& report);

}  // namespace tear

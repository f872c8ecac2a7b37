// A trace of the implementation: what the cards were told and answered and what the journals wrote, in
// the words of the EVENT statements of the models (replay.py lists them).
#pragma once

#include <string>
#include <string_view>

namespace model {

// The numbers of OK, NO, LOST and DONE_BEFORE in the models.
enum class Heard { kOk = 1, kNo = 2, kLost = 3, kDoneBefore = 4 };

class Trace {
 public:
  Trace(std::string_view model, std::string name);

  // `who` and `value` as the model's EVENT has them.
  void add(std::string_view what, int who, int value, Heard heard);

  // "trace MODEL NAME", one event a line, "end".
  std::string text() const;

 private:
  std::string text_;
};

// All on stdout; each is done by cards of its own, chosen by its seed alone.
void print_grey_traces();
void print_pair_traces();

}  // namespace model

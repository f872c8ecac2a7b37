// How we talk to a person: numbered bilingual steps, hidden entry, confirmation by an exact word.
//
// What goes where:
//   terminal  everything meant for the people in the room: steps, prompts, position counters,
//             progress. With a tty that is /dev/tty, whatever stdout and stderr are redirected to;
//             with scripted answers it is stderr, without the answers.
//   stdout    results only: identifiers, check values, one JSON object under --json.
//   stderr    "program: what" when the program ends in an error.
// Hidden answers are shown nowhere, not as stars; a counter shows the position.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/core/mode.h"
#include "base/terminal/question.h"

namespace terminal {

class Terminal {
 public:
  Terminal() = default;
  virtual ~Terminal() = default;
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  // "── 7 ── Bags read back / 读出袋号". Numbers count up from 1, or from where set_step put them.
  void step(const Text& text);

  // The next step() gets `number`: a resumed procedure goes on counting where it was.
  void set_step(int number) { step_ = number - 1; }

  // One sentence, both languages, a line each.
  void say(const Text& text);

  // "  label: value", for a value that people compare aloud.
  void show(const Text& label, std::string_view value);

  // The lines of a secret text (words to write down); clear() follows before the next person.
  void show_secret(const Text& label, const base::SecretBytes& lines);

  // "  [ 3 of 10] text"; the last one ends the line.
  void progress(const Text& text, std::size_t done, std::size_t of);

  // One line, without surrounding blanks. Throws kUnavailable when nobody answers, or comes back to a
  // terminal that locked itself at the time limit, and when the terminal is closed.
  std::string ask(const Question& question);

  // Hidden. A character outside the alphabet is refused by its position; too short or too long
  // throws kMalformed and tells the length that was expected.
  SecretAnswer ask_secret(const SecretQuestion& question);

  // Goes on only with exactly `word`, which the prompt names: `y` and `yes` are not confirmations.
  // After the third other answer throws kRefused.
  void confirm(const Question& question, std::string_view word);

  // Clears the screen and its scroll-back; between two people.
  virtual void clear() = 0;

 protected:
  virtual void write(std::string_view text) = 0;
  virtual std::string read_line(const Question& question) = 0;
  virtual base::SecretBytes read_hidden(const SecretQuestion& question) = 0;
  virtual void write_secret(const base::SecretBytes& text) = 0;

 private:
  int step_ = 0;
};

// With `answers` a ScriptedTerminal (kRefused in live mode), else the controlling terminal
// (kUnavailable when there is none).
std::unique_ptr<Terminal> open_terminal(const std::optional<std::filesystem::path>& answers,
                                        base::Mode mode);

}  // namespace terminal

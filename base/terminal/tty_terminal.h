// A person at a terminal: the controlling tty of the process, or any other by its descriptor.
#pragma once

#include <memory>

#include "base/terminal/terminal.h"

namespace terminal {

// An entry that is left until its time limit locks the terminal: what was typed is thrown away, screen
// and scroll-back are cleared, and the question is asked again when somebody has said HERE.
class TtyTerminal final : public Terminal {
 public:
  static constexpr std::chrono::seconds kTimeToComeBack{1800};

  // /dev/tty. Throws kUnavailable when the process has no terminal.
  static std::unique_ptr<TtyTerminal> controlling();

  // Takes the descriptor over. Throws kUnavailable when it is not a terminal.
  explicit TtyTerminal(int descriptor, std::chrono::seconds time_to_come_back = kTimeToComeBack);
  ~TtyTerminal() override;

  void clear() override;

 private:
  void write(std::string_view text) override;
  std::string read_line(const Question& question) override;
  base::SecretBytes read_hidden(const SecretQuestion& question) override;
  void write_secret(const base::SecretBytes& text) override;

  using Deadline = std::chrono::steady_clock::time_point;

  // nullopt when the time has passed.
  std::optional<base::Byte> next_byte(Deadline until);
  std::optional<std::string> try_line(const Question& question);
  std::optional<base::SecretBytes> try_hidden(const SecretQuestion& question);
  void lock(const std::string& id);

  int tty_;
  std::chrono::seconds time_to_come_back_;
};

}  // namespace terminal

// A person at a terminal: the controlling tty of the process, or any other by its descriptor.
#pragma once

#include <memory>

#include "base/terminal/terminal.h"

namespace terminal {

class TtyTerminal final : public Terminal {
 public:
  // /dev/tty. Throws kUnavailable when the process has no terminal.
  static std::unique_ptr<TtyTerminal> controlling();

  // Takes the descriptor over. Throws kUnavailable when it is not a terminal.
  explicit TtyTerminal(int descriptor);
  ~TtyTerminal() override;

  void clear() override;

 private:
  void write(std::string_view text) override;
  std::string read_line(const Question& question) override;
  base::SecretBytes read_hidden(const SecretQuestion& question) override;
  void write_secret(const base::SecretBytes& text) override;

  base::Byte next_byte(std::chrono::steady_clock::time_point until, const std::string& id);

  int tty_;
};

}  // namespace terminal

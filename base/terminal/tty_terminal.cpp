#include "base/terminal/tty_terminal.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include "base/terminal/alphabet.h"
#include "base/terminal/door.h"

namespace terminal {

namespace {

constexpr base::Byte kEndOfText = 0x03;          // Ctrl-C
constexpr base::Byte kEndOfTransmission = 0x04;  // Ctrl-D
constexpr base::Byte kBackspace = 0x08;
constexpr base::Byte kNewline = 0x0A;
constexpr base::Byte kReturn = 0x0D;
constexpr base::Byte kDelete = 0x7F;
constexpr std::size_t kLongestLine = 4096;

// No echo, no line editing, no signals, and nothing typed ahead, until destroyed.
class HiddenMode {
 public:
  explicit HiddenMode(int tty) : tty_(tty) {
    if (tcgetattr(tty_, &before_) != 0) {
      base::fail(base::Fault::kUnavailable, "terminal settings cannot be read: {}",
                 std::strerror(errno));
    }
    termios hidden = before_;
    hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
    hidden.c_cc[VMIN] = 1;
    hidden.c_cc[VTIME] = 0;
    if (tcsetattr(tty_, TCSAFLUSH, &hidden) != 0) {
      base::fail(base::Fault::kUnavailable,
                 "the terminal cannot be told not to show what is typed");
    }
  }

  ~HiddenMode() { tcsetattr(tty_, TCSAFLUSH, &before_); }

  HiddenMode(const HiddenMode&) = delete;
  HiddenMode& operator=(const HiddenMode&) = delete;

 private:
  int tty_;
  termios before_{};
};

std::string counter(const SecretQuestion& question, std::size_t typed) {
  return question.least == question.most
             ? fmt::format("\r\033[K  [{} of {}] ", typed, question.most)
             : fmt::format("\r\033[K  [{} of {} to {}] ", typed, question.least, question.most);
}

}  // namespace

std::unique_ptr<TtyTerminal> TtyTerminal::controlling() {
  const int tty = ::open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (tty < 0) base::fail(base::Fault::kUnavailable, "a terminal with a person at it is expected");
  return std::make_unique<TtyTerminal>(tty);
}

TtyTerminal::TtyTerminal(int descriptor, std::chrono::seconds time_to_come_back)
    : tty_(descriptor), time_to_come_back_(time_to_come_back) {
  if (isatty(tty_) == 0) {
    ::close(tty_);
    base::fail(base::Fault::kUnavailable, "a terminal is expected, this is something else");
  }
}

TtyTerminal::~TtyTerminal() {
  ::close(tty_);
}

void TtyTerminal::clear() {
  // Home, erase the screen, erase what has scrolled off it.
  write("\033[H\033[2J\033[3J");
}

void TtyTerminal::write(std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(tty_, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) base::fail(base::Fault::kUnavailable, "the terminal is gone");
    text.remove_prefix(static_cast<std::size_t>(count));
  }
}

void TtyTerminal::write_secret(const base::SecretBytes& text) {
  const base::ByteView plain = text.reveal(SecretDoor::open());
  write({reinterpret_cast<const char*>(plain.data()), plain.size()});
}

std::optional<base::Byte> TtyTerminal::next_byte(Deadline until) {
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        until - std::chrono::steady_clock::now());
    pollfd wait{tty_, POLLIN, 0};
    const int ready = left.count() <= 0 ? 0 : ::poll(&wait, 1, static_cast<int>(left.count()));
    if (ready == 0) return std::nullopt;
    base::Byte byte = 0;
    if (ready > 0) {
      const ssize_t count = ::read(tty_, &byte, 1);
      if (count == 1) return byte;
      if (count == 0) return kEndOfTransmission;
    }
    if (errno != EINTR) base::fail(base::Fault::kUnavailable, "the terminal is gone");
  }
}

void TtyTerminal::lock(const std::string& id) {
  clear();
  const Question back{id,
                      {"Nobody answered: this terminal is locked. Whoever is back types HERE",
                       "无人应答，终端已锁定。回来后请输入 HERE"},
                      time_to_come_back_};
  for (;;) {
    const auto line = try_line(back);
    if (!line) base::fail(base::Fault::kUnavailable, "{}: no answer in time", id);
    if (*line == "HERE") break;
  }
  clear();
}

std::string TtyTerminal::read_line(const Question& question) {
  for (;;) {
    if (auto line = try_line(question)) return *std::move(line);
    lock(question.id);
  }
}

std::optional<std::string> TtyTerminal::try_line(const Question& question) {
  // What was typed before the question was seen is not an answer to it.
  tcflush(tty_, TCIFLUSH);
  write(fmt::format("  {}\n  {}: ", question.prompt.english, question.prompt.chinese));
  const auto until = std::chrono::steady_clock::now() + question.limit;
  std::string line;
  for (;;) {
    const auto byte = next_byte(until);
    if (!byte) return std::nullopt;
    if (*byte == kNewline) return line;
    if (*byte == kEndOfTransmission || line.size() == kLongestLine) {
      base::fail(base::Fault::kUnavailable, "{}: the terminal was closed", question.id);
    }
    line.push_back(static_cast<char>(*byte));
  }
}

base::SecretBytes TtyTerminal::read_hidden(const SecretQuestion& question) {
  for (;;) {
    if (auto text = try_hidden(question)) return *std::move(text);
    lock(question.id);
  }
}

std::optional<base::SecretBytes> TtyTerminal::try_hidden(const SecretQuestion& question) {
  const HiddenMode hidden(tty_);
  write(fmt::format("  {}\n  {}\n{}", question.prompt.english, question.prompt.chinese,
                    counter(question, 0)));
  const auto until = std::chrono::steady_clock::now() + question.limit;
  base::SecretBytes text;
  for (;;) {
    const auto typed = next_byte(until);
    if (!typed) return std::nullopt;
    const base::Byte byte = *typed;
    if (byte == kNewline || byte == kReturn) break;
    if (byte == kEndOfText || byte == kEndOfTransmission) {
      write("\n");
      base::fail(base::Fault::kRefused, "{}: stopped at the terminal", question.id);
    }
    const auto kept = canonical(question.alphabet, byte);
    if (byte == kBackspace || byte == kDelete) {
      text.pop_back();
    } else if (kept && text.size() < question.most) {
      text.push_back(*kept);
    } else {
      write(fmt::format("\a{}{} expected at position {} ", counter(question, text.size()),
                        kept ? "nothing more" : expectation(question.alphabet), text.size() + 1));
      continue;
    }
    write(counter(question, text.size()));
  }
  write("\n");
  return text;
}

}  // namespace terminal

// Somebody at a pseudo-terminal who reads the screen before typing.
#pragma once

#include <string>
#include <string_view>

#include <doctest/doctest.h>
#include <poll.h>
#include <pty.h>
#include <unistd.h>

// Holds the outer end; the program under test gets the inner one.
class Person {
 public:
  Person() {
    if (openpty(&outer_, &inner_, nullptr, nullptr, nullptr) != 0) FAIL("no pseudo-terminal");
  }

  ~Person() { ::close(outer_); }

  Person(const Person&) = delete;
  Person& operator=(const Person&) = delete;

  int inner() const { return inner_; }

  void waits_for(std::string_view text) {
    const std::size_t from = seen_;
    while (screen_.find(text, from) == std::string::npos) {
      reads();
    }
    seen_ = screen_.find(text, from) + text.size();
  }

  void types(std::string_view text) {
    REQUIRE(::write(outer_, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  }

  // Everything up to the next prompt: the counter of a hidden answer at zero, or a colon behind a text
  // that `asks`; a colon alone may stand anywhere in what is only said. False when the program said
  // `last`.
  bool waits_for_prompt(std::string_view last, bool (*asks)(std::string_view text)) {
    for (;;) {
      const std::string_view unread = std::string_view(screen_).substr(seen_);
      if (unread.find(last) != std::string_view::npos) return false;
      const bool counts = unread.ends_with("] ") && unread.find("[0 of ") != std::string_view::npos;
      if (counts || (unread.ends_with(": ") && asks(unread))) {
        prompt_ = unread;
        seen_ = screen_.size();
        return true;
      }
      reads();
    }
  }

  // What stood on the screen since the answer before.
  const std::string& prompt() const { return prompt_; }

  const std::string& screen() const { return screen_; }

 private:
  // Byte by byte: what is a prompt must not depend on how the screen comes in pieces.
  void reads() {
    pollfd wait{outer_, POLLIN, 0};
    REQUIRE_MESSAGE(::poll(&wait, 1, 20000) == 1,
                    "the screen stands still: ", screen_.substr(seen_));
    char next = 0;
    REQUIRE(::read(outer_, &next, 1) == 1);
    screen_.push_back(next);
  }

  int outer_ = -1;
  int inner_ = -1;
  std::size_t seen_ = 0;
  std::string screen_;
  std::string prompt_;
};

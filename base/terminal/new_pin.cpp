#include "base/terminal/new_pin.h"

#include "base/terminal/door.h"
#include "base/terminal/tries.h"

namespace terminal {

namespace {

SecretQuestion pin_question(const std::string& id, const Text& prompt) {
  return {id, prompt, Alphabet::kDigits, kLeastPin, kMostPin};
}

base::SecretBytes ask_twice(Terminal& terminal, const std::string& id, const Text& prompt) {
  SecretAnswer first = terminal.ask_secret(pin_question(id, prompt));
  const std::size_t size = first.text.size();
  if (first.shape.longest_stair == size || first.shape.period * 2 <= size) {
    base::fail(base::Fault::kRefused,
               "{}: this PIN repeats or counts, expected one that nobody tries first", id);
  }
  const SecretAnswer second = terminal.ask_secret(
      pin_question(id + ".again", {prompt.english + ", once more", prompt.chinese + "（再次）"}));
  if (!base::equal_in_constant_time(first.text.reveal(SecretDoor::open()),
                                    second.text.reveal(SecretDoor::open()))) {
    base::fail(base::Fault::kRefused, "{}: the two entries differ", id);
  }
  return std::move(first.text);
}

}  // namespace

base::SecretBytes ask_new_pin(Terminal& terminal, const std::string& id, const Text& prompt) {
  return with_tries(terminal, [&] { return ask_twice(terminal, id, prompt); });
}

base::SecretBytes ask_pin(Terminal& terminal, const std::string& id, const Text& prompt) {
  return with_tries(terminal, [&] { return terminal.ask_secret(pin_question(id, prompt)).text; });
}

}  // namespace terminal

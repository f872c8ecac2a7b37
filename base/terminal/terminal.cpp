#include "base/terminal/terminal.h"

#include "base/terminal/alphabet.h"
#include "base/terminal/scripted_terminal.h"
#include "base/terminal/tries.h"
#include "base/terminal/tty_terminal.h"

namespace terminal {

void Terminal::step(const Text& text) {
  ++step_;
  write(fmt::format("\n── {} ── {}\n         {}\n", step_, text.english, text.chinese));
}

void Terminal::say(const Text& text) {
  write(fmt::format("  {}\n  {}\n", text.english, text.chinese));
}

void Terminal::show(const Text& label, std::string_view value) {
  write(fmt::format("  {} / {}: {}\n", label.english, label.chinese, value));
}

void Terminal::show_secret(const Text& label, const base::SecretBytes& lines) {
  write(fmt::format("  {} / {}\n", label.english, label.chinese));
  write_secret(lines);
}

void Terminal::progress(const Text& text, std::size_t done, std::size_t of) {
  write(fmt::format("\r  [{:>3} of {}] {} / {}{}", done, of, text.english, text.chinese,
                    done == of ? "\n" : ""));
}

std::string Terminal::ask(const Question& question) {
  const std::string line = read_line(question);
  constexpr std::string_view kBlank = " \t\r";
  const std::size_t first = line.find_first_not_of(kBlank);
  if (first == std::string::npos) return {};
  return line.substr(first, line.find_last_not_of(kBlank) - first + 1);
}

SecretAnswer Terminal::ask_secret(const SecretQuestion& question) {
  SecretAnswer answer{read_hidden(question), {}};
  if (answer.text.size() < question.least || answer.text.size() > question.most) {
    base::fail(base::Fault::kMalformed, "{}: {} characters, expected {} to {}", question.id,
               answer.text.size(), question.least, question.most);
  }
  answer.shape = shape_of(answer.text);
  return answer;
}

void Terminal::confirm(const Question& question, std::string_view word) {
  Question named = question;
  named.prompt.english += fmt::format(" (type {})", word);
  named.prompt.chinese += fmt::format("（请输入 {}）", word);
  for (int left = kTries; left > 0; --left) {
    if (ask(named) == word) return;
    say({fmt::format("Only the exact word {} confirms.", word),
         fmt::format("只有准确输入 {} 才算确认。", word)});
  }
  base::fail(base::Fault::kRefused, "{}: not confirmed, expected the word {}", question.id, word);
}

std::unique_ptr<Terminal> open_terminal(const std::optional<std::filesystem::path>& answers,
                                        base::Mode mode) {
  if (answers) return std::make_unique<ScriptedTerminal>(*answers, mode);
  return TtyTerminal::controlling();
}

}  // namespace terminal

#include "base/terminal/scripted_terminal.h"

#include <cstdio>
#include <string>

#include "base/terminal/alphabet.h"
#include "base/terminal/door.h"

namespace terminal {

namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r";
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return text.substr(text.size());
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

base::WipedBytes read_wiped(const std::filesystem::path& path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rbe"),
                                                             std::fclose);
  if (file == nullptr) {
    base::fail(base::Fault::kNotFound, "no answers file at {}", path.string());
  }
  // Unbuffered, so that no answer stays behind in the library's own buffer.
  if (std::setvbuf(file.get(), nullptr, _IONBF, 0) != 0)
    base::fail(base::Fault::kUnavailable, "{} cannot be read unbuffered", path.string());
  base::WipedBytes content(std::filesystem::file_size(path));
  content.resize(std::fread(content.data(), 1, content.size(), file.get()));
  return content;
}

}  // namespace

ScriptedTerminal::ScriptedTerminal(const std::filesystem::path& answers, base::Mode mode) {
  if (mode != base::Mode::kRehearsal) {
    base::fail(base::Fault::kRefused,
               "scripted answers are for a rehearsal: in live mode people answer at the terminal");
  }
  file_ = read_wiped(answers);
  read_places();
}

void ScriptedTerminal::read_places() {
  const std::string_view all(reinterpret_cast<const char*>(file_.data()), file_.size());
  std::size_t number = 0;
  for (std::size_t at = 0; at < all.size();) {
    const std::size_t end = std::min(all.find('\n', at), all.size());
    const std::string_view line = trimmed(all.substr(at, end - at));
    ++number;
    at = end + 1;
    if (line.empty() || line.starts_with('#')) continue;
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos || equals == 0) {
      base::fail(base::Fault::kMalformed, "answers file, line {}: expected id = answer", number);
    }
    const std::string_view answer = trimmed(line.substr(equals + 1));
    answers_[std::string(trimmed(line.substr(0, equals)))].places.push_back(
        {static_cast<std::size_t>(answer.data() - all.data()), answer.size()});
  }
}

base::ByteView ScriptedTerminal::answer_to(const std::string& id) {
  const auto found = answers_.find(id);
  if (found == answers_.end()) {
    base::fail(base::Fault::kNotFound, "the answers file has no answer to {}", id);
  }
  Answers& answers = found->second;
  const Place place = answers.places.at(answers.next);
  if (answers.next + 1 < answers.places.size()) ++answers.next;
  return base::ByteView(file_).subspan(place.offset, place.length);
}

void ScriptedTerminal::write(std::string_view text) {
  // A closed screen stops no script.
  static_cast<void>(std::fwrite(text.data(), 1, text.size(), stderr));
}

std::string ScriptedTerminal::read_line(const Question& question) {
  std::string answer = base::text_of(answer_to(question.id));
  write(fmt::format("  {} / {}: {}\n", question.prompt.english, question.prompt.chinese, answer));
  return answer;
}

base::SecretBytes ScriptedTerminal::read_hidden(const SecretQuestion& question) {
  const base::ByteView given = answer_to(question.id);
  write(fmt::format("  {} / {}: [{}]\n", question.prompt.english, question.prompt.chinese,
                    given.size()));
  base::SecretBytes text;
  for (std::size_t at = 0; at < given.size(); ++at) {
    const auto kept = canonical(question.alphabet, given[at]);
    if (!kept) {
      base::fail(base::Fault::kMalformed, "{}: character {} is not {}", question.id, at + 1,
                 expectation(question.alphabet));
    }
    text.push_back(*kept);
  }
  return text;
}

// Words that a rehearsal makes are wanted by whoever scripts the next answers, so they go where the
// screens go.
void ScriptedTerminal::write_secret(const base::SecretBytes& text) {
  const base::ByteView plain = text.reveal(SecretDoor::open());
  static_cast<void>(std::fwrite(plain.data(), 1, plain.size(), stderr));
}

}  // namespace terminal

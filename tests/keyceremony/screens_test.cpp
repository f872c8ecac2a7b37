// The screens of the page for the first ceremony are those that a person meets.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "base/terminal/tty_terminal.h"
#include "tests/keyceremony/typist.h"
#include "tests/terminal/person.h"

using namespace keyceremony;

namespace {

using Lines = std::vector<std::string>;

// What differs from one ceremony to the next is taken out of a line: names, numbers, digests, plan
// words, the title.
std::string plain(std::string line) {
  static const std::vector<std::pair<std::regex, const char*>> kDiffering = {
      {std::regex("\033\\[[0-9]*[A-Z]"), ""},
      {std::regex("\\[five bytes, on no other paper\\]"), "#"},
      {std::regex("(Chen Jie|Zhang Wei|Wang Fang|Li Na|Liu Yang|Zhao Lei|Sun Li)"), "NAME"},
      {std::regex("(REHEARSAL: ).*"), "$1TITLE"},
      {std::regex("\\[([A-Za-z]+ ){7}[A-Za-z]+\\]"), "[WORDS]"},
      {std::regex("(计划词语: )([A-Za-z]+ ){7}[A-Za-z]+"), "$1WORDS"},
      {std::regex("\\S*/ceremonies/"), "CEREMONIES/"},
      {std::regex("[0-9A-Fa-f]{10,}"), "#"},
      {std::regex("[0-9]+"), "#"},
      {std::regex("\\s+$"), ""},
  };
  for (const auto& [differing, with] : kDiffering) line = std::regex_replace(line, differing, with);
  return line;
}

// A counter is written over itself, behind a carriage return.
Lines lines_of(const std::string& screen) {
  Lines lines;
  std::string line;
  for (const char sign : screen + "\n") {
    if (sign != '\n' && sign != '\r') {
      line.push_back(sign);
      continue;
    }
    if (const auto shown = plain(line); !shown.empty()) lines.push_back(shown);
    line.clear();
  }
  return lines;
}

// Said by the command, after the ceremony.
constexpr std::string_view kLastLine = "# closed";

// The blocks of text of the page.
std::vector<Lines> screens_of_page() {
  std::ifstream page(std::filesystem::path(WELLKEY_SOURCE_DIR) / "runbooks/first-ceremony.md");
  std::vector<Lines> screens;
  bool inside = false;
  for (std::string line; std::getline(page, line);) {
    if (line == "```text") screens.emplace_back();
    if (inside && line != "```" && plain(line) != kLastLine) {
      screens.back().push_back(plain(line));
    }
    inside = line == "```text" || (inside && line != "```");
  }
  return screens;
}

// A screen of the page may end before the answer.
bool is_shown_as(const std::string& line, const std::string& shown) {
  return line.ends_with(":") ? shown.starts_with(line) : shown == line;
}

// The first line of a screen that does not come after those before it; empty when all do.
std::string missing(const Lines& screen, const Lines& shown) {
  auto from = shown.begin();
  for (const auto& line : screen) {
    from = std::find_if(from, shown.end(),
                        [&](const std::string& each) { return is_shown_as(line, each); });
    if (from == shown.end()) return line;
  }
  return {};
}

// The slips of the page: what stands on the screen, and what is typed there the first time.
std::map<std::string, std::string> slips(const room::EmulatedRoom& given) {
  auto group = given.answer_to("leader-3.group-3");
  group.front() = group.front() == '1' ? '2' : '1';
  return {{"number of the bag of leader-3", "HB-90"},
          {"for the card master-mother, 6 to 12 digits, once more", "481516"},
          {"(type SAME)", "y"},
          {": group 3 of 8", group}};
}

std::string typed(const std::string& prompt, const room::EmulatedRoom& given,
                  std::map<std::string, std::string>& left) {
  const auto slip = std::ranges::find_if(
      left, [&](const auto& row) { return prompt.find(row.first) != std::string::npos; });
  if (slip == left.end()) return room::typed_answer_to(prompt, given);
  return left.extract(slip).mapped();
}

}  // namespace

TEST_CASE("the screens in the page of the first ceremony are those that people meet [R132]") {
  room::EmulatedRoom given({Source::kWords, Source::kDice, Source::kHex, Source::kCard});
  std::filesystem::create_directories(given.folder() / "machine/sys/class/net/eth0");
  ::Person people;
  std::string failure;
  std::thread ceremony([&, inner = people.inner()] {
    terminal::TtyTerminal tty(inner);
    try {
      given.hold_at(tty, given.station(), given.plan(), append_line_durably);
    } catch (const base::Error& error) {
      failure = error.what();
    }
    tty.say({"the end", "全部结束"});
  });
  auto left = slips(given);
  while (people.waits_for_prompt("全部结束", room::asks_openly)) {
    people.types(typed(people.prompt(), given, left) + "\n");
  }
  ceremony.join();
  CHECK(failure.empty());
  CHECK(left.empty());
  const auto shown = lines_of(people.screen());
  const auto screens = screens_of_page();
  CHECK(screens.size() == 7);
  for (const auto& screen : screens) {
    CHECK(missing(screen, shown) == "");
  }
  CHECK(missing({plain("  Again: leader-3: this is not the bag"), "x"}, shown) != "");
}

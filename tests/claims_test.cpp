// Holds docs/claims.md and docs/attacks.md to their word: every test that a claim or an attack names
// exists, and every claim names one.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

namespace {

namespace fs = std::filesystem;

const fs::path kSource = WELLKEY_SOURCE_DIR;

std::string text_of(const fs::path& path) {
  std::ifstream file(path);
  REQUIRE(file.good());
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::vector<fs::path> files_under(const fs::path& folder, std::string_view extension) {
  std::vector<fs::path> found;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == extension) found.push_back(entry.path());
  }
  return found;
}

std::vector<std::string> all_matches(const std::string& text, const std::regex& pattern) {
  std::vector<std::string> found;
  for (std::sregex_iterator at(text.begin(), text.end(), pattern), end; at != end; ++at) {
    found.push_back((*at)[1]);
  }
  return found;
}

// Requirement rows come and go with the tests; a claim names the words before them.
std::string without_rows(const std::string& title) {
  static const std::regex kRows(R"re((\s*\[R[^\]]*\])+\s*$)re");
  return std::regex_replace(title, kRows, "");
}

// A title may be written as several literals, one after another.
std::string joined(const std::string& literals) {
  static const std::regex kLiteral(R"re("((?:[^"\\]|\\.)*)")re");
  std::string title;
  for (const std::string& part : all_matches(literals, kLiteral)) title += part;
  return title;
}

std::set<std::string> titles_of_tests() {
  static const std::regex kTitle(R"re(TEST_CASE\(\s*((?:"(?:[^"\\]|\\.)*"\s*)+)\))re");
  std::set<std::string> titles;
  for (const fs::path& path : files_under(kSource / "tests", ".cpp")) {
    for (const std::string& literals : all_matches(text_of(path), kTitle)) {
      titles.insert(without_rows(joined(literals)));
    }
  }
  static const std::regex kSentence(R"re(def test_\w+\(self\):\s+"""([^"]*)""")re");
  static const std::regex kBlank(R"re(\s+)re");
  for (const fs::path& path : files_under(kSource / "tests", ".py")) {
    for (const std::string& sentence : all_matches(text_of(path), kSentence)) {
      titles.insert(without_rows(std::regex_replace(sentence, kBlank, " ")));
    }
  }
  return titles;
}

std::set<std::string> titles_of_runbooks() {
  static const std::regex kTitle("\n## (?:\\d+\\. )?([^\n]*)");
  std::set<std::string> titles;
  for (const fs::path& path : files_under(kSource / "runbooks", ".md")) {
    for (const std::string& title : all_matches(text_of(path), kTitle)) {
      titles.insert(without_rows(title));
    }
  }
  return titles;
}

struct Part {
  std::string heading;
  std::vector<std::string> tests;
};

std::vector<Part> parts_of(const std::string& page) {
  std::vector<Part> parts;
  static const std::regex kHeading("^## (.*)$");
  static const std::regex kTest("^- `(.*)`$");
  std::smatch match;
  std::ifstream file(kSource / page);
  for (std::string line; std::getline(file, line);) {
    if (std::regex_match(line, match, kHeading)) parts.push_back({match[1], {}});
    if (!parts.empty() && std::regex_match(line, match, kTest)) {
      parts.back().tests.push_back(match[1]);
    }
  }
  return parts;
}

// The titles in the last cell of every row of a page's tables.
std::vector<std::string> titles_in_rows(const std::string& page) {
  static const std::regex kLastCell(R"re(^\| .*\|([^|]*)\|$)re");
  static const std::regex kTitle("`([^`]*)`");
  std::vector<std::string> titles;
  std::smatch match;
  std::ifstream file(kSource / page);
  for (std::string line; std::getline(file, line);) {
    if (!std::regex_match(line, match, kLastCell)) continue;
    for (const std::string& title : all_matches(match[1], kTitle)) titles.push_back(title);
  }
  return titles;
}

}  // namespace

TEST_CASE("every test that a claim names exists") {
  const auto tests = titles_of_tests();
  const auto runbooks = titles_of_runbooks();
  REQUIRE(tests.size() > 100);
  REQUIRE(runbooks.size() > 10);
  REQUIRE_FALSE(tests.contains("a title that no test has"));
  for (const Part& part : parts_of("docs/claims.md")) {
    for (const std::string& title : part.tests) {
      CAPTURE(part.heading);
      CAPTURE(title);
      CHECK((tests.contains(title) || runbooks.contains(title)));
    }
  }
}

TEST_CASE("every claim is numbered in order and names a test") {
  std::size_t number = 0;
  for (const Part& part : parts_of("docs/claims.md")) {
    if (!part.heading.starts_with("C")) continue;
    CAPTURE(part.heading);
    ++number;
    CHECK(part.heading.starts_with("C" + std::to_string(number) + ". "));
    CHECK_FALSE(part.tests.empty());
  }
  CHECK(number >= 9);
}

TEST_CASE("every test that an attack names exists") {
  const auto tests = titles_of_tests();
  const auto titles = titles_in_rows("docs/attacks.md");
  CHECK(titles.size() > 30);
  for (const std::string& title : titles) {
    CAPTURE(title);
    CHECK(tests.contains(title));
  }
}

// Profiles as files: what is no profile is refused by name and line, and no change goes unseen.
#include <cctype>
#include <cstdlib>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/core/durable_file.h"
#include "base/core/error.h"
#include "derivation/profile.h"
#include "tests/support/temp_folder.h"

namespace {

namespace fs = std::filesystem;
using base::Fault;

const std::string kSample = WELLKEY_SOURCE_DIR "/derivation/profiles/hebei-sample.toml";
const std::string kSmall = WELLKEY_SOURCE_DIR "/tests/vectors/profile/golden.toml";

void refuses(const fs::path& path, Fault fault, const std::string& why) {
  try {
    derivation::load_profile(path);
    FAIL_CHECK("accepted");
  } catch (const base::Error& error) {
    CHECK(error.fault() == fault);
    CHECK(std::string(error.what()).find(path.string() + why) != std::string::npos);
  }
}

// Lines that say something: no comment, no empty line.
std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = text.find('\n', at);
    auto line = text.substr(at, end - at);
    if (const auto comment = line.find("  #"); comment != std::string::npos) line.resize(comment);
    if (!line.empty() && line.front() != '#') lines.push_back(line);
    at = end + 1;
  }
  return lines;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) text += line + "\n";
  return text;
}

// An error that names a line, or another hash: nothing in between.
void is_seen(const std::string& changed, const crypto::Hash32& hash) {
  try {
    const auto other = derivation::hash_of(derivation::parse_profile(changed, "p"));
    CHECK(other != hash);
  } catch (const base::Error& error) {
    const std::string text = error.what();
    const auto several = text.find(" errors ");
    const auto first = several == std::string::npos ? 0 : text.find('\n', several) + 1;
    const bool names_a_line =
        text.compare(first, 2, "p:") == 0 && std::isdigit(text[first + 2]) != 0;
    CAPTURE(text);
    CHECK((names_a_line || text.starts_with("profile: format ")));
  }
}

bool soaks() {
  return std::getenv("WELLKEY_SOAK") != nullptr;
}

}  // namespace

TEST_CASE("what is no ordinary readable file is refused and nothing waits for it") {
  const support::TempFolder folder;
  refuses(folder.path(), Fault::kMalformed, ": expected an ordinary file");
  refuses("/dev/null", Fault::kMalformed, ": expected an ordinary file");
  refuses(folder.path() / "none.toml", Fault::kNotFound, " is not there");
  const auto pipe = folder.path() / "pipe";
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  refuses(pipe, Fault::kMalformed, ": expected an ordinary file");
  const auto closed = folder.path() / "closed.toml";
  base::write_durably(closed, base::read_text_file(kSample));
  fs::permissions(closed, fs::perms::none);
  const bool is_root = geteuid() == 0;
  if (is_root) REQUIRE(seteuid(65534) == 0);
  refuses(closed, Fault::kUnavailable, ": Permission denied");
  if (is_root) REQUIRE(seteuid(0) == 0);
}

TEST_CASE("damaged, huge and empty files are refused by file and line") {
  const support::TempFolder folder;
  const auto path = folder.path() / "p.toml";
  const auto whole = base::read_text_file(kSample);
  const auto refuses_text = [&](const std::string& text, const std::string& why) {
    base::write_durably(path, std::string_view(text));
    refuses(path, Fault::kMalformed, why);
  };
  refuses_text("", ":1: format: expected 1");
  refuses_text(whole + std::string(derivation::kMostProfileBytes, '\n'),
               ": expected at most 1048576 bytes");
  refuses_text("format = 1\nname = \"\xFF\xFE\"\n", ":2: expected TOML: ");
  refuses_text(std::string("format = 1\n\0\n", 13), ":2: expected TOML: ");
  refuses_text("format = 1\nx = " + std::string(100'000, '['), ":2: expected TOML: ");
  refuses_text(std::string(2000, '\x7F'), ":1: expected TOML: ");
  base::write_durably(path, "\xEF\xBB\xBF" + whole);
  CHECK(derivation::hash_of(derivation::load_profile(path)) ==
        derivation::hash_of(derivation::load_profile(kSample)));
}

TEST_CASE("a profile cut off anywhere is refused with a line") {
  const auto text = joined(lines_of(base::read_text_file(kSmall)));
  for (std::size_t size = 0; size + 1 < text.size(); size += soaks() ? 1U : 7U) {
    CAPTURE(size);
    CHECK_THROWS_WITH_AS(derivation::parse_profile(text.substr(0, size), "p"),
                         doctest::Contains("p:"), base::Error);
  }
}

TEST_CASE(
    "every line taken away, and every byte changed, is an error with a line or another hash") {
  for (const auto& file : {kSmall, kSample}) {
    const auto lines = lines_of(base::read_text_file(file));
    const auto text = joined(lines);
    const auto hash = derivation::hash_of(derivation::parse_profile(text, "p"));
    CHECK(hash == derivation::hash_of(derivation::load_profile(file)));
    for (std::size_t i = 0; i < lines.size(); ++i) {
      auto fewer = lines;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
      CAPTURE(lines.at(i));
      is_seen(joined(fewer), hash);
    }
    // Bit 5 only changes the case of hex digits, which says nothing.
    const std::size_t step = file == kSmall || soaks() ? 1 : 41;
    for (std::size_t at = 0; at < text.size(); at += step) {
      for (const char bit : {'\x01', '\x02', '\x80'}) {
        auto changed = text;
        changed[at] = static_cast<char>(changed[at] ^ bit);
        CAPTURE(at);
        CAPTURE(int{bit});
        is_seen(changed, hash);
      }
    }
  }
}

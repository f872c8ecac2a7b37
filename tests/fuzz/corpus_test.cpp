// Replays the committed corpora, and holds the dictionary to the command tables.
#include <filesystem>

#include <doctest/doctest.h>

#include "base/core/durable_file.h"
#include "tests/fuzz/dictionary.h"
#include "tests/fuzz/targets.h"

namespace {

namespace fs = std::filesystem;

const fs::path kFolder = fs::path(WELLKEY_SOURCE_DIR) / "tests/fuzz";

}  // namespace

TEST_CASE("every input of the committed corpora keeps every rule [R14] [R135]") {
  for (const auto& target : fuzz::kTargets) {
    CAPTURE(std::string(target.name));
    std::size_t replayed = 0;
    for (const auto& entry : fs::directory_iterator(kFolder / "corpora" / target.name)) {
      CAPTURE(entry.path().filename().string());
      const auto input = base::read_file(entry.path());
      CHECK_NOTHROW(target.run(input));
      ++replayed;
    }
    CHECK(replayed >= 10);
  }
}

TEST_CASE("the fuzz dictionary is printed from the command tables") {
  const std::string printed = fuzz::printed_dictionary();
  const std::string fresh = WELLKEY_BINARY_DIR "/cards.dict";
  base::write_durably(fresh, std::string_view(printed));
  INFO("after a change of the tables: cp " << fresh << " tests/fuzz/cards.dict");
  CHECK(base::read_text_file((kFolder / "cards.dict").string()) == printed);
}

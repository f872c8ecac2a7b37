// The labels that part one formula under a key from another: each is written at one place only.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <string>

#include <doctest/doctest.h>

namespace {

namespace fs = std::filesystem;

// Label to the places that put it into bytes; comments and printed texts only name it.
std::map<std::string, std::string> places_of_labels() {
  static const std::regex label(R"re("(WK/\w+)")re");
  std::map<std::string, std::string> places;
  for (const char* layer : {"base", "derivation", "audit", "cos-apdu", "keyceremony", "issuance",
                            "salesdesk", "meter-emu"}) {
    for (const auto& entry :
         fs::recursive_directory_iterator(fs::path(WELLKEY_SOURCE_DIR) / layer)) {
      if (entry.path().extension() != ".cpp" && entry.path().extension() != ".h") continue;
      std::ifstream file(entry.path());
      for (std::string line; std::getline(file, line);) {
        const std::string code = line.substr(0, line.find("//"));
        for (std::sregex_iterator at(code.begin(), code.end(), label), end; at != end; ++at)
          places[(*at)[1]] += entry.path().filename().string() + " ";
      }
    }
  }
  return places;
}

}  // namespace

TEST_CASE("no label is used for two formulas, and none begins with another") {
  const auto places = places_of_labels();
  REQUIRE(places.contains("WK/plan1"));
  REQUIRE(places.contains("WK/release1"));
  for (auto at = places.begin(); at != places.end(); ++at) {
    CAPTURE(at->first);
    CAPTURE(at->second);
    CHECK(std::ranges::count(at->second, ' ') == 1);
    // Neighbours in order are the only ones that can begin with each other.
    if (const auto next = std::next(at); next != places.end())
      CHECK_FALSE(next->first.starts_with(at->first));
  }
}

// Holds the house to its plan: who may include whom, where the doors are, how long a file may be.
#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

namespace {

namespace fs = std::filesystem;

// A layer, and every other layer that its files may include; the table of ARCHITECTURE.md.
struct Layer {
  std::string_view folder;
  std::vector<std::string_view> may_include;
};

const std::vector<Layer> kLayers = {
    {"base/core", {}},
    {"base/crypto", {"base/core"}},
    {"base/store", {"base/core"}},
    {"base/hsm", {"base/core", "base/crypto"}},
    {"base/terminal", {"base/core", "base/crypto"}},
    {"base/station", {"base/core"}},
    {"base/program", {"base/core", "base/station"}},
    {"base/front", {"base/core", "base/program", "base/terminal"}},
    {"derivation", {"base/core", "base/crypto"}},
    {"derivation/hsm", {"base/core", "base/crypto", "base/hsm", "derivation"}},
    {"audit", {"base/core", "base/crypto", "base/program", "base/store"}},
    {"cos-apdu", {"base/core", "base/crypto", "derivation"}},
    {"cos-apdu/layout", {"base/core", "base/crypto", "derivation", "cos-apdu"}},
    {"cos-apdu/pcsc", {"base/core", "base/crypto", "derivation", "cos-apdu", "cos-apdu/layout"}},
    {"cos-apdu/keycards",
     {"base/core", "base/crypto", "derivation", "cos-apdu", "cos-apdu/layout"}},
    {"cos-apdu/fieldcards",
     {"base/core", "base/crypto", "derivation", "cos-apdu", "cos-apdu/layout"}},
    {"cos-apdu/virtual",
     {"base/core", "base/crypto", "base/program", "derivation", "cos-apdu", "cos-apdu/layout",
      "cos-apdu/ifd"}},
    {"cos-apdu/ifd", {}},
    {"cos-apdu/reader",
     {"base/core", "derivation", "cos-apdu", "cos-apdu/layout", "cos-apdu/pcsc",
      "cos-apdu/fieldcards"}},
    {"cos-apdu/show",
     {"base/core", "base/program", "derivation", "cos-apdu", "cos-apdu/layout", "cos-apdu/pcsc"}},
    {"keyceremony",
     {"base/core", "base/crypto", "base/store", "base/hsm", "base/program", "base/terminal",
      "base/station", "derivation", "derivation/hsm", "audit", "cos-apdu", "cos-apdu/layout",
      "cos-apdu/pcsc", "cos-apdu/keycards"}},
    {"issuance",
     {"base/core", "base/crypto", "base/store", "base/hsm", "base/program", "base/terminal",
      "base/station", "derivation", "derivation/hsm", "audit", "cos-apdu", "cos-apdu/layout",
      "cos-apdu/pcsc", "cos-apdu/keycards"}},
    {"salesdesk",
     {"base/core", "base/crypto", "base/store", "base/hsm", "base/program", "base/terminal",
      "base/station", "derivation", "audit", "cos-apdu", "cos-apdu/layout", "cos-apdu/pcsc",
      "cos-apdu/reader"}},
    {"meter-emu",
     {"base/core", "base/crypto", "base/program", "derivation", "cos-apdu", "cos-apdu/layout",
      "cos-apdu/pcsc", "cos-apdu/virtual"}},
};

// A foreign header and the only folder that may see it.
const std::map<std::string, std::string_view> kForeignHeaders = {
    {"winscard.h", "cos-apdu/pcsc"},  {"ifdhandler.h", "cos-apdu/ifd"},
    {"p11-kit/pkcs11.h", "base/hsm"}, {"soci/soci.h", "base/store"},
    {"sqlite3.h", "base/store"},
};

// Where the permission to look at a secret is made.
const std::set<std::string> kDoors = {
    "base/crypto/door.h", "base/hsm/door.h",         "base/terminal/door.h",
    "cos-apdu/door.h",    "cos-apdu/virtual/door.h",
};

const std::vector<std::string_view> kForbiddenNames = {"manager", "helper",    "util",
                                                       "handler", "processor", "misc"};

constexpr std::size_t kLongestFile = 400;
constexpr std::size_t kLongestMain = 80;

struct Source {
  std::string path;  // from the project's folder
  std::vector<std::string> lines;
};

std::vector<Source> sources(const std::vector<std::string>& folders) {
  const fs::path root = WELLKEY_SOURCE_DIR;
  std::vector<Source> all;
  for (const std::string& folder : folders) {
    if (!fs::exists(root / folder)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
      const auto kind = entry.path().extension();
      if (kind != ".cpp" && kind != ".h" && kind != ".c") continue;
      Source source{fs::relative(entry.path(), root).string(), {}};
      std::ifstream file(entry.path());
      for (std::string line; std::getline(file, line);) source.lines.push_back(line);
      all.push_back(std::move(source));
    }
  }
  REQUIRE(!all.empty());
  return all;
}

const std::vector<Source>& product() {
  static const std::vector<Source> all =
      sources({"base", "derivation", "audit", "cos-apdu", "keyceremony", "issuance", "salesdesk",
               "meter-emu"});
  return all;
}

const Layer* layer_of(const std::string& path) {
  const Layer* best = nullptr;
  for (const Layer& layer : kLayers) {
    const bool inside = path.starts_with(std::string(layer.folder) + "/");
    if (inside && (best == nullptr || layer.folder.size() > best->folder.size())) best = &layer;
  }
  return best;
}

// The included name of an #include line, quotes or brackets taken off; empty otherwise.
std::string included(const std::string& line) {
  static const std::regex shape(R"re(^\s*#\s*include\s*["<]([^">]+)[">])re");
  std::smatch match;
  return std::regex_search(line, match, shape) ? match[1].str() : std::string();
}

}  // namespace

TEST_CASE("every source lies in a layer of the table") {
  for (const Source& source : product()) {
    CAPTURE(source.path);
    CHECK(layer_of(source.path) != nullptr);
  }
}

TEST_CASE("a layer includes only the layers that the table gives it") {
  for (const Source& source : product()) {
    const Layer* own = layer_of(source.path);
    if (own == nullptr) continue;
    for (const std::string& line : source.lines) {
      const std::string name = included(line);
      const Layer* other = layer_of(name);
      if (other == nullptr || other == own) continue;
      CAPTURE(source.path);
      CAPTURE(name);
      CHECK(std::ranges::count(own->may_include, other->folder) == 1);
    }
  }
}

TEST_CASE("the layers have no circle") {
  // The table lists a layer after everything that it may include.
  std::set<std::string_view> above = {"cos-apdu/ifd"};
  for (const Layer& layer : kLayers) {
    for (const std::string_view lower : layer.may_include) {
      CAPTURE(layer.folder);
      CAPTURE(lower);
      CHECK(above.contains(lower));
    }
    above.insert(layer.folder);
  }
}

TEST_CASE("each foreign interface is seen by one folder") {
  for (const Source& source : product()) {
    for (const std::string& line : source.lines) {
      const auto foreign = kForeignHeaders.find(included(line));
      if (foreign == kForeignHeaders.end()) continue;
      CAPTURE(source.path);
      CAPTURE(foreign->first);
      CHECK(source.path.starts_with(foreign->second));
    }
  }
}

TEST_CASE("the permission to look at a secret is made in five places") {
  static const std::regex door(R"(struct \w*Door \{)");
  std::set<std::string> found;
  for (const Source& source : product()) {
    for (const std::string& line : source.lines) {
      if (std::regex_search(line, door)) found.insert(source.path);
    }
  }
  CHECK(found == kDoors);
}

TEST_CASE("no file is longer than a reader can hold") {
  for (const Source& source : product()) {
    CAPTURE(source.path);
    CHECK(source.lines.size() <= kLongestFile);
    if (fs::path(source.path).filename() == "main.cpp") CHECK(source.lines.size() <= kLongestMain);
  }
  for (const Source& source : sources({"tests"})) {
    CAPTURE(source.path);
    CHECK(source.lines.size() <= kLongestFile);
  }
}

TEST_CASE("no file or type is named after what it does to be busy") {
  static const std::regex type_name(R"(^\s*(class|struct|enum class) (\w+))");
  for (const Source& source : product()) {
    std::vector<std::string> names = {source.path};
    for (const std::string& line : source.lines) {
      std::smatch match;
      if (std::regex_search(line, match, type_name)) names.push_back(match[2].str());
    }
    for (std::string name : names) {
      std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
      for (const std::string_view forbidden : kForbiddenNames) {
        CAPTURE(source.path);
        CAPTURE(name);
        CHECK(name.find(forbidden) == std::string::npos);
      }
    }
  }
}

TEST_CASE("the top level holds what the plan names") {
  const std::set<std::string> planned = {"CMakeLists.txt",
                                         "CMakePresets.json",
                                         "keyceremony",
                                         "derivation",
                                         "issuance",
                                         "cos-apdu",
                                         "audit",
                                         "salesdesk",
                                         "meter-emu",
                                         "tests",
                                         "runbooks",
                                         "base",
                                         "docs",
                                         "README.md",
                                         "ARCHITECTURE.md",
                                         "SECURITY.md",
                                         "CHANGELOG.md",
                                         "GLOSSARY.md",
                                         "LICENSE",
                                         "rehearse",
                                         "check",
                                         "build",
                                         "out"};
  for (const auto& entry : fs::directory_iterator(WELLKEY_SOURCE_DIR)) {
    const std::string name = entry.path().filename().string();
    CAPTURE(name);
    CHECK((name.starts_with(".") || planned.contains(name)));
  }
}

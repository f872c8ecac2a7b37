// The released binaries know no factor: every one of the sample profile is searched in each installed
// program, library and driver, as bytes and as hex, forwards and backwards.
//
// Found is what stands in one piece; a constant that a compiler spread over instructions is not.
#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "base/core/durable_file.h"
#include "derivation/profile.h"
#include "tests/support/shell.h"
#include "tests/support/temp_folder.h"

namespace {

namespace fs = std::filesystem;

struct Form {
  std::string what;
  std::string bytes;
};

std::string reversed(std::string text) {
  std::ranges::reverse(text);
  return text;
}

std::vector<Form> hex_forms(const std::string& name, const std::string& bytes) {
  const auto hex = [](const std::string& text, base::HexCase letters) {
    return base::to_hex(base::bytes_of(text), letters);
  };
  std::vector<Form> forms;
  for (const auto letters : {base::HexCase::kUpper, base::HexCase::kLower}) {
    forms.push_back({name + " in hex", hex(bytes, letters)});
    forms.push_back({name + " in hex of reversed bytes", hex(reversed(bytes), letters)});
    forms.push_back({name + " in reversed hex", reversed(hex(bytes, letters))});
  }
  return forms;
}

std::vector<Form> all_forms(const std::string& name, const std::string& bytes) {
  auto forms = hex_forms(name, bytes);
  forms.push_back({name + " in bytes", bytes});
  forms.push_back({name + " in reversed bytes", reversed(bytes)});
  return forms;
}

// Three bytes of a tail stand anywhere by chance: as bytes they are searched with each county's code.
std::vector<Form> forms_of(const derivation::Profile& profile) {
  std::vector<Form> forms;
  const auto add = [&](const std::vector<Form>& more) {
    forms.insert(forms.end(), more.begin(), more.end());
  };
  for (const auto& row : derivation::kPurposes)
    add(all_forms("purpose." + std::string(row.id),
                  base::text_of(profile.purposes.at(derivation::byte_of(row.purpose) - 1U).value)));
  add(all_forms("province.factor", base::text_of(profile.province.value)));
  const auto tail = base::text_of(profile.county_tail.value);
  add(hex_forms("county.tail", tail));
  for (const auto& county : profile.counties)
    add(all_forms("county " + county.code.digits(), base::text_of(county.code.bcd()) + tail));
  return forms;
}

class Search {
 public:
  explicit Search(const std::vector<Form>& forms) : may_start_(1U << 16) {
    for (const auto& form : forms) {
      may_start_.at(start_of(form.bytes.data())) = true;
      by_start_[form.bytes.substr(0, kKeyBytes)].push_back(form);
    }
  }

  std::vector<std::string> found_in(const std::string& content) const {
    std::vector<std::string> found;
    for (std::size_t at = 0; at + kKeyBytes <= content.size(); ++at) {
      if (!may_start_[start_of(content.data() + at)]) continue;
      const auto candidates = by_start_.find(content.substr(at, kKeyBytes));
      if (candidates == by_start_.end()) continue;
      for (const auto& form : candidates->second)
        if (content.compare(at, form.bytes.size(), form.bytes) == 0) found.push_back(form.what);
    }
    return found;
  }

 private:
  static constexpr std::size_t kKeyBytes = 6;  // the shortest form

  static std::size_t start_of(const char* two) {
    return static_cast<std::size_t>(static_cast<unsigned char>(two[0])) << 8U |
           static_cast<unsigned char>(two[1]);
  }

  std::vector<bool> may_start_;
  std::map<std::string, std::vector<Form>> by_start_;
};

const derivation::Profile& sample() {
  static const auto once =
      derivation::load_profile(WELLKEY_SOURCE_DIR "/derivation/profiles/hebei-sample.toml");
  return once;
}

std::vector<fs::path> installed_binaries(const fs::path& root) {
  std::vector<fs::path> found;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (entry.is_symlink() || !entry.is_regular_file()) continue;
    if (base::read_text_file(entry.path())
            .starts_with("\x7F"
                         "ELF"))
      found.push_back(entry.path());
  }
  return found;
}

}  // namespace

TEST_CASE("no installed program, library or driver holds a factor of the sample profile [R146]") {
  const support::TempFolder folder;
  const auto done = support::shell("DESTDIR='" + folder.path().string() + "' cmake --install '" +
                                   WELLKEY_BINARY_DIR "'");
  REQUIRE_MESSAGE(done.status == 0, done.output);
  const auto binaries = installed_binaries(folder.path());
  CHECK(binaries.size() >= 10);  // eight programs, the library, the driver
  const Search search(forms_of(sample()));
  for (const auto& binary : binaries) {
    const auto found = search.found_in(base::read_text_file(binary));
    CAPTURE(binary);
    CAPTURE(found.empty() ? "" : found.front());
    CHECK(found.empty());
  }
}

TEST_CASE("a factor planted in a program is found, in every form") {
  const auto program = base::read_text_file(WELLKEY_BINARY_DIR "/bin/wellkey");
  const auto forms = forms_of(sample());
  CHECK(forms.size() == (15 + 1 + 167) * 8 + 6);
  const Search search(forms);
  std::string plants;
  for (const auto& form : forms) plants += form.bytes + '\0';
  auto planted = program;
  planted.insert(planted.size() / 2, plants);
  const support::TempFolder folder;
  const auto path = folder.path() / "wellkey";
  base::write_durably(path, std::string_view(planted));
  const auto found = search.found_in(base::read_text_file(path));
  for (const auto& form : forms) {
    CAPTURE(form.what);
    CHECK(std::ranges::find(found, form.what) != found.end());
  }
}

TEST_CASE("the installed sample profile itself is where the search finds every purpose") {
  const auto found = Search(forms_of(sample()))
                         .found_in(base::read_text_file(WELLKEY_SOURCE_DIR
                                                        "/derivation/profiles/hebei-sample.toml"));
  for (const auto& row : derivation::kPurposes)
    CHECK(std::ranges::find(found, "purpose." + std::string(row.id) + " in hex") != found.end());
}

// docs/tables is what the tables print. WELLKEY_REPRINT=1 prints the pages anew (./check fix).
#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>

#include <doctest/doctest.h>

#include "base/core/durable_file.h"
#include "base/program/printed_rows.h"
#include "cos-apdu/layout/apdu_fields.h"
#include "cos-apdu/layout/printed_tables.h"
#include "cos-apdu/virtual/printed_commands.h"
#include "derivation/profile_schema.h"
#include "issuance/printed_tables.h"
#include "keyceremony/printed_tables.h"

namespace {

struct Page {
  std::string file;
  std::string (*print)();
};

const std::string kFolder = WELLKEY_SOURCE_DIR "/docs/tables/";

const Page kPages[] = {
    {"apdu-fields.md", card::layout::printed_apdu_fields},
    {"ceremony.md", keyceremony::printed_ceremony},
    {"commands.md", card::chip::printed_commands},
    {"export-matrix.md", card::layout::printed_export_matrix},
    {"files.md", card::layout::printed_files},
    {"key-card-commands.md", card::layout::printed_key_card_commands},
    {"key-states.md", issuance::printed_key_states},
    {"keys.md", card::layout::printed_keys},
    {"life-cycles.md", card::layout::printed_life_cycles},
    {"programs.md", program::printed_rows},
    {"profile-rows.md", card::layout::printed_profile_rows},
    {"scheme-profile.md", derivation::printed_profile_schema},
    {"status-words.md", card::layout::printed_status_words},
};

}  // namespace

TEST_CASE("every page of docs/tables is what its table prints") {
  const bool reprint = std::getenv("WELLKEY_REPRINT") != nullptr;
  for (const Page& page : kPages) {
    const std::string text = page.print();
    if (reprint) base::write_durably(kFolder + page.file, std::string_view(text));
    INFO("after a change of the tables: ./check fix");
    CAPTURE(page.file);
    CHECK(base::read_text_file(kFolder + page.file) == text);
  }
}

TEST_CASE("docs/tables holds no page that nothing prints") {
  std::set<std::string> known = {"README.md"};
  for (const Page& page : kPages) known.insert(page.file);
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    CAPTURE(entry.path());
    CHECK(known.contains(entry.path().filename().string()));
  }
}

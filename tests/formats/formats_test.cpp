// Every file that the product writes carries the number of its format, and a newer one is refused by
// name with both numbers. The rows are those of docs/formats/README.md.
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "audit/archive.h"
#include "audit/entry.h"
#include "audit/log.h"
#include "audit/statement.h"
#include "base/core/durable_file.h"
#include "base/core/error.h"
#include "base/core/format_version.h"
#include "base/hsm/checkpoint_signer.h"
#include "base/hsm/mechanisms.h"
#include "base/hsm/token_folder.h"
#include "base/station/station.h"
#include "base/store/migration.h"
#include "cos-apdu/virtual/chip.h"
#include "derivation/profile.h"
#include "issuance/register/register.h"
#include "keyceremony/journal.h"
#include "keyceremony/plan.h"
#include "meter-emu/meter/image.h"
#include "salesdesk/ledger/desk_folder.h"
#include "salesdesk/ledger/schema.h"
#include "tests/support/temp_folder.h"

namespace {

namespace fs = std::filesystem;
using base::Error;
using base::Fault;

struct Format {
  std::string name;   // as the page of formats has it
  std::string error;  // what a reader of the next version is told
  std::function<void(const fs::path& folder)> open_newer;
};

void write(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  base::write_durably(path, std::string_view(text));
}

std::string file_text(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string with(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  if (at == std::string::npos) throw std::runtime_error("no '" + from + "'");
  return text.replace(at, from.size(), to);
}

// A database that a later program has taken one step further.
template <typename Make>
void take_a_step_further(const fs::path& path, const Make& make) {
  make(path);
  auto database = store::Database::open(path, store::Access::kCreate);
  database.run("INSERT INTO schema_step(number, name, statements) VALUES(:n, 'later', '')",
               store::schema_number(database) + 1);
}

std::string next_step_error(std::int64_t known) {
  return "database is at schema step " + std::to_string(known + 1) + ", this program knows " +
         std::to_string(known) + " steps";
}

void open_desk_books(const fs::path& path) {
  auto database = store::Database::open(path, store::Access::kCreate);
  desk::bring_up_to_date(database);
}

std::int64_t desk_steps() {
  const support::TempFolder folder;
  auto database = store::Database::open(folder.path() / "desk.db", store::Access::kCreate);
  desk::bring_up_to_date(database);
  return store::schema_number(database);
}

void open_log(const fs::path& path) {
  const auto pair = crypto::Ed25519Pair::generate();
  audit::Log::open({path, "formats.example/log", base::Mode::kRehearsal},
                   {"formats.example/log", pair.point,
                    [&](base::ByteView text) { return crypto::sign(pair.seed, text); }},
                   base::system_time);
}

const std::vector<Format>& formats() {
  static const std::vector<Format> rows = {
      {"station.toml", "station.toml: format 2, this program knows format 1",
       [](const fs::path& folder) {
         station::Station::init(folder, base::Mode::kRehearsal, "a/b", "/module.so");
         const auto file = folder / "station.toml";
         write(file, with(file_text(file), "format = 1", "format = 2"));
         station::Station::open(folder);
       }},
      {"profile", "profile: format 2, this program knows format 1",
       [](const fs::path&) {
         const auto text = file_text(WELLKEY_SOURCE_DIR "/derivation/profiles/hebei-sample.toml");
         derivation::parse_profile(with(text, "format = 1", "format = 2"), "profile.toml");
       }},
      {"mechanism map", "mechanisms.toml: format 2, this program knows format 1",
       [](const fs::path&) { hsm::MechanismMap::parse("format = 2\n", "mechanisms.toml"); }},
      {"plan", "plan: format 2, this program knows format 1",
       [](const fs::path&) { keyceremony::parse_plan("format = 2\n", "plan.toml"); }},
      {"journal", "journal: format 2, this program knows format 1",
       [](const fs::path& folder) {
         const crypto::Hash32 id{};
         const std::string line = "1|2026-11-22T15:04:05Z|planned|opened|format=2";
         const auto chain = crypto::sha256(
             {base::bytes_of(base::to_hex(id, base::HexCase::kLower)), base::bytes_of(line)});
         write(folder / "journal",
               line + "|" + base::to_hex(base::ByteView(chain).first(16), base::HexCase::kLower) +
                   "\n");
         keyceremony::Journal(folder / "journal", id);
       }},
      {"token manifest", "wellkey token manifest: format 2, this program knows format 1",
       [](const fs::path& folder) {
         write(folder / "manifest", "wellkey token manifest 2\nsnapshot 1\nmac 00\n");
         hsm::TokenFolder::survey(folder);
       }},
      {"signed heads", "wellkey signed heads: format 2, this program knows format 1",
       [](const fs::path& folder) {
         hsm::SignedHeads(folder, "a/b").admit({1, "root"});
         const auto file = fs::directory_iterator(folder)->path();
         write(file, with(file_text(file), "heads 1", "heads 2"));
         hsm::SignedHeads(folder, "a/b");
       }},
      {"log entry", "entry: format 2, this program knows format 1",
       [](const fs::path&) { audit::parse_entry(R"({"v":2,"seq":0})"); }},
      {"statement", "wellkey statement: format 2, this program knows format 1",
       [](const fs::path&) { audit::parse_statement("wellkey statement 2\n"); }},
      {"log.db, by its writer", next_step_error(1),
       [](const fs::path& folder) {
         take_a_step_further(folder / "log.db", open_log);
         open_log(folder / "log.db");
       }},
      {"log.db, by its reader", next_step_error(1),
       [](const fs::path& folder) {
         take_a_step_further(folder / "log.db", open_log);
         audit::Archive::open(folder / "log.db");
       }},
      {"register.db", next_step_error(2),
       [](const fs::path& folder) {
         take_a_step_further(folder / "register.db", issuance::Register::open);
         issuance::Register::open(folder / "register.db");
       }},
      {"desk.db", next_step_error(desk_steps()),
       [](const fs::path& folder) {
         take_a_step_further(folder / "desk.db", open_desk_books);
         open_desk_books(folder / "desk.db");
       }},
      {"desk.toml", "desk.toml: format 2, this program knows format 1",
       [](const fs::path& folder) {
         write(folder / "desk.toml", "format = 2\n");
         desk::read_settings(folder);
       }},
      {"card image", "card image: format 3, this program knows format 2",
       [](const fs::path&) {
         auto image = card::chip::manufactured_image(
             derivation::Serial8::of(derivation::CardKind::kUser, 1), crypto::SuiteId::kAes128);
         image.at(7) = 3;  // WKCARD, then the number in two bytes
         card::chip::Chip(std::make_unique<card::chip::MemoryStorage>(
             std::make_shared<base::WipedBytes>(image.begin(), image.end())));
       }},
      {"meter image", "meter image: format 2, this program knows format 1",
       [](const fs::path&) { meter::decode_image(R"({"format":2})"); }},
  };
  return rows;
}

}  // namespace

TEST_CASE("a file of a newer format is refused by name, with both numbers") {
  for (const Format& row : formats()) {
    const support::TempFolder folder;
    CAPTURE(row.name);
    try {
      row.open_newer(folder.path());
      FAIL_CHECK("taken");
    } catch (const Error& error) {
      CHECK(std::string(error.what()) == row.error);
      CHECK(error.fault() == Fault::kRefused);
    }
  }
}

TEST_CASE("the page of formats has a row for each") {
  const auto page = file_text(WELLKEY_SOURCE_DIR "/docs/formats/README.md");
  for (const Format& row : formats()) {
    CAPTURE(row.name);
    const auto file = row.name.substr(0, row.name.find(','));
    CHECK(page.find("| " + file) != std::string::npos);
  }
}

TEST_CASE("a file without the number of its format is no file of ours") {
  CHECK_THROWS_WITH(base::require_format("plan", std::nullopt, 1), "plan: expected format 1");
  CHECK_THROWS_WITH(
      base::require_first_line("wellkey token manifesto", "wellkey token manifest", 1),
      "wellkey token manifest: expected format 1");
  CHECK_THROWS_WITH(
      base::require_first_line("wellkey token manifest 1a", "wellkey token manifest", 1),
      "wellkey token manifest: expected format 1");
  CHECK_NOTHROW(base::require_first_line("wellkey token manifest 1", "wellkey token manifest", 1));
}

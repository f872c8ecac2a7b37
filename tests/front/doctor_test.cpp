// wellkey doctor against a real station: what it finds well, what it finds ill, and what it advises.
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/front/small_station.h"

using support::ProgramRun;
using support::SmallStation;

namespace {

namespace fs = std::filesystem;

ProgramRun doctor(const SmallStation& station) {
  return station.run("wellkey", {"doctor", "--station", station.folder()});
}

bool says(const ProgramRun& run, const std::string& part) {
  return run.text.find(part) != std::string::npos;
}

fs::path some_file_below(const fs::path& folder) {
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file() && entry.file_size() > 0) return entry.path();
  }
  throw std::runtime_error("no file below " + folder.string());
}

void change_first_byte(const fs::path& path) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  const char changed = static_cast<char>(file.get() ^ 0x01);
  file.seekp(0);
  file.put(changed);
}

}  // namespace

TEST_CASE("doctor says ok of a whole station, and names what a shift that is not open lacks") {
  SmallStation station;
  const auto before = doctor(station);
  CHECK(before.status == 1);
  CHECK(says(before, "LOOK   tokens"));
  CHECK(says(before, "what to do: without a signer: keyceremony token serve"));
  CHECK(says(before, "ok     readers and cards"));

  station.open_shift();
  const auto during = doctor(station);
  CAPTURE(during.text);
  CHECK(during.status == 0);
  CHECK_FALSE(says(during, "LOOK"));
  CHECK(says(during, "ok     confinement"));
  CHECK(says(during, "system calls filtered, files fenced at level "));
  CHECK(says(during, "4 readers, 2 cards"));
  CHECK(says(during, "role card 2200000000000001"));
  CHECK(says(during, "key token: "));
  CHECK(says(during, "the store was not looked at, a program uses it"));
  CHECK(says(during, "signer: answers for rehearsal.wellkey/doctor"));
  CHECK(says(during, "nothing is pending"));

  station.close_shift();
  CHECK(doctor(station).status == 1);
}

TEST_CASE("doctor finds a token folder that was changed, without anybody's PIN") {
  SmallStation station;
  station.open_shift();
  const fs::path key = fs::path(station.folder()) / "tokens" / "key";
  const auto looked = station.run("keyceremony", {"token", "check", "--station", station.folder()});
  CHECK(looked.status == 0);
  CHECK(says(looked, "is whole, the store agrees"));
  CHECK(says(looked, "not looked at: the MAC of the manifests"));

  change_first_byte(some_file_below(key / "store"));
  CHECK(says(doctor(station), "the store differs and will be put back"));

  change_first_byte(some_file_below(key / "snapshots"));
  const auto damaged = doctor(station);
  CHECK(damaged.status == 1);
  CHECK(says(damaged, "key token: its snapshot is not the manifest's"));
  CHECK(station.run("keyceremony", {"token", "check", "--station", station.folder()}).status == 16);

  fs::remove(key / "manifest");
  CHECK(says(doctor(station), "holds no token: it has no manifest"));
}

TEST_CASE("readers are listed with what their cards say of themselves") {
  SmallStation station;
  const auto made = station.run("virtual-card",
                                {"new", "user", "--serial", "4711", "--out", station.card("user")});
  REQUIRE(made.status == 0);
  station.readers().insert(0, station.card("user"));
  const auto shown = station.run("issuance", {"readers"});
  CHECK(shown.status == 0);
  CHECK(says(shown, "wellkey 00 00: user card …1267, manufactured, rehearsal"));
  CHECK_FALSE(says(shown, "4000000000001267"));
  CHECK(says(shown, "wellkey 00 03: empty"));
  const auto listed = station.run("issuance", {"readers", "--json"});
  const auto rows = nlohmann::json::parse(listed.text).at("readers");
  REQUIRE(rows.size() == 4);
  CHECK(rows[0]["kind"] == "user");
  CHECK(rows[1]["serial"] == "2200000000000001");
  CHECK(rows[1]["void"] == false);

  station.readers().kill_daemon();
  const auto gone = station.run("issuance", {"readers"});
  CHECK(gone.status == 15);
  CHECK(says(gone, "issuance: SCardEstablishContext"));
  CHECK(says(doctor(station), "what to do: is pcscd running"));
  station.readers().restart();
}

TEST_CASE("issuance bends no number: octal, hexadecimal and what is too large are refused") {
  SmallStation station;
  station.open_shift();
  const std::vector<std::vector<std::string>> lines = {
      {"psam", "130109", "--terminal"},        {"psam", "130109", "--terminal", "1", "--count"},
      {"user", "130109", "--serial"},          {"user", "130109", "--serial", "1", "--issue"},
      {"pair", "provincial", "--key-version"},
  };
  for (const auto& line : lines) {
    for (const std::string number : {"99999999999999999999", "4294967297000", "010", "0x10", "0"}) {
      auto words = line;
      words.insert(words.end(),
                   {number, "--station", station.folder(), "--answers", station.answers()});
      const auto refused = station.run("issuance", words);
      CAPTURE(refused.text);
      CHECK(refused.status == 10);
      CHECK(says(refused, "is '" + number + "', expected a whole number from 1 to "));
    }
  }
}

TEST_CASE("a cut leaves cards pending, and doctor says so") {
  SmallStation station;
  station.open_shift();
  unsigned slot = 0;
  for (const std::string number : {"1", "2"}) {
    const auto image = station.card("stock-" + number);
    station.must("virtual-card", {"new", "stock", "--serial", number, "--out", image});
    station.readers().insert(slot, image);
    slot = 3;
  }
  const auto cut = station.run(
      "issuance", {"stock", "init", "--station", station.folder(), "--officer",
                   SmallStation::serial("1"), "--officer", SmallStation::serial("2"), "--answers",
                   station.answers("person-1 = E1001\nperson-2 = E1002\n")});
  CAPTURE(cut.text);
  CHECK(cut.status != 0);  // nobody answered whether the fingerprints are equal
  const auto pending =
      station.run("issuance", {"list", "--pending", "--station", station.folder()});
  CHECK(pending.status == 12);
  CHECK(says(pending, "are pending: run issuance resolve"));
  const auto found = doctor(station);
  CHECK(found.status == 1);
  CHECK(says(found, "LOOK   pending acts"));
}

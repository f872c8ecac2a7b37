// The profile that a station works by is the one that its log accepted.
#include <doctest/doctest.h>

#include "base/core/durable_file.h"
#include "base/station/station.h"
#include "issuance/commands/world.h"
#include "tests/issuance/test_station.h"

using namespace shop;
using base::Fault;

namespace {

struct ProfiledStation {
  ProfiledStation()
      : station(station::Station::init(folder.path() / "station", base::Mode::kRehearsal,
                                       "wellkey.example/profile", "/usr/lib/none.so")) {
    base::write_durably(station.profile(), derivation::format_toml(logged.profile));
  }

  void accept(const crypto::Hash32& hash) {
    logged.log().append(
        issuance::log_entry(audit::Act::kProfileAccepted, {}, two_persons(), {audit::hash(hash)}));
  }

  derivation::Profile read() {
    return issuance::commands::accepted_profile(station, logged.log().archive());
  }

  support::TempFolder folder;
  TestStation logged;
  station::Station station;
};

}  // namespace

TEST_CASE("a profile is used when the log accepted exactly this one [R146]") {
  ProfiledStation at;
  CHECK(fault_of([&] { at.read(); }) == Fault::kWrongState);
  at.accept(derivation::hash_of(at.logged.profile));
  CHECK(at.read() == at.logged.profile);
}

TEST_CASE("a profile that was changed since the log accepted it is refused [R146]") {
  ProfiledStation at;
  at.accept(derivation::hash_of(at.logged.profile));
  derivation::Profile changed = at.logged.profile;
  changed.ceilings.psam_count += 1;
  base::write_durably(at.station.profile(), derivation::format_toml(changed));
  CHECK(fault_of([&] { at.read(); }) == Fault::kTampered);
}

TEST_CASE("a damaged profile is named, not guessed at") {
  ProfiledStation at;
  base::write_durably(at.station.profile(), std::string_view("format = 1\nname = "));
  CHECK(fault_of([&] { at.read(); }) == Fault::kMalformed);
}

// A log in a temporary folder, with a software key and a clock that ticks one second a reading.
#pragma once

#include <memory>

#include <doctest/doctest.h>

#include "audit/log.h"
#include "audit/verify.h"
#include "base/core/error.h"
#include "tests/support/temp_folder.h"

namespace support {

inline constexpr std::string_view kOrigin = "wellkey.example/test/2026";

struct LogFixture {
  TempFolder folder;
  std::filesystem::path path = folder.path() / "log.db";
  std::filesystem::path remembered = folder.path() / "log" / "checkpoint";
  std::shared_ptr<crypto::Ed25519Pair> pair =
      std::make_shared<crypto::Ed25519Pair>(crypto::Ed25519Pair::generate());
  audit::VerifierKey key{std::string(kOrigin), audit::KeyType::kEd25519, pair->point};

  audit::Signer signer() const {
    return {std::string(kOrigin), pair->point,
            [held = pair](base::ByteView text) { return crypto::sign(held->seed, text); }};
  }

  audit::Log open() const {
    return audit::Log::open({path, "test-station", base::Mode::kRehearsal}, signer(),
                            [time = base::parse_utc("2026-11-22T08:00:00Z")]() mutable {
                              time.seconds += 1;
                              return time;
                            });
  }

  audit::Findings verify(std::vector<std::string> older = {}) const {
    audit::Archive archive = audit::Archive::open(path);
    return audit::verify(archive, {key, {}, std::move(older), std::nullopt});
  }
};

inline audit::Entry entry_of(std::uint64_t number) {
  return {audit::Act::kIssueDone,
          {{"officer-07", audit::Role::kIssuer}},
          {audit::kind(0x2B), audit::count(number)},
          audit::Outcome::kDone,
          "",
          "batch-1"};
}

inline void append_some(audit::Log& log, std::uint64_t count) {
  for (std::uint64_t i = 0; i < count; ++i) log.append(entry_of(i));
}

template <typename Act>
base::Error error_of(Act&& act) {
  try {
    act();
  } catch (const base::Error& error) {
    return error;
  }
  FAIL("no error was thrown");
  return {base::Fault::kMalformed, ""};
}

// What somebody with the disk does first.
inline store::Database without_triggers(const std::filesystem::path& path) {
  store::Database db = store::Database::open(path, store::Access::kExisting);
  for (const auto& [name] :
       db.rows<std::string>("SELECT name FROM sqlite_master WHERE type = 'trigger'")) {
    db.script("DROP TRIGGER " + name);
  }
  return db;
}

}  // namespace support

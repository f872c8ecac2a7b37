// The folder of a SoftHSM token, kept whole against crashes and changes behind our back: SoftHSM
// rewrites its files in place at every login, without sync, and puts no MAC over attributes.
//
//   softhsm2.conf   written anew when the folder has moved
//   store/          SoftHSM's own files
//   snapshots/<n>/  a synced copy of store/ as of the last commit
//   manifest        "wellkey token manifest 1", snapshot number, one "sha256 path" line per file,
//                   and a CMAC under a key made from the token PIN
//   tries           wrong PINs in a row
//   lock            held by the process that uses the token
//
// The truth is the last commit: whatever differs from it in store/ is put back when the folder is
// opened. So work that was not committed is undone, and a changed file is found.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/core/secret.h"
#include "base/crypto/hash.h"

namespace hsm {

// Held while a process uses a token's folder: two that log in at once destroy each other's files.
class FolderLock {
 public:
  // Throws kConflict when another holds it.
  explicit FolderLock(const std::filesystem::path& folder);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  int descriptor_;
};

// The last commit.
struct FolderState {
  std::uint64_t snapshot = 0;  // one more at each commit
  crypto::Hash32 manifest{};   // SHA-256 of the file
  bool operator==(const FolderState&) const = default;
};

// What can be told of a token's folder without its PIN. Whether the manifest itself is genuine
// cannot: its MAC is under the PIN.
struct FolderSurvey {
  enum class Store { kAgrees, kDiffers, kInUse };  // in use: SoftHSM rewrites it at every login

  std::size_t files = 0;  // that the manifest names
  FolderState state;
  std::vector<std::string> damaged;  // of the snapshot: missing, changed or too many
  Store store = Store::kAgrees;      // a store that differs is put back at the next opening
  unsigned wrong_pins = 0;           // in a row
};

class TokenFolder {
 public:
  static constexpr unsigned kMostTries = 3;

  // Makes folder, store and configuration (mode 0700); throws kConflict when a manifest is there.
  static TokenFolder create(const std::filesystem::path& folder);

  // Throws kNotFound without a manifest.
  static TokenFolder open(const std::filesystem::path& folder);

  // Changes nothing; throws kNotFound without a manifest, kTampered when it has not its form.
  static FolderSurvey survey(const std::filesystem::path& folder);

  std::filesystem::path config() const { return folder_ / "softhsm2.conf"; }

  // Checks the manifest under this PIN and the store against the manifest, and puts back what
  // differs; returns the paths that did. Throws kRefused for a wrong PIN (or a changed manifest:
  // the two cannot be told apart) and counts it, kRefused without looking after kMostTries, and
  // kTampered when the snapshot itself is damaged.
  std::vector<std::string> verify(const base::SecretBytes& pin);

  // The store as it is now becomes the truth, durably.
  void commit(const base::SecretBytes& pin);

  // Puts the store back to the last commit: after service work, whose logins change nothing that
  // counts.
  std::vector<std::string> restore();

  // For the records; throws kNotFound before the first commit.
  FolderState state() const;

  // After an inquiry under two persons, which the caller records.
  void unlock_pin();

 private:
  using Listing = std::map<std::string, crypto::Hash32>;

  struct Manifest {
    std::uint64_t snapshot = 0;
    Listing files;
  };

  explicit TokenFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}

  void write_config() const;
  FolderSurvey::Store compare_store(const Listing& truth) const;

  std::filesystem::path store() const { return folder_ / "store"; }

  std::filesystem::path snapshot(std::uint64_t number) const;
  Manifest manifest() const;
  unsigned tries() const;
  void set_tries(unsigned count) const;

  std::filesystem::path folder_;
};

}  // namespace hsm

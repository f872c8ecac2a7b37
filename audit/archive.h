// Reading a log: entries, checkpoints and proofs, straight from its file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/checkpoint.h"
#include "audit/object.h"
#include "audit/tree.h"
#include "base/store/database.h"

namespace audit {

// One stored checkpoint and what is needed to go on from it.
struct Sealed {
  CompactRange range;
  std::string note;
};

struct StoredCheckpoint {
  std::uint64_t size = 0;
  std::string note;
};

class Archive {
 public:
  // For those who only look. Throws kNotFound without such a file, kTampered when it is no log.
  static Archive open(const std::filesystem::path& path);

  // Over a database that somebody else opened (and, for an empty one, gives its tables).
  explicit Archive(store::Database database) : database_(std::move(database)) {}

  // Entries in the table; a sound log has as many as its newest checkpoint says.
  std::uint64_t size();

  // Nothing for a log without any checkpoint.
  std::optional<Sealed> newest();

  // The bytes of an entry; throws kNotFound.
  std::string entry(std::uint64_t index);

  // In order, `first` to the end, with the index as stored.
  void each_entry(std::uint64_t first,
                  const std::function<void(std::uint64_t index, std::string_view bytes)>& take);
  void each_checkpoint(const std::function<void(const StoredCheckpoint&)>& take);
  std::optional<std::string> checkpoint_at(std::uint64_t size);

  // The newest checkpoint with the witness lines kept for it.
  std::string cosigned_checkpoint(std::uint64_t size);

  // All leaf hashes of the first `size` entries, hashed from the entries.
  std::vector<Hash32> leaves(std::uint64_t size);

  // What stands behind a commitment; nothing once forgotten.
  std::optional<Disclosure> disclosure(const crypto::Hash32& commitment);

  store::Database& database() { return database_; }

 private:
  store::Database database_;
};

}  // namespace audit

// Appending: lock, read the head anew, check what is remembered, sign, commit, remember.
#include "audit/log.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "audit/schema.h"
#include "audit/witness.h"
#include "base/core/durable_file.h"
#include "base/core/error.h"

namespace audit {

namespace {

using base::fail;
using base::Fault;

std::filesystem::path folder_beside(const std::filesystem::path& log) {
  std::filesystem::path folder = log;
  return folder.replace_extension();
}

std::filesystem::path remembered_path(const std::filesystem::path& log) {
  return folder_beside(log) / "checkpoint";
}

// One program at a time between reading the head and remembering the new one.
class Turn {
 public:
  explicit Turn(const std::filesystem::path& log) {
    const std::filesystem::path path = folder_beside(log) / "lock";
    descriptor_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor_ < 0 || ::flock(descriptor_, LOCK_EX) != 0) {
      if (descriptor_ >= 0) ::close(descriptor_);
      fail(Fault::kUnavailable, "lock {}: {}", path.string(), std::strerror(errno));
    }
  }

  ~Turn() { ::close(descriptor_); }

  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  int descriptor_ = -1;
};

std::string hex_of(const std::vector<Hash32>& peaks) {
  std::string hex;
  for (const Hash32& peak : peaks) hex += base::to_hex(peak, base::HexCase::kLower);
  return hex;
}

std::optional<std::string> remembered_note(const std::filesystem::path& log) {
  if (!std::filesystem::exists(remembered_path(log))) return std::nullopt;
  return base::read_text_file(remembered_path(log));
}

store::Database open_database(const std::filesystem::path& path) {
  if (!std::filesystem::exists(path) && remembered_note(path)) {
    fail(Fault::kTampered, "{} is gone, but its checkpoint is remembered", path.string());
  }
  store::Database database = store::Database::open(path, store::Access::kCreate);
  store::migrate(database, kLogSchema);
  // What is forgotten must not linger in free pages.
  database.script("PRAGMA secure_delete=ON");
  return database;
}

}  // namespace

Log::Log(Place place, Signer signer, base::Clock clock, Archive archive)
    : place_(std::move(place)),
      signer_(std::move(signer)),
      clock_(std::move(clock)),
      archive_(std::move(archive)) {}

Log Log::open(Place place, Signer signer, base::Clock clock) {
  std::filesystem::create_directories(folder_beside(place.path));
  const Turn turn(place.path);
  Archive archive(open_database(place.path));
  Log log(std::move(place), std::move(signer), std::move(clock), std::move(archive));
  if (!log.archive_.newest()) log.begin();
  const Sealed newest = log.checked_newest();
  log.remember(newest.note);
  return log;
}

VerifierKey Log::key() const {
  return {signer_.name, KeyType::kEd25519, signer_.key};
}

void Log::begin() {
  if (archive_.size() != 0 || remembered_note(place_.path)) {
    fail(Fault::kTampered, "{} has lost its checkpoints", place_.path.string());
  }
  store::Transaction change(archive_.database());
  store_checkpoint(CompactRange(), seal(CompactRange()));
  change.commit();
}

std::string Log::seal(const CompactRange& range) {
  const std::string text = format(Checkpoint{signer_.name, range.head(), {}});
  const Note note{text, {log_line(key(), signer_.sign(base::bytes_of(text)))}};
  require_signed(note, key());
  return format(note);
}

void Log::store_checkpoint(const CompactRange& range, const std::string& note) {
  archive_.database().run("INSERT INTO checkpoint(size, peaks, note) VALUES(:size, :peaks, :note)",
                          range.size(), hex_of(range.peaks()), note);
}

Sealed Log::checked_newest() {
  auto newest = archive_.newest();
  if (!newest) fail(Fault::kTampered, "{} has lost its checkpoints", place_.path.string());
  if (newest->note == trusted_note_) return std::move(*newest);
  const Checkpoint checkpoint = open_checkpoint(newest->note, key());
  if (checkpoint.head != newest->range.head()) {
    fail(Fault::kTampered, "newest checkpoint states another tree than is stored for size {}",
         newest->range.size());
  }
  if (archive_.size() != newest->range.size()) {
    fail(Fault::kTampered, "the log holds {} entries, its newest checkpoint states {}",
         archive_.size(), newest->range.size());
  }
  check_remembered(*newest);
  return std::move(*newest);
}

void Log::check_remembered(const Sealed& newest) {
  const auto note = remembered_note(place_.path);
  if (note) {
    if (*note == newest.note) return;
    require_extends(open_checkpoint(*note, key()).head);
  } else if (newest.range.size() > 0) {
    fail(Fault::kTampered, "{} is gone: the log has no second store",
         remembered_path(place_.path).string());
  }
}

void Log::require_extends(const Head& remembered) {
  const std::uint64_t size = head().size;
  if (remembered.size > size) {
    fail(Fault::kTampered, "the log has {} entries, a remembered checkpoint states {}", size,
         remembered.size);
  }
  // Every head that was ever signed is in the table: one checkpoint for each transaction.
  const auto stored = archive_.checkpoint_at(remembered.size);
  if (!stored || open_checkpoint(*stored, key()).head != remembered) {
    fail(Fault::kTampered, "the log differs from a remembered checkpoint of size {}",
         remembered.size);
  }
}

void Log::remember(const std::string& note) {
  trusted_note_.clear();
  try {
    if (remembered_note(place_.path) != note) {
      base::write_durably(remembered_path(place_.path), note);
    }
  } catch (const base::Error& error) {
    fail(Fault::kUnavailable, "second store of the log: {}", error.what());
  }
  trusted_note_ = note;
}

std::uint64_t Log::append(const Entry& entry) {
  return append(std::span(&entry, 1));
}

std::uint64_t Log::append(std::span<const Entry> entries) {
  return append_beside(entries, [](store::Database&) {});
}

std::uint64_t Log::append_beside(std::span<const Entry> entries,
                                 const std::function<void(store::Database&)>& beside) {
  if (entries.empty()) fail(Fault::kMalformed, "nothing to append");
  const Turn turn(place_.path);
  store::Database& database = archive_.database();
  store::Transaction change(database);
  const Sealed newest = checked_newest();
  remember(newest.note);
  CompactRange range = newest.range;
  for (const Entry& entry : entries) {
    const Stamp stamp{range.size(), clock_(), place_.station, place_.mode};
    const std::string bytes = canonical_json(stamp, entry);
    database.run("INSERT INTO entry(idx, body) VALUES(:index, :body)", range.size(), bytes);
    store_disclosures(entry);
    range.append(leaf_hash(base::bytes_of(bytes)));
  }
  beside(database);
  const std::string note = seal(range);
  store_checkpoint(range, note);
  change.commit();
  remember(note);
  return newest.range.size();
}

void Log::store_disclosures(const Entry& entry) {
  for (const Item& item : entry.object) {
    const auto& disclosure = item.disclosure();
    if (!disclosure) continue;
    archive_.database().run(
        "INSERT INTO disclosure(commitment, salt, value) VALUES(:commitment, :salt, :value)"
        " ON CONFLICT DO NOTHING",
        commitment(*disclosure), disclosure->salt, disclosure->value);
  }
}

void Log::forget(const crypto::Hash32& commitment, const Person& by) {
  if (!archive_.disclosure(commitment)) {
    fail(Fault::kNotFound, "the log knows nobody behind this commitment");
  }
  Entry entry{Act::kPersonForgotten, {by}, {}, Outcome::kDone, "", ""};
  entry.object.push_back(Item::parse(Field::kPerson, base::to_hex(commitment)));
  append_beside(std::span(&entry, 1), [&commitment](store::Database& database) {
    database.run("DELETE FROM disclosure WHERE commitment = :commitment", commitment);
  });
  archive_.database().script("PRAGMA wal_checkpoint(TRUNCATE)");
}

void Log::add_cosignature(const Note& cosigned, const VerifierKey& witness) {
  keep_cosignature(archive_, cosigned, witness);
}

Head Log::head() {
  const auto newest = archive_.newest();
  return newest ? newest->range.head() : Head();
}

std::string Log::checkpoint() {
  const std::uint64_t size = head().size;
  return archive_.cosigned_checkpoint(size);
}

}  // namespace audit

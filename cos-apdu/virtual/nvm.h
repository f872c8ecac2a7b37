// The memory of an emulated card that survives power loss: numbered records whose changes are
// committed all or not at all.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "base/core/bytes.h"
#include "base/core/secret.h"

namespace card::chip {

using base::Byte;
using base::Bytes;
using base::ByteView;
using base::FixedBytes;

using RecordId = std::uint16_t;

// Thrown by a storage that cannot say what its last write left behind: its power was cut, or it
// failed halfway. Only the chip catches it, and falls silent until the next power-on.
struct PowerLost {};

// Asked before the n-th write (counted from 1 in the life of this object) of `bytes` bytes. A number
// means: so many bytes still reach the medium, then the power is gone. At `bytes` the write is
// complete and only the answer is lost.
using WriteHook =
    std::function<std::optional<std::size_t>(std::size_t nth_write, std::size_t bytes)>;

// A medium that is read at power-on and then appended to, or replaced as a whole.
class Storage {
 public:
  Storage() = default;
  Storage(const Storage&) = delete;
  Storage& operator=(const Storage&) = delete;
  virtual ~Storage() = default;

  virtual base::WipedBytes read_all() = 0;

  // Durable when it returns. Throws PowerLost (also by order of the hook), base::Error kUnavailable
  // when the medium is full or gone: then a reader finds what was there before, perhaps with the
  // beginning of `frame` behind it.
  void append(ByteView frame);

  // Replaces everything by `image`: the old or the new content is there after a cut, the old one
  // when it throws kUnavailable.
  void replace(ByteView image);

  void on_write(WriteHook hook) { hook_ = std::move(hook); }

  std::size_t writes() const { return writes_; }

 protected:
  virtual void append_durably(ByteView frame) = 0;
  virtual void replace_durably(ByteView image) = 0;

 private:
  WriteHook hook_;
  std::size_t writes_ = 0;
};

// In memory; `medium` outlives the object, so that a test can open it again after a cut.
class MemoryStorage : public Storage {
 public:
  explicit MemoryStorage(std::shared_ptr<base::WipedBytes> medium) : medium_(std::move(medium)) {}

  base::WipedBytes read_all() override { return *medium_; }

 private:
  void append_durably(ByteView frame) override;
  void replace_durably(ByteView image) override;

  std::shared_ptr<base::WipedBytes> medium_;
};

// One file, locked against a second process (kConflict).
class FileStorage : public Storage {
 public:
  // Throws kNotFound, kUnavailable.
  explicit FileStorage(std::filesystem::path path);
  ~FileStorage() override;

  base::WipedBytes read_all() override;

 private:
  void open_and_lock();
  void append_durably(ByteView frame) override;
  void replace_durably(ByteView image) override;
  bool write_all(ByteView frame) const;
  void cut_back(std::int64_t size) const;
  bool is_the_file_at_path() const;

  std::filesystem::path path_;
  int descriptor_ = -1;
};

// Transactions over a storage. Reads see the writes of the running transaction. One commit is one
// write of the storage, so that a cut has no place between two.
class Nvm {
 public:
  // Reads the image and writes nothing; an unfinished last commit is left out. Throws kRefused for
  // another format, kTampered when a checksum does not hold.
  explicit Nvm(std::unique_ptr<Storage> storage);

  bool holds(RecordId id) const;

  // Empty when absent. Valid until the next change of this record.
  ByteView get(RecordId id) const;
  void put(RecordId id, base::WipedBytes value);

  void put(RecordId id, ByteView value) { put(id, base::WipedBytes(value.begin(), value.end())); }

  // What a commit erases also leaves the medium: that commit writes the image anew.
  void erase(RecordId id);

  // Ids of all records in [first, last], ascending.
  std::vector<RecordId> ids(RecordId first, RecordId last) const;

  bool changed() const { return !pending_.empty(); }

  // Throws what the storage throws; on kUnavailable everything committed before still stands, and
  // the changes wait for another commit() or a rollback().
  void commit();

  // commit() that writes the whole image anew: what was replaced leaves the medium, too.
  void commit_afresh();

  void rollback() { pending_.clear(); }

  // Forgets everything in memory and reads the medium again, as at power-on after a cut.
  void reload();

  Storage& storage() { return *storage_; }

 private:
  using Records = std::map<RecordId, base::WipedBytes>;

  struct Change {
    RecordId id;
    std::optional<base::WipedBytes> value;  // nullopt: erased
  };

  void replay(ByteView image);
  void become_committed();
  void change(Change change);
  const Change* pending(RecordId id) const;
  bool erases() const;
  bool is_worn() const;

  std::unique_ptr<Storage> storage_;
  Records records_;
  std::vector<Change> pending_;  // of the running transaction: a few, ids ascending
  std::uint32_t sequence_ = 0;
  std::size_t image_bytes_ = 0;
  bool ends_whole_ = true;  // no half frame at the end of the medium
};

// The image of a card with no record in it.
Bytes empty_image();

}  // namespace card::chip

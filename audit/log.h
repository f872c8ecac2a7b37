// The append-only log: entries, their tree, and a signed checkpoint for every transaction.
//
// A log is one SQLite file (log.db) and one file beside it (log/checkpoint), the second store: the
// newest signed checkpoint. Both are on the disk before append answers. Several programs may append
// one after another; each append reads the head anew under a lock (log/lock).
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "audit/archive.h"
#include "audit/checkpoint.h"
#include "audit/entry.h"
#include "audit/signer.h"
#include "base/core/clock.h"
#include "base/core/mode.h"

namespace audit {

struct Place {
  std::filesystem::path path;  // STATION/log.db
  std::string station;         // written into every entry, at most 64 characters
  base::Mode mode = base::Mode::kRehearsal;
};

class Log {
 public:
  // Makes an empty log (size 0, signed) where there is none: neither the file nor the checkpoint
  // beside it. Throws kTampered when the newest checkpoint is not signed by this signer, belongs to
  // another origin, does not follow from the stored state, or is behind the remembered head;
  // kUnavailable when the log cannot be made durable.
  static Log open(Place place, Signer signer, base::Clock clock);

  // Answers the index of the first entry. Nothing is recorded when it throws, with one exception:
  // kUnavailable "…second store…" means that the entries are in, and that no more may follow until
  // the second store can be written. The signer's own errors pass through.
  std::uint64_t append(std::span<const Entry> entries);
  std::uint64_t append(const Entry& entry);

  // Throws kTampered unless this log extends a head that somebody else remembered: a card, a
  // witness's stick, another station.
  void require_extends(const Head& remembered);

  // Keeps a witness's line of the newest or an older checkpoint; throws kTampered when it does not
  // hold, kNotFound without a checkpoint of that size.
  void add_cosignature(const Note& cosigned, const VerifierKey& witness);

  // Deletes salt and value behind a commitment and records that: the proof stays, the person is
  // gone. Throws kNotFound.
  void forget(const crypto::Hash32& commitment, const Person& by);

  Head head();

  // The newest signed note, with the witness lines kept for it.
  std::string checkpoint();

  const std::string& origin() const { return signer_.name; }

  VerifierKey key() const;

  // Entries, proofs and older checkpoints.
  Archive& archive() { return archive_; }

 private:
  Log(Place place, Signer signer, base::Clock clock, Archive archive);

  void begin();
  Sealed checked_newest();
  void check_remembered(const Sealed& newest);
  void remember(const std::string& note);
  std::string seal(const CompactRange& range);
  void store_checkpoint(const CompactRange& range, const std::string& note);
  void store_disclosures(const Entry& entry);
  std::uint64_t append_beside(std::span<const Entry> entries,
                              const std::function<void(store::Database&)>& beside);

  Place place_;
  Signer signer_;
  base::Clock clock_;
  Archive archive_;
  std::string trusted_note_;  // checked or made here, and remembered
};

}  // namespace audit

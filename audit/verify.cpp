// Rebuilding the tree entry by entry, with a look at every size that somebody stated.
#include "audit/verify.h"

#include <map>

#include "audit/entry.h"
#include "base/core/error.h"

namespace audit {

namespace {

constexpr std::size_t kMostFaults = 100;
constexpr std::int64_t kChunk = 4096;

void note_fault(Findings& findings, std::string fault) {
  if (findings.faults.size() < kMostFaults) findings.faults.push_back(std::move(fault));
}

// A head that the rebuilt tree must pass through, and who says so.
struct Claim {
  Head head;
  std::string who;
};

using Claims = std::multimap<std::uint64_t, Claim>;

class Rebuild {
 public:
  Rebuild(Archive& archive, const Claims& claims, Findings& findings)
      : archive_(archive), claim_(claims.begin()), end_(claims.end()), findings_(findings) {}

  void run() {
    check_claims();
    for (bool more = true; more;) {
      more = false;
      archive_.database().each<std::int64_t, std::string>(
          "SELECT idx, body FROM entry WHERE idx >= :first ORDER BY idx LIMIT :most",
          [&](std::int64_t index, const std::string& body) {
            more = true;
            take(static_cast<std::uint64_t>(index), body);
          },
          next_, kChunk);
    }
    for (; claim_ != end_; ++claim_) {
      note_fault(findings_, fmt::format("the log has {} entries, {} states {}", range_.size(),
                                        claim_->second.who, claim_->first));
    }
    findings_.head = range_.head();
  }

 private:
  void take(std::uint64_t index, const std::string& body) {
    if (index != next_) {
      note_fault(findings_, fmt::format("entries {} to {} are missing", next_, index - 1));
    }
    next_ = index + 1;
    check_entry(index, body);
    range_.append(leaf_hash(base::bytes_of(body)));
    check_claims();
  }

  void check_entry(std::uint64_t index, const std::string& body) {
    try {
      const std::uint64_t sequence = parse_entry(body).stamp.sequence;
      if (sequence != index) {
        note_fault(findings_, fmt::format("entry {} says that it is number {}", index, sequence));
      }
    } catch (const base::Error& error) {
      note_fault(findings_, fmt::format("entry {}: {}", index, error.what()));
    }
  }

  void check_claims() {
    if (claim_ == end_ || claim_->first != range_.size()) return;
    const Hash32 root = range_.root();
    for (; claim_ != end_ && claim_->first == range_.size(); ++claim_) {
      if (claim_->second.head.root == root) continue;
      note_fault(findings_, fmt::format("the first {} entries are not those of {}", range_.size(),
                                        claim_->second.who));
    }
  }

  Archive& archive_;
  Claims::const_iterator claim_;
  Claims::const_iterator end_;
  Findings& findings_;
  CompactRange range_;
  std::uint64_t next_ = 0;
};

void add_claim(Claims& claims, Findings& findings, const std::string& note, const VerifierKey& key,
               const std::string& who) {
  try {
    const Head head = open_checkpoint(note, key).head;
    claims.emplace(head.size, Claim{head, who});
  } catch (const base::Error& error) {
    note_fault(findings, fmt::format("{}: {}", who, error.what()));
  }
}

Claims stored_claims(Archive& archive, const VerifierKey& key, Findings& findings) {
  Claims claims;
  archive.each_checkpoint([&](const StoredCheckpoint& stored) {
    ++findings.checkpoints;
    const std::string who = fmt::format("checkpoint {}", stored.size);
    add_claim(claims, findings, stored.note, key, who);
    if (claims.count(stored.size) == 0) {
      note_fault(findings, fmt::format("{} states another size than it is stored under", who));
    }
  });
  return claims;
}

void check_cosignatures(Archive& archive, const std::vector<VerifierKey>& witnesses,
                        Findings& findings) {
  std::vector<std::uint64_t> sizes;
  archive.database().each<std::int64_t>(
      "SELECT DISTINCT size FROM cosignature ORDER BY size",
      [&sizes](std::int64_t size) { sizes.push_back(static_cast<std::uint64_t>(size)); });
  for (const std::uint64_t size : sizes) {
    const Note note = parse_note(archive.cosigned_checkpoint(size));
    for (const VerifierKey& witness : witnesses) {
      const Verdict verdict = judge(note, witness);
      if (verdict == Verdict::kGood) ++findings.cosignatures;
      if (verdict == Verdict::kBad) {
        note_fault(findings, fmt::format("checkpoint {}: cosignature of {} does not hold", size,
                                         witness.name));
      }
    }
  }
}

// One moment of the log, so that a log that grows meanwhile does not look torn.
class Snapshot {
 public:
  explicit Snapshot(store::Database& database) : database_(database) { database_.script("BEGIN"); }

  ~Snapshot() {
    try {
      database_.script("ROLLBACK");
    } catch (const base::Error&) {
      // Nothing was written: closing the database ends it too.
    }
  }

  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

 private:
  store::Database& database_;
};

}  // namespace

Findings verify(Archive& archive, const Expectations& expectations) {
  Findings findings;
  const Snapshot snapshot(archive.database());
  Claims claims = stored_claims(archive, expectations.key, findings);
  if (findings.checkpoints == 0) note_fault(findings, "the log has no checkpoint");
  const std::uint64_t newest = claims.empty() ? 0 : claims.rbegin()->first;
  for (const std::string& note : expectations.older) {
    add_claim(claims, findings, note, expectations.key, "a checkpoint held outside");
  }
  if (expectations.remembered) {
    add_claim(claims, findings, *expectations.remembered, expectations.key, "the second store");
  }
  Rebuild(archive, claims, findings).run();
  if (findings.head.size > newest) {
    note_fault(findings, fmt::format("entries {} to {} stand under no checkpoint", newest,
                                     findings.head.size - 1));
  }
  check_cosignatures(archive, expectations.witnesses, findings);
  return findings;
}

}  // namespace audit

// The table of records.
#include "tests/hostile/nvm_rules.h"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

namespace hostile {
namespace {

constexpr std::size_t kOpen = 0xFFFF;

// The record's bytes are secret from `secret_from` on; kOpen: none is.
struct RecordRule {
  RecordId first;
  RecordId last;
  std::size_t secret_from;
  std::string_view what;
};

// A key slot has 15 bytes in front of its key.
constexpr std::array kRecords = {
    RecordRule{0x0001, 0x0001, kOpen, "identity"},
    RecordRule{0x0002, 0x0002, 1, "PIN: salt and hash"},
    RecordRule{0x0003, 0x0003, 0, "P-256 scalar"},
    RecordRule{0x0004, 0x0004, kOpen, "P-256 point"},
    RecordRule{0x0005, 0x0005, kOpen, "transport mode"},
    RecordRule{0x0006, 0x0006, 15, "stock transport key"},
    RecordRule{0x0007, 0x0009, kOpen, "blocked, profile, form"},
    RecordRule{0x0100, 0x010F, 15, "key slots"},
    RecordRule{0x0200, 0x020F, 15, "staged keys"},
    RecordRule{0x0300, 0x030F, 15, "previous keys"},
    RecordRule{0x0400, 0x04FF, kOpen, "files"},
    RecordRule{0x0600, 0x060F, kOpen, "purses"},
    RecordRule{0x0610, 0x0610, kOpen, "last proof"},
    RecordRule{0x0620, 0x0620, 31, "grey lock and its session key"},
    RecordRule{0x0700, 0x0702, kOpen, "PSAM: last load, wrong values"},
    RecordRule{0x0710, 0x0710, 28, "ESAM: open lock and its session key"},
    RecordRule{0x0711, 0x0712, kOpen, "ESAM: last result, wrong values"},
    RecordRule{0x0720, 0x0720, kOpen, "ESAM: last restore order"},
    RecordRule{0x0730, 0x0730, kOpen, "PSAM: wrong release orders"},
    RecordRule{0x0800, 0x0803, kOpen, "plan, set, seat, endorsed pair"},
    RecordRule{0x0804, 0x0804, 0, "K_open and share"},
    RecordRule{0x0805, 0x0805, kOpen, "pairing package, a ciphertext that is answered"},
    RecordRule{0x0806, 0x080B, kOpen, "tries, act, slots hash, officers, log key, head"},
    RecordRule{0x0810, 0x0810, 33, "component and nonce"},
    RecordRule{0x0811, 0x0811, kOpen, "hash of the four commitments"},
    RecordRule{0x0820, 0x0828, kOpen, "commitments, frozen"},
    RecordRule{0x0830, 0x0837, 0, "PIN shares"},
    RecordRule{0x0841, 0x0844, 40, "parts of the other leaders' components"},
    RecordRule{0x0849, 0x084C, 24, "gathered parts of a lost component"},
    RecordRule{0x0850, 0x0850, 8, "drawn parts of the card's component"},
    RecordRule{0x0900, 0x090F, 15, "keys held for others"},
    RecordRule{0x0940, 0x094F, 0, "keys held for others, wrapped"},
    RecordRule{0x1000, 0x1C7F, kOpen, "sealed parts for the field, and who has taken them"},
    RecordRule{0x4200, 0x42FF, kOpen, "settlements of an ESAM, file 02"},
    RecordRule{0x5800, 0x59FF, kOpen, "records of the files 18 and 19"},
};

// An interoperability card's files have numbers in the order of their creation: the header tells what
// a record holds. A key of a key file has a header of seven bytes and its number in front.
constexpr RecordId kCardForm = 0x0009;
constexpr RecordId kFirstHeader = 0x2000;
constexpr RecordId kLastHeader = 0x203F;
constexpr RecordId kFirstOfFiles = 0x4000;
constexpr RecordId kLastOfFiles = 0x7FFF;
constexpr RecordId kMasterKeyFile = 0x4100;
constexpr std::size_t kKeyAt = 8;
constexpr std::size_t kHeaderTypeAt = 3;
constexpr Byte kTypeMask = 0x3F;
constexpr Byte kKeysType = 0x3F;

constexpr RecordRule kFileHeaderRule{kFirstHeader, kLastHeader, kOpen, "file headers"};
constexpr RecordRule kFileRecordRule{kFirstOfFiles, kLastOfFiles, kOpen,
                                     "records of created files"};
constexpr RecordRule kKeyOfFileRule{kFirstOfFiles, kLastOfFiles, kKeyAt, "keys of key files"};

// Bytes that a refused command may change.
struct CounterRule {
  RecordId first;
  RecordId last;
  std::size_t at;
  std::size_t count;  // 0: the record may also come into being
  std::string_view what;
};

constexpr std::array kCounters = {
    CounterRule{0x0002, 0x0002, 0, 1, "PIN tries"},
    CounterRule{0x0001, 0x0001, 11, 1, "life cycle, after three wrong APPLICATION UNBLOCK"},
    CounterRule{0x0007, 0x0007, 0, 0, "blocked, after the last wrong MAC2 or GMAC"},
    CounterRule{0x0100, 0x010F, 6, 1, "tries of a key"},
    CounterRule{0x0300, 0x030F, 6, 1, "tries of a previous key"},
    CounterRule{0x0620, 0x0620, 30, 1, "tries of a GMAC"},
    CounterRule{0x0701, 0x0702, 0, 0, "wrong TACs and MAC2s of a PSAM"},
    CounterRule{0x0712, 0x0712, 0, 0, "wrong MAC2s of an ESAM"},
    CounterRule{0x0730, 0x0730, 0, 0, "wrong release orders at a PSAM"},
    CounterRule{0x0806, 0x0806, 0, 1, "wrong control cards"},
    CounterRule{0x0807, 0x0807, 0, 4, "number of the next act"},
};

constexpr CounterRule kKeyOfFileCounter{kFirstOfFiles, kLastOfFiles, 6, 1,
                                        "error counter of a key"};

bool is_key_of_file(const Records& records, RecordId id) {
  if (!is_interoperability(records) || id < kFirstOfFiles || kLastOfFiles < id) return false;
  const auto file = static_cast<RecordId>((id - kFirstOfFiles) / 0x0100);
  const auto header = records.find(static_cast<RecordId>(kFirstHeader + file));
  return header != records.end() && (header->second.at(kHeaderTypeAt) & kTypeMask) == kKeysType;
}

const RecordRule* rule_of(const Records& records, RecordId id) {
  if (is_interoperability(records)) {
    if (kFirstHeader <= id && id <= kLastHeader) return &kFileHeaderRule;
    if (is_key_of_file(records, id)) return &kKeyOfFileRule;
    if (kFirstOfFiles <= id && id <= kLastOfFiles) return &kFileRecordRule;
  }
  for (const auto& rule : kRecords)
    if (rule.first <= id && id <= rule.last) return &rule;
  return nullptr;
}

bool is_counted(const CounterRule& rule, ByteView before, ByteView after) {
  if (rule.count == 0) return true;
  if (before.size() != after.size()) return false;
  for (std::size_t at = 0; at < before.size(); ++at) {
    const bool counted = rule.at <= at && at < rule.at + rule.count;
    if (!counted && before[at] != after[at]) return false;
  }
  return true;
}

bool is_declared(RecordId id, ByteView before, ByteView after) {
  for (const auto& rule : kCounters)
    if (rule.first <= id && id <= rule.last) return is_counted(rule, before, after);
  return false;
}

ByteView value_in(const Records& records, RecordId id) {
  const auto found = records.find(id);
  if (found == records.end()) return {};
  return found->second;
}

}  // namespace

bool is_interoperability(const Records& records) {
  return records.contains(kCardForm);
}

bool is_in_master_key_file(RecordId id) {
  return (id & 0xFF00U) == kMasterKeyFile;
}

ByteView key_of_key_file(const Records& records, RecordId id) {
  if (!is_key_of_file(records, id)) return {};
  return ByteView(records.at(id)).subspan(kKeyAt);
}

bool is_named(const Records& records, RecordId id) {
  return rule_of(records, id) != nullptr;
}

ByteView secret_part(const Records& records, RecordId id) {
  const ByteView value = records.at(id);
  const auto* rule = rule_of(records, id);
  const std::size_t from = rule == nullptr ? 0 : rule->secret_from;
  return value.subspan(std::min(from, value.size()));
}

std::string undeclared_change(const Records& before, const Records& after) {
  std::set<RecordId> ids;
  for (const auto& [id, value] : before) ids.insert(id);
  for (const auto& [id, value] : after) ids.insert(id);
  for (const RecordId id : ids) {
    const ByteView old_value = value_in(before, id);
    const ByteView new_value = value_in(after, id);
    if (before.contains(id) == after.contains(id) && base::equal(old_value, new_value)) continue;
    if (is_key_of_file(before, id) && is_counted(kKeyOfFileCounter, old_value, new_value)) continue;
    if (!is_declared(id, old_value, new_value)) return fmt::format("record {:04X}", id);
  }
  return {};
}

}  // namespace hostile

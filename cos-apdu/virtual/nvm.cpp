// The card image: a header and one sealed frame per commit.
//   header  "WKCARD" format2
//   frame   length4 sequence4 check4 | payload | seal8
//   payload id2 length4 value …; length FFFFFFFF erases the record
// check is the first four bytes of SHA-256(length | sequence), seal the first eight of
// SHA-256(sequence | payload). A frame that ends early, or in zeros that the medium had set aside
// for it, is a commit that never happened; any other wrong check is damage.
#include "cos-apdu/virtual/nvm.h"

#include <algorithm>

#include "base/core/error.h"
#include "base/crypto/hash.h"

namespace card::chip {
namespace {

constexpr std::string_view kMagic = "WKCARD";
constexpr std::uint16_t kFormat = 2;
constexpr std::size_t kHeaderBytes = 8;
constexpr std::size_t kFrameHeadBytes = 12;
constexpr std::size_t kSealBytes = 8;
constexpr std::uint32_t kErased = 0xFFFFFFFF;
constexpr std::size_t kWornFactor = 8;
constexpr std::size_t kWornFloor = std::size_t{64} * 1024;

constexpr std::size_t kEntryHeadBytes = 6;
constexpr std::size_t kCheckBytes = 4;

struct Entry {
  RecordId id;
  std::optional<ByteView> value;  // nullopt: erased
};

FixedBytes<kCheckBytes> head_check(ByteView length_and_sequence) {
  return base::fixed<kCheckBytes>(ByteView(crypto::sha256(length_and_sequence)).first(kCheckBytes));
}

FixedBytes<kSealBytes> seal_of(ByteView sequence, ByteView payload) {
  return base::fixed<kSealBytes>(ByteView(crypto::sha256({sequence, payload})).first(kSealBytes));
}

// Fills a buffer of the right size from front to back.
class Filler {
 public:
  explicit Filler(std::span<Byte> rest) : rest_(rest) {}

  void put(ByteView bytes) {
    std::ranges::copy(bytes, rest_.begin());
    rest_ = rest_.subspan(bytes.size());
  }

  void put_integer(std::size_t value, std::size_t count) {
    for (std::size_t at = count; at-- > 0; value >>= 8U) rest_[at] = static_cast<Byte>(value);
    rest_ = rest_.subspan(count);
  }

 private:
  std::span<Byte> rest_;
};

// `before` and the frame behind it, in memory that never moves: what moved would have to be wiped.
base::WipedBytes with_frame(ByteView before, std::uint32_t sequence,
                            const std::vector<Entry>& entries) {
  std::size_t length = 0;
  for (const auto& entry : entries)
    length += kEntryHeadBytes + (entry.value ? entry.value->size() : 0);
  base::WipedBytes out(before.size() + kFrameHeadBytes + length + kSealBytes);
  Filler into(out);
  into.put(before);
  const ByteView frame = ByteView(out).subspan(before.size());
  into.put_integer(length, 4);
  into.put_integer(sequence, 4);
  into.put(head_check(frame.first(8)));
  for (const auto& entry : entries) {
    into.put_integer(entry.id, 2);
    into.put_integer(entry.value ? entry.value->size() : kErased, 4);
    if (entry.value) into.put(*entry.value);
  }
  into.put(seal_of(frame.subspan(4, 4), frame.subspan(kFrameHeadBytes, length)));
  return out;
}

bool all_zero(ByteView bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](Byte byte) { return byte == 0; });
}

[[noreturn]] void damaged(std::string_view where) {
  base::fail(base::Fault::kTampered, "card image: the checksum of {} does not hold", where);
}

void check_header(ByteView image) {
  if (image.size() < kHeaderBytes || base::text_of(image.first(kMagic.size())) != kMagic)
    base::fail(base::Fault::kMalformed, "card image: it does not begin with {}", kMagic);
  const std::uint16_t format = base::Reader(image.subspan(kMagic.size(), 2)).u16();
  if (format == kFormat) return;
  const auto* const remedy = format < kFormat ? ": make the card anew" : "";
  base::fail(base::Fault::kRefused, "card image: format {}, this program knows format {}{}", format,
             kFormat, remedy);
}

struct Frame {
  std::uint32_t sequence = 0;
  ByteView payload{};
  std::size_t bytes = 0;
};

// nullopt: a last frame that was never finished.
std::optional<Frame> next_frame(ByteView rest) {
  if (rest.size() < kFrameHeadBytes) return std::nullopt;
  base::Reader in(rest, "card image");
  const std::size_t length = in.u32();
  const ByteView sequence = in.take(4);
  Frame frame{.sequence = base::Reader(sequence).u32()};
  if (!base::equal(in.take(kCheckBytes), head_check(rest.first(8)))) {
    if (all_zero(rest)) return std::nullopt;
    damaged("a commit's head");
  }
  if (in.remaining() < length + kSealBytes) return std::nullopt;
  frame.payload = in.take(length);
  const ByteView seal = in.take(kSealBytes);
  frame.bytes = kFrameHeadBytes + length + kSealBytes;
  if (!base::equal(seal, seal_of(sequence, frame.payload))) {
    if (in.remaining() == 0 && all_zero(seal)) return std::nullopt;
    damaged("a commit");
  }
  return frame;
}

void apply(std::map<RecordId, base::WipedBytes>& records, ByteView payload) {
  base::Reader in(payload, "card image");
  while (in.remaining() > 0) {
    const RecordId id = in.u16();
    const std::uint32_t length = in.u32();
    if (length == kErased) {
      records.erase(id);
      continue;
    }
    const ByteView value = in.take(length);
    records[id].assign(value.begin(), value.end());
  }
}

}  // namespace

Bytes empty_image() {
  return base::Writer().text(kMagic).u16(kFormat).take();
}

Nvm::Nvm(std::unique_ptr<Storage> storage) : storage_(std::move(storage)) {
  reload();
}

void Nvm::reload() {
  pending_.clear();
  records_.clear();
  sequence_ = 0;
  replay(storage_->read_all());
}

void Nvm::replay(ByteView image) {
  check_header(image);
  std::size_t at = kHeaderBytes;
  while (at < image.size()) {
    const auto frame = next_frame(image.subspan(at));
    if (!frame) break;
    if (sequence_ != 0 && frame->sequence != sequence_ + 1) damaged("the order of commits");
    apply(records_, frame->payload);
    sequence_ = frame->sequence;
    at += frame->bytes;
  }
  ends_whole_ = at == image.size();
  image_bytes_ = image.size();
}

bool Nvm::holds(RecordId id) const {
  const auto* const change = pending(id);
  return change != nullptr ? change->value.has_value() : records_.contains(id);
}

ByteView Nvm::get(RecordId id) const {
  if (const auto* const change = pending(id))
    return change->value ? ByteView(*change->value) : ByteView();
  const auto found = records_.find(id);
  if (found == records_.end()) return {};
  return found->second;
}

void Nvm::put(RecordId id, base::WipedBytes value) {
  change({id, std::move(value)});
}

void Nvm::erase(RecordId id) {
  change({id, std::nullopt});
}

void Nvm::change(Change change) {
  const auto at = std::ranges::lower_bound(pending_, change.id, {}, &Change::id);
  if (at != pending_.end() && at->id == change.id)
    *at = std::move(change);
  else
    pending_.insert(at, std::move(change));
}

// nullptr: untouched by this transaction.
const Nvm::Change* Nvm::pending(RecordId id) const {
  const auto found = std::ranges::find(pending_, id, &Change::id);
  return found == pending_.end() ? nullptr : &*found;
}

std::vector<RecordId> Nvm::ids(RecordId first, RecordId last) const {
  std::vector<RecordId> out;
  for (auto at = records_.lower_bound(first); at != records_.end() && at->first <= last; ++at)
    if (holds(at->first)) out.push_back(at->first);
  for (const auto& [id, value] : pending_)
    if (id >= first && id <= last && value && !records_.contains(id)) out.push_back(id);
  std::sort(out.begin(), out.end());
  return out;
}

void Nvm::commit() {
  if (pending_.empty()) return;
  if (!ends_whole_ || erases() || is_worn()) {
    commit_afresh();
    return;
  }
  std::vector<Entry> entries;
  entries.reserve(pending_.size());
  for (const auto& [id, value] : pending_) entries.push_back({id, value});
  const auto frame = with_frame({}, sequence_ + 1, entries);
  ends_whole_ = false;
  storage_->append(frame);
  image_bytes_ += frame.size();
  become_committed();
}

void Nvm::commit_afresh() {
  std::vector<Entry> entries;
  entries.reserve(records_.size() + pending_.size());
  for (const auto& [id, value] : records_)
    if (pending(id) == nullptr) entries.push_back({id, value});
  for (const auto& [id, value] : pending_)
    if (value) entries.push_back({id, *value});
  std::ranges::sort(entries, {}, &Entry::id);
  const auto image = with_frame(empty_image(), sequence_ + 1, entries);
  storage_->replace(image);
  image_bytes_ = image.size();
  become_committed();
}

void Nvm::become_committed() {
  ++sequence_;
  ends_whole_ = true;
  for (auto& [id, value] : pending_) {
    if (value)
      records_[id] = std::move(*value);
    else
      records_.erase(id);
  }
  pending_.clear();
}

bool Nvm::erases() const {
  return std::any_of(pending_.begin(), pending_.end(), [&](const auto& change) {
    return !change.value && records_.contains(change.id);
  });
}

bool Nvm::is_worn() const {
  if (image_bytes_ < kWornFloor) return false;
  std::size_t live = kHeaderBytes;
  for (const auto& [id, value] : records_) live += value.size() + kEntryHeadBytes;
  return image_bytes_ > live * kWornFactor;
}

}  // namespace card::chip

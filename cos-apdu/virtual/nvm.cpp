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
constexpr std::size_t kWornFloor = 64 * 1024;

using Changes = std::map<RecordId, std::optional<base::WipedBytes>>;

Bytes head_check(ByteView length_and_sequence) {
  const auto hash = crypto::sha256(length_and_sequence);
  return {hash.begin(), hash.begin() + 4};
}

Bytes seal_of(std::uint32_t sequence, ByteView payload) {
  const auto hash = crypto::sha256({base::Writer().u32(sequence).view(), payload});
  return {hash.begin(), hash.begin() + kSealBytes};
}

void append_to(base::WipedBytes& out, ByteView bytes) {
  out.insert(out.end(), bytes.begin(), bytes.end());
}

base::WipedBytes frame_of(std::uint32_t sequence, const Changes& changes) {
  base::WipedBytes payload;
  for (const auto& [id, value] : changes) {
    const auto length = value ? static_cast<std::uint32_t>(value->size()) : kErased;
    append_to(payload, base::Writer().u16(id).u32(length).view());
    if (value) append_to(payload, *value);
  }
  const Bytes head =
      base::Writer().u32(static_cast<std::uint32_t>(payload.size())).u32(sequence).take();
  base::WipedBytes frame(head.begin(), head.end());
  append_to(frame, head_check(head));
  append_to(frame, payload);
  append_to(frame, seal_of(sequence, payload));
  return frame;
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
  Frame frame{.sequence = in.u32()};
  if (!base::equal(in.take(4), head_check(rest.first(8)))) {
    if (all_zero(rest)) return std::nullopt;
    damaged("a commit's head");
  }
  if (in.remaining() < length + kSealBytes) return std::nullopt;
  frame.payload = in.take(length);
  const ByteView seal = in.take(kSealBytes);
  frame.bytes = kFrameHeadBytes + length + kSealBytes;
  if (!base::equal(seal, seal_of(frame.sequence, frame.payload))) {
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
  if (const auto found = pending_.find(id); found != pending_.end())
    return found->second.has_value();
  return records_.contains(id);
}

ByteView Nvm::get(RecordId id) const {
  if (const auto found = pending_.find(id); found != pending_.end()) {
    if (!found->second) return {};
    return *found->second;
  }
  const auto found = records_.find(id);
  if (found == records_.end()) return {};
  return found->second;
}

void Nvm::put(RecordId id, ByteView value) {
  pending_[id] = base::WipedBytes(value.begin(), value.end());
}

void Nvm::erase(RecordId id) {
  pending_[id] = std::nullopt;
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
  const auto frame = frame_of(sequence_ + 1, pending_);
  ends_whole_ = false;
  storage_->append(frame);
  image_bytes_ += frame.size();
  become_committed();
}

void Nvm::commit_afresh() {
  Changes all = pending_;
  for (const auto& [id, value] : records_) all.emplace(id, value);
  std::erase_if(all, [](const auto& change) { return !change.second; });
  const Bytes header = empty_image();
  base::WipedBytes image(header.begin(), header.end());
  append_to(image, frame_of(sequence_ + 1, all));
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
    return !change.second && records_.contains(change.first);
  });
}

bool Nvm::is_worn() const {
  if (image_bytes_ < kWornFloor) return false;
  std::size_t live = kHeaderBytes;
  for (const auto& [id, value] : records_) live += value.size() + 6;
  return image_bytes_ > live * kWornFactor;
}

}  // namespace card::chip

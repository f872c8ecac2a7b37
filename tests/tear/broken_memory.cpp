#include "tests/tear/broken_memory.h"

#include "base/crypto/hash.h"

namespace tear {

namespace {

constexpr std::size_t kImageHeadBytes = 8;
constexpr std::size_t kFrameHeadBytes = 12;
constexpr std::size_t kSealBytes = 8;
constexpr std::size_t kRecordHeadBytes = 6;
constexpr std::uint32_t kErased = 0xFFFFFFFF;

Bytes frame_of(std::uint32_t sequence, ByteView payload) {
  const Bytes head =
      base::Writer().u32(static_cast<std::uint32_t>(payload.size())).u32(sequence).take();
  const auto check = crypto::sha256(head);
  const auto seal = crypto::sha256({base::Writer().u32(sequence).view(), payload});
  return base::concat({head, ByteView(check).first(4), payload, ByteView(seal).first(kSealBytes)});
}

struct End {
  std::size_t whole = kImageHeadBytes;  // bytes of the image up to its last whole frame
  std::uint32_t sequence = 0;
};

End end_of(ByteView image) {
  End end;
  while (image.size() >= end.whole + kFrameHeadBytes) {
    base::Reader in(image.subspan(end.whole), "frame");
    const std::size_t bytes = in.u32() + kFrameHeadBytes + kSealBytes;
    if (image.size() < end.whole + bytes) break;
    end.sequence = in.u32();
    end.whole += bytes;
  }
  return end;
}

class BrokenMemory : public card::chip::Storage {
 public:
  explicit BrokenMemory(Medium medium) : medium_(std::move(medium)) {}

 protected:
  void add(ByteView bytes) { medium_->insert(medium_->end(), bytes.begin(), bytes.end()); }

  base::WipedBytes& medium() { return *medium_; }

 private:
  void replace_durably(ByteView image) override { medium_->assign(image.begin(), image.end()); }

  Medium medium_;
};

class RecordByRecord : public BrokenMemory {
 public:
  using BrokenMemory::BrokenMemory;

  base::WipedBytes read_all() override { return medium(); }

 private:
  void append_durably(ByteView frame) override {
    if (frame.size() < kFrameHeadBytes) return;
    const std::size_t length = base::Reader(frame).u32();
    ByteView rest = frame.subspan(kFrameHeadBytes);
    rest = rest.first(std::min(rest.size(), length));
    while (rest.size() >= kRecordHeadBytes) {
      const auto value = base::Reader(rest.subspan(2)).u32();
      const std::size_t bytes = kRecordHeadBytes + (value == kErased ? 0 : value);
      if (rest.size() < bytes) return;
      add(frame_of(end_of(medium()).sequence + 1, rest.first(bytes)));
      rest = rest.subspan(bytes);
    }
  }
};

class WithoutChecksum : public BrokenMemory {
 public:
  using BrokenMemory::BrokenMemory;

  base::WipedBytes read_all() override {
    const auto end = end_of(medium());
    const ByteView left = ByteView(medium()).subspan(end.whole);
    if (left.size() <= kFrameHeadBytes) {
      medium().resize(end.whole);
      return medium();
    }
    Bytes payload(left.begin() + kFrameHeadBytes, left.end());
    payload.resize(base::Reader(left).u32());
    medium().resize(end.whole);
    add(frame_of(end.sequence + 1, payload));
    return medium();
  }

 private:
  void append_durably(ByteView frame) override { add(frame); }
};

}  // namespace

std::unique_ptr<card::chip::Storage> record_by_record(Medium medium) {
  return std::make_unique<RecordByRecord>(std::move(medium));
}

std::unique_ptr<card::chip::Storage> without_checksum(Medium medium) {
  return std::make_unique<WithoutChecksum>(std::move(medium));
}

}  // namespace tear

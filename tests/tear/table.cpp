#include "tests/tear/table.h"

#include "base/core/error.h"
#include "cos-apdu/virtual/records.h"

namespace tear {

using card::chip::MemoryStorage;
using card::chip::RecordId;
using card::chip::Storage;

namespace {

constexpr std::size_t kImageHeadBytes = 8;
constexpr std::size_t kFrameHeadBytes = 12;
constexpr std::uint32_t kErased = 0xFFFFFFFF;

Medium copy_of(ByteView image) {
  return std::make_shared<base::WipedBytes>(image.begin(), image.end());
}

bool is_whole_image(ByteView written) {
  return base::text_of(written.first(std::min<std::size_t>(written.size(), 6))) == "WKCARD";
}

// Shows each write to the table before the memory beneath is asked.
class WatchedMemory : public Storage {
 public:
  using Watch = std::function<std::optional<std::size_t>(ByteView bytes)>;

  WatchedMemory(std::unique_ptr<Storage> beneath, Watch watch)
      : beneath_(std::move(beneath)), watch_(std::move(watch)) {}

  base::WipedBytes read_all() override { return beneath_->read_all(); }

 private:
  void append_durably(ByteView frame) override {
    if (const auto cut = watch_(frame)) {
      beneath_->append(frame.first(std::min(*cut, frame.size())));
      throw card::chip::PowerLost{};
    }
    beneath_->append(frame);
  }

  void replace_durably(ByteView image) override {
    const auto cut = watch_(image);
    if (!cut || *cut >= image.size()) beneath_->replace(image);
    if (cut) throw card::chip::PowerLost{};
  }

  std::unique_ptr<Storage> beneath_;
  Watch watch_;
};

// Notes the header of each command.
class NotingLink : public card::chip::DirectLink {
 public:
  NotingLink(card::chip::Chip& chip, Bytes& header) : DirectLink(chip), header_(header) {}

  Bytes transmit(ByteView apdu) override {
    header_.assign(apdu.begin(), apdu.begin() + 4);
    return DirectLink::transmit(apdu);
  }

 private:
  Bytes& header_;
};

}  // namespace

std::unique_ptr<Storage> sound_memory(Medium medium) {
  return std::make_unique<MemoryStorage>(std::move(medium));
}

Dump dump_of(ByteView image, const Memory& memory) {
  const card::chip::Nvm nvm(memory(copy_of(image)));
  Dump dump;
  for (const RecordId id : nvm.ids(0, 0xFFFF)) {
    const ByteView value = nvm.get(id);
    dump[id].assign(value.begin(), value.end());
  }
  return dump;
}

Dump after_write(Dump before, ByteView written) {
  if (is_whole_image(written)) {
    before.clear();
    written = written.subspan(kImageHeadBytes);
  }
  base::Reader head(written, "frame");
  const std::size_t length = head.u32();
  base::Reader in(written.subspan(kFrameHeadBytes, length), "frame");
  while (in.remaining() > 0) {
    const RecordId id = in.u16();
    const std::uint32_t bytes = in.u32();
    if (bytes == kErased) {
      before.erase(id);
    } else {
      const ByteView value = in.take(bytes);
      before[id].assign(value.begin(), value.end());
    }
  }
  return before;
}

CardOnTable::CardOnTable(const Placed& placed, Memory memory)
    : name_(placed.name), memory_(std::move(memory)), medium_(copy_of(placed.image)) {
  interoperability_ = dump().contains(card::chip::record::kCardForm);
  power_cycle();
}

std::string CardOnTable::command() const {
  const Byte kind = derivation::byte_of(chip_->identity().kind());
  return base::to_hex(Bytes{kind}) + (interoperability_ ? "i " : " ") + base::to_hex(header_);
}

void CardOnTable::watch(Watch watch) {
  watch_ = std::move(watch);
}

void CardOnTable::power_cycle() {
  session_.reset();
  link_.reset();
  chip_.reset();
  auto storage = std::make_unique<WatchedMemory>(
      memory_(medium_), [this](ByteView bytes) { return watch_ ? watch_(bytes) : std::nullopt; });
  chip_ = std::make_unique<card::chip::Chip>(std::move(storage));
  link_ = std::make_unique<NotingLink>(*chip_, header_);
  session_ = std::make_unique<card::Session>(*link_);
}

void CardOnTable::put_back(ByteView image) {
  medium_->assign(image.begin(), image.end());
  power_cycle();
}

Table::Table(const std::vector<Placed>& cards, const Memory& memory) : counts_(cards.size()) {
  for (const auto& placed : cards) cards_.push_back(std::make_unique<CardOnTable>(placed, memory));
  for (std::size_t at = 0; at < cards_.size(); ++at)
    cards_.at(at)->watch([this, at](ByteView bytes) { return on_write(at, bytes); });
}

void Table::arm(std::optional<Cut> cut) {
  cut_ = cut;
  torn_.reset();
  writes_.clear();
  counts_.assign(cards_.size(), 0);
}

std::optional<std::size_t> Table::on_write(std::size_t card, ByteView bytes) {
  const std::size_t number = ++counts_.at(card);
  writes_.push_back(
      {card, number, bytes.size(), cards_.at(card)->command(), is_whole_image(bytes)});
  if (torn_ && torn_->card == card) torn_->as_expected = left_old_or_new();
  if (torn_ || !cut_ || cut_->card != card || cut_->write != number) return std::nullopt;
  Dump memory = cards_.at(card)->dump();
  const bool complete = cut_->bytes >= bytes.size();
  torn_ = Torn{card, complete ? after_write(std::move(memory), bytes) : std::move(memory)};
  return cut_->bytes;
}

bool Table::left_old_or_new() const {
  if (torn_->as_expected) return *torn_->as_expected;
  return cards_.at(torn_->card)->dump() == torn_->expected;
}

void Table::power_cycle() {
  cut_.reset();
  for (auto& card : cards_) card->power_cycle();
}

}  // namespace tear

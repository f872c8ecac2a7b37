#include "tests/issuance/tray.h"

#include "base/core/error.h"
#include "cos-apdu/keycards/read_status.h"

namespace shop {

namespace {

using base::Fault;

std::unique_ptr<card::chip::Chip> chip_of(const std::shared_ptr<base::WipedBytes>& medium) {
  return std::make_unique<card::chip::Chip>(std::make_unique<card::chip::MemoryStorage>(medium));
}

}  // namespace

class Tray::Seat : public card::Link {
 public:
  Seat(Tray& tray, Card& card) : tray_(tray), card_(card) {
    card_.held = true;
    card_.chip->power_on();
  }

  ~Seat() override {
    card_.chip->power_off();
    card_.held = false;
  }

  base::Bytes transmit(base::ByteView apdu) override { return tray_.transmit(card_, apdu); }

  void reset() override { card_.chip->reset(); }

  std::string name() const override { return format(card_.serial); }

 private:
  Tray& tray_;
  Card& card_;
};

Serial8 Tray::add(CardKind kind, std::uint64_t number) {
  const Serial8 serial = Serial8::of(kind, number);
  const base::Bytes image = card::chip::manufactured_image(serial, crypto::SuiteId::kAes128);
  auto medium = std::make_shared<base::WipedBytes>(image.begin(), image.end());
  cards_.push_back({serial, medium, nullptr});
  cards_.back().chip = chip_of(medium);
  return serial;
}

Tray::Card& Tray::card(const Serial8& serial) {
  for (Card& card : cards_) {
    if (card.serial == serial) return card;
  }
  base::fail(Fault::kNotFound, "no card {}", format(serial));
}

void Tray::take_all_out() {
  for (Card& card : cards_) card.inserted = false;
}

std::unique_ptr<card::Link> Tray::look(const issuance::Wanted& wanted) {
  for (Card& card : cards_) {
    if (!card.inserted || card.held) continue;
    auto seat = std::make_unique<Seat>(*this, card);
    card::Session session(*seat);
    if (wanted.fits(card::keycards::read_status(session))) return seat;
  }
  return nullptr;
}

std::unique_ptr<card::Link> Tray::find(const issuance::Wanted& wanted) {
  if (auto link = look(wanted)) return link;
  base::fail(Fault::kNotFound, "{}: not in a reader", wanted.what);
}

card::layout::CardStatus Tray::status(const Serial8& serial) {
  Seat seat(*this, card(serial));
  card::Session session(seat);
  return card::keycards::read_status(session);
}

void Tray::cut_at(std::size_t nth, Loss loss) {
  cut_ = Cut{commands_ + nth, loss};
}

base::Bytes Tray::transmit(Card& card, base::ByteView apdu) {
  if (dead_) base::fail(Fault::kDeviceLost, "{}: no power", format(card.serial));
  ++commands_;
  const bool cut = cut_ && commands_ == cut_->nth;
  if (cut) dead_ = true;
  if (cut && cut_->loss == Loss::kCommand) {
    base::fail(Fault::kDeviceLost, "{}: cut before the command", format(card.serial));
  }
  base::Bytes answer = card.chip->transmit(apdu);
  if (cut) base::fail(Fault::kUncertain, "{}: cut before the answer", format(card.serial));
  return answer;
}

void Tray::power_up() {
  for (Card& card : cards_) card.chip->power_off();
  dead_ = false;
  cut_.reset();
  commands_ = 0;
}

Tray::Media Tray::media() const {
  Media media;
  for (const Card& card : cards_) media.emplace(card.serial, *card.medium);
  return media;
}

void Tray::set_back(const Media& media) {
  cards_.clear();
  for (const auto& [serial, bytes] : media) {
    auto medium = std::make_shared<base::WipedBytes>(bytes);
    cards_.push_back({serial, medium, nullptr});
    cards_.back().chip = chip_of(medium);
  }
  power_up();
}

}  // namespace shop

// Cards on trial.
#include "tests/completeness/trial.h"

#include <algorithm>

#include <fmt/format.h>

#include "cos-apdu/virtual/chip.h"
#include "cos-apdu/virtual/identity.h"

namespace completeness {
namespace {

using hostile::Deck;

class Subject {
 public:
  explicit Subject(const base::WipedBytes& image)
      : chip_(std::make_unique<card::chip::MemoryStorage>(
            std::make_shared<base::WipedBytes>(image))) {
    chip_.power_on();
  }

  card::ResponseApdu answer(ByteView apdu) {
    auto answer = card::decode_response(chip_.transmit(apdu));
    words_seen().insert(answer.status.value());
    return answer;
  }

 private:
  card::chip::Chip chip_;
};

// An image of the kind in another life cycle, with the wanted one written over it.
base::WipedBytes forced(CardKind kind, LifeCycle wanted) {
  for (const auto& row : card::layout::kLifeCycles)
    if (const auto* found = Deck::get().image_in(kind, row.value)) return in_cycle(*found, wanted);
  throw std::out_of_range("the deck has no card of this kind");
}

}  // namespace

base::WipedBytes in_cycle(const base::WipedBytes& image, LifeCycle life_cycle) {
  auto medium = std::make_shared<base::WipedBytes>(image);
  card::chip::Nvm nvm(std::make_unique<card::chip::MemoryStorage>(medium));
  auto identity = card::chip::load_identity(nvm);
  identity.life_cycle = life_cycle;
  card::chip::store_identity(nvm, identity);
  nvm.commit();
  return *medium;
}

base::WipedBytes subject(CardKind kind, LifeCycle life_cycle) {
  if (kind == CardKind::kUser && life_cycle == LifeCycle::kInUse)
    return Deck::get().at("user card with a PIN").image;
  const auto* found = Deck::get().image_in(kind, life_cycle);
  return found != nullptr ? *found : forced(kind, life_cycle);
}

std::uint16_t word_for(const base::WipedBytes& image, ByteView header, std::size_t length) {
  card::CommandApdu command{.name = "trial"};
  command.cla = header[0];
  command.ins = header[1];
  command.p1 = header[2];
  command.p2 = header[3];
  command.with(Bytes(length));
  Subject card(image);
  card::StatusWord word = card::status::kOk;
  for (const auto& part : card::chained(command)) word = card.answer(card::encode(part)).status;
  return word.value();
}

card::ResponseApdu answer_of(const base::WipedBytes& image, ByteView apdu) {
  return Subject(image).answer(apdu);
}

std::set<std::uint16_t>& words_seen() {
  static std::set<std::uint16_t> words = [] {
    std::set<std::uint16_t> out;
    for (const auto& exchange : Deck::get().traffic())
      out.insert(card::decode_response(exchange.answer).status.value());
    return out;
  }();
  return words;
}

}  // namespace completeness

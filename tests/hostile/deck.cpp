// Watching the deck while it is issued.
#include "tests/hostile/deck.h"

#include <stdexcept>

#include <fmt/format.h>

#include "cos-apdu/virtual/identity.h"
#include "tests/hostile/county_scenes.h"
#include "tests/hostile/field_scenes.h"
#include "tests/hostile/interoperability_scenes.h"
#include "tests/hostile/key_scenes.h"
#include "tests/support/watched_link.h"

namespace hostile {
namespace {

struct Told {
  card::layout::CardStatus identity;
  CardForm form = CardForm::kNative;
};

Told told_by(const base::WipedBytes& image) {
  const card::chip::Nvm nvm(
      std::make_unique<card::chip::MemoryStorage>(std::make_shared<base::WipedBytes>(image)));
  return {card::chip::load_identity(nvm), card::chip::card_form(nvm)};
}

}  // namespace

const Deck& Deck::get() {
  static const Deck one;
  return one;
}

Deck::Deck() {
  support::WatchedLink::watcher() = [this](card::chip::Chip& chip, ByteView apdu, ByteView answer) {
    const auto image = chip.storage().read_all();
    const auto [identity, form] = told_by(image);
    traffic_.push_back(
        {identity.kind(), form, {apdu.begin(), apdu.end()}, {answer.begin(), answer.end()}});
    if (form == CardForm::kNative) cycles_[{identity.kind(), identity.life_cycle}] = image;
  };
  const auto keep = [this](std::string name, const base::WipedBytes& image, std::string partner) {
    const auto [identity, form] = told_by(image);
    exhibits_.push_back(
        {std::move(name), identity.kind(), form, image, std::move(partner), traffic_.size()});
  };
  play_key_scenes(keep);
  play_field_scenes(keep);
  play_county_scenes(keep);
  for (const auto& [key, image] : cycles_)
    if (key.second < LifeCycle::kInUse)
      keep(fmt::format("{}, {}", derivation::row_of(key.first).english,
                       card::layout::format(key.second)),
           image, {});
  play_interoperability_scenes(keep);
  support::WatchedLink::watcher() = nullptr;
}

const Exhibit& Deck::at(std::string_view name) const {
  for (const auto& exhibit : exhibits_)
    if (exhibit.name == name) return exhibit;
  throw std::out_of_range("no exhibit " + std::string(name));
}

const base::WipedBytes* Deck::image_in(CardKind kind, LifeCycle life_cycle) const {
  const auto found = cycles_.find({kind, life_cycle});
  return found == cycles_.end() ? nullptr : &found->second;
}

}  // namespace hostile

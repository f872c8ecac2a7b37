// Every kind of card, issued and used as a county would, with what passed on the way: the material
// of hostile terminals, of the fuzz targets and of the completeness tests.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cos-apdu/layout/card_status.h"
#include "cos-apdu/virtual/identity.h"

namespace hostile {

using base::Byte;
using base::Bytes;
using base::ByteView;
using card::chip::CardForm;
using card::layout::LifeCycle;
using derivation::CardKind;

// A card as it lies in a drawer: its memory, and which exhibit is the other half of its pair.
struct Exhibit {
  std::string name;
  CardKind kind = CardKind::kUser;
  CardForm form = CardForm::kNative;
  base::WipedBytes image;
  std::string partner{};
  std::size_t seen = 0;  // so much of the deck's traffic had passed when it was put into the drawer
};

struct Exchange {
  CardKind kind = CardKind::kUser;
  CardForm form = CardForm::kNative;
  Bytes apdu;
  Bytes answer;
};

// A PIN of every exhibit that has one.
inline constexpr std::string_view kDeckPin = "123456";

class Deck {
 public:
  // Issued once in a process.
  static const Deck& get();

  const std::vector<Exhibit>& exhibits() const { return exhibits_; }

  // Throws std::out_of_range.
  const Exhibit& at(std::string_view name) const;

  // All that passed while the deck was issued and used, oldest first.
  const std::vector<Exchange>& traffic() const { return traffic_; }

  // The image of some native card of this kind that was in this life cycle; nullptr when none was.
  const base::WipedBytes* image_in(CardKind kind, LifeCycle life_cycle) const;

 private:
  Deck();

  std::vector<Exhibit> exhibits_;
  std::vector<Exchange> traffic_;
  std::map<std::pair<CardKind, LifeCycle>, base::WipedBytes> cycles_;
};

}  // namespace hostile

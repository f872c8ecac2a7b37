#include "cos-apdu/reader/held_card.h"

#include "cos-apdu/card_commands.h"

namespace card::reader {

namespace {

constexpr Byte kApplicationFile = 0x15;
constexpr Byte kHolderFile = 0x16;

layout::CardStatus ask_status(Session& session) {
  return layout::decode_card_status(get_card_status(session));
}

}  // namespace

HeldCard::HeldCard(std::unique_ptr<Link> link)
    : link_(std::move(link)), session_(*link_), status_(ask_status(session_)) {}

void HeldCard::restart() {
  link_->reset();
  const auto now = ask_status(session_);
  if (now.serial != status_.serial) throw Failure(WELLKEY_OTHER_CARD);
  status_ = now;
}

void require_in_use(const HeldCard& card) {
  if (card.status().life_cycle != layout::LifeCycle::kInUse) {
    throw Failure(WELLKEY_NOT_OPEN_FOR_USE, std::string(layout::format(card.status().life_cycle)));
  }
}

layout::ApplicationInfo read_application_info(Session& session) {
  return layout::decode_application_info(read_file(session, kApplicationFile));
}

layout::Holder read_holder(Session& session) {
  return layout::decode_holder(read_file(session, kHolderFile));
}

}  // namespace card::reader

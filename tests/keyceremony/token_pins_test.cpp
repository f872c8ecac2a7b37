// Lost role cards of key officers: spares, and new PINs that no lost half opens.
#include "keyceremony/token_pins.h"

#include <fstream>
#include <functional>
#include <optional>

#include <doctest/doctest.h>

#include "base/terminal/scripted_terminal.h"
#include "cos-apdu/keycards/key_card.h"
#include "tests/hsm/soft_token.h"
#include "tests/keyceremony/emulated_room.h"

using namespace keyceremony;
using derivation::CardKind;
using derivation::Serial8;

namespace {

constexpr std::size_t kNever = 0;

// A card whose power fails at the n-th command that all cards of a drawer get.
class CutLink : public card::Link {
 public:
  CutLink(std::unique_ptr<card::Link> to, std::size_t& commands, const std::size_t& cut)
      : to_(std::move(to)), commands_(commands), cut_(cut) {}

  base::Bytes transmit(base::ByteView apdu) override {
    if (++commands_ == cut_) base::fail(base::Fault::kDeviceLost, "no power");
    return to_->transmit(apdu);
  }

  void reset() override { to_->reset(); }

  std::string name() const override { return to_->name(); }

 private:
  std::unique_ptr<card::Link> to_;
  std::size_t& commands_;
  const std::size_t& cut_;
};

// Two officers with their role cards, a spare, and a token whose PIN they share.
struct Desk {
  Desk()
      : folder(support::Medium::kMemory),
        token{support::kSoftHsm, folder.path() / "token", hsm::kKeyTokenLabel} {
    std::ofstream answers(folder.path() / "answers");
    for (const HeldCard& card : {officers[0], officers[1], spare}) {
      answers << card.id << ".pin = 739164\n" << card.id << ".pin.again = 739164\n";
      drawer.add(card.serial);
      const auto link = drawer.link(card.serial);
      card::Session session(*link);
      card::keycards::Blank(session).make_key_pair();
    }
    answers.close();
    with_cards([&](CardTable& cards) {
      hsm::Token::initialise(token, make_token_pin(cards, officers, ShareSlot::kKeyToken),
                             hsm::random_so_pin());
      make_token_pin(cards, officers, ShareSlot::kLogToken);
    });
  }

  void with_cards(const std::function<void(CardTable&)>& act, std::size_t cut_at = kNever) {
    commands = 0;
    cut = cut_at;
    terminal::ScriptedTerminal terminal(folder.path() / "answers", base::Mode::kRehearsal);
    CardTable cards(
        terminal,
        [this](const Serial8& serial, const std::string&, std::chrono::milliseconds) {
          return std::make_unique<CutLink>(drawer.link(serial), commands, cut);
        },
        std::chrono::milliseconds(0));
    act(cards);
  }

  base::SecretBytes pin_of(const Officers& holders) {
    std::optional<base::SecretBytes> pin;
    with_cards(
        [&](CardTable& cards) { pin = release_token_pin(cards, holders, ShareSlot::kKeyToken); });
    return std::move(*pin);
  }

  void change(std::size_t cut_at = kNever) {
    with_cards(
        [&](CardTable& cards) { change_token_pin(cards, officers, ShareSlot::kKeyToken, token); },
        cut_at);
  }

  bool opens(const base::SecretBytes& pin) const {
    try {
      const hsm::Token opened(token, pin);
      return true;
    } catch (const base::Error& error) {
      CHECK(error.fault() == base::Fault::kRefused);
      return false;
    }
  }

  support::TempFolder folder;
  hsm::TokenConfig token;
  room::Drawer drawer;
  Officers officers{HeldCard{"officer-1", "Zhao Lei", Serial8::of(CardKind::kRole, 3), {}},
                    HeldCard{"officer-2", "Sun Li", Serial8::of(CardKind::kRole, 4), {}}};
  HeldCard spare{"officer-1-spare", "Zhao Lei", Serial8::of(CardKind::kRole, 7), {}};
  std::size_t commands = 0;
  std::size_t cut = kNever;
};

}  // namespace

TEST_CASE("a spare opens the token in the place of a lost role card, until the PIN is new") {
  Desk desk;
  desk.with_cards([&](CardTable& cards) { copy_shares(cards, desk.officers[0], desk.spare); });
  const Officers lost = desk.officers;
  const Officers now = with_spare(desk.officers, lost[0].serial, desk.spare.serial);
  CHECK(now[0].id == "officer-1");
  CHECK(now[1].serial == lost[1].serial);
  CHECK(desk.opens(desk.pin_of(now)));
  desk.officers = now;
  desk.change();
  CHECK(desk.opens(desk.pin_of(now)));
  CHECK_FALSE(desk.opens(desk.pin_of(lost)));
}

TEST_CASE("the spare of an officer is a role card that no officer uses") {
  const Desk desk;
  CHECK_THROWS_WITH_AS(with_spare(desk.officers, desk.officers[0].serial, desk.officers[1].serial),
                       doctest::Contains("a role card that no officer uses"), base::Error);
  CHECK_THROWS_AS(
      with_spare(desk.officers, desk.officers[0].serial, Serial8::of(CardKind::kLeader, 1)),
      base::Error);
  CHECK_THROWS_WITH_AS(
      with_spare(desk.officers, Serial8::of(CardKind::kRole, 9), desk.spare.serial),
      doctest::Contains("is not the card of a key officer"), base::Error);
}

TEST_CASE("a change of the PIN that is cut at any command of a card is finished by the next one") {
  Desk desk;
  std::size_t nth = 1;
  for (bool cut = true; cut; ++nth) {
    CAPTURE(nth);
    cut = false;
    try {
      desk.change(nth);
    } catch (const base::Error& error) {
      CHECK(error.fault() == base::Fault::kDeviceLost);
      cut = true;
    }
    if (!cut) break;
    desk.change();
    CHECK(desk.opens(desk.pin_of(desk.officers)));
  }
  CHECK(nth > 12);
}

// Blocking and unblocking of an interoperability card's application, card and PIN, by order and by the
// last wrong MAC.
#include "cos-apdu/user_card.h"
#include "tests/tear/interoperability_card.h"

namespace tear {

namespace {

using card::layout::LifeCycle;

constexpr Byte kCardBlock = 0x16;
constexpr Byte kApplicationUnblock = 0x18;
constexpr Byte kApplicationBlock = 0x1E;
constexpr Byte kForEver = 0x01;

// What the engine keeps: the number of tries behind the lock proof.
constexpr card::chip::RecordId kGreyLock = 0x0620;
constexpr std::size_t kGreyTries = 30;

enum class State { kOpen, kBlocked, kDead };

State state_of(Table& table) {
  auto& session = table.session(0);
  const auto life = card::layout::decode_card_status(card::get_card_status(session)).life_cycle;
  if (life == LifeCycle::kDead) return State::kDead;
  enter_purse(session);
  try {
    wallet_of(session);
  } catch (const card::Refusal&) {
    return State::kBlocked;
  }
  return State::kOpen;
}

card::CommandApdu order(Byte ins, Byte p2 = 0x00) {
  return {.name = "BLOCKING", .cla = 0x84, .ins = ins, .p1 = 0x00, .p2 = p2};
}

// Under the line protection key of the purse's directory, or what is another key here.
card::StatusWord send_order(Table& table, const card::CommandApdu& command,
                            KeyType type = KeyType::kLine) {
  enter_purse(table.session(0));
  return send_with(table.session(0), type, command, Protection::kMac);
}

void wrong_unblock(Table& table) {
  send_order(table, order(kApplicationUnblock), KeyType::kPinUnblock);
}

unsigned line_tries(Table& table) {
  return tries_of(table, kPurseKeys, KeyType::kLine);
}

Sequence switching(std::string name, const std::vector<Placed>& cards, State to,
                   const card::CommandApdu& sent) {
  return scripted(std::move(name), cards, [to, sent](Table& table) {
    return Steps{[&table, sent] { check(sent, send_order(table, sent)); },
                 [&table, to] { return ending_if(state_of(table) == to); },
                 [&table, to, from = state_of(table)](Ending ending, Findings& findings) {
                   findings.expect(state_of(table) == (ending == Ending::kHappened ? to : from),
                                   "neither blocked nor open");
                 }};
  });
}

// Counted down to the last try, and right at last: open again, or dead with no try left.
Sequence unblock_with_the_last_try(const std::vector<Placed>& blocked) {
  const auto wrong_twice = after(blocked, [](Table& table) {
    wrong_unblock(table);
    wrong_unblock(table);
  });
  return scripted("unblock an interoperability card's application with the last try", wrong_twice,
                  [](Table& table) {
                    return Steps{[&table] { send_order(table, order(kApplicationUnblock)); },
                                 [&table] { return ending_if(state_of(table) != State::kBlocked); },
                                 [&table](Ending, Findings& findings) {
                                   const bool dead = state_of(table) == State::kDead;
                                   findings.expect(
                                       dead == (line_tries(table) == 0),
                                       "the counter says one thing, the application another");
                                 }};
                  });
}

Sequence last_wrong_unblock(const std::vector<Placed>& blocked) {
  const auto wrong_twice = after(blocked, [](Table& table) {
    wrong_unblock(table);
    wrong_unblock(table);
  });
  return scripted("third wrong unblock of an interoperability card", wrong_twice, [](Table& table) {
    return Steps{[&table] { wrong_unblock(table); },
                 [&table] { return ending_if(line_tries(table) == 0); },
                 [&table](Ending ending, Findings& findings) {
                   const bool dead = state_of(table) == State::kDead;
                   findings.expect(dead == (ending == Ending::kHappened),
                                   "the counter says one thing, the application another");
                 }};
  });
}

// A grey card that is asked three times for a debit whose GMAC is wrong.
Sequence last_wrong_gmac(const interoperability::Card& card) {
  const auto tries = [](Table& table) -> unsigned {
    return table.card(0).dump().at(kGreyLock).at(kGreyTries);
  };
  auto sn = std::make_shared<card::CardSn>();
  const auto wrong = [sn](Table& table) {
    enter_purse(table.session(0));
    const card::UnlockRequest forged{.amount = base::Amount::fen(0),
                                     .offline_sn = *sn,
                                     .terminal = test::kMeterTerminal,
                                     .at = test::kNoon};
    try {
      card::debit_for_unlock(table.session(0), card::Purse::kWallet, forged);
    } catch (const card::Refusal&) {
    }
  };
  const auto wrong_twice = after(one(card), [sn, wrong](Table& table) {
    enter_purse(table.session(0));
    *sn = lock_wallet(table.session(0));
    wrong(table);
    wrong(table);
  });
  return scripted(
      "third wrong GMAC at an interoperability card", wrong_twice, [wrong, tries](Table& table) {
        return Steps{[&table, wrong] { wrong(table); },
                     [&table, tries] { return ending_if(tries(table) == 0); },
                     [&table](Ending ending, Findings& findings) {
                       const auto wanted =
                           ending == Ending::kHappened ? State::kBlocked : State::kOpen;
                       findings.expect(state_of(table) == wanted,
                                       "the counter says one thing, the application another");
                     }};
      });
}

// A PIN order under a wrong MAC costs a try of the order's key, and the PIN stands.
Sequence wrong_pin_order(const interoperability::Card& card, std::string name, KeyType type,
                         const card::CommandApdu& sent) {
  const auto tries = [type](Table& table) { return tries_of(table, kPurseKeys, type); };
  return scripted(std::move(name), one(card), [tries, sent](Table& table) {
    return Steps{
        [&table, sent] {
          enter_purse(table.session(0));
          card::get_challenge(table.session(0), 4);
          table.session(0).send(sent);
        },
        [&table, tries] { return ending_if(tries(table) == 2); },
        [&table, tries](Ending ending, Findings& findings) {
          findings.expect(tries(table) == (ending == Ending::kHappened ? 2U : 3U), "tries");
          enter_purse(table.session(0));
          findings.expect(
              card::verify_pin(table.session(0), test::secret(interoperability::kPin)).right(),
              "the PIN");
        }};
  });
}

}  // namespace

std::vector<Sequence> interoperability_blocking_sequences() {
  const auto card = interoperability::issue();
  const auto open = one(*card);
  const auto blocked =
      after(open, [](Table& table) { send_order(table, order(kApplicationBlock)); });
  card::CommandApdu unblock{.name = "PIN UNBLOCK", .cla = 0x84, .ins = 0x24};
  card::CommandApdu reload{.name = "RELOAD PIN", .cla = 0x80, .ins = 0x5E};
  std::vector<Sequence> sequences{
      switching("block an interoperability card's application", open, State::kBlocked,
                order(kApplicationBlock)),
      switching("unblock an interoperability card's application", blocked, State::kOpen,
                order(kApplicationUnblock)),
      switching("block an interoperability card's application for ever", open, State::kDead,
                order(kApplicationBlock, kForEver)),
      switching("block an interoperability card's blocked application for ever", blocked,
                State::kDead, order(kApplicationBlock, kForEver)),
      switching("block an interoperability card", open, State::kDead, order(kCardBlock)),
      switching("block an interoperability card, its application blocked", blocked, State::kDead,
                order(kCardBlock))};
  sequences.push_back(unblock_with_the_last_try(blocked));
  sequences.push_back(last_wrong_unblock(blocked));
  sequences.push_back(last_wrong_gmac(*card));
  sequences.push_back(
      wrong_pin_order(*card, "a wrong PIN UNBLOCK", KeyType::kPinUnblock, unblock.with(Bytes(12))));
  sequences.push_back(
      wrong_pin_order(*card, "a wrong RELOAD PIN", KeyType::kPinReload, reload.with(Bytes(7))));
  return sequences;
}

}  // namespace tear

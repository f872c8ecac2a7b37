// Blocking and unblocking of the application, by order and by the last wrong MAC.
#include "base/core/error.h"
#include "cos-apdu/user_card.h"
#include "tests/tear/user_orders.h"

namespace tear {

namespace {

using base::Amount;
using card::layout::LifeCycle;
using test::Purpose;

constexpr std::int64_t kBefore = 1000;
constexpr auto kWallet = card::Purse::kWallet;

// What the engine keeps: the number of tries behind the lock proof, and of a key.
constexpr card::chip::RecordId kGreyLock = 0x0620;
constexpr std::size_t kGreyTries = 30;
constexpr std::size_t kKeyTries = 6;

constexpr card::chip::RecordId slot_of(Purpose purpose) {
  return static_cast<card::chip::RecordId>(0x0100 + static_cast<Byte>(purpose));
}

unsigned tries_of_key(Table& table, Purpose purpose) {
  return table.card(0).dump().at(slot_of(purpose)).at(kKeyTries);
}

enum class State { kOpen, kBlocked, kDead };

State state_of(Table& table) {
  auto& session = table.session(0);
  const auto life = card::layout::decode_card_status(card::get_card_status(session)).life_cycle;
  if (life == LifeCycle::kDead) return State::kDead;
  try {
    wallet_of(session);
  } catch (const card::Refusal&) {
    return State::kBlocked;
  }
  return State::kOpen;
}

// `order` takes the application from one state to the other, and the money stays.
Sequence switching(std::string name, State from, State to, const card::CommandApdu& order) {
  Table table({placed("user card", *loaded_card(kBefore))}, sound_memory);
  if (from == State::kBlocked)
    send_order(table, Purpose::kMaintenance, blocking_command(kApplicationBlock));
  return scripted(std::move(name), {{"user card", table.card(0).image()}}, [=](Table& on) {
    return Steps{[&on, order] { send_order(on, Purpose::kMaintenance, order); },
                 [&on, to] { return ending_if(state_of(on) == to); },
                 [&on, from, to](Ending ending, Findings& findings) {
                   const auto now = state_of(on);
                   findings.expect(now == (ending == Ending::kHappened ? to : from),
                                   "neither blocked nor open");
                   findings.expect(now != State::kOpen || wallet_of(on.session(0)).fen() == kBefore,
                                   "balance");
                 }};
  });
}

// The wrong MAC that uses up a counter: the counter at zero and its consequence are one.
struct LastTry {
  std::string name;
  std::vector<Placed> cards;
  std::function<void(Table&)> wrong;
  std::function<unsigned(Table&)> tries;
  State from;
  State to;
};

Sequence last_try(const LastTry& row) {
  return scripted(row.name, row.cards, [row](Table& table) {
    return Steps{[&table, row] { row.wrong(table); },
                 [&table, row] { return ending_if(row.tries(table) == 0); },
                 [&table, row](Ending ending, Findings& findings) {
                   const auto wanted = ending == Ending::kHappened ? row.to : row.from;
                   findings.expect(state_of(table) == wanted,
                                   "the counter says one thing, the application another");
                 }};
  });
}

template <typename Command>
void refused(Command command) {
  try {
    command();
  } catch (const card::Refusal&) {
  }
}

void wrong_load(Table& table) {
  auto& user = table.session(0);
  card::init_load(user, kWallet, card::kFirstKey, Amount::fen(1), test::kDeskTerminal);
  refused([&] { card::credit_load(user, test::kMorning, {}); });
}

LastTry last_load() {
  Table table({placed("user card", *loaded_card(kBefore))}, sound_memory);
  wrong_load(table);
  wrong_load(table);
  return {.name = "third wrong MAC2 of a load",
          .cards = {{"user card", table.card(0).image()}},
          .wrong = wrong_load,
          .tries = [](Table& on) { return tries_of_key(on, Purpose::kLoad); },
          .from = State::kOpen,
          .to = State::kBlocked};
}

LastTry last_debit() {
  const auto user = loaded_card(kBefore);
  const auto esam = test::issue_esam(county());
  const auto lock = test::start(user->session(), esam->session(), test::user_number(county()));
  const card::UnlockRequest forged{
      .amount = Amount::fen(1),
      .offline_sn = static_cast<card::CardSn>(lock.init.offline_sn + 1),
      .terminal = test::kMeterTerminal,
      .at = test::kNoon};
  Table table({placed("user card", *user)}, sound_memory);
  const auto wrong = [forged](Table& on) {
    refused([&] { card::debit_for_unlock(on.session(0), kWallet, forged); });
  };
  wrong(table);
  wrong(table);
  return {
      .name = "third wrong GMAC of a settlement",
      .cards = {{"user card", table.card(0).image()}},
      .wrong = wrong,
      .tries = [](Table& on) -> unsigned { return on.card(0).dump().at(kGreyLock).at(kGreyTries); },
      .from = State::kOpen,
      .to = State::kBlocked};
}

LastTry last_unblock() {
  Table table({placed("user card", *loaded_card(kBefore))}, sound_memory);
  send_order(table, Purpose::kMaintenance, blocking_command(kApplicationBlock));
  const auto wrong = [](Table& on) {
    send_order(on, Purpose::kLoad, blocking_command(kApplicationUnblock));
  };
  wrong(table);
  wrong(table);
  return {.name = "third wrong unblock",
          .cards = {{"user card", table.card(0).image()}},
          .wrong = wrong,
          .tries = [](Table& on) { return tries_of_key(on, Purpose::kMaintenance); },
          .from = State::kBlocked,
          .to = State::kDead};
}

// Right at last: the tries are back, and what the last one would have blocked is not blocked.
Sequence right_at_last(std::string name, const LastTry& row,
                       const std::function<void(Table&)>& right) {
  return scripted(std::move(name), row.cards, [row, right](Table& table) {
    const auto undecided = [&table, row] {
      return state_of(table) == row.from && (row.from == State::kBlocked || row.tries(table) == 1);
    };
    return Steps{[&table, right] { right(table); }, [undecided] { return ending_if(!undecided()); },
                 [&table, row](Ending, Findings& findings) {
                   findings.expect((state_of(table) == row.to) == (row.tries(table) == 0),
                                   "the counter says one thing, the application another");
                 }};
  });
}

void right_load(Table& table) {
  auto& user = table.session(0);
  const auto begun =
      card::init_load(user, kWallet, card::kFirstKey, Amount::fen(1), test::kDeskTerminal);
  const auto suite = county().suite();
  const auto key = card::purse::online_session_key(
      suite, county().leaf(Purpose::kLoad, test::user_number(county()).factor8()), begun.key.random,
      begun.online_sn);
  const card::purse::Order order{Amount::fen(1), card::TransactionType::kLoadWallet,
                                 test::kDeskTerminal};
  card::credit_load(user, test::kMorning,
                    crypto::mac4(suite, key, card::purse::load_mac2_input(order, test::kMorning)));
}

void right_unblock(Table& table) {
  send_order(table, Purpose::kMaintenance, blocking_command(kApplicationUnblock));
}

// Reading under a MAC counts the tries of the maintenance key; right after a wrong one.
Sequence reading_under_a_mac(std::string name, const card::CommandApdu& read) {
  Table before({placed("user card", *loaded_card(kBefore))}, sound_memory);
  send_order(before, Purpose::kLoad, read);
  const auto tries = [](Table& table) { return tries_of_key(table, Purpose::kMaintenance); };
  return scripted(
      std::move(name), {{"user card", before.card(0).image()}}, [read, tries](Table& table) {
        return Steps{[&table, read] { send_order(table, Purpose::kMaintenance, read); },
                     [&table, tries] { return ending_if(tries(table) == 3); },
                     [&table, tries](Ending ending, Findings& findings) {
                       const auto left = tries(table);
                       findings.expect(ending == Ending::kHappened || left == 1 || left == 2,
                                       "a cut gave a try back");
                     }};
      });
}

}  // namespace

std::vector<Sequence> blocking_sequences() {
  const card::CommandApdu binary{.name = "READ BINARY", .cla = 0x04, .ins = 0xB0, .p1 = 0x95};
  const card::CommandApdu record{
      .name = "READ RECORD", .cla = 0x04, .ins = 0xB2, .p1 = 0x01, .p2 = 0xC4};
  return {reading_under_a_mac("read a file under a MAC", binary),
          reading_under_a_mac("read a record under a MAC", record),
          right_at_last("a load with the last try", last_load(), right_load),
          right_at_last("unblock with the last try", last_unblock(), right_unblock),
          switching("block the application", State::kOpen, State::kBlocked,
                    blocking_command(kApplicationBlock)),
          switching("unblock the application", State::kBlocked, State::kOpen,
                    blocking_command(kApplicationUnblock)),
          switching("block the application for ever", State::kOpen, State::kDead,
                    blocking_command(kApplicationBlock, 0x01)),
          switching("block the card", State::kOpen, State::kDead, blocking_command(kCardBlock)),
          last_try(last_load()),
          last_try(last_debit()),
          last_try(last_unblock())};
}

}  // namespace tear

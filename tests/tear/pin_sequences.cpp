// The PIN of a user card: verified, changed, unblocked, reloaded. A cut may cost a try, and gives none
// back.
#include "tests/tear/user_orders.h"

namespace tear {

namespace {

using test::Purpose;

constexpr std::string_view kOld = "271828";
constexpr std::string_view kNew = "141421";
constexpr std::string_view kWrong = "000000";

unsigned tries(Table& table) {
  return card::layout::decode_card_status(card::get_card_status(table.session(0))).pin_tries;
}

bool is_pin(Table& table, std::string_view digits) {
  return card::verify_pin(table.session(0), test::secret(digits)).right();
}

// A card with a PIN, wrongly told this often.
std::vector<Placed> card_with_pin(int wrong_tries = 0) {
  Table table({placed("user card", *test::issue_user_card(county()))}, sound_memory);
  reload_pin(table, kOld);
  for (int at = 0; at < wrong_tries; ++at) is_pin(table, kWrong);
  return {{"user card", table.card(0).image()}};
}

Sequence right_pin() {
  return scripted("verify the PIN, right after a wrong try", card_with_pin(1), [](Table& table) {
    return Steps{[&table] { is_pin(table, kOld); },
                 [&table] { return ending_if(tries(table) == 3); },
                 [&table](Ending ending, Findings& findings) {
                   const auto left = tries(table);
                   findings.expect(ending == Ending::kHappened || left == 1 || left == 2,
                                   "a cut gave a try back");
                 }};
  });
}

Sequence wrong_pin(int earlier, std::string name) {
  const auto before = static_cast<unsigned>(3 - earlier);
  return scripted(std::move(name), card_with_pin(earlier), [before](Table& table) {
    return Steps{[&table] { is_pin(table, kWrong); },
                 [&table, before] { return ending_if(tries(table) == before - 1); },
                 [&table, before](Ending ending, Findings& findings) {
                   const auto left = ending == Ending::kHappened ? before - 1 : before;
                   findings.expect(tries(table) == left, "tries");
                 }};
  });
}

Sequence pin_change() {
  return scripted("change the PIN", card_with_pin(), [](Table& table) {
    const auto is_old = [&table] { return is_pin(table, kOld); };
    const auto is_new = [&table] { return is_pin(table, kNew); };
    return Steps{
        [&table] { card::change_pin(table.session(0), test::secret(kOld), test::secret(kNew)); },
        [is_old, is_new, asked = OldOrNew()]() mutable { return asked.ask(is_old, is_new); },
        [is_old, is_new](Ending ending, Findings& findings) {
          findings.expect(ending == Ending::kHappened ? is_new() : is_old(),
                          "neither the old PIN nor the new one");
        }};
  });
}

// By the issuer, on a card whose tries are used up.
Sequence new_pin(std::string name, std::function<void(Table&)> act) {
  return scripted(std::move(name), card_with_pin(3), [act = std::move(act)](Table& table) {
    return Steps{[&table, act] { act(table); },
                 [&table] { return ending_if(tries(table) > 0 && is_pin(table, kNew)); },
                 [&table](Ending ending, Findings& findings) {
                   const bool happened = ending == Ending::kHappened;
                   findings.expect(tries(table) == (happened ? 3U : 0U), "tries");
                 }};
  });
}

void unblock(Table& table) {
  card::CommandApdu command{.name = "PIN UNBLOCK", .cla = 0x84, .ins = 0x24};
  const auto block = card::pin_block(test::secret(kNew));
  command.data.assign(block.begin(), block.end());
  send_order(table, Purpose::kPinUnblock, command, Form::kEnciphered);
}

}  // namespace

std::vector<Sequence> pin_sequences() {
  std::vector<Sequence> sequences;
  sequences.push_back(right_pin());
  sequences.push_back(wrong_pin(0, "verify the PIN, wrong"));
  sequences.push_back(wrong_pin(2, "verify the PIN, wrong for the last time"));
  sequences.push_back(pin_change());
  sequences.push_back(new_pin("unblock the PIN", unblock));
  sequences.push_back(new_pin("reload the PIN", [](Table& table) { reload_pin(table, kNew); }));
  return sequences;
}

}  // namespace tear

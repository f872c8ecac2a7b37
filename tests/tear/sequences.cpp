// What the sequences share.
#include "tests/tear/sequences.h"

#include "base/core/error.h"

namespace tear {

namespace {

class ScriptedTerminal : public Terminal {
 public:
  explicit ScriptedTerminal(Steps steps) : steps_(std::move(steps)) {}

  void act() override { steps_.act(); }

  Ending recover() override { return steps_.recover(); }

  void judge(Ending ending, Findings& findings) override { steps_.judge(ending, findings); }

 private:
  Steps steps_;
};

}  // namespace

Sequence scripted(std::string name, std::vector<Placed> cards, Script script) {
  return {std::move(name), std::move(cards), [script = std::move(script)](Table& table) {
            return std::make_unique<ScriptedTerminal>(script(table));
          }};
}

Ending OldOrNew::ask(const Ask& is_old, const Ask& is_new) {
  if (!old_is_wrong_ && is_old()) return Ending::kDidNotHappen;
  old_is_wrong_ = true;
  return ending_if(is_new());
}

const test::County& county() {
  static const test::County county(crypto::SuiteId::kAes128);
  return county;
}

Placed placed(std::string name, const test::Card& card) {
  return {std::move(name), *card.medium()};
}

std::unique_ptr<test::Card> loaded_card(std::int64_t fen) {
  auto user = test::issue_user_card(county());
  auto psam = test::issue_psam(county(), test::usual_ceiling());
  if (!card::verify_pin(psam->session(), test::secret(test::kPsamPin)).right())
    base::fail(base::Fault::kWrongState, "the PSAM's PIN is not {}", test::kPsamPin);
  test::load(user->session(), psam->session(), test::user_number(county()), base::Amount::fen(fen));
  return user;
}

base::Amount wallet_of(card::Session& user) {
  return card::get_balance(user, card::Purse::kWallet);
}

}  // namespace tear

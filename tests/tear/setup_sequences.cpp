// What is put into key cards before they work.
#include "base/crypto/ed25519.h"
#include "cos-apdu/keycards/pairing.h"
#include "tests/tear/key_cards.h"

namespace tear {

namespace {

using bench::CardKind;
using bench::TestCard;
using card::chip::RecordId;
using card::keycards::Blank;
using card::keycards::KeyCard;

constexpr std::uint64_t kNumber = 71;

// What the engine keeps.
constexpr RecordId kStockKey = 0x090E;
constexpr RecordId kOfficers = 0x0809;
constexpr RecordId kLogKey = 0x080A;
constexpr RecordId kComponent = 0x0810;

bool holds(Table& table, RecordId record) {
  return table.card(0).dump().contains(record);
}

// A command under the PIN after which the card holds one record more.
Sequence putting(std::string name, const TestCard& card, RecordId record,
                 std::function<void(card::Session&)> put) {
  return scripted(
      std::move(name), {placed("key card", card)}, [record, put = std::move(put)](Table& table) {
        return Steps{[&table, put] {
                       unlock(table, 0);
                       put(table.session(0));
                     },
                     [&table, record] { return ending_if(holds(table, record)); },
                     [&table, record](Ending ending, Findings& findings) {
                       findings.expect(holds(table, record) == (ending == Ending::kHappened),
                                       "the card changed its mind");
                     }};
      });
}

// Two stock cards that know each other and have no key yet.
std::unique_ptr<bench::TestPair> new_stock() {
  auto stock = std::make_unique<bench::TestPair>(CardKind::kStock, CardKind::kStock, kNumber);
  std::vector<crypto::PublicPoint> members;
  for (TestCard* card : {&stock->mother, &stock->control}) {
    members.push_back(Blank(card->session).make_key_pair());
    Blank(card->session).set_pin(bench::secret(bench::kPin));
  }
  bench::unlock(stock->mother);
  KeyCard(stock->mother.session).put_plan(bench::plan_of(base::Mode::kRehearsal, 0x52));
  KeyCard(stock->mother.session).put_set(members);
  return stock;
}

}  // namespace

std::vector<Sequence> setup_sequences() {
  const auto stock = new_stock();
  TestCard role(CardKind::kRole, kNumber);
  bench::admit(*hierarchy().stock, role);
  bench::MasterSet set(*hierarchy().stock, bench::plan_of(base::Mode::kRehearsal, 3));
  set.form();
  const std::array officers{crypto::P256Pair::generate().point, crypto::P256Pair::generate().point};
  const auto log = crypto::Ed25519Pair::generate().point;
  std::vector<Sequence> sequences;
  sequences.push_back(putting(
      "generate the stock key", stock->mother, kStockKey,
      [](card::Session& session) { card::keycards::MotherCard(session).generate_stock_key(); }));
  sequences.push_back(
      putting("put officers", stock->mother, kOfficers,
              [officers](card::Session& session) { KeyCard(session).put_officers(officers); }));
  sequences.push_back(putting("put the log key", role, kLogKey, [log](card::Session& session) {
    KeyCard(session).put_log_key(log, "wellkey.example/log");
  }));
  sequences.push_back(putting(
      "generate a component", *set.leaders.front(), kComponent,
      [](card::Session& session) { card::keycards::LeaderCard(session).generate_component(); }));
  return sequences;
}

}  // namespace tear

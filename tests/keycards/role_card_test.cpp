// Role cards: shares and signatures under a PIN.
#include <doctest/doctest.h>

#include "cos-apdu/door.h"
#include "tests/keycards/bench.h"

namespace {

using namespace bench;
using base::Fault;
using base::Mode;
using card::keycards::RoleCard;

Bytes shown(const base::SecretBytes& value) {
  const auto bytes = value.reveal(card::SecretDoor::open());
  return {bytes.begin(), bytes.end()};
}

// Keeps every byte that passed.
struct RecordingLink : card::Link {
  explicit RecordingLink(card::Link& to) : to_(to) {}

  Bytes transmit(ByteView apdu) override {
    auto answer = to_.transmit(apdu);
    seen.insert(seen.end(), apdu.begin(), apdu.end());
    seen.insert(seen.end(), answer.begin(), answer.end());
    return answer;
  }

  void reset() override { to_.reset(); }

  std::string name() const override { return to_.name(); }

  Bytes seen;

 private:
  card::Link& to_;
};

bool contains(const Bytes& all, const Bytes& part) {
  return std::search(all.begin(), all.end(), part.begin(), part.end()) != all.end();
}

}  // namespace

TEST_CASE("a share goes into a role card and out again as ciphertext only, under the PIN [R135]") {
  const auto stock = make_stock(Mode::kRehearsal);
  TestCard card(CardKind::kRole, 1);
  admit(*stock, card);
  RecordingLink link(card.link);
  card::Session session(link);
  RoleCard role(session);
  const auto share = secret("ABCDEFGHIJKLMNOPQRST");
  CHECK(fault_of([&] { role.put_share(3, share); }) == Fault::kWrongState);
  unlock(card);
  role.put_share(3, share);
  CHECK(shown(role.release_share(3)) == shown(share));
  CHECK(!contains(link.seen, base::bytes_of("ABCDEFGH")));
  CHECK(fault_of([&] { role.release_share(4); }) == Fault::kNotFound);

  card.link.reset();
  CHECK(fault_of([&] { role.release_share(3); }) == Fault::kWrongState);
  unlock(card);
  role.erase_share(3);
  CHECK(fault_of([&] { role.release_share(3); }) == Fault::kNotFound);
}

TEST_CASE("a role card signs under its PIN, over the plan that is in it [R132]") {
  const auto stock = make_stock(Mode::kRehearsal);
  TestCard card(CardKind::kRole, 1);
  admit(*stock, card);
  RoleCard role(card.session);
  const crypto::Hash32 hash = crypto::sha256(Bytes{0x11});
  CHECK(fault_of([&] { role.sign(5, hash); }) == Fault::kWrongState);
  unlock(card);
  const auto plan = role.put_plan(plan_of(Mode::kRehearsal, 1));
  const auto signature = role.sign(5, hash);
  const auto point = role.public_point();
  CHECK(crypto::verify_digest(point, crypto::sha256(base::concat({plan, Bytes{5}, hash})),
                              signature));
  CHECK(!crypto::verify_digest(point, crypto::sha256(base::concat({plan, Bytes{6}, hash})),
                               signature));
}

TEST_CASE("a transport key is installed once, and only where it was made for [R133]") {
  const auto stock = make_stock(Mode::kRehearsal);
  TestCard card(CardKind::kPsam, 1);
  TestCard other(CardKind::kPsam, 2);
  card::keycards::Blank blank(card.session);
  const auto point = blank.make_key_pair();
  card::keycards::Blank(other.session).make_key_pair();
  const auto package = stock->open(1).export_transport_key(card.serial, point);
  CHECK(fault_of([&] { card::keycards::Blank(other.session).install_transport_key(package); }) ==
        Fault::kTampered);
  blank.install_transport_key(package);
  CHECK(card.status().life_cycle == card::layout::LifeCycle::kBlank);
  CHECK(fault_of([&] { blank.install_transport_key(package); }) == Fault::kWrongState);
}

TEST_CASE("cards are told apart by what they say, and by every wanted field [R159]") {
  const auto stock = make_stock(Mode::kRehearsal);
  const auto master = make_master(*stock);
  using card::keycards::Role;
  using card::keycards::Wanted;
  auto& pair = master->pair;
  CHECK(matches(pair.mother.session, Wanted{.pair_id = pair.name.id, .role = Role::kMother}));
  CHECK(!matches(pair.mother.session, Wanted{.pair_id = pair.name.id, .role = Role::kControl}));
  CHECK(matches(stock->control.session, Wanted{.kind = CardKind::kStock, .role = Role::kControl}));
  CHECK(!matches(pair.control.session, Wanted{.kind = CardKind::kMasterMother}));
}

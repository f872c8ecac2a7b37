// The ESAM of a meter: its states over power loss, its settlements, its tries, and who speaks to it.
#include <doctest/doctest.h>

#include "base/core/error.h"
#include "tests/cos-apdu/issued_cards.h"
#include "tests/support/refusal.h"

using namespace test;
using support::refusal;

namespace {

constexpr base::Byte kSettlements = 0x02;

struct Pump {
  explicit Pump(std::string_view row = {}, crypto::SuiteId suite = crypto::SuiteId::kAes128)
      : county(suite, "410122", making_of(row)),
        number(user_number(county)),
        user(issue_user_card(county)),
        esam(issue_esam(county)) {}

  static card::chip::Making making_of(std::string_view row) {
    card::chip::Making making;
    if (!row.empty()) making.profile.set(row);
    return making;
  }

  card::Session& module() { return esam->session(); }

  // A start and its settlement for nothing; the lock proof's number goes up by one each time.
  void visit() {
    const auto lock = start(user->session(), module(), number);
    card::debit_for_unlock(user->session(), card::Purse::kWallet,
                           settle_request(module(), lock, number, Amount::fen(0)));
    card::clear_tac_unread(user->session());
  }

  // E0 40 for a card that is not there.
  std::string draw() {
    return refusal([&] {
      card::init_sam_grey_lock(module(), {.offline_sn = 5,
                                          .balance = Amount::fen(1000),
                                          .at = kMorning,
                                          .key_version = 1,
                                          .algorithm = base::Byte(county.suite()),
                                          .card_factor = number.factor8()});
    });
  }

  card::ResponseApdu record(base::Byte index) {
    return module().send({.name = "READ RECORD",
                          .cla = 0x00,
                          .ins = 0xB2,
                          .p1 = index,
                          .p2 = kSettlements << 3 | 4,
                          .data = {},
                          .le = 34});
  }

  std::string send(std::string_view hex) {
    return base::to_hex(esam->chip().transmit(base::from_hex(hex)));
  }

  County county;
  base::CardNumber number;
  std::unique_ptr<Card> user;
  std::unique_ptr<Card> esam;
};

const std::string kNothing = "nothing was refused";

}  // namespace

TEST_CASE("an ESAM takes each step in its state alone, 6901 elsewhere [R16] [R17]") {
  Pump pump;
  auto& esam = pump.module();
  const card::GreyDebit debit{.card_factor = pump.number.factor8(), .offline_sn = 1};
  const std::string state = ": 6901, not accepted in this state of the module";
  CHECK(card::certify_sam_grey_lock(esam, {}) == card::Certification::kAlreadyDone);
  CHECK(refusal([&] { card::credit_sam_for_grey_debit(esam, debit); }) ==
        "CREDIT SAM FOR GREY DEBIT" + state);
  CHECK_FALSE(card::get_gmac(esam, 1));
  CHECK(pump.draw() == kNothing);
  CHECK(refusal([&] { card::credit_sam_for_grey_debit(esam, debit); }) ==
        "CREDIT SAM FOR GREY DEBIT" + state);
  CHECK(pump.draw() == kNothing);
  start(pump.user->session(), esam, pump.number);
  pump.esam->chip().reset();
  CHECK(pump.draw() == "INIT SAM GREY LOCK" + state);
  CHECK_NOTHROW(card::credit_sam_for_grey_debit(esam, debit));
  CHECK(card::certify_sam_grey_lock(esam, {}) == card::Certification::kAlreadyDone);
}

TEST_CASE("an ESAM keeps its last ten settlements for cards that do not come back [R16]") {
  Pump pump;
  CHECK(pump.record(1).status == card::status::kRecordNotFound);
  for (int i = 0; i < 11; ++i) pump.visit();
  const auto lock = start(pump.user->session(), pump.module(), pump.number);
  const auto request = settle_request(pump.module(), lock, pump.number, Amount::fen(0));
  pump.esam->chip().reset();
  const auto newest = card::layout::decode_settlement(pump.record(1).data);
  CHECK(newest.type == 0x94);
  CHECK(newest.card_factor == pump.number.factor8());
  CHECK(newest.offline_sn == 12);
  CHECK(newest.amount == Amount::fen(0));
  CHECK(newest.terminal_sn == 24);
  CHECK(newest.locked_at == kMorning);
  CHECK(newest.gmac == request.gmac);
  CHECK(card::layout::decode_settlement(pump.record(10).data).offline_sn == 3);
  CHECK(pump.record(11).status == card::status::kRecordNotFound);
}

TEST_CASE("a desk settles an absent card from the ESAM's record alone") {
  Pump pump;
  const auto lock = start(pump.user->session(), pump.module(), pump.number);
  settle_request(pump.module(), lock, pump.number, Amount::fen(0));
  const auto kept = card::layout::decode_settlement(pump.record(1).data);
  CHECK_NOTHROW(card::debit_for_unlock(pump.user->session(), card::Purse::kWallet,
                                       {.amount = kept.amount,
                                        .offline_sn = kept.offline_sn,
                                        .terminal = kDeskTerminal,
                                        .terminal_sn = kept.terminal_sn,
                                        .at = kNoon,
                                        .gmac = kept.gmac}));
  CHECK(card::get_lock_proof(pump.user->session()).state == card::LockState::kTacUnread);
}

TEST_CASE("sam-mac2-tries: ten wrong MAC2 end one lock, or the module's service") {
  for (const auto& [row, next] :
       {std::pair{"", "nothing was refused"},
        {"sam-mac2-tries=module", "INIT SAM GREY LOCK: 6983, key or PIN is blocked"}}) {
    Pump pump(row);
    CHECK(pump.draw() == kNothing);
    for (int i = 0; i < 10; ++i) {
      pump.esam->chip().reset();
      CHECK(card::certify_sam_grey_lock(pump.module(), {9, 9, 9, 9}) ==
            card::Certification::kDoesNotHold);
    }
    CHECK(refusal([&] {
            card::certify_sam_grey_lock(pump.module(), {9, 9, 9, 9});
          }) == "CERTIFICATE SAM GREY LOCK: 6983, key or PIN is blocked");
    CHECK(pump.draw() == next);
  }
}

TEST_CASE("grey-debit-sn: the number of INITIALIZE, of the lock proof, or either in E0 44") {
  struct Case {
    const char* row;
    bool initialize;
    bool lock_proof;
  };

  for (const auto& [row, initialize, lock_proof] :
       {Case{"", true, true}, Case{"grey-debit-sn=initialize", true, false},
        Case{"grey-debit-sn=lock-proof", false, true}}) {
    CAPTURE(row);
    for (const bool later : {false, true}) {
      Pump pump(row);
      start(pump.user->session(), pump.module(), pump.number);
      const card::CardSn sn = later ? 1 : 0;
      const auto said = refusal([&] {
        card::credit_sam_for_grey_debit(pump.module(),
                                        {.card_factor = pump.number.factor8(), .offline_sn = sn});
      });
      const bool taken = later ? lock_proof : initialize;
      CHECK(said == (taken ? kNothing
                           : "CREDIT SAM FOR GREY DEBIT: 9406, proof is not available, or number "
                             "differs"));
    }
  }
}

TEST_CASE("sam-tac: over the debit with the lock's date and time, or without") {
  for (const auto& [row, time] : {std::pair{"", "20260715083000"}, {"sam-tac=none", ""}}) {
    Pump pump(row);
    start(pump.user->session(), pump.module(), pump.number);
    const auto pair = card::credit_sam_for_grey_debit(
        pump.module(), {.card_factor = pump.number.factor8(), .offline_sn = 1});
    const auto key = pump.county.leaf(Purpose::kEsamControl, pump.esam->serial().bytes());
    // Amount 0, type 94, terminal 000000001234, its number 2.
    const auto mac = crypto::cmac16(pump.county.suite(), key,
                                    base::from_hex(std::string("0000000094"
                                                               "000000001234"
                                                               "00000002") +
                                                   time));
    CHECK(base::equal(pair.sam_tac, ByteView(mac).first(4)));
  }
}

TEST_CASE("tool card and handheld prove themselves to an ESAM and it to them, no purse key does") {
  Pump pump;
  const auto challenge = [&] { return card::get_challenge(pump.module(), 16); };
  const auto prove = [&](Purpose key, std::string_view header) {
    const auto leaf = pump.county.leaf(key, pump.esam->serial().bytes());
    const auto proof = crypto::authentication_cryptogram(pump.county.suite(), leaf, challenge());
    return pump.send(std::string(header) + "10" + base::to_hex(proof));
  };
  CHECK(prove(Purpose::kTool, "0082000A") == "9000");
  CHECK(prove(Purpose::kHandheld, "0082000B") == "9000");
  CHECK(prove(Purpose::kTool, "0082000B") == "63C2");
  CHECK(prove(Purpose::kHandheld, "0082000B") == "9000");
  CHECK(prove(Purpose::kPurchase, "00820002") == "6985");
  CHECK(prove(Purpose::kMeterParameters, "00820009") == "9000");
  CHECK(pump.send("0082000A10" + std::string(32, '0')) == "6984");
  const auto leaf = pump.county.leaf(Purpose::kHandheld, pump.esam->serial().bytes());
  const Bytes asked(16, 0x42);
  const auto expected = crypto::authentication_cryptogram(pump.county.suite(), leaf, asked);
  CHECK(base::to_hex(pump.module().expect_ok({.name = "INTERNAL AUTHENTICATE",
                                              .cla = 0x00,
                                              .ins = 0x88,
                                              .p1 = 0x00,
                                              .p2 = 0x0B,
                                              .data = {asked.begin(), asked.end()},
                                              .le = 16})) == base::to_hex(expected));
}

TEST_CASE("an ESAM enciphers a block of the caller's choice under the handheld's key alone") {
  Pump pump;
  for (int purpose = 0; purpose <= 0xFF; ++purpose) {
    if (purpose == 0x0B) continue;
    CAPTURE(purpose);
    const base::Byte p2[] = {static_cast<base::Byte>(purpose)};
    CHECK(pump.send("008800" + base::to_hex(p2) + "10" + std::string(32, '0')) == "6985");
  }
}

TEST_CASE("the parameters of a meter are written under the ESAM's control key alone") {
  Pump pump;
  Bytes parameters(64, 0x00);
  parameters.front() = 0x2C;
  const auto foreign = [&](ByteView message) {
    return crypto::cmac16(pump.county.suite(), pump.county.leaf(Purpose::kTool, {1}), message);
  };
  CHECK(refusal([&] { card::write_file(pump.module(), 0x01, parameters, foreign); }) ==
        "UPDATE BINARY: 6988, secure messaging MAC is wrong");
  CHECK(card::read_file(pump.module(), 0x01) == Bytes(64, 0x00));
  card::write_file(pump.module(), 0x01, parameters, pump.esam->order_mac());
  pump.esam->chip().reset();
  CHECK(card::read_file(pump.module(), 0x01) == parameters);
}

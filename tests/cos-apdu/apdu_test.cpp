// Commands, answers and status words as bytes and words; the session's handling of T=0.
#include <deque>

#include <doctest/doctest.h>

#include "base/core/error.h"
#include "cos-apdu/card_commands.h"
#include "cos-apdu/secure_messaging.h"
#include "cos-apdu/session.h"
#include "cos-apdu/user_card.h"

namespace {

using base::Bytes;
using base::ByteView;

// A card that says what it was told to say, and remembers what it heard.
class Script : public card::Link {
 public:
  explicit Script(std::deque<std::string> answers) : answers_(std::move(answers)) {}

  Bytes transmit(ByteView apdu) override {
    heard.push_back(base::to_hex(apdu));
    Bytes answer = base::from_hex(answers_.front());
    answers_.pop_front();
    return answer;
  }

  void reset() override {}

  std::string name() const override { return "script"; }

  std::vector<std::string> heard;

 private:
  std::deque<std::string> answers_;
};

card::CommandApdu command_with(std::size_t data, std::optional<std::uint32_t> le) {
  card::CommandApdu command{.name = "TEST", .cla = 0x80, .ins = 0x10, .p1 = 1, .p2 = 2};
  command.data.assign(data, 0xAB);
  command.le = le;
  return command;
}

}  // namespace

TEST_CASE("the four cases of a command, short and extended, come back from their bytes") {
  struct Row {
    std::size_t data;
    std::optional<std::uint32_t> le;
    card::LengthForm form;
    std::string_view head;
  };

  const std::array rows = {
      Row{0, {}, card::LengthForm::kShort, "80100102"},
      Row{0, 16, card::LengthForm::kShort, "8010010210"},
      Row{0, 256, card::LengthForm::kShort, "8010010200"},
      Row{3, {}, card::LengthForm::kShort, "8010010203ABABAB"},
      Row{1, 256, card::LengthForm::kShort, "8010010201AB00"},
      Row{0, 65536, card::LengthForm::kExtended, "80100102000000"},
      Row{300, {}, card::LengthForm::kExtended, "8010010200012CABAB"},
      Row{300, 700, card::LengthForm::kExtended, "8010010200012CABAB"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.head);
    const auto command = command_with(row.data, row.le);
    const auto bytes = card::encode(command, row.form);
    CHECK(base::to_hex(bytes).substr(0, row.head.size()) == row.head);
    const auto back = card::decode_command(bytes);
    REQUIRE(back.has_value());
    CHECK(back->data == command.data);
    CHECK(back->le == command.le);
  }
}

TEST_CASE("a command whose lengths contradict each other is no command") {
  for (const std::string hex : {"", "80", "801001", "8010010203ABAB", "8010010201ABABAB",
                                "801001020000", "8010010200000200", "80100102000000AB"}) {
    CAPTURE(hex);
    CHECK_FALSE(card::decode_command(base::from_hex(hex)).has_value());
  }
}

TEST_CASE(
    "a long command is cut into a chain of 255 bytes each, class bit 10 on all but the last") {
  const auto parts = card::chained(command_with(600, 4));
  REQUIRE(parts.size() == 3);
  CHECK(parts[0].cla == 0x90);
  CHECK(parts[1].cla == 0x90);
  CHECK(parts[2].cla == 0x80);
  CHECK(parts[2].data.size() == 90);
  CHECK_FALSE(parts[0].le.has_value());
  CHECK(parts[2].le == 4U);
}

TEST_CASE("a session fetches what waits and repeats with the right length") {
  Script script({"6104", "01026102", "03049000", "6C02", "55669000"});
  card::Session session(script);
  CHECK(base::to_hex(session.expect_ok(command_with(1, 4))) == "01020304");
  CHECK(base::to_hex(session.expect_ok(command_with(0, 9))) == "5566");
  CHECK(script.heard == std::vector<std::string>{"8010010201AB04", "00C0000004", "00C0000002",
                                                 "8010010209", "8010010202"});
}

TEST_CASE("a refusal names the command and says the status word in words") {
  Script script({"6985", "63C2", "1234", ""});
  card::Session session(script);
  CHECK_THROWS_WITH(session.expect_ok(command_with(0, {})),
                    "TEST: 6985, condition of use is not satisfied");
  CHECK_THROWS_WITH(session.expect_ok(command_with(0, {})),
                    "TEST: 63C2, wrong value, one try less (2 left)");
  CHECK_THROWS_WITH(session.expect_ok(command_with(0, {})),
                    "TEST: 1234, a status word that is not in the table");
  CHECK_THROWS_AS(session.send(command_with(0, {})), base::Error);
  CHECK(card::describe_in_chinese(card::status::kNotEnoughMoney) == "9401，金额不足");
}

TEST_CASE("a PIN goes over the wire as digits, two a byte, an odd one filled with F") {
  const auto block = [](std::string_view digits) {
    return base::to_hex(card::pin_block(base::SecretBytes::copy_of(base::bytes_of(digits))));
  };
  CHECK(block("123456") == "123456");
  CHECK(block("1234567") == "1234567F");
  CHECK_THROWS_AS(block("123"), base::Error);
  CHECK_THROWS_AS(block("12a4"), base::Error);
}

TEST_CASE("lock proof and transaction record keep their 30 and 23 bytes") {
  const Bytes grey = base::from_hex("019202000027100006000000001234202407150830001122334455667788");
  const auto proof = card::decode_lock_proof(grey);
  CHECK(proof.state == card::LockState::kGrey);
  CHECK(proof.balance == base::Amount::fen(10000));
  CHECK(proof.offline_sn == 6);
  CHECK(base::to_hex(proof.mac2) == "11223344");
  CHECK(base::to_hex(proof.tac) == "55667788");
  CHECK(card::encode(proof) == grey);
  const Bytes line = base::from_hex(
      "0001000000"
      "00001C37"
      "02"
      "000001000050"
      "20140825"
      "103100");
  const auto record = card::decode_transaction_record(line);
  CHECK(record.sn == 1);
  CHECK(record.amount == base::Amount::fen(0x1C37));
  CHECK(card::encode(record) == line);
  CHECK_THROWS_AS(card::decode_lock_proof(base::from_hex("02")), base::Error);
}

TEST_CASE("secure messaging of every suite comes back, and no changed bit passes") {
  for (const auto suite :
       {crypto::SuiteId::kTdes2, crypto::SuiteId::kAes128, crypto::SuiteId::kSm4}) {
    const auto key = crypto::random_key(suite);
    const card::SecureMessaging messaging(suite, key, Bytes(card::sm_challenge_bytes(suite), 0x5A));
    for (const std::size_t length : {0U, 1U, 7U, 15U, 16U, 40U}) {
      const auto sealed = messaging.enciphered(command_with(length, {}));
      const auto opened = messaging.deciphered(sealed);
      REQUIRE(opened.has_value());
      CHECK(opened->size() == length);
      auto changed = sealed;
      changed.p2 ^= 1;
      CHECK_FALSE(messaging.checked(changed).has_value());
      changed = sealed;
      changed.data.back() ^= 1;
      CHECK_FALSE(messaging.checked(changed).has_value());
    }
  }
}

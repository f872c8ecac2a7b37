// Status words that only cards of other makers say: what a terminal makes of them.
#include <algorithm>
#include <array>

#include <doctest/doctest.h>

#include "cos-apdu/card_commands.h"
#include "cos-apdu/reader/failure.h"
#include "cos-apdu/user_card.h"
#include "tests/completeness/trial.h"

namespace {

using namespace completeness;

struct Foreign {
  std::uint16_t word;
  std::string_view english;
  std::string_view chinese;
};

constexpr std::array kForeign = {
    Foreign{0x6281, "GET BALANCE: 6281, returned data may be wrong", "6281，回送数据可能错误"},
    Foreign{0x6300, "GET BALANCE: 6300, verification failed", "6300，验证失败"},
    Foreign{0x6400, "GET BALANCE: 6400, failed, nothing changed", "6400，状态未改变"},
    Foreign{0x6900, "GET BALANCE: 6900, command cannot be executed", "6900，不能处理"},
};

// A card of another maker that has one answer to everything: a balance of 1.00 yuan and its word.
class ForeignCard : public card::Link {
 public:
  explicit ForeignCard(std::uint16_t word) : word_(word) {}

  Bytes transmit(ByteView) override { return base::Writer().u32(100).u16(word_).take(); }

  void reset() override {}

  std::string name() const override { return "a foreign card"; }

 private:
  std::uint16_t word_;
};

}  // namespace

TEST_CASE("the words of other makers' cards alone are those four") {
  for (const auto& row : card::kStatusRows) {
    CAPTURE(row.value);
    const bool listed =
        std::ranges::any_of(kForeign, [&](const Foreign& one) { return one.word == row.value; });
    CHECK(listed == (row.said_by == card::SaidBy::kOtherMakers));
  }
}

TEST_CASE("such a word is a refusal in words, and nothing that came with it is believed") {
  for (const auto& one : kForeign) {
    CAPTURE(one.word);
    ForeignCard link(one.word);
    card::Session session(link);
    const auto balance = [&] { card::get_balance(session, card::Purse::kWallet); };
    CHECK_THROWS_WITH_AS(balance(), std::string(one.english).c_str(), card::Refusal);
    CHECK(card::describe_in_chinese(card::StatusWord(one.word)) == one.chinese);
  }
}

TEST_CASE("such a word to a PIN is no count of tries, and the library calls it a refusal") {
  for (const auto& one : kForeign) {
    CAPTURE(one.word);
    ForeignCard link(one.word);
    card::Session session(link);
    try {
      card::verify_pin(session, base::SecretBytes::copy_of(base::bytes_of("123456")));
      FAIL_CHECK("the PIN was taken for right or for counted");
    } catch (const card::Refusal& refusal) {
      CHECK(refusal.status().value() == one.word);
      CHECK(card::reader::result_of(refusal) == WELLKEY_CARD_REFUSED);
      CHECK_FALSE(card::reader::is_loss(refusal));
    }
  }
}

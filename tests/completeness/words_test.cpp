// Every status word of cos-apdu/status_word.h is answered by some card in this binary; the file's
// name makes its case the last to run.
#include <algorithm>
#include <stdexcept>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "base/core/error.h"
#include "cos-apdu/virtual/chip.h"
#include "tests/completeness/trial.h"

namespace {

using namespace completeness;
using hostile::Deck;

struct Said {
  std::string_view exhibit;
  std::string_view apdu;
  std::uint16_t word;
  std::string_view why;
};

// Words that no row's gate answers.
constexpr std::array kSaid = {
    Said{"user card", "00B0000000", 0x6A82, "no file is selected"},
    Said{"user card", "00B2011C00", 0x6A82, "there is no such file"},
    Said{"user card", "00B2C8C400", 0x6A83, "there is no record 200"},
    Said{"user card", "00B0983C00", 0x6981, "file 18 is not binary"},
    Said{"user card", "00B0961000", 0x9000, "the rest of file 16"},
    Said{"user card", "00B0962700", 0x6B00, "the offset is behind file 16"},
    Said{"user card", "00B0960030", 0x6C27, "file 16 has 39 bytes"},
    Said{"user card", "80500002 0B 02 00000064 000000001001", 0x9403, "there is no key 2"},
    Said{"user card", "80500102 0B 01 0FFFFFFF 000000001001", 0x9401, "so much is not on the card"},
    Said{"user card", "805A000602 FFFF", 0x9406, "there was no such transaction"},
    Said{"ESAM", "E042000004 01020304", 0x6901, "no lock is open"},
    Said{"ESAM, lock open", "E04000001C 00000000000000000000000000000000000000000000000000000000",
         0x6901, "a certified lock is not forgotten"},
    Said{"ESAM, lock open", "E042000004 01020304", 0x9302, "a forged MAC2 does not hold"},
    Said{"user card", "80CA022000", 0x6A80, "20 is no purpose"},
};

// A record of the memory overwritten, and what the card says then.
struct Written {
  std::string_view exhibit;
  card::chip::RecordId record;
  std::string_view value;
  std::string_view apdu;
  std::uint16_t word;
  std::string_view why;
};

constexpr std::array kWritten = {
    Written{"user card", 0x0602, "00000000 FFFF FFFF 000000",
            "80500002 0B 01 00000064 000000001001", 0x9402, "the last number is used up"},
    Written{"user card, blocked", 0x0008, "0000000000 01", "00A4040000", 0x6283,
            "a profile in which SELECT calls a blocked application invalid"},
};

base::WipedBytes written(const Written& one) {
  auto medium = std::make_shared<base::WipedBytes>(Deck::get().at(one.exhibit).image);
  card::chip::Nvm nvm(std::make_unique<card::chip::MemoryStorage>(medium));
  nvm.put(one.record, bytes_of_hex(one.value));
  nvm.commit();
  return *medium;
}

// The medium refuses the next write.
class Full : public card::chip::Storage {
 public:
  explicit Full(base::WipedBytes image) : image_(std::move(image)) {}

  base::WipedBytes read_all() override { return image_; }

 private:
  void append_durably(ByteView) override {
    base::fail(base::Fault::kUnavailable, "the medium is full");
  }

  void replace_durably(ByteView) override {
    base::fail(base::Fault::kUnavailable, "the medium is full");
  }

  base::WipedBytes image_;
};

std::uint16_t said(card::chip::Chip& chip, std::string_view hex) {
  const auto word = card::decode_response(chip.transmit(bytes_of_hex(hex))).status.value();
  words_seen().insert(word);
  return word;
}

bool is_seen(const card::StatusRow& row) {
  return std::ranges::any_of(words_seen(),
                             [&](std::uint16_t word) { return (word & row.mask) == row.value; });
}

}  // namespace

TEST_CASE("commands that pass every gate are refused in the words of their own rules") {
  for (const auto& one : kSaid) {
    CAPTURE(std::string(one.why));
    const auto word =
        answer_of(Deck::get().at(one.exhibit).image, bytes_of_hex(one.apdu)).status.value();
    CHECK(fmt::format("{:04X}", word) == fmt::format("{:04X}", one.word));
  }
}

TEST_CASE("numbers at their end and rows of the profile have their own words") {
  for (const auto& one : kWritten) {
    CAPTURE(std::string(one.why));
    const auto word = answer_of(written(one), bytes_of_hex(one.apdu)).status.value();
    CHECK(fmt::format("{:04X}", word) == fmt::format("{:04X}", one.word));
  }
}

TEST_CASE("a medium that refuses a write is answered with 6581, and nothing has changed") {
  const auto& image = Deck::get().at("PSAM").image;
  card::chip::Chip chip(std::make_unique<Full>(image));
  chip.power_on();
  CHECK(said(chip, "00 20 00 00 03 12 34 56") == 0x6581);
  CHECK(said(chip, "80 74 00 00 24 " + std::string(72, '0')) == 0x6982);
}

TEST_CASE("a card whose random numbers fail answers 6F00") {
  auto medium = std::make_shared<base::WipedBytes>(Deck::get().at("PSAM").image);
  card::chip::Chip chip(std::make_unique<card::chip::MemoryStorage>(medium),
                        [](std::size_t) -> Bytes { throw std::runtime_error("no entropy"); });
  chip.power_on();
  CHECK(said(chip, "00 84 00 00 08") == 0x6F00);
}

TEST_CASE("three forged unblockings end in 9303 on a user card") {
  auto medium = std::make_shared<base::WipedBytes>(Deck::get().at("user card, blocked").image);
  card::chip::Chip chip(std::make_unique<card::chip::MemoryStorage>(medium));
  chip.power_on();
  for (const int expected : {0x6988, 0x6988, 0x9303}) {
    REQUIRE(said(chip, "00 84 00 00 10") == 0x9000);
    CHECK(said(chip, "84 18 00 00 08 0102030405060708") == expected);
  }
}

TEST_CASE("every status word that the table gives to our cards was answered by one") {
  for (const auto& row : card::kStatusRows) {
    CAPTURE(fmt::format("{:04X} {}", row.value, row.english));
    CHECK(is_seen(row) == (row.said_by == card::SaidBy::kOurCards));
  }
}

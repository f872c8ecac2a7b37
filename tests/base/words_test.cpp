// Words that are read aloud and words that are typed.
#include "base/crypto/words.h"

#include <set>
#include <sstream>
#include <vector>

#include <doctest/doctest.h>

#include "base/core/error.h"
#include "base/crypto/rs1024.h"
#include "base/crypto/word_lists.h"

using base::SecretBytes;

namespace {

SecretBytes secret(std::string_view text) {
  return SecretBytes::copy_of(base::bytes_of(text));
}

std::vector<std::uint16_t> numbers_of(const std::string& phrase) {
  std::vector<std::uint16_t> out;
  std::istringstream words(phrase);
  for (std::string word; words >> word;) {
    out.push_back(static_cast<std::uint16_t>(crypto::word_number(secret(word))));
  }
  return out;
}

SecretBytes packed(const std::vector<std::uint16_t>& numbers) {
  base::Writer writer;
  for (const std::uint16_t number : numbers) writer.u16(number);
  return SecretBytes::copy_of(writer.view());
}

// A component with a hand-made header and value; returned as word numbers read from the print.
std::vector<std::uint16_t> sample_words() {
  const crypto::ComponentHeader header{
      .set_tag = 0xABCDE, .version = 1, .live = true, .index = 3, .total = 4, .suite = 5};
  const SecretBytes words = crypto::component_words(
      header, SecretBytes::copy_of(base::from_hex("00112233445566778899AABBCCDDEEFF")));
  std::vector<std::uint16_t> out;
  for (std::size_t at = 0; at < crypto::kComponentWords; ++at) out.push_back(0);
  // Bits of the header by hand: ABCDE 0001 1 0011 0100 0101 000 | 00 | value.
  const std::string bits =
      "10101011110011011110"
      "0001"
      "1"
      "0011"
      "0100"
      "0101"
      "000"
      "00"
      "00000000000100010010001000110011010001000101010101100110011101111000100010011001"
      "101010101011101111001100110111011110111011111111";
  for (std::size_t word = 0; word < 17; ++word) {
    out[word] = static_cast<std::uint16_t>(std::stoi(bits.substr(word * 10, 10), nullptr, 2));
  }
  const auto checksum = crypto::rs1024_checksum("wellkey", std::span(out).first(17));
  std::copy(checksum.begin(), checksum.end(), out.begin() + 17);
  CHECK(crypto::component_of_words(words).header == header);
  return out;
}

}  // namespace

TEST_CASE("RS1024 accepts a published SLIP-39 share and refuses it with one word changed") {
  // Test vector 1 of SLIP-0039 (128 bits, without sharing).
  auto words = numbers_of(
      "duckling enlarge academic academic agency result length solution fridge kidney coal piece "
      "deal husband erode duke ajar critical decision keyboard");
  REQUIRE(words.size() == 20);
  CHECK(crypto::rs1024_holds("shamir", words));
  CHECK_FALSE(crypto::rs1024_holds("wellkey", words));
  words[19] = static_cast<std::uint16_t>((words[19] + 1) % 1024);
  CHECK_FALSE(crypto::rs1024_holds("shamir", words));
}

TEST_CASE("the component word list is told apart by four letters") {
  std::set<std::string_view> heads;
  for (const std::string_view word : crypto::kComponentWordList) heads.insert(word.substr(0, 4));
  CHECK(heads.size() == 1024);
}

TEST_CASE("a component goes to words and back, with its header in the stated bits") {
  const auto words = sample_words();
  const auto back = crypto::component_of_words(packed(words));
  CHECK(back.header.set_tag == 0xABCDE);
  CHECK(back.header.live);
  CHECK(back.header.index == 3);
  CHECK(back.header.suite == 5);
  CHECK(back.value.size() == 16);
}

TEST_CASE("every single wrong word of a component is found, and every pair in a sample") {
  const auto words = sample_words();
  for (std::size_t at = 0; at < words.size(); ++at) {
    for (std::uint16_t other = 0; other < 1024; ++other) {
      auto wrong = words;
      wrong[at] = other;
      if (wrong != words) CHECK_THROWS_AS(crypto::component_of_words(packed(wrong)), base::Error);
    }
  }
  for (std::size_t at = 0; at + 1 < words.size(); ++at) {
    auto swapped = words;
    std::swap(swapped[at], swapped[at + 1]);
    if (swapped != words) CHECK_THROWS_AS(crypto::component_of_words(packed(swapped)), base::Error);
  }
}

TEST_CASE("a word is known whole or by its first four letters, and is never guessed") {
  CHECK(crypto::word_number(secret("academic")) == 0);
  CHECK(crypto::word_number(secret("acad")) == 0);
  CHECK(crypto::word_number(secret("aca")) == -1);
  CHECK(crypto::word_number(secret("acade")) == -1);
  CHECK(crypto::word_number(secret("academia")) == -1);
  CHECK(crypto::word_number(secret("")) == -1);
}

TEST_CASE("hash words agree with the published example of the PGP word list") {
  CHECK(crypto::hash_words(base::from_hex("E58294F2E9A227486E8B061B31CC528FD7FA3F19")) ==
        "topmost Istanbul Pluto vagabond treadmill Pacific brackish dictator goldfish Medusa "
        "afflict bravado chatter revolver Dupont midsummer stopwatch whimsical cowbell bottomless");
}

// No command ever answers key bytes: every key of every kind of card is looked for in all that the
// cards say.
#include <algorithm>
#include <random>
#include <set>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "base/core/error.h"
#include "cos-apdu/virtual/apdu_trace.h"
#include "cos-apdu/virtual/door.h"
#include "cos-apdu/virtual/key_slot.h"
#include "cos-apdu/virtual/purse_memory.h"
#include "tests/hostile/guarded_card.h"
#include "tests/hostile/noise.h"
#include "tests/hostile/nvm_rules.h"
#include "tests/hostile/oracle.h"

namespace {

using namespace hostile;
using card::chip::Answer;
using card::chip::Command;
using card::chip::Context;

Canary canary_of_deck() {
  Canary canary;
  for (const auto& exhibit : Deck::get().exhibits()) canary.learn(records_of(exhibit.image));
  return canary;
}

// The planted commands: 80 EE 00 number answers a key of the card in this disguise.
Bytes load_key(const Context& card) {
  const auto slot =
      card::chip::load_slot(card.nvm, card::chip::slot_record(derivation::Purpose::kLoad));
  const ByteView key = slot->key.reveal(card::ChipMemoryDoor::open());
  return {key.begin(), key.end()};
}

Answer leak_raw(Context& card, const card::CommandApdu&) {
  return card::chip::done(base::concat({Bytes{1, 2, 3}, load_key(card)}));
}

Answer leak_reversed(Context& card, const card::CommandApdu&) {
  return card::chip::done(base::reversed(load_key(card)));
}

Answer leak_half(Context& card, const card::CommandApdu&) {
  const Bytes key = load_key(card);
  return card::chip::done({key.begin() + 8, key.end()});
}

Answer leak_sum(Context& card, const card::CommandApdu&) {
  Bytes key = load_key(card);
  for (std::size_t i = 0; i < 8; ++i) key[i] ^= key[i + 8];
  key.resize(8);
  return card::chip::done(std::move(key));
}

// A session key that never touches the memory.
Answer leak_session(Context& card, const card::CommandApdu&) {
  card.ram.of<card::chip::PurseState>().leave(
      {.kind = card::chip::PendingKind::kLoad,
       .session_key =
           base::SecretBytes::copy_of(base::from_hex("A1B2C3D4E5F60718293A4B5C6D7E8F90"))});
  return card::chip::done(base::from_hex("A1B2C3D4E5F60718293A4B5C6D7E8F90"));
}

Answer leak_pin_hash(Context& card, const card::CommandApdu&) {
  const ByteView pin = card.nvm.get(card::chip::record::kPin);
  const ByteView hash = pin.last(32);
  return card::chip::done({hash.begin() + 4, hash.begin() + 28});
}

constexpr Command planted(Byte number, Answer (*run)(Context&, const card::CommandApdu&)) {
  return {0x80,
          0xEE,
          card::chip::exactly(0, number),
          "PLANTED",
          {0, 0},
          card::chip::kAlways,
          card::chip::kNoGate,
          run};
}

constexpr std::array kPlanted = {planted(0, leak_raw),     planted(1, leak_reversed),
                                 planted(2, leak_half),    planted(3, leak_sum),
                                 planted(4, leak_session), planted(5, leak_pin_hash)};

// Bytes written in hexadecimal anywhere in the text.
Bytes hex_in(std::string_view text) {
  std::string digits;
  for (const char letter : text)
    if (std::isxdigit(static_cast<unsigned char>(letter)) != 0) digits += letter;
  digits.resize(digits.size() / 2 * 2);
  return base::from_hex(digits);
}

}  // namespace

TEST_CASE("every record of every card is named as secret or as public") {
  for (const auto& exhibit : Deck::get().exhibits()) {
    CAPTURE(exhibit.name);
    const auto records = records_of(exhibit.image);
    for (const auto& [id, value] : records) {
      CAPTURE(id);
      CHECK(is_named(records, id));
    }
  }
}

TEST_CASE("the canary finds a key that a planted command lets out in any disguise") {
  for (const auto& row : kPlanted) {
    CAPTURE(row.params.p2);
    GuardedCard card(Deck::get().at("user card with a PIN").image, kPlanted,
                     Watch::kMemoryAndArena);
    const Bytes apdu{0x80, 0xEE, 0x00, row.params.p2, 0x00};
    CHECK_THROWS_AS(card.said_to(apdu), Broken);
  }
}

TEST_CASE(
    "no key of any card crosses a reader in clear while all cards are issued and used [R135]") {
  const auto canary = canary_of_deck();
  CHECK(canary.windows() > 1000);
  for (const auto& exchange : Deck::get().traffic()) {
    CAPTURE(base::to_hex(exchange.apdu));
    CHECK_FALSE(canary.finds(exchange.apdu));
    CHECK_FALSE(canary.finds(exchange.answer));
  }
}

TEST_CASE("no sequence of genuine steps and noise makes any card answer a key [R134] [R135]") {
  std::mt19937 random(7);  // NOLINT(cert-msc32-c,cert-msc51-cpp): a failure repeats
  for (const auto& exhibit : Deck::get().exhibits()) {
    CAPTURE(exhibit.name);
    Noise noise(exhibit, 11);
    for (std::size_t first = 0; first < Oracle::steps(); ++first) {
      CAPTURE(Oracle::step_name(first));
      GuardedCard card(exhibit.image, Watch::kMemoryAndArena);
      std::optional<GuardedCard> partner;
      if (!exhibit.partner.empty())
        partner.emplace(Deck::get().at(exhibit.partner).image, Watch::kMemoryAndArena);
      Oracle oracle(card, partner ? &*partner : nullptr);
      constexpr Byte kRightPin = 3;
      constexpr Byte kOpenPair = 16;
      constexpr Byte kEnter = 26;
      for (const Byte step : {kEnter, kRightPin, kOpenPair, static_cast<Byte>(first)}) {
        Bytes choices(40);
        std::ranges::generate(choices, [&] { return static_cast<Byte>(random() % 4); });
        choices.front() = step;
        Choices chosen(choices);
        CHECK_NOTHROW(oracle.step(chosen));
      }
      for (int sent = 0; sent < 10; ++sent) CHECK_NOTHROW(card.said_to(noise.next()));
      CHECK_NOTHROW(card.finish());
    }
  }
}

TEST_CASE("no refusal in words holds a key, a PIN or a whole answer") {
  const auto canary = canary_of_deck();
  std::set<std::string> texts;
  for (const auto& exhibit : Deck::get().exhibits()) {
    GuardedCard card(exhibit.image);
    card::Session session(card);
    Noise noise(exhibit, 5);
    for (int sent = 0; sent < 200; ++sent) {
      const auto command = card::decode_command(noise.next());
      if (!command) continue;
      try {
        session.expect_ok(*command);
      } catch (const base::Error& error) {
        texts.insert(error.what());
      }
    }
  }
  CHECK(texts.size() >= 10);
  for (const auto& text : texts) {
    CAPTURE(text);
    CHECK_FALSE(canary.finds(hex_in(text)));
    CHECK(text.find("123456") == std::string::npos);
  }
}

TEST_CASE("no trace of what passed shows a key or a PIN, whatever the commands were [R135]") {
  const auto canary = canary_of_deck();
  card::chip::ApduTrace trace;
  std::size_t lines = 0;
  for (const auto& exchange : Deck::get().traffic()) {
    for (const auto& line : {trace.command(exchange.apdu), trace.answer(exchange.answer)}) {
      CAPTURE(line);
      CHECK_FALSE(canary.finds(hex_in(line)));
      CHECK(line.find(" 123456") == std::string::npos);
      ++lines;
    }
  }
  CHECK(lines == 2 * Deck::get().traffic().size());
}

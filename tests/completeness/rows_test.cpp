// Every row of every command table has an accepting case and one refusing case per gate.
#include <algorithm>
#include <map>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "cos-apdu/virtual/command.h"
#include "tests/completeness/interoperability_cases.h"
#include "tests/completeness/trial.h"

namespace {

using namespace completeness;
using card::chip::Command;
using hostile::Deck;

const std::vector<Case>& cases() {
  static const std::vector<Case> all = [] {
    std::vector<Case> out;
    for (const auto& some :
         {user_cases(), module_cases(), field_cases(), common_cases(), key_card_cases()})
      out.insert(out.end(), some.begin(), some.end());
    return out;
  }();
  return all;
}

// Calls `judge` with every case and each kind of card that it holds for.
void each_trial(void (*judge)(const Case& one, CardKind kind)) {
  for (const auto& one : cases()) {
    for (const auto& row : derivation::kCardKinds) {
      if ((one.kinds & of(row.kind)) == 0) continue;
      CAPTURE(std::string(one.row));
      CAPTURE(std::string(row.english));
      judge(one, row.kind);
    }
  }
}

// One wrong length alone is above what the row takes; of two the first is below.
std::size_t least_length(const Case& one) {
  return one.wrong_lengths.size() == 1 ? 0 : one.wrong_lengths.front() + 1;
}

// A card that asks for no PIN, in use where there is one.
base::WipedBytes willing(CardKind kind) {
  if (kind == CardKind::kUser) return Deck::get().at("user card").image;
  const bool issued = Deck::get().image_in(kind, LifeCycle::kInUse) != nullptr;
  return subject(kind, issued ? LifeCycle::kInUse : LifeCycle::kAllotted);
}

bool fits(std::string_view row, ByteView apdu) {
  const Bytes header = header_of(row);
  for (std::size_t at = 0; at < header.size(); ++at)
    if (row.substr(at * 3, 2) != "xx" && header[at] != apdu[at]) return false;
  return true;
}

std::uint16_t word_of(const Bytes& answer) {
  return card::decode_response(answer).status.value();
}

constexpr card::chip::Phases kEveryCycle = 0x0000FFFF;

void missing(const std::string& text, std::string_view gate) {
  FAIL_CHECK(fmt::format("{}: no refusing case for the gate \"{}\"", text, gate));
}

void check_gates(const std::string& text, const Command& row, const Case& one, CardKind kind) {
  const bool any_params = row.params.p1_mask == 0 && row.params.p2_mask == 0;
  if (!any_params && one.wrong_params.empty()) missing(text, "P1 P2");
  if (one.wrong_lengths.empty()) missing(text, "length");
  const bool some_cycles = (row.phases & kEveryCycle) != kEveryCycle;
  if (some_cycles && one.life_cycle.word == 0) missing(text, "life cycle");
  if (row.gate.check != nullptr && one.security.word == 0) missing(text, row.gate.name);
  const bool in_use = (row.phases & card::chip::kInUse) != 0;
  const bool while_blocked = (row.phases & card::chip::kWhileBlocked) != 0;
  if (kind == CardKind::kUser && in_use && !while_blocked && one.blocked == 0)
    missing(text, "blocked application");
}

}  // namespace

TEST_CASE("every row of every command table has its case by hand, and every case its row") {
  for (const auto& kind : derivation::kCardKinds) {
    CAPTURE(std::string(kind.english));
    auto rows = rows_of(kind.kind, card::chip::CardForm::kNative);
    for (const auto& one : cases()) {
      if ((one.kinds & of(kind.kind)) == 0) continue;
      const std::string text(one.row);
      const auto found = rows.find(text);
      if (found == rows.end()) {
        FAIL_CHECK(text << ": a case without a row in the tables");
        continue;
      }
      check_gates(text, found->second, one, kind.kind);
      rows.erase(found);
    }
    for (const auto& [text, row] : rows) FAIL_CHECK(text << ": a row without a case");
  }
}

TEST_CASE("every row accepts on some kind of card, or is a refusal by design") {
  std::map<std::string_view, Ends> ends;
  for (const auto& one : accepting_conversations()) ends[one.row] = Ends::kDone;
  for (const auto& one : cases()) {
    auto& end = ends.emplace(one.row, one.ends()).first->second;
    if (end == Ends::kElsewhere) end = one.ends();
  }
  for (const auto& [row, end] : ends) {
    CAPTURE(std::string(row));
    CHECK(end != Ends::kElsewhere);
  }
}

TEST_CASE("every row answers its accepting case as written [R14] [R137] [R142]") {
  each_trial([](const Case& one, CardKind kind) {
    if (!one.apdu.empty()) {
      const auto answer = answer_of(willing(kind), bytes_of_hex(one.apdu));
      CHECK(fmt::format("{:04X}", answer.status.value()) ==
            fmt::format("{:04X}", one.accepted.word));
      CHECK(answer.data.size() == one.accepted.bytes);
      return;
    }
    std::size_t found = 0;
    for (const auto& exchange : Deck::get().traffic())
      if (exchange.kind == kind && exchange.form == card::chip::CardForm::kNative &&
          fits(one.row, exchange.apdu) && word_of(exchange.answer) == one.accepted.word &&
          exchange.answer.size() == one.accepted.bytes + 2)
        ++found;
    CHECK_MESSAGE(found > 0, "no exchange of the deck was answered with ",
                  fmt::format("{} bytes and {:04X}", one.accepted.bytes, one.accepted.word));
  });
}

TEST_CASE("every row refuses another class with 6E00 and another instruction with 6D00") {
  each_trial([](const Case& one, CardKind kind) {
    const auto image = subject(kind, LifeCycle::kAllotted);
    constexpr card::Byte kNoClass = 0xA0;
    constexpr card::Byte kNoInstruction = 0x0A;
    auto header = header_of(one.row);
    header[0] = kNoClass;
    CHECK(word_for(image, header, least_length(one)) == 0x6E00);
    header = header_of(one.row);
    header[1] = kNoInstruction;
    CHECK(word_for(image, header, least_length(one)) == 0x6D00);
  });
}

TEST_CASE("every row refuses other parameters with 6A86 and other lengths with 6700") {
  each_trial([](const Case& one, CardKind kind) {
    const auto image = subject(kind, LifeCycle::kAllotted);
    const auto header = header_of(one.row);
    for (const auto length : one.wrong_lengths) {
      CAPTURE(length);
      CHECK(word_for(image, header, length) == 0x6700);
    }
    if (one.wrong_params.empty()) return;
    auto other = header;
    std::ranges::copy(bytes_of_hex(one.wrong_params), other.begin() + 2);
    CHECK(word_for(image, other, least_length(one)) == 0x6A86);
  });
}

TEST_CASE("every row refuses a life cycle that is not its own [R161]") {
  each_trial([](const Case& one, CardKind kind) {
    if (one.life_cycle.word == 0) return;
    const auto word =
        word_for(subject(kind, one.life_cycle.when), header_of(one.row), least_length(one));
    CHECK(fmt::format("{:04X}", word) == fmt::format("{:04X}", one.life_cycle.word));
  });
}

TEST_CASE("every row refuses whoever has not met its security gate [R134]") {
  each_trial([](const Case& one, CardKind kind) {
    if (one.security.word == 0) return;
    const auto word =
        word_for(subject(kind, one.security.when), header_of(one.row), least_length(one));
    CHECK(fmt::format("{:04X}", word) == fmt::format("{:04X}", one.security.word));
  });
}

TEST_CASE("a user card with a blocked application refuses all that touches its purse [R161]") {
  each_trial([](const Case& one, CardKind kind) {
    if (one.blocked == 0 || kind != CardKind::kUser) return;
    const auto& image = Deck::get().at("user card, blocked").image;
    const auto word = word_for(image, header_of(one.row), least_length(one));
    CHECK(fmt::format("{:04X}", word) == fmt::format("{:04X}", one.blocked));
  });
}

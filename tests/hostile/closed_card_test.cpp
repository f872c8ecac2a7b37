// A million commands at two cards that nobody opened (in soak a million each): what they may say is
// listed here, all else is a leak.
#include <algorithm>
#include <cstdlib>
#include <map>
#include <span>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/hostile/guarded_card.h"
#include "tests/hostile/noise.h"
#include "tests/hostile/nvm_rules.h"

namespace {

using namespace hostile;

constexpr int kAny = 0x100;

// A command that a closed card answers, and with how many bytes at most.
struct Open {
  Byte cla;
  Byte ins;
  int p1;
  int p2;
  std::size_t most;
  std::string_view why;
};

constexpr std::array kClosedMother = {
    Open{0x00, 0x84, 0x00, 0x00, 16, "a challenge is random"},
    Open{0x00, 0xA4, 0x04, 0x00, 64, "names are public"},
    Open{0x00, 0xA4, 0x00, 0x00, 64, "file ids are public"},
    Open{0x00, 0x46, 0x01, 0x00, 65, "a point is public"},
    Open{0x80, 0xCA, 0x01, 0x00, 62, "who the card is"},
    Open{0x80, 0xCA, 0x02, kAny, 14, "check values are public"},
    Open{0x80, 0xA6, 0x00, 0x00, 32, "the fingerprint is read aloud"},
    Open{0x80, 0xBA, 0x01, 0x00, 48, "the head of the log is public"},
    Open{0x80, 0xBB, 0x00, 0x00, 40, "a tag proves, and tells no key"},
};

constexpr std::array kPsamWithoutPin = {
    Open{0x00, 0x84, 0x00, 0x00, 16, "a challenge is random"},
    Open{0x00, 0xA4, 0x04, 0x00, 64, "names are public"},
    Open{0x00, 0xA4, 0x00, 0x00, 64, "file ids are public"},
    Open{0x00, 0xB0, kAny, kAny, 25, "files hold no secret"},
    Open{0x00, 0xC0, kAny, kAny, 64, "the rest of one of these answers"},
    Open{0x80, 0xCA, 0x01, 0x00, 62, "who the card is"},
    Open{0x80, 0xCA, 0x02, kAny, 14, "check values are public"},
    Open{0x80, 0xBB, 0x00, 0x00, 40, "a tag proves, and tells no key"},
};

// What a refusal may say; it carries no data.
constexpr std::array kRefusals = {0x6581, 0x6700, 0x6901, 0x6981, 0x6982, 0x6983, 0x6984,
                                  0x6985, 0x6987, 0x6988, 0x6A80, 0x6A81, 0x6A82, 0x6A83,
                                  0x6A86, 0x6A88, 0x6B00, 0x6D00, 0x6E00, 0x9403};

bool fits(const Open& row, ByteView apdu) {
  return apdu.size() >= 4 && row.cla == apdu[0] && row.ins == apdu[1] &&
         (row.p1 == kAny || row.p1 == apdu[2]) && (row.p2 == kAny || row.p2 == apdu[3]);
}

bool is_refusal(card::StatusWord word) {
  const bool listed = std::ranges::count(kRefusals, word.value()) == 1;
  return listed || word.counts_tries() || word.corrects_le();
}

// A part of a chain is taken in silence.
bool is_chained(ByteView apdu) {
  return apdu.size() >= 4 && (apdu[0] & 0x7BU) == 0x10U;
}

void judge(std::span<const Open> open, ByteView apdu, ByteView answer) {
  const auto decoded = card::decode_response({answer.begin(), answer.end()});
  if (is_refusal(decoded.status)) {
    claim(decoded.data.empty(), "a refusal with data: " + base::to_hex(apdu));
    return;
  }
  if (decoded.data.empty() && is_chained(apdu)) return;
  for (const auto& row : open)
    if (fits(row, apdu) && decoded.data.size() <= row.most) return;
  throw Broken("answered " + card::describe(decoded.status) + ": " + base::to_hex(apdu));
}

std::size_t commands() {
  const bool soak = std::getenv("WELLKEY_SOAK") != nullptr;
  return soak ? 1'000'000 : 500'000;
}

// So many commands without a PIN, power going off and on between; afterwards the memory is as
// before, but for counters.
void besiege(std::string_view name, std::span<const Open> open) {
  const auto& exhibit = Deck::get().at(name);
  GuardedCard card(exhibit.image);
  Noise noise(exhibit, 20260715);
  const auto before = card.records();
  std::map<std::uint16_t, std::size_t> words;
  for (std::size_t sent = 0; sent < commands(); ++sent) {
    if (sent % 1000 == 999) card.reset();
    const Bytes apdu = noise.next();
    const Bytes answer = card.said_to(apdu);
    judge(open, apdu, answer);
    ++words[card::decode_response(answer).status.value()];
  }
  CHECK(undeclared_change(before, card.records()) == "");
  CHECK(words.size() >= 10);
  MESSAGE(fmt::format("{}: {} commands, {} different status words, {} answered 9000", name,
                      commands(), words.size(), words[0x9000]));
}

}  // namespace

TEST_CASE("random and bent commands at a closed mother card give away nothing [R134] [R135]") {
  besiege("county mother card", kClosedMother);
}

TEST_CASE("random and bent commands at a PSAM without its PIN give away nothing [R142] [R135]") {
  besiege("PSAM", kPsamWithoutPin);
}

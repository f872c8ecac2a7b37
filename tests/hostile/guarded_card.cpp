// The rules that hold for every answer.
#include "tests/hostile/guarded_card.h"

#include <algorithm>

#include "base/core/error.h"
#include "tests/hostile/nvm_rules.h"

namespace hostile {
namespace {

// More than any live memory with the waste that compaction allows.
constexpr std::size_t kMostImage = std::size_t{256} * 1024;
constexpr std::size_t kMostSaid = std::size_t{64} * 1024;
constexpr std::size_t kMostAnswer = 1024;

std::shared_ptr<base::WipedBytes> copy_of(const base::WipedBytes& image) {
  return std::make_shared<base::WipedBytes>(image);
}

card::chip::RandomSource source(std::mt19937& random) {
  return [&random](std::size_t count) {
    Bytes out(count);
    std::ranges::generate(out, [&] { return static_cast<Byte>(random() & 0xFF); });
    return out;
  };
}

bool is_ours(card::StatusWord word) {
  const auto* row = card::find_row(word);
  return row != nullptr && row->said_by == card::SaidBy::kOurCards;
}

// Done, more to fetch, or the FCI of a blocked application.
bool may_carry_data(card::StatusWord word) {
  return word.is_ok() || word.has_more() || word == card::status::kNotSupported;
}

bool is_write_key_in_clear(ByteView apdu) {
  return apdu.size() > 5 && apdu[0] == 0x80 && apdu[1] == 0xD4;
}

}  // namespace

void claim(bool holds, const std::string& what) {
  if (!holds) throw Broken(what);
}

GuardedCard::GuardedCard(const base::WipedBytes& image, Watch watch, std::uint32_t seed)
    : medium_(copy_of(image)),
      random_(seed),
      chip_(std::make_unique<card::chip::MemoryStorage>(medium_), source(random_)),
      watch_(watch) {
  look_at_memory();
  chip_.power_on();
}

GuardedCard::GuardedCard(const base::WipedBytes& image, card::chip::CommandTable own, Watch watch)
    : medium_(copy_of(image)),
      random_(1),  // NOLINT(cert-msc32-c,cert-msc51-cpp): a failure repeats
      chip_(std::make_unique<card::chip::MemoryStorage>(medium_), source(random_), own),
      watch_(watch) {
  look_at_memory();
  chip_.power_on();
}

void GuardedCard::look_at_memory() {
  records_ = records_of(*medium_);
  canary_.learn(records_);
}

Bytes GuardedCard::said_to(ByteView apdu) {
  const std::size_t writes = chip_.storage().writes();
  if (is_write_key_in_clear(apdu)) excuse(apdu);
  auto answer = chip_.transmit(apdu);
  if (answer.empty()) {
    claim(cut_armed_, "an empty answer without a cut");
    cut_armed_ = false;
    chip_.storage().on_write({});
    chip_.power_on();
    look_at_memory();
    return answer;
  }
  judge(apdu, answer, writes);
  return answer;
}

void GuardedCard::judge(ByteView apdu, ByteView answer, std::size_t writes_before) {
  const auto head = base::to_hex(apdu.first(std::min<std::size_t>(apdu.size(), 5)));
  claim(answer.size() >= 2, head + ": an answer without a status word");
  claim(answer.size() <= kMostAnswer, head + ": an answer without end");
  const auto decoded = card::decode_response({answer.begin(), answer.end()});
  const auto word = decoded.status;
  const auto text = head + ": " + card::describe(word);
  claim(is_ours(word), text);
  claim(decoded.data.empty() || may_carry_data(word), text + " with data");
  if (watch_ == Watch::kMemoryAndArena) canary_.learn_arena();
  if (chip_.storage().writes() != writes_before) {
    const auto before = std::move(records_);
    look_at_memory();
    const bool refused = !word.is_ok() && !word.has_more();
    if (refused) {
      const auto change = undeclared_change(before, records_);
      claim(change.empty(), text + " changed " + change);
    }
    claim(medium_->size() <= kMostImage, head + ": the image has outgrown its bound");
  }
  claim(!canary_.finds(answer), head + ": a key is in the answer");
  if (said_.size() > kMostSaid) said_.clear();
  said_.insert(said_.end(), answer.begin(), answer.end());
}

Bytes GuardedCard::transmit(ByteView apdu) {
  auto answer = said_to(apdu);
  if (answer.empty()) base::fail(base::Fault::kUncertain, "the card lost its power");
  return answer;
}

void GuardedCard::reset() {
  chip_.reset();
}

void GuardedCard::cut_at(std::size_t nth_write, std::size_t bytes_that_arrive) {
  cut_armed_ = true;
  const std::size_t at = chip_.storage().writes() + nth_write;
  chip_.storage().on_write(
      [at, bytes_that_arrive](std::size_t nth, std::size_t bytes) -> std::optional<std::size_t> {
        if (nth < at) return std::nullopt;
        return std::min(bytes, bytes_that_arrive);
      });
}

void GuardedCard::finish() {
  chip_.storage().on_write({});
  canary_.learn_arena();
  claim(!canary_.finds(said_), "a key was in an answer");
  GuardedCard again(*medium_);
  const Bytes get_card_status{0x80, 0xCA, 0x01, 0x00, 0x3E};
  const auto answer = again.said_to(get_card_status);
  claim(answer.size() == 64 && answer[62] == 0x90, "the image opens and the card says who it is");
}

}  // namespace hostile

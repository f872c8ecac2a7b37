// VERIFY PIN and PIN CHANGE.
#include "cos-apdu/virtual/pin.h"

#include <algorithm>

#include "base/crypto/hash.h"
#include "cos-apdu/virtual/records.h"
#include "cos-apdu/virtual/sam_binding.h"

namespace card::chip {
namespace {

constexpr std::size_t kSaltBytes = 16;
constexpr Byte kFill = 0xFF;

ByteView without_fill(ByteView block) {
  while (!block.empty() && block.back() == kFill) block = block.first(block.size() - 1);
  return block;
}

struct PinRecord {
  Byte tries = 0;
  Bytes salt;
  crypto::Hash32 hash{};
};

PinRecord load(const Nvm& nvm) {
  base::Reader in(nvm.get(record::kPin), "PIN record");
  PinRecord pin;
  pin.tries = in.u8();
  const ByteView salt = in.take(kSaltBytes);
  pin.salt.assign(salt.begin(), salt.end());
  pin.hash = in.fixed<32>();
  return pin;
}

void store(Nvm& nvm, const PinRecord& pin) {
  nvm.put(record::kPin, base::Writer().u8(pin.tries).bytes(pin.salt).bytes(pin.hash).view());
}

bool is_pin(ByteView block) {
  constexpr std::size_t kLeast = 2;
  constexpr std::size_t kMost = 8;
  return block.size() >= kLeast && block.size() <= kMost;
}

}  // namespace

std::optional<Byte> pin_tries(const Nvm& nvm) {
  if (!nvm.holds(record::kPin)) return std::nullopt;
  return load(nvm).tries;
}

void install_pin(Context& card, ByteView block) {
  PinRecord pin{.tries = kPinTries, .salt = card.random(kSaltBytes)};
  pin.hash = crypto::sha256({pin.salt, without_fill(block)});
  store(card.nvm, pin);
}

StatusWord compare_pin(Context& card, ByteView block) {
  if (const auto word = check_terminal(card); !word.is_ok()) return word;
  if (!card.nvm.holds(record::kPin)) return status::kKeyNotFound;
  PinRecord pin = load(card.nvm);
  if (pin.tries == 0) return status::kAuthenticationBlocked;
  --pin.tries;
  store(card.nvm, pin);
  card.commit_now();
  const auto hash = crypto::sha256({pin.salt, without_fill(block)});
  if (!base::equal_in_constant_time(hash, pin.hash)) return status::tries_left(pin.tries);
  pin.tries = kPinTries;
  store(card.nvm, pin);
  return status::kOk;
}

Answer verify_pin(Context& card, const CommandApdu& command) {
  card.ram.pin_verified = false;
  const StatusWord word = compare_pin(card, command.data);
  card.ram.pin_verified = word.is_ok();
  return said(word);
}

Answer change_pin(Context& card, const CommandApdu& command) {
  const ByteView data = command.data;
  const auto separator = std::find(data.begin(), data.end(), kFill);
  if (separator == data.end()) return refused(status::kWrongData);
  const auto old_length = static_cast<std::size_t>(separator - data.begin());
  const ByteView old_pin = data.first(old_length);
  const ByteView new_pin = without_fill(data.subspan(old_length + 1));
  if (!is_pin(new_pin)) return refused(status::kWrongData);
  if (card.nvm.holds(record::kPin)) {
    const StatusWord word = compare_pin(card, old_pin);
    if (!word.is_ok()) return refused(word);
  } else if (!old_pin.empty() || card.identity().life_cycle == layout::LifeCycle::kInUse) {
    return refused(status::kConditionNotSatisfied);
  }
  install_pin(card, new_pin);
  return done();
}

}  // namespace card::chip

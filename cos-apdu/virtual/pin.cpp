// VERIFY PIN and PIN CHANGE.
#include "cos-apdu/virtual/pin.h"

#include <algorithm>

#include "base/core/error.h"
#include "base/crypto/hash.h"
#include "cos-apdu/virtual/file_system.h"
#include "cos-apdu/virtual/key_file.h"
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

std::optional<StoredKey> pin_key(Context& card, Byte number) {
  return find_stored_key(card, KeyType::kPin, number);
}

StatusWord compare_pin_key(Context& card, ByteView pin, Byte number) {
  auto key = pin_key(card, number);
  if (!key) return status::kKeyNotFound;
  if (!is_permitted(card, key->header.use_right)) return status::kSecurityNotSatisfied;
  const auto holds = [&](const crypto::Key&) { return pin_matches(*key, pin); };
  const StatusWord word = check_stored_key(card, *key, holds, status::kVerificationFailed);
  return word == status::kVerificationFailed
             ? status::tries_left(layout::tries_left(key->header.counter))
             : word;
}

void replace_pin_key(Context& card, ByteView pin, Byte number) {
  auto key = pin_key(card, number);
  if (!key) base::fail(base::Fault::kNotFound, "the directory has no PIN {:02X}", number);
  key->header.counter = layout::restored(key->header.counter);
  key->value = pin_value(card, pin);
  store_key(card.nvm, *key);
}

bool has_pin(Context& card, Byte number) {
  return is_interoperability(card.nvm) ? pin_key(card, number).has_value()
                                       : card.nvm.holds(record::kPin);
}

}  // namespace

std::optional<Byte> pin_tries(Context& card) {
  if (is_interoperability(card.nvm)) {
    const auto key = pin_key(card, kFirstPin);
    if (!key) return std::nullopt;
    return static_cast<Byte>(layout::tries_left(key->header.counter));
  }
  if (!card.nvm.holds(record::kPin)) return std::nullopt;
  return load(card.nvm).tries;
}

void install_pin(Context& card, ByteView block, Byte number) {
  if (is_interoperability(card.nvm)) return replace_pin_key(card, without_fill(block), number);
  PinRecord pin{.tries = kPinTries, .salt = card.random(kSaltBytes)};
  pin.hash = crypto::sha256({pin.salt, without_fill(block)});
  store(card.nvm, pin);
}

StatusWord compare_pin(Context& card, ByteView block, Byte number) {
  if (is_interoperability(card.nvm)) return compare_pin_key(card, without_fill(block), number);
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
  const StatusWord word = compare_pin(card, command.data, command.p2);
  card.ram.pin_verified = word.is_ok();
  if (!word.is_ok() || !is_interoperability(card.nvm)) return said(word);
  if (const auto key = pin_key(card, command.p2)) reach_state(card, key->header.post_state);
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
  if (has_pin(card, command.p2)) {
    const StatusWord word = compare_pin(card, old_pin, command.p2);
    if (!word.is_ok()) return refused(word);
  } else if (!old_pin.empty() || card.identity().life_cycle == layout::LifeCycle::kInUse) {
    return refused(status::kConditionNotSatisfied);
  }
  install_pin(card, new_pin, command.p2);
  return done();
}

}  // namespace card::chip

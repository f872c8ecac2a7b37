// The temporary key of a module and the two commands on it.
#include "cos-apdu/virtual/sam_crypt.h"

#include "cos-apdu/secure_messaging.h"
#include "cos-apdu/virtual/cos_choice.h"
#include "cos-apdu/virtual/sam_memory.h"

namespace card::chip {
namespace {

using crypto::SuiteId;

constexpr Byte kMacBit = 0x01;
constexpr Byte kMoreBit = 0x02;
constexpr Byte kInitialBit = 0x04;
constexpr std::size_t kFactorBytes = 8;
constexpr std::size_t kMostCollected = 4096;
constexpr std::size_t kNarrowLimit = 120;

struct TemporaryKey {
  SuiteId suite = SuiteId::kAes128;
  crypto::Key key{};
  SamWork work = SamWork::kBoth;
  Bytes initial{};    // of a MAC that is not finished
  Bytes collected{};  // its parts so far
  bool mac_begun = false;
};

class CryptState : public KindState {
 public:
  std::optional<TemporaryKey> temporary;
};

const SamUsage* usage_of(derivation::CardKind kind, Byte type) {
  for (const auto& row : kSamUsages)
    if (row.kind == kind && row.type == type) return &row;
  return nullptr;
}

bool allows(SamWork held, SamWork wanted) {
  return (static_cast<Byte>(held) & static_cast<Byte>(wanted)) != 0;
}

std::size_t block_of(SuiteId suite) {
  return crypto::suite(suite).block_bytes;
}

Answer encipher(const TemporaryKey& key, Byte p1, ByteView data) {
  const std::size_t block = block_of(key.suite);
  if (data.empty() || data.size() % block != 0) return refused(status::kWrongLength);
  if (key.suite == SuiteId::kTdes2) {
    if ((p1 & kInitialBit) != 0) return refused(status::kWrongP1P2);
    return done(sm_encrypt_blocks(key.suite, key.key, {}, data));
  }
  if (p1 != kInitialBit) return refused(status::kWrongP1P2);
  if (data.size() == block) return refused(status::kWrongLength);
  return done(sm_encrypt_blocks(key.suite, key.key, data.first(block), data.subspan(block)));
}

// What the first part brings is kept; the MAC itself is made of all parts at the end.
Answer authenticate(TemporaryKey& key, Byte p1, ByteView data) {
  const std::size_t block = block_of(key.suite);
  const bool first = (p1 & kInitialBit) != 0;
  const bool last = (p1 & kMoreBit) == 0;
  if (first && key.mac_begun) return refused(status::kConditionNotSatisfied);
  const bool free_end = last && key.suite != SuiteId::kTdes2;
  if (data.empty() || (!free_end && data.size() % block != 0) || (first && data.size() < block) ||
      key.collected.size() + data.size() > kMostCollected)
    return refused(status::kWrongLength);
  if (first) key.initial.assign(data.begin(), data.begin() + static_cast<std::ptrdiff_t>(block));
  key.mac_begun = true;
  const ByteView part = first ? data.subspan(block) : data;
  key.collected.insert(key.collected.end(), part.begin(), part.end());
  if (!last) return done();
  if (key.collected.empty()) return refused(status::kWrongLength);
  return done(sm_mac(key.suite, key.key, key.initial, key.collected));
}

Answer work(const Context& card, TemporaryKey& key, const CommandApdu& command) {
  const bool narrow = cos_choice<CryptLimit>(card.nvm) == CryptLimit::k120;
  if (narrow && command.data.size() > kNarrowLimit) return refused(status::kWrongLength);
  const bool mac = (command.p1 & kMacBit) != 0;
  if (!allows(key.work, mac ? SamWork::kMac : SamWork::kEncipher))
    return refused(status::kConditionNotSatisfied);
  if (mac) return authenticate(key, command.p1, command.data);
  return encipher(key, command.p1, command.data);
}

}  // namespace

Answer init_for_descrypt(Context& card, const CommandApdu& command) {
  constexpr Byte kTypeBits = 0x1F;
  auto& temporary = card.ram.of<CryptState>().temporary;
  temporary.reset();
  const auto* usage = usage_of(card.identity().kind(), command.p1 & kTypeBits);
  if (usage == nullptr) return refused(status::kConditionNotSatisfied);
  const auto record = key_of_version(card.nvm, usage->purpose, command.p2);
  auto slot = record ? load_slot(card.nvm, *record) : std::nullopt;
  if (!slot) return refused(status::kKeyVersionUnknown);
  const bool county = slot->level == derivation::byte_of(derivation::Level::kCounty);
  const std::size_t levels = county ? 1 : 0;
  if (static_cast<std::size_t>(command.p1 >> 5) != levels ||
      command.data.size() != levels * kFactorBytes)
    return refused(status::kWrongLength);
  temporary.emplace();
  temporary->suite = slot->suite;
  temporary->work = usage->work;
  temporary->key = county ? leaf_key(*slot, command.data) : std::move(slot->key);
  return done();
}

Answer des_crypt(Context& card, const CommandApdu& command) {
  auto& temporary = card.ram.of<CryptState>().temporary;
  if (!temporary) return refused(status::kConditionNotSatisfied);
  Answer answer = work(card, *temporary, command);
  const bool more = (command.p1 & kMoreBit) != 0;
  if (!more || !answer.status.is_ok()) temporary.reset();
  return answer;
}

}  // namespace card::chip

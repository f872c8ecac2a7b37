// Blocking commands.
#include "cos-apdu/virtual/blocking.h"

#include "cos-apdu/secure_messaging.h"
#include "cos-apdu/virtual/cos_choice.h"
#include "cos-apdu/virtual/door.h"
#include "cos-apdu/virtual/pin.h"
#include "cos-apdu/virtual/purse_memory.h"
#include "cos-apdu/virtual/records.h"

namespace card::chip {
namespace {

constexpr std::size_t kReloadMac = 4;

bool challenge_fits(const Context& card) {
  const auto size = card.ram.challenge.size();
  const bool wide = card.suite() != crypto::SuiteId::kTdes2;
  return wide ? size == 16 : size == 4 || size == 8;
}

// What `accept` changes is committed with the key's tries.
StatusWord check_mac(
    Context& card, const CommandApdu& command, KeyUse use,
    const std::function<void()>& accept = [] {}) {
  if (!challenge_fits(card)) return status::kNoChallenge;
  const auto holds = [&](const FoundKey& key) {
    const SecureMessaging messaging(key.suite, key.key, card.ram.challenge);
    if (!messaging.checked(command)) return false;
    accept();
    return true;
  };
  return check_with_key(card, use, kOnlyKey, holds, status::kMacWrong);
}

bool names_the_pin(PinUnblockId place, Byte p1, Byte p2) {
  constexpr Byte kMostPinId = 0x01;
  switch (place) {
    case PinUnblockId::kEither:
      return (p1 == 0 && p2 <= kMostPinId) || (p2 == 0 && p1 <= kMostPinId);
    case PinUnblockId::kP1:
      return p2 == 0 && p1 <= kMostPinId;
    case PinUnblockId::kP2:
      return p1 == 0 && p2 <= kMostPinId;
    case PinUnblockId::kNone:
      return p1 == 0 && p2 == 0;
  }
  return false;
}

void become(Context& card, layout::LifeCycle life_cycle) {
  auto identity = card.identity();
  identity.life_cycle = life_cycle;
  store_identity(card.nvm, identity);
}

Answer block_for_ever(Context& card, const CommandApdu& command) {
  const StatusWord word = check_mac(card, command, KeyUse::kMaintenance);
  if (word.is_ok()) become(card, layout::LifeCycle::kDead);
  return said(word);
}

}  // namespace

StatusWord select_word(const Nvm& nvm) {
  if (!nvm.holds(record::kBlocked)) return status::kOk;
  const bool named = cos_choice<BlockedSelect>(nvm) == BlockedSelect::kFileInvalid;
  return named ? status::kFileInvalid : status::kNotSupported;
}

Answer card_block(Context& card, const CommandApdu& command) {
  return block_for_ever(card, command);
}

Answer application_block_for_ever(Context& card, const CommandApdu& command) {
  return block_for_ever(card, command);
}

Answer application_block(Context& card, const CommandApdu& command) {
  const StatusWord word = check_mac(card, command, KeyUse::kMaintenance);
  if (word.is_ok()) card.nvm.put(record::kBlocked, Bytes{0x01});
  return said(word);
}

Answer application_unblock(Context& card, const CommandApdu& command) {
  // The last try kills in the commit that counts it, and a right MAC revives in the commit that gives
  // the tries back: a cut must not part the two.
  const bool is_last = tries_left(card, KeyUse::kMaintenance) == 1;
  if (is_last) become(card, layout::LifeCycle::kDead);
  const auto revive = [&] {
    if (is_last) become(card, layout::LifeCycle::kInUse);
  };
  const StatusWord word = check_mac(card, command, KeyUse::kMaintenance, revive);
  if (word == status::kMacWrong && is_last) return refused(status::kApplicationDead);
  if (!word.is_ok()) return refused(word);
  card.nvm.erase(record::kBlocked);
  for (const auto use : {KeyUse::kLoad, KeyUse::kUnload, KeyUse::kOverdraft})
    restore_tries(card, use);
  auto grey = load_grey(card.nvm);
  grey.tries_left = kKeyTries;
  store_grey(card.nvm, grey);
  return done();
}

Answer pin_unblock(Context& card, const CommandApdu& command) {
  if (!names_the_pin(cos_choice<PinUnblockId>(card.nvm), command.p1, command.p2))
    return refused(status::kWrongP1P2);
  const StatusWord word = check_mac(card, command, KeyUse::kPinUnblock);
  if (!word.is_ok()) return refused(word);
  const auto key = find_key(card, KeyUse::kPinUnblock);
  if (!key.is_ok()) return refused(key.status);
  const auto pin = SecureMessaging(key.suite, key.key, card.ram.challenge).deciphered(command);
  if (!pin || pin->size() < 2 || pin->size() > 8) return refused(status::kWrongData);
  install_pin(card, pin->reveal(ChipMemoryDoor::open()));
  return done();
}

Answer reload_pin(Context& card, const CommandApdu& command) {
  const ByteView data = command.data;
  const ByteView pin = data.first(data.size() - kReloadMac);
  const auto holds = [&](const FoundKey& key) {
    return base::equal_in_constant_time(crypto::tac4(key.suite, key.key, pin),
                                        data.last(kReloadMac));
  };
  const StatusWord word =
      check_with_key(card, KeyUse::kPinReload, kOnlyKey, holds, status::kMacWrong);
  if (word.is_ok()) install_pin(card, pin);
  return said(word);
}

}  // namespace card::chip

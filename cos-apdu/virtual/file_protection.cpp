// Access and secure messaging of files.
#include "cos-apdu/virtual/file_protection.h"

#include "cos-apdu/virtual/key_check.h"
#include "cos-apdu/virtual/key_source.h"

namespace card::chip {
namespace {

constexpr Byte kSecureBit = 0x04;

bool is_secured(const CommandApdu& command) {
  return (command.cla & kSecureBit) != 0;
}

bool is_enciphered(Protection protection) {
  return protection == Protection::kEnciphered || protection == Protection::kEncipheredMac;
}

// Runs `take` with the line protection key `index` and its error counter.
template <typename Take>
StatusWord with_line_key(Context& card, Byte index, StatusWord wrong, const Take& take) {
  if (!challenge_fits(card)) return status::kNoChallenge;
  const auto holds = [&](const FoundKey& key) {
    return take(SecureMessaging(key.suite, key.key, card.ram.challenge));
  };
  return check_with_key(card, KeyUse::kMaintenance, index, holds, wrong);
}

}  // namespace

bool challenge_fits(const Context& card) {
  const auto size = card.ram.challenge.size();
  const bool wide = card.suite() != crypto::SuiteId::kTdes2;
  return wide ? size == 16 : size == 4 || size == 8;
}

Reading open_reading(Context& card, const FileHeader& file, const CommandApdu& command) {
  if (!is_permitted(card, file.read_access)) return {.status = status::kSecurityNotSatisfied};
  if (!is_secured(command)) {
    return {.status = file.is_read_freely() ? status::kOk : status::kMacMissing};
  }
  const bool mac_alone = command.data.size() == sm_mac_bytes(card.suite());
  if (mac_alone && is_enciphered(file.writing)) return {.status = status::kConditionNotSatisfied};
  Reading reading{.answer = mac_alone ? Protection::kMac : Protection::kEncipheredMac};
  const auto take = [&](const SecureMessaging& messaging) {
    if (mac_alone) return messaging.checked(command).has_value();
    const auto wanted = messaging.wanted(command);
    if (wanted) reading.wanted = *wanted;
    return wanted.has_value();
  };
  reading.status = with_line_key(card, file.read_key(), status::kMacWrong, take);
  return reading;
}

Answer answer_reading(Context& card, const FileHeader& file, const Reading& reading,
                      ByteView data) {
  if (reading.answer == Protection::kPlain) return done({data.begin(), data.end()});
  const auto key = find_key(card, KeyUse::kMaintenance, file.read_key());
  if (!key.is_ok()) return refused(key.status);
  if (data.size() > kShortData) return refused(status::kWrongLength);
  const SecureMessaging messaging(key.suite, key.key, card.ram.challenge);
  Bytes out = reading.answer == Protection::kMac ? messaging.answer_with_mac(data)
                                                 : messaging.enciphered_answer(data);
  if (out.size() > kShortLe) return refused(status::kWrongLength);
  return done(std::move(out));
}

Writing open_writing(Context& card, const FileHeader& file, const CommandApdu& command) {
  if (!is_permitted(card, file.write_access)) return {status::kSecurityNotSatisfied, {}};
  if (file.writing == Protection::kWithPurchase) return {status::kSecurityNotSatisfied, {}};
  if (file.writing == Protection::kPlain)
    return is_secured(command) ? Writing{status::kConditionNotSatisfied, {}}
                               : Writing{status::kOk, command.data};
  if (!is_secured(command)) return {status::kMacMissing, {}};
  if (file.writing == Protection::kOrder) {
    auto order = check_order(card, command);
    return {order.status, std::move(order.data)};
  }
  Writing writing;
  const auto take = [&](const SecureMessaging& messaging) {
    auto data = messaging.unprotect(command, file.writing);
    if (data) writing.data = std::move(*data);
    return data.has_value();
  };
  const bool bare = file.writing == Protection::kEnciphered;
  writing.status =
      with_line_key(card, file.write_key(), bare ? status::kWrongData : status::kMacWrong, take);
  return writing;
}

}  // namespace card::chip

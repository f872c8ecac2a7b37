// WRITE KEY into the key file of the current directory (card reference §7.3, §7.4).
#include "cos-apdu/virtual/door.h"
#include "cos-apdu/virtual/file_protection.h"
#include "cos-apdu/virtual/interoperability.h"
#include "cos-apdu/virtual/key_file.h"

namespace card::chip {
namespace {

using layout::KeyEntry;
using layout::KeyForm;
using layout::KeyTarget;

KeyTarget target_of(const CommandApdu& command) {
  return {.type = command.p1, .number = command.p2};
}

std::optional<StoredKey> existing(Context& card, const KeyEntry& entry) {
  return find_stored_key(card, entry.header.type, entry.number);
}

// The key that a command in FMCOS type numbers updates, before its data can be read.
std::optional<StoredKey> named_key(Context& card, KeyTarget target) {
  for (const auto& row : layout::kKeyTypes)
    if (static_cast<Byte>(row.type) == (target.type & 0x3FU))
      return find_stored_key(card, row.type, target.number);
  return std::nullopt;
}

StatusWord update_key(Context& card, const StoredKey& old, KeyEntry entry, KeyForm form) {
  if (!is_permitted(card, old.header.change_right)) return status::kSecurityNotSatisfied;
  if (form == KeyForm::kHuada) {
    entry.header.use_right = old.header.use_right;
    entry.header.change_right = old.header.change_right;
  }
  replace_key(card, old, std::move(entry));
  return status::kOk;
}

// Under the control key's MAC, or its MAC and cipher; nullopt with the word otherwise.
struct Opened {
  StatusWord status = status::kOk;
  base::SecretBytes data{};
};

Opened open_with_control_key(Context& card, const CommandApdu& command, Protection protection) {
  if (!challenge_fits(card)) return {.status = status::kNoChallenge};
  auto control = find_control_key(card);
  if (!control) return {.status = status::kKeyNotFound};
  Opened out;
  const auto holds = [&](const crypto::Key& key) {
    const SecureMessaging messaging(crypto::SuiteId::kTdes2, key, card.ram.challenge);
    const auto data = messaging.unprotect(command, protection);
    if (data) out.data = base::SecretBytes::copy_of(*data);
    return data.has_value();
  };
  out.status = check_stored_key(card, *control, holds, status::kMacWrong);
  return out;
}

}  // namespace

Answer write_key(Context& card, const CommandApdu& command) {
  auto entry = layout::decode_key_entry(target_of(command), command.data);
  if (command.p1 == layout::kAddKey) return said(add_key(card, std::move(entry)));
  const auto old = existing(card, entry);
  if (!old) return refused(status::kKeyNotFound);
  if (old->header.updating != Protection::kPlain) return refused(status::kMacMissing);
  return said(update_key(card, *old, std::move(entry), KeyForm::kFmcos));
}

Answer write_key_protected(Context& card, const CommandApdu& command) {
  const auto named = named_key(card, target_of(command));
  const bool mac_alone = named && named->header.updating == Protection::kMac;
  const auto opened = open_with_control_key(
      card, command, mac_alone ? Protection::kMac : Protection::kEncipheredMac);
  if (!opened.status.is_ok()) return refused(opened.status);
  const ByteView data = opened.data.reveal(ChipMemoryDoor::open());
  auto entry = layout::decode_key_entry(target_of(command), data);
  const auto old = existing(card, entry);
  if (!old) return said(add_key(card, std::move(entry)));
  if (command.p1 == layout::kAddKey) return refused(status::kWrongP1P2);
  return said(update_key(card, *old, std::move(entry), layout::key_form_of(data.size())));
}

}  // namespace card::chip

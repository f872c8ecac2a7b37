// Commands that every card of ours understands, with typed answers.
#pragma once

#include <functional>
#include <optional>

#include "base/core/card_number.h"
#include "base/crypto/p256.h"
#include "base/crypto/suite.h"
#include "cos-apdu/session.h"
#include "derivation/import_block.h"
#include "derivation/purpose.h"

namespace card {

// 80 CA 01 00: the 62 bytes of layout/card_status.h, which decodes them. Works in every life cycle.
Bytes get_card_status(Session& session);

// 80 CA 02 purpose: what a card tells about one of its keys, without a PIN.
//   version1 generation2 suite1 level1 flags1 triesLeft1 seq4 checkValue3, 14 bytes
struct KeyInfo {
  Byte version = 0;
  std::uint16_t generation = 0;
  crypto::SuiteId suite = crypto::SuiteId::kAes128;
  Byte level = 0;
  Byte flags = 0;
  Byte tries_left = 0;
  std::uint32_t seq = 0;
  crypto::Kcv check_value{};
};

enum class SlotSide : Byte {
  kActive = 0x02,
  kStaged = 0x03,  // imported in use, waits for switch_version
};

Bytes encode(const KeyInfo& info);

// nullopt when the slot is empty.
std::optional<KeyInfo> get_key_info(Session& session, derivation::Purpose purpose,
                                    SlotSide side = SlotSide::kActive);

// 00 84 00 00 Le: 4, 8 or 16 bytes, good for the next command only.
Bytes get_challenge(Session& session, std::uint32_t bytes);

// A PIN on the wire: two digits a byte, an odd last digit filled with F. The digits are ASCII; 4 to
// 12 of them (kMalformed).
base::WipedBytes pin_block(const base::SecretBytes& digits);

struct PinAnswer {
  StatusWord status = status::kOk;  // 9000, 63Cx, 6983

  bool right() const { return status.is_ok(); }

  unsigned tries_left() const { return status.counts_tries() ? status.tries_left() : 0; }
};

// Throws kRefused for any other answer.
PinAnswer verify_pin(Session& session, const base::SecretBytes& digits);

// The first PIN of a card that has none: `old_digits` empty, refused by the card once it is in use.
PinAnswer change_pin(Session& session, const base::SecretBytes& old_digits,
                     const base::SecretBytes& new_digits);

// 00 46 00 00: makes the card's P-256 key; the point alone with 00 46 01 00.
crypto::PublicPoint generate_key_pair(Session& session);
crypto::PublicPoint get_public_point(Session& session);

// 84 D8 00 slot. The card's refusals: 6988 MAC or check value, 6A80 header against the card, 6985
// life cycle or seq not new, 9403 version rule.
void import_block(Session& session, const derivation::ImportBlockBytes& block);

// An order MAC: CMAC16 under the control key of the card's kind (user card 08, PSAM 0C, ESAM 0D)
// over
//   "WK/order1" | challenge16 | CLA INS P1 P2 Lc | data before the MAC
// with Lc counting the MAC. `mac` computes it where the key is: a mother card or a token.
using OrderMac = std::function<base::FixedBytes<16>(ByteView message)>;

Bytes order_message(ByteView challenge16, const CommandApdu& command_without_mac);

// Fetches a challenge, appends the MAC and sends; throws like expect_ok.
Bytes send_order(Session& session, CommandApdu command, const OrderMac& mac);

// 04 D6 with an order MAC (while the card is personalised), one file whole.
void write_file(Session& session, Byte sfi, ByteView content, const OrderMac& mac);

// 84 F1 00 00: personalising → in use; refused (6985) while a key or a file is missing.
void switch_to_use(Session& session, const OrderMac& mac);

// 84 F1 01 version, CMAC16: the staged keys of `version` become active, all together (PSAM and ESAM
// in use; 6985 while a county key is not staged). The MAC is under the control key over
// "WK/switch1" | serial8 | version1, without a challenge, so that it travels with the blocks.
Bytes switch_message(const derivation::Serial8& serial, Byte version);
void switch_version(Session& session, Byte version, const base::FixedBytes<16>& mac);

// An order that erases the county's keys of one ESAM: serial8 version1 seq4 settledSN4 CMAC16, 33
// bytes. settledSN is the proof that nothing is open: the module's terminal number (its file 18) at
// the harvest after which every session was settled and read. The MAC is under the ESAM control key
// over "WK/restore1" and the 17 bytes before it.
struct RestoreOrder {
  derivation::Serial8 target;
  Byte version = 0;
  std::uint32_t seq = 0;
  std::uint32_t settled_sn = 0;
  base::FixedBytes<16> mac{};
};

inline constexpr std::size_t kRestoreOrderBytes = 33;

Bytes restore_message(const RestoreOrder& order);
Bytes encode(const RestoreOrder& order);
// Throws kMalformed.
RestoreOrder decode_restore_order(ByteView bytes);

// 84 F2 00 version, seq4 settledSN4 CMAC16 (ESAM): refused (6985) while a lock is open, when a session
// was started or settled after settledSN, for another version than the card's, and for a seq that is
// not new.
void restore(Session& session, const RestoreOrder& order);

// 00 B0 with the short file id; the whole file.
Bytes read_file(Session& session, Byte sfi);

// 00 A4 04 00; the FCI. An application that is blocked answers its FCI with 6A81: kRefused.
Bytes select_by_name(Session& session, ByteView name);

}  // namespace card

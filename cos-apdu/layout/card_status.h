// What every card says about itself, always and without a PIN (GET CARD STATUS 80 CA 01 00):
//   format1 kind1 serial8 suite1 lifecycle1 flags1 level1 county3 version1 generation2 pairId8
//   index1 pinTries1 planId32, 62 bytes
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/core/bytes.h"
#include "base/crypto/suite.h"
#include "derivation/kind.h"
#include "derivation/serial.h"

namespace card::layout {

using base::Byte;
using base::Bytes;
using base::ByteView;
using base::FixedBytes;

enum class LifeCycle : Byte {
  kManufactured = 0x00,   // no key inside
  kBlank = 0x01,          // stock transport key KT0 inside
  kAllotted = 0x02,       // transport key of the issuer inside
  kPersonalising = 0x03,  // keys and files are being written
  kInUse = 0x05,
  kVoid = 0x0E,  // by an authenticated void order
  kDead = 0x0F,  // blocked for ever
};

struct LifeCycleRow {
  LifeCycle value;
  std::string_view name;
  std::string_view chinese;
};

inline constexpr std::array kLifeCycles = {
    LifeCycleRow{LifeCycle::kManufactured, "manufactured", "出厂"},
    LifeCycleRow{LifeCycle::kBlank, "blank", "空白"},
    LifeCycleRow{LifeCycle::kAllotted, "allotted", "已调拨"},
    LifeCycleRow{LifeCycle::kPersonalising, "personalising", "个人化"},
    LifeCycleRow{LifeCycle::kInUse, "in use", "使用中"},
    LifeCycleRow{LifeCycle::kVoid, "void", "作废"},
    LifeCycleRow{LifeCycle::kDead, "dead", "锁死"},
};

// Throws kMalformed for a byte outside the table.
const LifeCycleRow& life_cycle_of_byte(Byte value);
std::string_view format(LifeCycle value);

// Bits of CardStatus::flags.
inline constexpr Byte kFlagLive = 0x01;
inline constexpr Byte kFlagControlRole = 0x02;
inline constexpr Byte kFlagVoid = 0x04;
inline constexpr Byte kFlagOpenNow = 0x08;

inline constexpr Byte kNoPin = 0xFF;  // pin_tries of a card that has no PIN

struct CardStatus {
  derivation::Serial8 serial;  // its first byte is the kind
  crypto::SuiteId suite = crypto::SuiteId::kAes128;
  LifeCycle life_cycle = LifeCycle::kManufactured;
  Byte flags = 0;
  Byte level = 0;
  FixedBytes<3> county{};
  Byte version = 0;
  std::uint16_t generation = 0;
  FixedBytes<8> pair_id{};
  Byte index = 0;
  Byte pin_tries = kNoPin;
  FixedBytes<32> plan_id{};

  derivation::CardKind kind() const { return serial.kind(); }

  bool has(Byte flag) const { return (flags & flag) != 0; }

  bool operator==(const CardStatus&) const = default;
};

inline constexpr Byte kCardStatusFormat = 1;
inline constexpr std::size_t kCardStatusBytes = 62;

Bytes encode(const CardStatus& status);

// Throws kMalformed.
CardStatus decode_card_status(ByteView bytes);

}  // namespace card::layout

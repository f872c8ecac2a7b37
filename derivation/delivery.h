// Delivery of the purpose keys from the master control card to a token (key-protocol.md §6).
//
// The card makes one ephemeral P-256 key per delivered key. x = ECDH(ephemeral, delivery point) and
//   KEK = labelled_key(x, label 01), MAC key = labelled_key(x, label 02)
//   label   "WK/deliver1" | which1 | planId32 | purpose1
//   wrapped AES-KW(KEK, key16), 24 bytes
//   mac     CMAC(MAC key, header44 | ephemeral65 | wrapped24), 16 bytes
//   header  purpose1 suite1 flags1(bit 0 live) version1 | originId4 | checkValue3 | 00 | planId32
#pragma once

#include <cstdint>
#include <vector>

#include "base/core/bytes.h"
#include "base/core/mode.h"
#include "base/crypto/hash.h"
#include "base/crypto/p256.h"
#include "base/crypto/suite.h"
#include "derivation/import_block.h"
#include "derivation/purpose.h"

namespace derivation {

struct DeliveryHeader {
  Purpose purpose;
  crypto::SuiteId suite;
  base::Mode flag = base::Mode::kRehearsal;
  std::uint8_t version = 1;
  base::FixedBytes<4> origin{};
  crypto::Kcv check_value{};
  crypto::Hash32 plan_id{};
};

struct Delivery {
  DeliveryHeader header;
  crypto::PublicPoint ephemeral{};
  base::FixedBytes<24> wrapped{};
  base::FixedBytes<16> mac{};
};

enum class DeliveryKey : std::uint8_t { kWrapping = 0x01, kMac = 0x02 };

inline constexpr std::size_t kDeliveryHeaderBytes = 44;
inline constexpr std::size_t kDeliveryBytes = kDeliveryHeaderBytes + 65 + 24 + 16;

base::Bytes delivery_label(DeliveryKey which, const crypto::Hash32& plan_id, Purpose purpose);
base::Bytes encode(const DeliveryHeader& header);
base::Bytes mac_input(const Delivery& delivery);

// header44 | ephemeral65 | wrapped24 | mac16, 149 bytes.
base::Bytes encode(const Delivery& delivery);

// Throws kMalformed. Checks no MAC.
Delivery decode_delivery(base::ByteView bytes);

// SHA-256 of the delivery point: what the plan id binds as tokenKeyHash32.
crypto::Hash32 delivery_key_hash(const crypto::PublicPoint& point);

// The card's end in software.
Delivery seal_delivery(const DeliveryHeader& header, const crypto::PublicPoint& token_point,
                       const crypto::Key& key);

}  // namespace derivation

// Delivery of the purpose keys to a token: codec and the card's end.
#include "derivation/delivery.h"

#include "base/core/error.h"
#include "base/crypto/cipher.h"

namespace derivation {

using base::Fault;

base::Bytes delivery_label(DeliveryKey which, const crypto::Hash32& plan_id, Purpose purpose) {
  base::Writer writer;
  writer.text("WK/deliver1")
      .u8(static_cast<std::uint8_t>(which))
      .bytes(plan_id)
      .u8(byte_of(purpose));
  return writer.take();
}

base::Bytes encode(const DeliveryHeader& header) {
  base::Writer writer;
  writer.u8(byte_of(header.purpose))
      .u8(static_cast<std::uint8_t>(header.suite))
      .u8(static_cast<std::uint8_t>(header.flag))
      .u8(header.version)
      .bytes(header.origin)
      .bytes(header.check_value.value)
      .u8(0)
      .bytes(header.plan_id);
  return writer.take();
}

base::Bytes mac_input(const Delivery& delivery) {
  return base::concat({encode(delivery.header), delivery.ephemeral, delivery.wrapped});
}

base::Bytes encode(const Delivery& delivery) {
  return base::concat({mac_input(delivery), delivery.mac});
}

Delivery decode_delivery(base::ByteView bytes) {
  if (bytes.size() != kDeliveryBytes)
    base::fail(Fault::kMalformed, "delivery: {} bytes, expected {}", bytes.size(), kDeliveryBytes);
  base::Reader reader(bytes, "delivery");
  const auto purpose = purpose_of_byte(reader.u8());
  const auto suite = crypto::suite_of_byte(reader.u8());
  const auto flags = reader.u8();
  const auto version = reader.u8();
  if (flags > 1 || version == 0)
    base::fail(Fault::kMalformed,
               "delivery: flags {:02X} version {}, expected bit 0 only and 1 to 255", flags,
               version);
  const auto origin = reader.fixed<4>();
  const crypto::Kcv check_value{reader.fixed<3>()};
  if (reader.u8() != 0 || check_value == crypto::Kcv{})
    base::fail(Fault::kMalformed, "delivery: expected a check value and a zero byte");
  const auto plan_id = reader.fixed<32>();
  const auto ephemeral = crypto::point_of_bytes(reader.take(65));
  Delivery delivery{
      {purpose, suite, static_cast<base::Mode>(flags), version, origin, check_value, plan_id},
      ephemeral,
      reader.fixed<24>(),
      reader.fixed<16>()};
  reader.finish();
  return delivery;
}

crypto::Hash32 delivery_key_hash(const crypto::PublicPoint& point) {
  return crypto::sha256(point);
}

Delivery seal_delivery(const DeliveryHeader& header, const crypto::PublicPoint& token_point,
                       const crypto::Key& key) {
  const auto pair = crypto::P256Pair::generate();
  const auto agreed = crypto::agree(pair.scalar, token_point);
  const auto labelled = [&](DeliveryKey which) {
    return crypto::labelled_key(agreed, delivery_label(which, header.plan_id, header.purpose));
  };
  Delivery delivery{header, pair.point, {}, {}};
  delivery.wrapped = base::fixed<24>(
      crypto::key_wrap(crypto::Cipher::kAes128, labelled(DeliveryKey::kWrapping), key));
  delivery.mac = base::fixed<16>(
      crypto::cmac(crypto::Cipher::kAes128, labelled(DeliveryKey::kMac), mac_input(delivery)));
  return delivery;
}

}  // namespace derivation

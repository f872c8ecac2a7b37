// Records between key cards: their bytes.
#include "cos-apdu/layout/keycard_orders.h"

#include "base/core/error.h"
#include "base/crypto/suite.h"

namespace card::layout {
namespace {

constexpr std::size_t kMostOriginBytes = 100;

// RFC 4648 §4; a root has 32 bytes, so there is always one sign of padding.
std::string base64(ByteView bytes) {
  constexpr std::string_view kSigns =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const auto left = bytes.size() - at;
    const auto byte = [&](std::size_t i) { return i < left ? std::uint32_t{bytes[at + i]} : 0U; };
    const auto group = (byte(0) << 16U) | (byte(1) << 8U) | byte(2);
    for (unsigned sign = 0; sign < 4; ++sign)
      out.push_back(sign <= left ? kSigns.at((group >> (18U - 6U * sign)) & 0x3FU) : '=');
  }
  return out;
}

PairName decode_pair_name(base::Reader& in) {
  PairName pair;
  pair.id = in.fixed<8>();
  pair.generation = in.u16();
  return pair;
}

}  // namespace

Bytes encode(const PairName& pair) {
  return base::Writer().bytes(pair.id).u16(pair.generation).take();
}

Bytes mac_input(const Endorsement& endorsement) {
  return base::Writer()
      .text("WK/endorse1")
      .bytes(endorsement.fingerprint)
      .bytes(encode(endorsement.pair))
      .take();
}

Bytes encode(const Endorsement& endorsement) {
  return base::concat({endorsement.fingerprint, encode(endorsement.pair), endorsement.mac});
}

Endorsement decode_endorsement(ByteView bytes) {
  base::Reader in(bytes, "endorsement");
  Endorsement endorsement;
  endorsement.fingerprint = in.fixed<32>();
  endorsement.pair = decode_pair_name(in);
  endorsement.mac = in.fixed<16>();
  in.finish();
  return endorsement;
}

Bytes void_order_body(const VoidOrder& order) {
  return base::Writer().bytes(encode(order.pair)).u64(order.log_index).take();
}

Bytes void_order_message(const VoidOrder& order) {
  return base::Writer().text("WK/void1").bytes(void_order_body(order)).take();
}

crypto::Hash32 void_order_hash(const VoidOrder& order) {
  return crypto::sha256(void_order_message(order));
}

Bytes encode(const SignedHead& head) {
  if (head.origin.empty() || head.origin.size() > kMostOriginBytes)
    base::fail(base::Fault::kMalformed, "log origin: {} bytes, expected 1 to {}",
               head.origin.size(), kMostOriginBytes);
  return base::Writer()
      .u64(head.size)
      .bytes(head.root)
      .bytes(head.signature)
      .text(head.origin)
      .take();
}

SignedHead decode_signed_head(ByteView bytes) {
  base::Reader in(bytes, "signed head");
  SignedHead head;
  head.size = in.u64();
  head.root = in.fixed<32>();
  head.signature = in.fixed<64>();
  head.origin = base::text_of(in.rest());
  if (head.origin.empty() || head.origin.size() > kMostOriginBytes)
    base::fail(base::Fault::kMalformed, "log origin: {} bytes, expected 1 to {}",
               head.origin.size(), kMostOriginBytes);
  return head;
}

std::string checkpoint_note(const SignedHead& head) {
  return head.origin + "\n" + std::to_string(head.size) + "\n" + base64(head.root) + "\n";
}

Bytes encode(const Head& head) {
  return base::Writer().bytes(head.origin_hash).u64(head.size).bytes(head.root).take();
}

Head decode_head(ByteView bytes) {
  base::Reader in(bytes, "head");
  Head head;
  head.origin_hash = in.fixed<8>();
  head.size = in.u64();
  head.root = in.fixed<32>();
  in.finish();
  return head;
}

crypto::Hash32 act_header(base::Byte ins, base::Byte p1, base::Byte p2, ByteView data) {
  return crypto::sha256(base::Writer().text("WK/act1").u8(ins).u8(p1).u8(p2).bytes(data).view());
}

FixedBytes<16> act_authorisation(const base::SecretBytes& opening_key, ByteView header32,
                                 std::uint32_t act) {
  return crypto::cmac16(crypto::SuiteId::kAes128, opening_key,
                        base::Writer().bytes(header32).u32(act).view());
}

Bytes opening_message(PairSide side, const PairName& pair, const OpeningExchange& exchange) {
  return base::Writer()
      .u8(static_cast<base::Byte>(side))
      .bytes(encode(pair))
      .bytes(exchange.mother)
      .bytes(exchange.control)
      .bytes(exchange.mother_random)
      .bytes(exchange.control_random)
      .take();
}

}  // namespace card::layout

// The plan's identity, the set's fingerprint, commitments and what is signed.
#include "cos-apdu/layout/keycard_plan.h"

#include "base/core/error.h"

namespace card::layout {

namespace {

constexpr base::Byte kLiveFlag = 0x01;
constexpr base::Byte kThreeFlag = 0x02;

}  // namespace

Bytes encode(const PlanParts& parts) {
  return base::Writer()
      .u8(static_cast<base::Byte>(static_cast<unsigned>(parts.mode) |
                                  static_cast<unsigned>(parts.threshold)))
      .u8(static_cast<base::Byte>(parts.suite))
      .bytes(parts.set_id)
      .bytes(parts.profile_hash)
      .bytes(parts.token_key_hash)
      .bytes(parts.plan_text_hash)
      .take();
}

PlanParts decode_plan_parts(ByteView bytes) {
  base::Reader in(bytes, "plan");
  PlanParts parts;
  const auto flags = in.u8();
  if (flags > (kLiveFlag | kThreeFlag))
    base::fail(base::Fault::kMalformed, "plan: flags {}, expected 0 to 3", flags);
  parts.mode = static_cast<base::Mode>(flags & kLiveFlag);
  parts.threshold = static_cast<Threshold>(flags & kThreeFlag);
  parts.suite = crypto::suite_of_byte(in.u8());
  parts.set_id = in.fixed<16>();
  parts.profile_hash = in.fixed<32>();
  parts.token_key_hash = in.fixed<32>();
  parts.plan_text_hash = in.fixed<32>();
  in.finish();
  return parts;
}

crypto::Hash32 plan_id(const PlanParts& parts) {
  return crypto::sha256(base::Writer().text("WK/plan1").bytes(encode(parts)).view());
}

crypto::Hash32 set_fingerprint(const crypto::Hash32& plan_id,
                               std::span<const crypto::PublicPoint> members) {
  base::Writer writer;
  writer.text("WK/set1").bytes(plan_id);
  for (const auto& member : members) writer.bytes(member);
  return crypto::sha256(writer.view());
}

crypto::Hash32 commitment(const crypto::Hash32& plan_id, const crypto::Hash32& fingerprint,
                          unsigned leader, ByteView nonce32, const base::SecretBytes& component) {
  base::Writer head;
  head.text("WK/commit1")
      .bytes(plan_id)
      .bytes(fingerprint)
      .u8(static_cast<base::Byte>(leader))
      .bytes(nonce32);
  return crypto::sha256_of_secret({head.view()}, component);
}

crypto::Hash32 signed_digest(const crypto::Hash32& plan_id, base::Byte step,
                             const crypto::Hash32& hash) {
  return crypto::sha256(base::Writer().bytes(plan_id).u8(step).bytes(hash).view());
}

}  // namespace card::layout

// The audit tag.
#include "derivation/audit_tag.h"

namespace derivation {

base::Bytes encode(const TagInput& input) {
  base::Writer writer;
  writer.text("WK/tag1")
      .bytes(input.card.bytes())
      .u8(byte_of(input.level))
      .bytes(input.county)
      .u8(input.version)
      .u16(input.generation)
      .bytes(input.slots);
  return writer.take();
}

AuditTag audit_tag(crypto::SuiteId suite, const crypto::Key& leaf, const TagInput& input) {
  const auto mac = crypto::cmac16(suite, leaf, encode(input));
  return base::fixed<8>(base::ByteView(mac).first(8), "audit tag");
}

}  // namespace derivation

#include "issuance/engine/heads.h"

#include "cos-apdu/keycards/key_card.h"

namespace issuance {

namespace {

using base::Fault;

base::FixedBytes<8> origin_hash(const std::string& origin) {
  const crypto::Hash32 hash = crypto::sha256(base::bytes_of(origin));
  return base::fixed<8>(base::ByteView(hash).first(8));
}

card::layout::SignedHead signed_head(audit::Log& log) {
  const std::string text = log.checkpoint();
  const audit::VerifierKey key = log.key();
  const audit::Checkpoint checkpoint = audit::open_checkpoint(text, key);
  for (const audit::SignatureLine& line : audit::parse_note(text).lines) {
    if (line.name != key.name || line.key_id != key.id()) continue;
    return {checkpoint.origin, checkpoint.head.size, checkpoint.head.root,
            base::fixed<64>(line.signature, "checkpoint signature")};
  }
  base::fail(Fault::kTampered, "the newest checkpoint is not signed by its log");
}

}  // namespace

void require_log_extends_card(audit::Log& log, card::Session& session) {
  try {
    const card::layout::Head head = card::keycards::KeyCard(session).head();
    if (head.origin_hash != origin_hash(log.origin())) return;
    log.require_extends({head.size, head.root});
  } catch (const base::Error& error) {
    if (error.fault() != Fault::kNotFound) throw;
  }
}

void remember_head(audit::Log& log, card::Session& session) {
  try {
    card::keycards::KeyCard(session).put_head(signed_head(log));
  } catch (const base::Error& error) {
    if (error.fault() != Fault::kNotFound && error.fault() != Fault::kRefused) throw;
  }
}

}  // namespace issuance

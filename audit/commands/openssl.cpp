// The public key as RFC 8410 §4 writes it.
#include "audit/commands/openssl.h"

#include <algorithm>

#include "audit/base64.h"
#include "audit/commands/where.h"
#include "base/core/durable_file.h"
#include "base/core/error.h"

namespace audit::commands {

namespace {

// SEQUENCE { SEQUENCE { OID 1.3.101.112 }, BIT STRING of 32 bytes }, up to the key itself.
constexpr std::array<base::Byte, 12> kKeyPrefix = {0x30, 0x2A, 0x30, 0x05, 0x06, 0x03,
                                                   0x2B, 0x65, 0x70, 0x03, 0x21, 0x00};

std::string pem_of(base::ByteView der) {
  return fmt::format("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", to_base64(der));
}

}  // namespace

void write_for_openssl(const OpensslOptions& options) {
  const VerifierKey key = key_of(options.key);
  if (key.type != KeyType::kEd25519) {
    base::fail(base::Fault::kRefused, "key of type 01 expected: a cosignature signs other bytes");
  }
  const Note note = parse_note(base::read_text_file(options.checkpoint));
  const auto line = std::ranges::find_if(note.lines, [&key](const SignatureLine& candidate) {
    return candidate.name == key.name && candidate.key_id == key.id();
  });
  if (line == note.lines.end()) {
    base::fail(base::Fault::kNotFound, "note has no signature of {}", key.name);
  }
  const std::filesystem::path out(options.out);
  std::filesystem::create_directories(out);
  const base::Bytes der = base::concat({kKeyPrefix, key.key});
  base::write_durably(out / "text", note.text);
  base::write_durably(out / "signature", line->signature);
  base::write_durably(out / "key.der", der);
  base::write_durably(out / "key.pem", pem_of(der));
  fmt::print(
      "openssl pkeyutl -verify -pubin -inkey '{0}/key.pem' -rawin -in '{0}/text' "
      "-sigfile '{0}/signature'\n",
      out.string());
}

}  // namespace audit::commands

// Parsing is as strict as Go's x/mod/sumdb/note, and judging follows its rules.
#include "audit/note.h"

#include <array>

#include "audit/base64.h"
#include "audit/utf8.h"
#include "base/core/error.h"
#include "base/crypto/hash.h"

namespace audit {

namespace {

using base::fail;
using base::Fault;

constexpr std::size_t kMostNoteBytes = 1'000'000;
constexpr std::size_t kMostLines = 100;
constexpr std::size_t kKeyIdBytes = 4;
constexpr std::size_t kTimeBytes = 8;
constexpr std::size_t kSignatureBytes = 64;
constexpr std::string_view kDash = "\u2014 ";

void check_name(std::string_view name) {
  if (name.empty() || name.find('+') != std::string_view::npos || !is_utf8(name) ||
      !has_no_controls(name) || has_space(name)) {
    fail(Fault::kMalformed, "key name is empty or holds a space or a plus sign");
  }
}

bool holds(const SignatureLine& line, std::string_view text, const VerifierKey& key) {
  if (key.type == KeyType::kEd25519) {
    if (line.signature.size() != kSignatureBytes) return false;
    return crypto::verify(key.key, base::bytes_of(text),
                          base::fixed<kSignatureBytes>(line.signature));
  }
  if (line.signature.size() != kTimeBytes + kSignatureBytes) return false;
  base::Reader reader(line.signature, "cosignature");
  const std::uint64_t seconds = reader.u64();
  if (!std::in_range<std::int64_t>(seconds)) return false;
  const base::UtcTime time{static_cast<std::int64_t>(seconds)};
  return crypto::verify(key.key, base::bytes_of(cosigned_bytes(text, time)),
                        reader.fixed<kSignatureBytes>());
}

bool is_of(const SignatureLine& line, const VerifierKey& key) {
  return line.name == key.name && line.key_id == key.id();
}

}  // namespace

std::uint32_t VerifierKey::id() const {
  const std::array<base::Byte, 2> middle = {'\n', static_cast<base::Byte>(type)};
  const crypto::Hash32 hash = crypto::sha256({base::bytes_of(name), middle, key});
  return base::Reader(hash).u32();
}

VerifierKey VerifierKey::parse(std::string_view text) {
  const std::size_t first = text.find('+');
  const std::size_t second = first == std::string_view::npos ? first : text.find('+', first + 1);
  if (second == std::string_view::npos || second - first != 1 + 2 * kKeyIdBytes) {
    fail(Fault::kMalformed, "verifier key has not the form NAME+8 hex digits+base64");
  }
  check_name(text.substr(0, first));
  const base::Bytes body = from_base64(text.substr(second + 1));
  base::Reader reader(body, "verifier key");
  const std::uint8_t type = reader.u8();
  if (type != static_cast<std::uint8_t>(KeyType::kEd25519) &&
      type != static_cast<std::uint8_t>(KeyType::kCosignature)) {
    fail(Fault::kMalformed, "verifier key has type {:02x}, expected 01 or 04", type);
  }
  VerifierKey key{std::string(text.substr(0, first)), KeyType{type}, reader.fixed<32>()};
  reader.finish();
  if (format(key) != text) {
    fail(Fault::kMalformed, "verifier key id is {}, expected {:08x}",
         text.substr(first + 1, 2 * kKeyIdBytes), key.id());
  }
  return key;
}

std::string format(const VerifierKey& key) {
  base::Writer body;
  body.u8(static_cast<std::uint8_t>(key.type)).bytes(key.key);
  return fmt::format("{}+{:08x}+{}", key.name, key.id(), to_base64(body.view()));
}

SignatureLine parse_signature_line(std::string_view line) {
  if (!line.starts_with(kDash))
    fail(Fault::kMalformed, "signature line does not start with a dash");
  line.remove_prefix(kDash.size());
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos) fail(Fault::kMalformed, "signature line has no signature");
  SignatureLine parsed;
  parsed.name = line.substr(0, space);
  check_name(parsed.name);
  const base::Bytes body = from_base64(line.substr(space + 1));
  base::Reader reader(body, "signature line");
  parsed.key_id = reader.u32();
  parsed.signature.assign(reader.rest().begin(), reader.rest().end());
  if (parsed.signature.empty()) fail(Fault::kMalformed, "signature line has an empty signature");
  return parsed;
}

Note parse_note(std::string_view bytes) {
  if (bytes.size() > kMostNoteBytes) fail(Fault::kMalformed, "note above {} bytes", kMostNoteBytes);
  if (!is_utf8(bytes)) fail(Fault::kMalformed, "note is not UTF-8");
  for (const char letter : bytes) {
    if (static_cast<unsigned char>(letter) < 0x20 && letter != '\n') {
      fail(Fault::kMalformed, "note holds a control character");
    }
  }
  const std::size_t split = bytes.rfind("\n\n");
  if (split == std::string_view::npos) fail(Fault::kMalformed, "note has no empty line");
  Note note;
  note.text = bytes.substr(0, split + 1);
  std::string_view rest = bytes.substr(split + 2);
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) fail(Fault::kMalformed, "note does not end in a newline");
    if (note.lines.size() == kMostLines) fail(Fault::kMalformed, "note above {} lines", kMostLines);
    note.lines.push_back(parse_signature_line(rest.substr(0, end)));
    rest.remove_prefix(end + 1);
  }
  if (note.lines.empty()) fail(Fault::kMalformed, "note has no signature");
  return note;
}

std::string format(const SignatureLine& line) {
  base::Writer body;
  body.u32(line.key_id).bytes(line.signature);
  return fmt::format("{}{} {}\n", kDash, line.name, to_base64(body.view()));
}

std::string format(const Note& note) {
  std::string bytes = note.text + '\n';
  for (const SignatureLine& line : note.lines) bytes += format(line);
  return bytes;
}

Verdict judge(const Note& note, const VerifierKey& key) {
  Verdict verdict = Verdict::kAbsent;
  for (const SignatureLine& line : note.lines) {
    if (!is_of(line, key)) continue;
    if (!holds(line, note.text, key)) return Verdict::kBad;
    verdict = Verdict::kGood;
  }
  return verdict;
}

void require_signed(const Note& note, const VerifierKey& key) {
  switch (judge(note, key)) {
    case Verdict::kGood:
      return;
    case Verdict::kAbsent:
      fail(Fault::kTampered, "note is not signed by {}", key.name);
    case Verdict::kBad:
      fail(Fault::kTampered, "signature of {} does not hold", key.name);
  }
}

std::optional<base::UtcTime> cosigned_at(const Note& note, const VerifierKey& witness) {
  if (witness.type != KeyType::kCosignature || judge(note, witness) != Verdict::kGood) {
    return std::nullopt;
  }
  for (const SignatureLine& line : note.lines) {
    if (!is_of(line, witness)) continue;
    return base::UtcTime{static_cast<std::int64_t>(base::Reader(line.signature).u64())};
  }
  return std::nullopt;
}

std::string cosigned_bytes(std::string_view text, base::UtcTime time) {
  return fmt::format("cosignature/v1\ntime {}\n{}", time.seconds, text);
}

SignatureLine log_line(const VerifierKey& key, const crypto::Ed25519Signature& signature) {
  return {key.name, key.id(), base::Bytes(signature.begin(), signature.end())};
}

SignatureLine witness_line(const VerifierKey& key, base::UtcTime time,
                           const crypto::Ed25519Signature& signature) {
  base::Writer body;
  body.u64(static_cast<std::uint64_t>(time.seconds)).bytes(signature);
  return {key.name, key.id(), body.take()};
}

}  // namespace audit

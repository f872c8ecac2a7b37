// Store first, then sign: a witness that was interrupted has promised less than it remembers.
#include "audit/witness.h"

#include "audit/base64.h"
#include "base/core/durable_file.h"
#include "base/core/error.h"
#include "base/crypto/random.h"

namespace audit {

namespace {

using base::fail;
using base::Fault;

constexpr std::size_t kMostHashes = 63;
constexpr std::size_t kSeedBytes = 32;

base::SecretBytes read_seed(const std::filesystem::path& path) {
  base::Bytes plain = base::read_file(path);
  base::SecretBytes seed = base::SecretBytes::copy_of(plain);
  base::wipe(plain);
  if (seed.size() != kSeedBytes) {
    fail(Fault::kMalformed, "{} holds no key of a witness", path.string());
  }
  return seed;
}

void check_growth(const Head& remembered, const WitnessRequest& request, const Head& asked) {
  if (request.old_size > asked.size) {
    fail(Fault::kMalformed, "request goes from size {} back to {}", request.old_size, asked.size);
  }
  if (request.old_size != remembered.size) {
    fail(Fault::kConflict, "witness is at size {}, request starts at {}", remembered.size,
         request.old_size);
  }
  const bool grew =
      remembered.size == 0 ? request.proof.empty() : consistent(remembered, asked, request.proof);
  if (!grew) {
    fail(Fault::kTampered, "the log of size {} does not extend the one of size {}", asked.size,
         remembered.size);
  }
}

}  // namespace

std::string format(const WitnessRequest& request) {
  std::string text = fmt::format("old {}\n", request.old_size);
  for (const Hash32& hash : request.proof) text += to_base64(hash) + '\n';
  return text + '\n' + request.checkpoint;
}

WitnessRequest parse_request(std::string_view text) {
  const auto take_line = [&text] {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) fail(Fault::kMalformed, "request ends within a line");
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    return line;
  };
  WitnessRequest request;
  std::string_view line = take_line();
  if (!line.starts_with("old ")) fail(Fault::kMalformed, "request does not start with an old size");
  request.old_size = parse_decimal(line.substr(4));
  for (line = take_line(); !line.empty(); line = take_line()) {
    if (request.proof.size() == kMostHashes) {
      fail(Fault::kMalformed, "request above {} hashes", kMostHashes);
    }
    request.proof.push_back(base::fixed<32>(from_base64(line), "proof hash"));
  }
  request.checkpoint = text;
  return request;
}

WitnessRequest request_of(Archive& archive, std::uint64_t old_size) {
  const auto newest = archive.newest();
  if (!newest) fail(Fault::kNotFound, "the log has no checkpoint");
  WitnessRequest request{old_size, {}, newest->note};
  if (old_size > 0) {
    request.proof = consistency_proof(archive.leaves(newest->range.size()), old_size);
  }
  return request;
}

Witness::Witness(std::filesystem::path folder, std::string name, base::SecretBytes seed)
    : folder_(std::move(folder)),
      name_(std::move(name)),
      pair_(crypto::Ed25519Pair::of_seed(std::move(seed))) {}

Witness Witness::create(const std::filesystem::path& folder, const std::string& name) {
  if (std::filesystem::exists(folder / "key")) {
    fail(Fault::kConflict, "{} holds a witness already", folder.string());
  }
  VerifierKey::parse(format(VerifierKey{name, KeyType::kCosignature, {}}));
  std::filesystem::create_directories(folder);
  base::Bytes seed = crypto::random_bytes(kSeedBytes);
  base::write_durably(folder / "name", name);
  base::write_durably(folder / "key", seed);
  base::wipe(seed);
  return open(folder);
}

Witness Witness::open(const std::filesystem::path& folder) {
  return {folder, base::read_text_file(folder / "name"), read_seed(folder / "key")};
}

VerifierKey Witness::key() const {
  return {name_, KeyType::kCosignature, pair_.point};
}

std::filesystem::path Witness::memory_of(const VerifierKey& log) const {
  const crypto::Hash32 hash = crypto::sha256(base::bytes_of(log.name));
  return folder_ / "logs" / base::to_hex(hash, base::HexCase::kLower);
}

Head Witness::remembered(const VerifierKey& log) const {
  if (!std::filesystem::exists(memory_of(log))) return {};
  return open_checkpoint(base::read_text_file(memory_of(log)), log).head;
}

SignatureLine Witness::cosign(const WitnessRequest& request, const VerifierKey& log,
                              base::UtcTime now) {
  const Checkpoint asked = open_checkpoint(request.checkpoint, log);
  check_growth(remembered(log), request, asked.head);
  std::filesystem::create_directories(folder_ / "logs");
  base::write_durably(memory_of(log), request.checkpoint);
  const std::string text = parse_note(request.checkpoint).text;
  const auto signature = crypto::sign(pair_.seed, base::bytes_of(cosigned_bytes(text, now)));
  return witness_line(key(), now, signature);
}

void keep_cosignature(Archive& archive, const Note& cosigned, const VerifierKey& witness) {
  if (!cosigned_at(cosigned, witness)) {
    fail(Fault::kTampered, "note is not cosigned by {}", witness.name);
  }
  const std::uint64_t size = parse_checkpoint(cosigned.text).head.size;
  const auto stored = archive.checkpoint_at(size);
  if (!stored) fail(Fault::kNotFound, "the log has no checkpoint of size {}", size);
  if (parse_note(*stored).text != cosigned.text) {
    fail(Fault::kTampered, "witness signed another checkpoint of size {}", size);
  }
  for (const SignatureLine& line : cosigned.lines) {
    if (line.name != witness.name || line.key_id != witness.id()) continue;
    archive.database().run(
        "INSERT INTO cosignature(size, line) VALUES(:size, :line) ON CONFLICT DO NOTHING", size,
        format(line));
  }
}

}  // namespace audit

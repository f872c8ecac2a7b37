// Text form of a proof, and its making and checking.
#include "audit/proof.h"

#include "audit/base64.h"
#include "base/core/error.h"

namespace audit {

namespace {

using base::fail;
using base::Fault;

constexpr std::string_view kFirstLine = "c2sp.org/tlog-proof@v1\n";
constexpr std::size_t kMostHashes = 63;

}  // namespace

std::string format(const ProofFile& file) {
  std::string text(kFirstLine);
  if (file.extra) text += fmt::format("extra {}\n", to_base64(*file.extra));
  text += fmt::format("index {}\n", file.index);
  for (const Hash32& hash : file.hashes) text += to_base64(hash) + '\n';
  return text + '\n' + file.checkpoint;
}

ProofFile parse_proof(std::string_view text) {
  if (!text.starts_with(kFirstLine)) fail(Fault::kMalformed, "proof file has another first line");
  text.remove_prefix(kFirstLine.size());
  const auto take_line = [&text] {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) fail(Fault::kMalformed, "proof file ends within a line");
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    return line;
  };
  ProofFile file;
  std::string_view line = take_line();
  if (line.starts_with("extra ")) {
    file.extra = from_base64(line.substr(6));
    line = take_line();
  }
  if (!line.starts_with("index ")) fail(Fault::kMalformed, "proof file has no index line");
  file.index = parse_decimal(line.substr(6));
  for (line = take_line(); !line.empty(); line = take_line()) {
    if (file.hashes.size() == kMostHashes)
      fail(Fault::kMalformed, "proof above {} hashes", kMostHashes);
    file.hashes.push_back(base::fixed<32>(from_base64(line), "proof hash"));
  }
  file.checkpoint = text;
  return file;
}

ProofFile prove(Archive& archive, std::uint64_t index) {
  const auto newest = archive.newest();
  const std::uint64_t size = newest ? newest->range.size() : 0;
  ProofFile file;
  file.index = index;
  file.hashes = inclusion_proof(archive.leaves(size), index);
  file.checkpoint = archive.cosigned_checkpoint(size);
  return file;
}

void require_proves(const ProofFile& file, base::ByteView entry, const VerifierKey& key) {
  const Checkpoint checkpoint = open_checkpoint(file.checkpoint, key);
  if (!includes(checkpoint.head, file.index, leaf_hash(entry), file.hashes)) {
    fail(Fault::kTampered, "entry is not number {} of the tree of {} entries", file.index,
         checkpoint.head.size);
  }
}

}  // namespace audit

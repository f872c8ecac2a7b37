// The process that signs checkpoints, and nothing else, for a shift: it alone holds the log token.
//
// It signs well-formed checkpoints of origins whose key the token has, and remembers durably, before
// it answers, what it signed. A size not above the last but one is refused: whoever steals the
// program that appends cannot rewrite history. The very last signature may be replaced, because its
// transaction may have failed after it was given; each replacement is kept on record.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/core/secret.h"
#include "base/crypto/ed25519.h"
#include "base/hsm/token.h"
#include "base/hsm/unix_socket.h"

namespace hsm {

// origin newline size newline base64(root) newline, and nothing more (C2SP tlog-checkpoint).
struct CheckpointText {
  std::string origin;
  std::uint64_t size = 0;
  std::string root;  // 44 characters, 32 bytes
  bool operator==(const CheckpointText&) const = default;
};

// Throws kMalformed for anything else, extension lines included.
CheckpointText parse_checkpoint_text(base::ByteView text);

// What was signed for one origin; one file per origin, in the folder given.
class SignedHeads {
 public:
  struct Head {
    std::uint64_t size = 0;
    std::string root;
    bool operator==(const Head&) const = default;
  };

  // Throws kTampered when the file is there and cannot be read.
  SignedHeads(const std::filesystem::path& folder, const std::string& origin);

  // Durable when it returns; throws kRefused.
  void admit(const Head& next);

  const std::vector<Head>& replaced() const { return replaced_; }

 private:
  void store(const Head& last) const;

  std::filesystem::path path_;
  std::string origin_;
  std::optional<Head> settled_;  // the last but one
  std::optional<Head> last_;
  std::vector<Head> replaced_;
};

class CheckpointSigner {
 public:
  // `heads` is the folder of what was signed.
  CheckpointSigner(Session& session, std::filesystem::path heads)
      : session_(session), heads_(std::move(heads)) {}

  crypto::Ed25519Public public_key(const std::string& origin);
  crypto::Ed25519Signature sign(base::ByteView checkpoint_text);

  // Never throws for what a client sends: a refusal is an answer too.
  Message answer(const Message& request);

 private:
  void require_origin(const std::string& origin);

  Session& session_;
  std::filesystem::path heads_;
};

struct SignerConfig {
  TokenConfig token;            // the log token
  std::filesystem::path heads;  // the folder of what was signed
  std::filesystem::path socket;
  std::function<void(const Token&)> on_open = [](const Token&) {};
};

// Makes the key of an origin in the log token; throws kConflict when there is one.
crypto::Ed25519Public add_origin(Token& log_token, const std::string& origin);

// Serves one request per connection until `stop` (set by a signal handler), then removes the socket.
// Throws kConflict when another signer listens there.
void run_signer(const SignerConfig& config, const base::SecretBytes& pin,
                const std::atomic<bool>& stop);

}  // namespace hsm

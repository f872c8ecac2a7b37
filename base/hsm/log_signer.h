// How a program that appends to a log gets its checkpoints signed: it asks the signer's process,
// which alone holds the log token.
#pragma once

#include <filesystem>
#include <string>

#include "base/core/bytes.h"
#include "base/crypto/ed25519.h"

namespace hsm {

// Kinds of request; the payload of the first is the origin, of the second the checkpoint's text.
enum class SignerRequest : std::uint8_t { kPublicKey = 'K', kSign = 'S' };

class LogSigner {
 public:
  LogSigner(std::filesystem::path socket, std::string origin)
      : socket_(std::move(socket)), origin_(std::move(origin)) {}

  const std::string& origin() const { return origin_; }

  // Both throw kUnavailable when the signer does not run, or what the signer refused it for:
  // kNotFound for an unknown origin, kMalformed for a text that is no checkpoint, kRefused for a
  // smaller size than was signed before.
  crypto::Ed25519Public public_key() const;
  crypto::Ed25519Signature sign(base::ByteView checkpoint_text) const;

 private:
  base::Bytes ask(SignerRequest request, base::ByteView payload) const;

  std::filesystem::path socket_;
  std::string origin_;
};

}  // namespace hsm

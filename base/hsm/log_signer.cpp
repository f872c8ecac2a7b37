// The asking side of the checkpoint signer.
#include "base/hsm/log_signer.h"

#include "base/core/error.h"
#include "base/hsm/unix_socket.h"

namespace hsm {

using base::Fault;

base::Bytes LogSigner::ask(SignerRequest request, base::ByteView payload) const {
  const auto socket = UnixSocket::connect(socket_);
  socket.send({static_cast<std::uint8_t>(request), {payload.begin(), payload.end()}});
  auto answer = socket.receive();
  if (answer.head == 0) return std::move(answer.payload);
  if (answer.head > base::kFaults.size())
    base::fail(Fault::kMalformed, "answer {} of the checkpoint signer is not known", answer.head);
  base::fail(base::kFaults.at(answer.head - 1U).fault, "{}", base::text_of(answer.payload));
}

crypto::Ed25519Public LogSigner::public_key() const {
  return base::fixed<32>(ask(SignerRequest::kPublicKey, base::bytes_of(origin_)), "public key");
}

crypto::Ed25519Signature LogSigner::sign(base::ByteView checkpoint_text) const {
  return base::fixed<64>(ask(SignerRequest::kSign, checkpoint_text), "signature");
}

}  // namespace hsm

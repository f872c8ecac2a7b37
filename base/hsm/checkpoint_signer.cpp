// The process that signs checkpoints.
#include "base/hsm/checkpoint_signer.h"

#include <charconv>

#include "base/core/error.h"
#include "base/hsm/log_signer.h"

namespace hsm {
namespace {

using base::Fault;

constexpr std::size_t kRootCharacters = 44;
constexpr std::chrono::milliseconds kStopCheck{200};
constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// 32 bytes: 42 free characters, one whose last two bits are zero, one "=".
bool is_root(std::string_view text) {
  if (text.size() != kRootCharacters || text.back() != '=') return false;
  const auto last = kBase64.find(text[kRootCharacters - 2]);
  return text.substr(0, kRootCharacters - 2).find_first_not_of(kBase64) == std::string_view::npos &&
         last != std::string_view::npos && last % 4 == 0;
}

std::optional<std::uint64_t> size_of(std::string_view text) {
  std::uint64_t size = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
  const bool is_canonical = text == "0" || (!text.empty() && text.front() != '0');
  if (error != std::errc() || end != text.data() + text.size() || !is_canonical)
    return std::nullopt;
  return size;
}

std::string_view take_line(std::string_view& text) {
  const auto end = text.find('\n');
  if (end == std::string_view::npos)
    base::fail(Fault::kMalformed, "checkpoint: expected three lines, each ended");
  const auto line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

class SocketFile {
 public:
  explicit SocketFile(std::filesystem::path path) : path_(std::move(path)) {}

  SocketFile(const SocketFile&) = delete;
  SocketFile& operator=(const SocketFile&) = delete;

  ~SocketFile() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }

 private:
  std::filesystem::path path_;
};

void serve_one(const UnixSocket& client, CheckpointSigner& signer) {
  try {
    client.send(signer.answer(client.receive()));
  } catch (const base::Error&) {  // a client that went away asks again
  }
}

}  // namespace

CheckpointText parse_checkpoint_text(base::ByteView bytes) {
  const auto whole = base::text_of(bytes);
  std::string_view rest = whole;
  const auto origin = take_line(rest);
  const auto size = size_of(take_line(rest));
  const auto root = take_line(rest);
  if (origin.empty() || !size || !is_root(root) || !rest.empty())
    base::fail(Fault::kMalformed,
               "checkpoint: expected an origin, a size and a root of 32 bytes, one line each");
  return {std::string(origin), *size, std::string(root)};
}

void CheckpointSigner::require_origin(const std::string& origin) {
  if (origin.empty() || !session_.has_object(origin))
    base::fail(Fault::kNotFound, "the log token has no key for origin {}", origin);
}

crypto::Ed25519Public CheckpointSigner::public_key(const std::string& origin) {
  require_origin(origin);
  return session_.signing_point(origin);
}

crypto::Ed25519Signature CheckpointSigner::sign(base::ByteView checkpoint_text) {
  const auto checkpoint = parse_checkpoint_text(checkpoint_text);
  require_origin(checkpoint.origin);
  SignedHeads(heads_, checkpoint.origin).admit({checkpoint.size, checkpoint.root});
  return session_.sign(checkpoint.origin, checkpoint_text);
}

Message CheckpointSigner::answer(const Message& request) {
  try {
    switch (static_cast<SignerRequest>(request.head)) {
      case SignerRequest::kPublicKey: {
        const auto key = public_key(base::text_of(request.payload));
        return {0, {key.begin(), key.end()}};
      }
      case SignerRequest::kSign: {
        const auto signature = sign(request.payload);
        return {0, {signature.begin(), signature.end()}};
      }
    }
    base::fail(Fault::kMalformed, "request {} of the checkpoint signer is not known", request.head);
  } catch (const base::Error& error) {
    return {static_cast<std::uint8_t>(1 + static_cast<unsigned>(error.fault())),
            base::bytes_of(error.what())};
  }
}

crypto::Ed25519Public add_origin(Token& log_token, const std::string& origin) {
  const auto point = log_token.session().generate_signing_pair(origin);
  log_token.commit();
  return point;
}

void run_signer(const SignerConfig& config, const base::SecretBytes& pin,
                const std::atomic<bool>& stop) {
  const auto listening = UnixSocket::listen(config.socket);
  const SocketFile file(config.socket);
  Token token(config.token, pin);
  config.on_open(token);
  CheckpointSigner signer(token.session(), config.heads);
  while (!stop)
    if (const auto client = listening.accept(kStopCheck)) serve_one(*client, signer);
}

}  // namespace hsm

// What the checkpoint signer signed, on disk before the signature leaves.
//
//   wellkey signed heads 1
//   origin o
//   settled size root        the last but one, absent at first
//   last size root
//   replaced size root       any number
#include <sstream>

#include <fmt/format.h>

#include "base/core/durable_file.h"
#include "base/core/error.h"
#include "base/core/format_version.h"
#include "base/crypto/hash.h"
#include "base/hsm/checkpoint_signer.h"

namespace hsm {
namespace {

using base::Fault;

constexpr std::string_view kName = "wellkey signed heads";
constexpr std::int64_t kFormat = 1;

// Origins hold slashes; their hash names the file.
std::string file_name(const std::string& origin) {
  const auto hash = crypto::sha256(base::bytes_of(origin));
  return base::to_hex(base::ByteView(hash).first(8), base::HexCase::kLower);
}

}  // namespace

SignedHeads::SignedHeads(const std::filesystem::path& folder, const std::string& origin)
    : path_(folder / file_name(origin)), origin_(origin) {
  std::filesystem::create_directories(folder);
  if (!std::filesystem::exists(path_)) return;
  std::istringstream lines(base::read_text_file(path_));
  std::string line;
  std::getline(lines, line);
  base::require_first_line(line, kName, kFormat);
  std::string origin_line;
  std::getline(lines, origin_line);
  std::string word;
  Head head;
  while (lines >> word >> head.size >> head.root) {
    if (word == "settled") settled_ = head;
    if (word == "last") last_ = head;
    if (word == "replaced") replaced_.push_back(head);
  }
  if (origin_line != "origin " + origin || !last_)
    base::fail(Fault::kTampered, "{}: expected what was signed for origin {}", path_.string(),
               origin);
}

void SignedHeads::admit(const Head& next) {
  if (last_ == next) return;
  if (settled_ && next.size <= settled_->size)
    base::fail(Fault::kRefused,
               "checkpoint of size {} for {}: size {} is signed and followed already", next.size,
               origin_, settled_->size);
  if (last_ && next.size <= last_->size)
    replaced_.push_back(*last_);
  else
    settled_ = last_;
  last_ = next;
  store(next);
}

void SignedHeads::store(const Head& last) const {
  std::string text = fmt::format("{} {}\norigin {}\n", kName, kFormat, origin_);
  const auto add = [&](std::string_view word, const Head& head) {
    text += fmt::format("{} {} {}\n", word, head.size, head.root);
  };
  if (settled_) add("settled", *settled_);
  add("last", last);
  for (const auto& head : replaced_) add("replaced", head);
  base::write_durably(path_, std::string_view(text));
}

}  // namespace hsm

// Three lines, each with exactly one way to be written.
#include "audit/checkpoint.h"

#include <charconv>

#include "audit/base64.h"
#include "base/core/error.h"

namespace audit {

namespace {

using base::fail;
using base::Fault;

std::string_view take_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  if (end == std::string_view::npos) fail(Fault::kMalformed, "checkpoint ends within a line");
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  if (line.empty()) fail(Fault::kMalformed, "checkpoint has an empty line");
  return line;
}

}  // namespace

std::uint64_t parse_decimal(std::string_view digits) {
  std::uint64_t number = 0;
  const char* const end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, number);
  if (digits.empty() || error != std::errc() || stop != end ||
      (digits.size() > 1 && digits.front() == '0')) {
    fail(Fault::kMalformed, "decimal number expected, without sign or leading zero");
  }
  return number;
}

std::string format(const Checkpoint& checkpoint) {
  std::string text = fmt::format("{}\n{}\n{}\n", checkpoint.origin, checkpoint.head.size,
                                 to_base64(checkpoint.head.root));
  for (const std::string& line : checkpoint.extensions) text += line + '\n';
  return text;
}

Checkpoint parse_checkpoint(std::string_view text) {
  Checkpoint checkpoint;
  checkpoint.origin = take_line(text);
  checkpoint.head.size = parse_decimal(take_line(text));
  checkpoint.head.root = base::fixed<32>(from_base64(take_line(text)), "checkpoint root");
  while (!text.empty()) checkpoint.extensions.emplace_back(take_line(text));
  return checkpoint;
}

Checkpoint open_checkpoint(std::string_view note, const VerifierKey& key) {
  const Note parsed = parse_note(note);
  require_signed(parsed, key);
  Checkpoint checkpoint = parse_checkpoint(parsed.text);
  if (checkpoint.origin != key.name) {
    fail(Fault::kTampered, "checkpoint of {}, expected {}", checkpoint.origin, key.name);
  }
  return checkpoint;
}

}  // namespace audit

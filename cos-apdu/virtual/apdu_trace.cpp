// From bytes to words.
#include "cos-apdu/virtual/apdu_trace.h"

#include <algorithm>
#include <sstream>

#include <fmt/format.h>

#include "base/core/error.h"

namespace card::chip {
namespace {

constexpr std::string_view kHidden = "(hidden)";
constexpr Byte kGetResponse = 0xC0;
constexpr Byte kSecureMessagingBits = 0x6B;

std::string words_of(std::string_view list, ByteView data) {
  if (data.empty()) return "";
  const auto fields = layout::cut_fields(list, data);
  if (fields.empty()) return fmt::format(": {} bytes {}", data.size(), kHidden);
  std::string out;
  for (const auto& field : fields) {
    const bool open = field.shown == layout::Shown::kBytes;
    out += fmt::format("{} {} {}", out.empty() ? ":" : ",", field.name,
                       open ? base::to_hex(field.bytes) : std::string(kHidden));
  }
  return out;
}

// Chained commands carry class bit 10; E0 and other proprietary classes know no chains.
bool is_part_of_chain(Byte cla) {
  return (cla & kChainingBit) != 0 && (cla & kSecureMessagingBits) == 0;
}

void append(base::WipedBytes& bytes, ByteView more) {
  bytes.insert(bytes.end(), more.begin(), more.end());
}

}  // namespace

std::string ApduTrace::command(ByteView apdu) {
  const auto decoded = decode_command(apdu);
  if (!decoded) {
    row_ = nullptr;
    return fmt::format("> {} bytes that are no command", apdu.size());
  }
  const CommandApdu& command = *decoded;
  const bool continues = command.cla == 0x00 && command.ins == kGetResponse;
  const auto header =
      fmt::format("{:02X} {:02X} {:02X} {:02X}", command.cla, command.ins, command.p1, command.p2);
  if (continues) return "> GET RESPONSE " + header;
  answered_.clear();
  const Byte cla =
      is_part_of_chain(command.cla) ? static_cast<Byte>(command.cla & ~kChainingBit) : command.cla;
  const auto* row = layout::find_fields(cla, command.ins, command.p1, command.p2);
  if (row != row_) chained_.clear();
  row_ = row;
  return fmt::format("> {} {}{}", row_ == nullptr ? "unknown command" : row_->name, header,
                     fields_of(command));
}

std::string ApduTrace::fields_of(const CommandApdu& command) {
  append(chained_, command.data);
  if (is_part_of_chain(command.cla))
    return fmt::format(": part of a chain, {} bytes {}", command.data.size(), kHidden);
  const auto whole = std::exchange(chained_, {});
  if (row_ != nullptr) return words_of(row_->command, whole);
  return whole.empty() ? "" : fmt::format(": {} bytes {}", whole.size(), kHidden);
}

std::string ApduTrace::answer(ByteView response) {
  if (response.size() < 2) return "< no answer: the card lost its power";
  const auto [data, status] = decode_response({response.begin(), response.end()});
  auto words = "< " + describe(status);
  append(answered_, data);
  if (status.has_more() && data.empty()) return words;
  if (!status.is_ok())
    return data.empty() ? words : fmt::format("{}: {} bytes {}", words, data.size(), kHidden);
  const auto whole = std::exchange(answered_, {});
  return words + words_of(row_ == nullptr ? std::string_view() : row_->answer, whole);
}

namespace {

// Hexadecimal digits up to a colon, blanks left out.
std::string digits_in(std::string_view line) {
  std::string digits(line.substr(0, std::min(line.find(':'), line.size())));
  std::erase_if(digits, [](unsigned char letter) { return std::isspace(letter) != 0; });
  return digits;
}

class Recording {
 public:
  explicit Recording(std::string_view text) : lines_(std::string(text)) {}

  std::string in_words() {
    for (std::string line; std::getline(lines_, line); ++number_) take(line);
    finish_answer();
    return std::move(out_);
  }

 private:
  void take(const std::string& line) {
    if (line.starts_with('>')) {
      finish_answer();
      out_ += trace_.command(bytes_of_line(digits_in(line.substr(1)))) + "\n";
    } else if (line.starts_with('<')) {
      finish_answer();
      answer_ = digits_in(line.substr(1));
      in_answer_ = line.find(':') == std::string::npos;
      if (!in_answer_) finish_answer();
    } else if (in_answer_ && !line.empty()) {
      answer_ += digits_in(line);
      if (line.find(':') != std::string::npos) finish_answer();
    } else {
      finish_answer();
      out_ += line + "\n";
    }
  }

  void finish_answer() {
    in_answer_ = false;
    if (answer_.empty()) return;
    out_ += trace_.answer(bytes_of_line(std::exchange(answer_, {}))) + "\n";
  }

  // The line may hold a PIN: it is not repeated in the error.
  Bytes bytes_of_line(const std::string& digits) const {
    try {
      return base::from_hex(digits);
    } catch (const base::Error&) {
      base::fail(base::Fault::kMalformed, "line {}: expected hexadecimal bytes", number_);
    }
  }

  std::istringstream lines_;
  ApduTrace trace_;
  std::string out_;
  std::string answer_;
  bool in_answer_ = false;
  int number_ = 1;
};

}  // namespace

std::string traced(std::string_view recording) {
  return Recording(recording).in_words();
}

}  // namespace card::chip

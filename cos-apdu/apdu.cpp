// Command and response encodings.
#include "cos-apdu/apdu.h"

#include "base/core/error.h"

namespace card {
namespace {

constexpr std::uint32_t kExtendedLe = 65536;
constexpr std::size_t kHeaderBytes = 4;
constexpr std::size_t kMostLengthBytes = 5;  // 00, Lc, Le of two bytes each

void put16(base::WipedBytes& out, std::size_t value) {
  out.push_back(static_cast<Byte>(value >> 8));
  out.push_back(static_cast<Byte>(value & 0xFF));
}

void check_fits(const CommandApdu& command, LengthForm form) {
  const std::size_t most = form == LengthForm::kShort ? kShortData : 65535;
  const std::uint32_t most_le = form == LengthForm::kShort ? kShortLe : kExtendedLe;
  if (command.data.size() > most)
    base::fail(base::Fault::kMalformed, "{}: {} data bytes, expected at most {}", command.name,
               command.data.size(), most);
  if (command.le && (*command.le == 0 || *command.le > most_le))
    base::fail(base::Fault::kMalformed, "{}: {} bytes wanted, expected 1 to {}", command.name,
               *command.le, most_le);
}

void take_data(CommandApdu& command, ByteView data) {
  command.data.assign(data.begin(), data.end());
}

std::uint32_t short_le(Byte le) {
  return le == 0 ? kShortLe : le;
}

std::uint32_t extended_le(ByteView two) {
  const std::uint32_t le = base::Reader(two).u16();
  return le == 0 ? kExtendedLe : le;
}

// `body` starts behind the 00 that marks extended lengths.
bool take_extended_body(CommandApdu& command, ByteView body) {
  if (body.size() < 2) return false;
  if (body.size() == 2) {
    command.le = extended_le(body);
    return true;
  }
  const std::size_t length = base::Reader(body).u16();
  const std::size_t rest = body.size() - 2;
  if (length == 0 || (rest != length && rest != length + 2)) return false;
  take_data(command, body.subspan(2, length));
  if (rest == length + 2) command.le = extended_le(body.last(2));
  return true;
}

bool take_short_body(CommandApdu& command, ByteView body) {
  if (body.size() == 1) {
    command.le = short_le(body.front());
    return true;
  }
  const std::size_t length = body.front();
  const std::size_t rest = body.size() - 1;
  if (length == 0 || (rest != length && rest != length + 1)) return false;
  take_data(command, body.subspan(1, length));
  if (rest == length + 1) command.le = short_le(body.back());
  return true;
}

}  // namespace

base::WipedBytes encode(const CommandApdu& command, LengthForm form) {
  check_fits(command, form);
  base::WipedBytes out;
  out.reserve(kHeaderBytes + command.data.size() + kMostLengthBytes);
  for (const Byte byte : {command.cla, command.ins, command.p1, command.p2}) out.push_back(byte);
  const bool extended = form == LengthForm::kExtended;
  if (extended && (!command.data.empty() || command.le)) out.push_back(0);
  if (!command.data.empty()) {
    if (extended)
      put16(out, command.data.size());
    else
      out.push_back(static_cast<Byte>(command.data.size()));
    out.insert(out.end(), command.data.begin(), command.data.end());
  }
  if (command.le) {
    if (extended)
      put16(out, *command.le & 0xFFFF);
    else
      out.push_back(static_cast<Byte>(*command.le & 0xFF));
  }
  return out;
}

std::optional<CommandApdu> decode_command(ByteView bytes) {
  if (bytes.size() < 4) return std::nullopt;
  CommandApdu command;
  command.cla = bytes[0];
  command.ins = bytes[1];
  command.p1 = bytes[2];
  command.p2 = bytes[3];
  const ByteView body = bytes.subspan(4);
  if (body.empty()) return command;
  const bool extended = body.size() > 1 && body.front() == 0;
  const bool good =
      extended ? take_extended_body(command, body.subspan(1)) : take_short_body(command, body);
  if (!good) return std::nullopt;
  return command;
}

std::vector<CommandApdu> chained(const CommandApdu& command) {
  std::vector<CommandApdu> out;
  for (std::size_t at = 0; at < command.data.size() || out.empty(); at += kShortData) {
    CommandApdu part = command;
    const std::size_t count = std::min(kShortData, command.data.size() - at);
    take_data(part, ByteView(command.data).subspan(at, count));
    if (at + count < command.data.size()) {
      part.cla |= kChainingBit;
      part.le.reset();
    }
    out.push_back(std::move(part));
  }
  return out;
}

Bytes encode(ResponseApdu response) {
  Bytes out = std::move(response.data);
  out.push_back(response.status.sw1());
  out.push_back(response.status.sw2());
  return out;
}

ResponseApdu decode_response(Bytes answer) {
  if (answer.size() < 2)
    base::fail(base::Fault::kDeviceLost, "the card answered {} bytes, expected a status word",
               answer.size());
  const auto status = StatusWord::of(answer.end()[-2], answer.end()[-1]);
  answer.erase(answer.end() - 2, answer.end());
  return {std::move(answer), status};
}

}  // namespace card

// Sending a command and fetching its whole answer.
#include "cos-apdu/session.h"

#include <fmt/format.h>

namespace card {

Refusal::Refusal(std::string_view command, StatusWord status)
    : base::Error(base::Fault::kRefused, fmt::format("{}: {}", command, describe(status))),
      status_(status) {}

ResponseApdu Session::send_one(const CommandApdu& command) {
  ResponseApdu response = decode_response(link_.transmit(encode(command)));
  if (response.status.corrects_le()) {
    CommandApdu corrected = command;
    corrected.le = response.status.sw2() == 0 ? kShortLe : response.status.sw2();
    response = decode_response(link_.transmit(encode(corrected)));
  }
  while (response.status.has_more()) {
    const std::uint32_t waiting = response.status.sw2() == 0 ? kShortLe : response.status.sw2();
    const CommandApdu fetch{.name = "GET RESPONSE", .ins = 0xC0, .data = {}, .le = waiting};
    ResponseApdu more = decode_response(link_.transmit(encode(fetch)));
    response.data.insert(response.data.end(), more.data.begin(), more.data.end());
    response.status = more.status;
  }
  return response;
}

ResponseApdu Session::send(const CommandApdu& command) {
  if (command.data.size() <= kShortData) return send_one(command);
  ResponseApdu response;
  for (const auto& part : chained(command)) {
    response = send_one(part);
    if (!response.status.is_ok()) break;
  }
  return response;
}

Bytes Session::expect_ok(const CommandApdu& command) {
  ResponseApdu response = send(command);
  if (!response.status.is_ok()) refuse(command, response.status);
  return std::move(response.data);
}

void refuse(const CommandApdu& command, StatusWord status) {
  throw Refusal(command.name, status);
}

}  // namespace card

// One key-card command and what its refusal means.
#include "cos-apdu/keycards/exchange.h"

#include "base/core/error.h"

namespace card::keycards {
namespace {

using base::Fault;

struct FaultRow {
  StatusWord status;
  Fault fault;
};

constexpr std::array kFaults = {
    FaultRow{status::kSecurityNotSatisfied, Fault::kWrongState},
    FaultRow{status::kConditionNotSatisfied, Fault::kWrongState},
    FaultRow{status::kNotInThisState, Fault::kWrongState},
    FaultRow{status::kMacWrong, Fault::kTampered},
    FaultRow{status::kMacInvalid, Fault::kTampered},
    FaultRow{status::kKeyNotFound, Fault::kNotFound},
};

Fault fault_of(StatusWord status) {
  for (const auto& row : kFaults)
    if (row.status == status) return row.fault;
  return Fault::kRefused;
}

}  // namespace

CommandApdu command_of(KeycardCommandId id, ByteView data, Byte p2) {
  const auto& row = layout::row_of(id);
  CommandApdu command{.name = row.name,
                      .cla = layout::class_of(id),
                      .ins = row.ins,
                      .p1 = row.p1,
                      .p2 = row.p2 == layout::kAnyP2 ? p2 : static_cast<Byte>(row.p2),
                      .data = {},
                      .le = {}};
  command.with(data);
  if (row.answer != "-") command.expect(kShortLe);
  return command;
}

Bytes exchange(Session& session, const CommandApdu& command) {
  auto response = session.send(command);
  if (!response.status.is_ok()) refuse_keycard(command.name, response.status);
  return std::move(response.data);
}

Bytes exchange(Session& session, KeycardCommandId id, ByteView data, Byte p2) {
  return exchange(session, command_of(id, data, p2));
}

void refuse_keycard(std::string_view name, StatusWord status) {
  base::fail(fault_of(status), "{}: {}", name, describe(status));
}

}  // namespace card::keycards

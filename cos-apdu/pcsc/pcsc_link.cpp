// Connects, transmits and classifies what came of it.
#include "cos-apdu/pcsc/pcsc_link.h"

#include <utility>

#include <fmt/format.h>
#include <winscard.h>

#include "base/core/error.h"
#include "cos-apdu/pcsc/outcome.h"

namespace card::pcsc {
namespace {

constexpr DWORD kProtocols = SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1;

}  // namespace

PcscLink::PcscLink(const Context& context, std::string reader)
    : context_(context), reader_(std::move(reader)) {
  require_success("SCardConnect", reader_,
                  SCardConnect(context_.handle(), reader_.c_str(), SCARD_SHARE_EXCLUSIVE,
                               kProtocols, &handle_, &protocol_));
  try {
    begin_transaction();
  } catch (...) {
    SCardDisconnect(handle_, SCARD_UNPOWER_CARD);
    throw;
  }
}

PcscLink::~PcscLink() {
  SCardEndTransaction(handle_, SCARD_LEAVE_CARD);
  SCardDisconnect(handle_, SCARD_UNPOWER_CARD);
}

void PcscLink::begin_transaction() {
  require_success("SCardBeginTransaction", reader_, SCardBeginTransaction(handle_));
}

base::Bytes PcscLink::transmit(base::ByteView apdu) {
  base::Bytes answer(MAX_BUFFER_SIZE_EXTENDED);
  DWORD length = answer.size();
  const auto* how = protocol_ == SCARD_PROTOCOL_T0 ? SCARD_PCI_T0 : SCARD_PCI_T1;
  const LONG code =
      SCardTransmit(handle_, how, apdu.data(), apdu.size(), nullptr, answer.data(), &length);
  if (code != SCARD_S_SUCCESS) fail_call("SCardTransmit", reader_, code, Step::kTransmit);
  if (length < 2) {
    throw CallError(base::Fault::kUncertain,
                    fmt::format("SCardTransmit on {}: {} bytes came back, expected a status word",
                                reader_, length),
                    Loss::kShort);
  }
  answer.resize(length);
  return answer;
}

void PcscLink::reset() {
  require_success(
      "SCardReconnect", reader_,
      SCardReconnect(handle_, SCARD_SHARE_EXCLUSIVE, kProtocols, SCARD_UNPOWER_CARD, &protocol_));
}

}  // namespace card::pcsc

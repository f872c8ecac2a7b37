// The table from PC/SC return codes to faults; the measurements behind it: pcsc-lite 1.9.9.
#include "cos-apdu/pcsc/outcome.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include <fmt/format.h>
#include <winscard.h>

namespace card::pcsc {
namespace {

using base::Fault;

struct Row {
  std::uint32_t code;
  std::string_view name;
  std::string_view words;
  Fault fault;
  Fault in_transmit;
  Loss loss;
};

constexpr std::uint32_t code_of(long value) {
  return static_cast<std::uint32_t>(value);
}

// clang-format off
#define WELLKEY_ROW(code, words, fault, in_transmit, loss) \
  Row { code_of(code), #code, words, fault, in_transmit, loss }

constexpr std::array kRows = {
    // The daemon looks for removal and reset before it hands a command to the driver: not sent.
    WELLKEY_ROW(SCARD_W_REMOVED_CARD, "the card was removed", Fault::kDeviceLost, Fault::kDeviceLost, Loss::kRemoved),
    WELLKEY_ROW(SCARD_W_RESET_CARD, "another program reset the card", Fault::kDeviceLost, Fault::kDeviceLost, Loss::kReset),
    WELLKEY_ROW(SCARD_W_UNPOWERED_CARD, "the card has no power", Fault::kDeviceLost, Fault::kDeviceLost, Loss::kOther),
    WELLKEY_ROW(SCARD_W_UNRESPONSIVE_CARD, "the card does not answer to reset", Fault::kDeviceLost, Fault::kDeviceLost, Loss::kOther),
    WELLKEY_ROW(SCARD_E_NO_SMARTCARD, "there is no card in the reader", Fault::kDeviceLost, Fault::kDeviceLost, Loss::kRemoved),
    WELLKEY_ROW(SCARD_E_READER_UNAVAILABLE, "the reader was unplugged", Fault::kDeviceLost, Fault::kDeviceLost, Loss::kOther),
    // The driver was called and has no answer: the card may have done it.
    WELLKEY_ROW(SCARD_E_NOT_TRANSACTED, "the card went away inside the command", Fault::kDeviceLost, Fault::kUncertain, Loss::kNotTransacted),
    WELLKEY_ROW(SCARD_E_COMM_DATA_LOST, "the answer of the card was lost", Fault::kDeviceLost, Fault::kUncertain, Loss::kOther),
    WELLKEY_ROW(SCARD_E_TIMEOUT, "no answer in time", Fault::kUnavailable, Fault::kUncertain, Loss::kOther),
    WELLKEY_ROW(SCARD_E_INSUFFICIENT_BUFFER, "the answer is longer than any card may give", Fault::kUnavailable, Fault::kUncertain, Loss::kOther),
    WELLKEY_ROW(SCARD_F_COMM_ERROR, "the connection to the PC/SC service broke", Fault::kUnavailable, Fault::kUncertain, Loss::kServiceGone),
    WELLKEY_ROW(SCARD_F_INTERNAL_ERROR, "the PC/SC service failed inside", Fault::kUnavailable, Fault::kUncertain, Loss::kOther),
    // What the client library says when the daemon closes the connection before it answers.
    WELLKEY_ROW(SCARD_W_SECURITY_VIOLATION, "the PC/SC service closed the connection", Fault::kUnavailable, Fault::kUncertain, Loss::kServiceGone),
    // The daemon is gone, or is not the one that gave the handle.
    WELLKEY_ROW(SCARD_E_NO_SERVICE, "the PC/SC service does not run", Fault::kUnavailable, Fault::kUnavailable, Loss::kServiceGone),
    WELLKEY_ROW(SCARD_E_SERVICE_STOPPED, "the PC/SC service stopped", Fault::kUnavailable, Fault::kUnavailable, Loss::kServiceGone),
    WELLKEY_ROW(SCARD_E_INVALID_HANDLE, "the PC/SC service was restarted", Fault::kUnavailable, Fault::kUnavailable, Loss::kServiceGone),
    WELLKEY_ROW(SCARD_E_NO_MEMORY, "the PC/SC service has no memory left", Fault::kUnavailable, Fault::kUnavailable, Loss::kOther),
    WELLKEY_ROW(SCARD_E_NO_ACCESS, "access to the PC/SC service is denied", Fault::kRefused, Fault::kRefused, Loss::kOther),
    WELLKEY_ROW(SCARD_E_SHARING_VIOLATION, "the card is in use by another program", Fault::kConflict, Fault::kConflict, Loss::kOther),
    WELLKEY_ROW(SCARD_E_PROTO_MISMATCH, "the card speaks neither T=0 nor T=1", Fault::kRefused, Fault::kRefused, Loss::kOther),
    WELLKEY_ROW(SCARD_W_UNSUPPORTED_CARD, "the reader does not support the card", Fault::kRefused, Fault::kRefused, Loss::kOther),
    WELLKEY_ROW(SCARD_E_UNKNOWN_READER, "there is no such reader", Fault::kNotFound, Fault::kNotFound, Loss::kOther),
    WELLKEY_ROW(SCARD_E_NO_READERS_AVAILABLE, "there is no reader", Fault::kNotFound, Fault::kNotFound, Loss::kOther),
    WELLKEY_ROW(SCARD_E_INVALID_PARAMETER, "the call is malformed", Fault::kMalformed, Fault::kMalformed, Loss::kOther),
};
// clang-format on
#undef WELLKEY_ROW

}  // namespace

Outcome outcome_of(long code, Step step) {
  const auto row = std::ranges::find(kRows, code_of(code), &Row::code);
  if (row == kRows.end()) {
    return {"unknown code", "not known to this program",
            step == Step::kTransmit ? Fault::kUncertain : Fault::kUnavailable};
  }
  return {row->name, row->words, step == Step::kTransmit ? row->in_transmit : row->fault,
          row->loss};
}

void fail_call(std::string_view call, std::string_view reader, long code, Step step) {
  const auto outcome = outcome_of(code, step);
  throw CallError(outcome.fault,
                  fmt::format("{}{}{}: {} ({:08X}), {}", call, reader.empty() ? "" : " on ", reader,
                              outcome.name, code_of(code), outcome.words),
                  outcome.loss);
}

void require_success(std::string_view call, std::string_view reader, long code) {
  if (code != SCARD_S_SUCCESS) fail_call(call, reader, code);
}

}  // namespace card::pcsc

// Establishes the context and reads the state of all readers in one call.
#include "cos-apdu/pcsc/context.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <winscard.h>

#include "cos-apdu/pcsc/outcome.h"

namespace card::pcsc {
namespace {

// A pseudo reader that changes when a reader comes or goes.
constexpr const char* kReaderList = "\\\\?PnP?\\Notification";

std::vector<std::string> split_names(const std::string& names) {
  std::vector<std::string> list;
  for (std::size_t at = 0; at < names.size() && names[at] != '\0'; at += list.back().size() + 1) {
    list.emplace_back(names.c_str() + at);
  }
  return list;
}

std::vector<std::string> reader_names(SCARDCONTEXT context) {
  // The list may grow between the question for its length and the question for itself.
  for (;;) {
    DWORD length = 0;
    LONG code = SCardListReaders(context, nullptr, nullptr, &length);
    std::string names(length, '\0');
    if (code == SCARD_S_SUCCESS) {
      code = SCardListReaders(context, nullptr, names.data(), &length);
    }
    if (code == SCARD_E_NO_READERS_AVAILABLE) return {};
    if (code == SCARD_E_INSUFFICIENT_BUFFER) continue;
    require_success("SCardListReaders", "", code);
    return split_names(names);
  }
}

Presence presence_of(DWORD state) {
  if ((state & SCARD_STATE_PRESENT) == 0) return Presence::kEmpty;
  if ((state & SCARD_STATE_MUTE) != 0) return Presence::kMute;
  return (state & SCARD_STATE_EXCLUSIVE) != 0 ? Presence::kCardInUse : Presence::kCard;
}

DWORD state_of(const ReaderState& reader) {
  constexpr DWORD kBits[] = {
      SCARD_STATE_EMPTY,
      SCARD_STATE_PRESENT,
      SCARD_STATE_PRESENT | SCARD_STATE_EXCLUSIVE,
      SCARD_STATE_PRESENT | SCARD_STATE_MUTE,
  };
  return kBits[static_cast<std::size_t>(reader.presence)] | (DWORD{reader.events} << 16U);
}

}  // namespace

Context::Context() {
  SCARDCONTEXT context = 0;
  require_success("SCardEstablishContext", "",
                  SCardEstablishContext(SCARD_SCOPE_SYSTEM, nullptr, nullptr, &context));
  handle_ = std::shared_ptr<const long>(new long(context), [](const long* handle) {
    SCardReleaseContext(*handle);
    delete handle;
  });
}

std::vector<ReaderState> Context::readers() const {
  const auto names = reader_names(*handle_);
  if (names.empty()) return {};
  std::vector<SCARD_READERSTATE> states(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) states[i].szReader = names[i].c_str();
  require_success("SCardGetStatusChange", "",
                  SCardGetStatusChange(*handle_, 0, states.data(), states.size()));
  std::vector<ReaderState> readers;
  readers.reserve(states.size());
  for (const auto& state : states) {
    readers.push_back({state.szReader, presence_of(state.dwEventState),
                       static_cast<std::uint16_t>(state.dwEventState >> 16U),
                       base::Bytes(state.rgbAtr, state.rgbAtr + state.cbAtr)});
  }
  return readers;
}

void Context::wait_for_change(const std::vector<ReaderState>& known,
                              std::chrono::milliseconds most) const {
  std::vector<SCARD_READERSTATE> states(known.size());
  for (std::size_t i = 0; i < known.size(); ++i) {
    states[i].szReader = known[i].name.c_str();
    states[i].dwCurrentState = state_of(known[i]);
  }
  // The service takes no more entries than it can have readers; a full list cannot grow.
  if (known.size() < PCSCLITE_MAX_READERS_CONTEXTS) {
    states.emplace_back().szReader = kReaderList;
    states.back().dwCurrentState = DWORD{known.size()} << 16U;
  }
  const LONG code = SCardGetStatusChange(*handle_, static_cast<DWORD>(most.count()), states.data(),
                                         states.size());
  if (code != SCARD_E_TIMEOUT && code != SCARD_E_UNKNOWN_READER) {
    require_success("SCardGetStatusChange", "", code);
  }
}

void require_readers(const Context& context, std::size_t needed) {
  const auto readers = context.readers();
  if (readers.size() >= needed) return;
  std::vector<std::string> names;
  names.reserve(readers.size());
  for (const auto& reader : readers) names.push_back(reader.name);
  base::fail(base::Fault::kNotFound, "{} readers are needed, {} found{}{}", needed, names.size(),
             names.empty() ? "" : ": ", fmt::join(names, ", "));
}

}  // namespace card::pcsc

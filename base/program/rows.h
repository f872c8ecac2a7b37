// What each program of the product needs from the system; everything else is refused to it.
//
// One row a program, found by the program's name. Read by confine.h, printed into docs/tables, and
// tried call by call in tests/harden.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace program {

// Sockets of the family AF_UNIX; no program has any other.
enum class Sockets : std::uint8_t {
  kNone,
  kConnect,  // to pcscd, to the checkpoint signer
  kServe,    // and one of its own
};

enum class Starts : std::uint8_t {
  kNothing,
  kItself,    // once more, in the background: locked memory does not pass through fork()
  kPrograms,  // those beside it, each of which confines itself
};

enum class Signals : std::uint8_t { kToItself, kToOthers };

enum class Use : std::uint8_t {
  kRead,         // the file, or the folder and what is below
  kFolder,       // read and write below; of a file, or of what is not there yet, the folder around
  kBeside,       // a file that is replaced whole: read and write in its folder
  kStation,      // kFolder, and the PKCS#11 module that its station.toml names is read
  kReadFromKey,  // @FILE is read; anything else is the key itself
};

// An option or positional argument whose value is a path, as the command line names it.
struct Named {
  std::string_view option;
  Use use;
};

struct Row {
  std::string_view program;
  Sockets sockets;
  Starts starts;
  Signals signals;
  std::span<const Named> named;
  std::span<const std::string_view> reads;  // beside kReadByAll
};

// Libraries, the loader, the name of the user, the clock's zone, and what tells a process of itself.
inline constexpr std::array<std::string_view, 14> kReadByAll = {
    "/usr",
    "/lib",
    "/lib64",
    "/proc",
    "/dev/urandom",
    "/dev/random",
    "/dev/zero",
    "/etc/ld.so.cache",
    "/etc/ssl/openssl.cnf",
    "/etc/localtime",
    "/etc/nsswitch.conf",
    "/etc/passwd",
    "/etc/group",
    "/etc/locale.alias",
};

// Written by all: the terminal, and where output goes to die.
inline constexpr std::array<std::string_view, 2> kWrittenByAll = {"/dev/null", "/dev/tty"};

namespace needs {

inline constexpr std::array kKeyceremony = {
    Named{"station", Use::kStation}, Named{"answers", Use::kRead},  Named{"module", Use::kRead},
    Named{"profile", Use::kRead},    Named{"plan", Use::kRead},     Named{"file", Use::kRead},
    Named{"from", Use::kRead},       Named{"evidence", Use::kRead}, Named{"other", Use::kRead},
    Named{"out", Use::kBeside},
};
// Whether the machine has a network is asked of /sys.
inline constexpr std::array<std::string_view, 1> kKeyceremonyReads = {"/sys"};
inline constexpr std::array kIssuance = {
    Named{"station", Use::kStation},
    Named{"answers", Use::kRead},
};
// SQLite keeps the shared memory of a log beside it, also for a reader.
inline constexpr std::array kAudit = {
    Named{"log", Use::kFolder},      Named{"folder", Use::kFolder},
    Named{"out", Use::kFolder},      Named{"since", Use::kRead},
    Named{"proof", Use::kRead},      Named{"entry", Use::kRead},
    Named{"checkpoint", Use::kRead}, Named{"file", Use::kRead},
    Named{"key", Use::kReadFromKey}, Named{"witness", Use::kReadFromKey},
};
inline constexpr std::array kSalesdesk = {
    Named{"desk", Use::kFolder},
    Named{"answers", Use::kRead},
    Named{"profile", Use::kRead},
    Named{"file", Use::kRead},
};
inline constexpr std::array kMeterEmu = {
    Named{"image", Use::kBeside},
    Named{"esam", Use::kBeside},
    Named{"json", Use::kBeside},
};
inline constexpr std::array kVirtualCard = {
    Named{"IMAGE", Use::kBeside}, Named{"out", Use::kBeside}, Named{"trace", Use::kBeside},
    Named{"slots", Use::kFolder}, Named{"file", Use::kRead},
};

}  // namespace needs

inline constexpr std::array kRows = {
    Row{"keyceremony", Sockets::kServe, Starts::kItself, Signals::kToOthers, needs::kKeyceremony,
        needs::kKeyceremonyReads},
    Row{"issuance", Sockets::kConnect, Starts::kNothing, Signals::kToItself, needs::kIssuance, {}},
    Row{"audit", Sockets::kNone, Starts::kNothing, Signals::kToItself, needs::kAudit, {}},
    Row{"salesdesk",
        Sockets::kConnect,
        Starts::kNothing,
        Signals::kToItself,
        needs::kSalesdesk,
        {}},
    Row{"meter-emu", Sockets::kConnect, Starts::kNothing, Signals::kToItself, needs::kMeterEmu, {}},
    Row{"virtual-card",
        Sockets::kServe,
        Starts::kItself,
        Signals::kToOthers,
        needs::kVirtualCard,
        {}},
    Row{"wellkey-card", Sockets::kConnect, Starts::kNothing, Signals::kToItself, {}, {}},
    Row{"wellkey", Sockets::kNone, Starts::kPrograms, Signals::kToItself, {}, {}},
};

// The signer of a shift, from the moment at which its token is open: it starts nothing and tells
// no other process anything any more.
inline constexpr Row kLogSigner = {
    "log signer", Sockets::kServe, Starts::kNothing, Signals::kToItself, {}, {}};

// Null when the table has no such program.
constexpr const Row* find_row(std::string_view program) {
  const auto* const found = std::ranges::find(kRows, program, &Row::program);
  return found == kRows.end() ? nullptr : found;
}

}  // namespace program

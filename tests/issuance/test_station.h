// A station in a temporary folder: real log and register, scripted people, emulated cards.
#pragma once

#include <optional>
#include <string_view>

#include "derivation/profile.h"
#include "issuance/engine/issue.h"
#include "issuance/pairs/statements.h"
#include "tests/issuance/tray.h"
#include "tests/support/temp_folder.h"

namespace shop {

inline constexpr std::string_view kCounty = "130109";
inline constexpr std::string_view kOtherCounty = "130102";
inline constexpr std::string_view kPin = "739164";  // of every card

class TestStation {
 public:
  explicit TestStation(base::Mode mode = base::Mode::kRehearsal);

  // The program starts and ends; what is not durable is gone.
  void start();
  void stop();

  issuance::Workplace& place() { return *place_; }

  issuance::Register& book() { return ledger_->book(); }

  audit::Log& log() { return *log_; }

  // The checkpoint signer fails at the n-th signature from now: the entry is in no log.
  void fail_signature(std::size_t nth) { signature_to_fail_ = signatures_ + nth; }

  std::size_t signatures() const { return signatures_; }

  // Another answer of the people, before the others of its id.
  void answer(std::string_view id, std::string_view text);

  std::filesystem::path folder() const { return folder_.path(); }

  // Signs as the other does, for a copy of its log.
  void take_key_of(const TestStation& other) {
    key_ = {other.key_.seed.duplicate(), other.key_.point};
  }

  Tray tray;
  derivation::Profile profile;
  base::UtcTime now = base::parse_utc("2026-11-22T08:00:00Z");

 private:
  void write_answers();

  support::TempFolder folder_;
  base::Mode mode_;
  crypto::Ed25519Pair key_;
  std::size_t signatures_ = 0;
  std::size_t signature_to_fail_ = 0;
  std::string own_answers_;
  std::optional<audit::Log> log_;
  std::optional<issuance::Ledger> ledger_;
  std::unique_ptr<terminal::Terminal> terminal_;
  std::optional<issuance::Workplace> place_;
};

issuance::People two_persons();
issuance::Order order(std::string_view kind, std::string_view county = {});
issuance::Order psam_order(std::string_view county = kCounty, std::string_view terminal = "1");
issuance::Order esam_order(std::string_view county = kCounty, std::string_view meter = "1");
issuance::Order user_order(std::string_view county = kCounty, std::uint64_t serial = 1);

// Two role cards with their key pairs, into readers: who can void the stock pair.
std::vector<Serial8> add_officers(Tray& tray);

enum class CeremonyEnd { kClosed, kOpen };

// Stock pair, blanks of every kind, and a master control pair from four leader cards.
void found(TestStation& station, CeremonyEnd end = CeremonyEnd::kClosed);

// Role cards of two officers who have signed a ceremony.
issuance::Officers add_officers(TestStation& station);

// found, then provincial pair, two county pairs, and a user mother pair of the first.
void build_chain(TestStation& station);

// A station after build_chain, made once for all tests and copied. The cards of every pair and one
// PSAM, ESAM and user card blank per county are in the tray.
std::unique_ptr<TestStation> station_with_chain();

// Cards and files at one moment.
struct Moment {
  explicit Moment(TestStation& station);
  void restore(TestStation& station) const;

  Tray::Media media;
  std::map<std::string, base::Bytes> files;
};

// Throws what the call throws as its fault; fails the test when nothing is thrown.
template <typename Call>
base::Fault fault_of(Call&& call) {
  try {
    call();
  } catch (const base::Error& error) {
    return error.fault();
  }
  throw std::logic_error("nothing was refused");
}

template <typename Call>
std::string refusal_of(Call&& call) {
  try {
    call();
  } catch (const base::Error& error) {
    return error.what();
  }
  throw std::logic_error("nothing was refused");
}

}  // namespace shop

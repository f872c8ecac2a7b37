// Cards of one county, personalised in this process the way a station does it: transport key,
// import blocks, files by order, switch to use.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string_view>
#include <vector>

#include "base/core/card_number.h"
#include "base/crypto/suite.h"
#include "cos-apdu/card_commands.h"
#include "cos-apdu/esam.h"
#include "cos-apdu/layout/card_status.h"
#include "cos-apdu/layout/purse_files.h"
#include "cos-apdu/layout/sam_files.h"
#include "cos-apdu/psam.h"
#include "cos-apdu/user_card.h"
#include "cos-apdu/virtual/chip.h"
#include "derivation/import_block.h"
#include "tests/support/watched_link.h"

namespace test {

using base::Amount;
using base::Bytes;
using base::ByteView;
using derivation::CardKind;
using derivation::Purpose;

base::SecretBytes secret(std::string_view text);

// The keys of a county and of its blanks; fixed, so that a failure repeats.
class County {
 public:
  explicit County(crypto::SuiteId suite, std::string_view code = "410122",
                  card::chip::Making making = {}, card::chip::RandomSource random = {});

  crypto::SuiteId suite() const { return suite_; }

  const base::CountyCode& code() const { return code_; }

  // How the maker of the county's cards made them.
  const card::chip::Making& making() const { return making_; }

  // Where their random numbers come from; empty: where all come from.
  const card::chip::RandomSource& random() const { return random_; }

  // The county's key of a purpose and version.
  crypto::Key key(Purpose purpose, std::uint8_t version = 1) const;
  crypto::Key leaf(Purpose purpose, const base::FixedBytes<8>& factor,
                   std::uint8_t version = 1) const;

 private:
  crypto::SuiteId suite_;
  base::CountyCode code_;
  card::chip::Making making_;
  card::chip::RandomSource random_;
};

// One emulated card with its medium, which outlives a cut.
class Card {
 public:
  // A blank with its stock transport key inside, and re-based on `county`.
  Card(const County& county, derivation::Serial8 serial);

  card::Session& session() { return *session_; }

  card::chip::Chip& chip() { return *chip_; }

  const derivation::Serial8& serial() const { return serial_; }

  const County& county() const { return county_; }

  std::shared_ptr<base::WipedBytes> medium() const { return medium_; }

  // A second card from a copy of this one's medium.
  std::unique_ptr<Card> copy() const;

  derivation::ImportBlock block(
      Purpose purpose, derivation::Level level, const crypto::Key& key, std::uint32_t seq,
      std::uint8_t version = 1,
      derivation::ImportMode mode = derivation::ImportMode::kInstall) const;

  // Under the card's control key.
  base::FixedBytes<16> control_mac(ByteView message) const;
  card::OrderMac order_mac() const;

  card::layout::CardStatus status();

 private:
  Card(const County& county, derivation::Serial8 serial, std::shared_ptr<base::WipedBytes> medium);
  void boot();

  const County& county_;
  derivation::Serial8 serial_;
  std::shared_ptr<base::WipedBytes> medium_;
  std::unique_ptr<card::chip::Chip> chip_;
  std::unique_ptr<support::WatchedLink> link_;
  std::unique_ptr<card::Session> session_;
};

// The rightmost 8 bytes of the number of the user card below.
base::CardNumber user_number(const County& county, std::uint64_t serial = 17);

// What only some PSAMs have.
struct PsamExtras {
  std::uint16_t refresh_days = 0;
  std::vector<Purpose> keys{};  // of the optional rows
};

// Everything between allotment and use, on the chip behind `session`; `card` knows its keys. May be
// repeated after a cut: what is in already is left or written again.
void personalise_user_card(const Card& card, card::Session& session);
void personalise_psam(const Card& card, card::Session& session,
                      const card::layout::LoadCeiling& ceiling, const PsamExtras& extras = {});
void personalise_esam(const Card& card, card::Session& session);

// Personalised and in use.
std::unique_ptr<Card> issue_user_card(const County& county, std::uint64_t serial = 17);

std::unique_ptr<Card> issue_psam(const County& county, const card::layout::LoadCeiling& ceiling,
                                 const PsamExtras& extras = {});
std::unique_ptr<Card> issue_esam(const County& county, std::uint64_t number = 5);

inline constexpr std::string_view kPsamPin = "314159";

// 1,000.00 yuan, 100 loads, 2026.
card::layout::LoadCeiling usual_ceiling();

inline constexpr card::TerminalNumber kDeskTerminal = {0x00, 0x00, 0x00, 0x00, 0x10, 0x01};
inline constexpr card::TerminalNumber kMeterTerminal = {0x00, 0x00, 0x00, 0x00, 0x12, 0x34};
inline constexpr base::CardTime kMorning = {{0x20, 0x26, 0x07, 0x15}, {0x08, 0x30, 0x00}};
inline constexpr base::CardTime kNoon = {{0x20, 0x26, 0x07, 0x15}, {0x12, 0x00, 0x00}};

// Of the meter with this number.
std::unique_ptr<Card> issue_esam(const County& county, std::uint64_t number,
                                 const card::TerminalNumber& terminal);

// The desk's part of a load: INITIALIZE, MAC2 from the PSAM, CREDIT. Returns the TAC.
card::Mac4 load(card::Session& user, card::Session& psam, const base::CardNumber& number,
                Amount amount);

struct Lock {
  card::InitDebitAnswer init;
  card::SamGreyLockAnswer sam;
  card::GreyLockAnswer card;
};

// The meter's part of a start: INITIALIZE, E0 40, GREY LOCK, E0 42.
Lock start(card::Session& user, card::Session& esam, const base::CardNumber& number);

// The request of DEBIT FOR UNLOCK after E0 44.
card::UnlockRequest settle_request(card::Session& esam, const Lock& lock,
                                   const base::CardNumber& number, Amount amount);

}  // namespace test

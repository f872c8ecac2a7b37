// The plan of a ceremony: everything that is decided beforehand, and its identity.
//
// The plan id (cos-apdu/layout/keycard_plan.h) covers mode, suite, set, profile, token key and the
// SHA-256 of the file as it is, byte for byte; the cards compute it again inside.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/core/clock.h"
#include "base/core/mode.h"
#include "base/crypto/hash.h"
#include "base/crypto/suite.h"
#include "cos-apdu/keycards/ceremony_cards.h"
#include "cos-apdu/layout/keycard_plan.h"
#include "derivation/serial.h"
#include "keyceremony/card_table.h"
#include "keyceremony/roles.h"
#include "keyceremony/transitions.h"

namespace keyceremony {

// Where a leader's component comes from.
enum class Source : std::uint8_t {
  kCard,   // made in his card, known to nobody
  kWords,  // 20 words, made on the second machine or out of a sealed mailer
  kDice,   // at least 50 rolls
  kHex,    // 32 digits, the leader's own choice or made on the second machine
  kParts,  // lost, and put together by the other three leaders' cards
};

struct SourceRow {
  Source source;
  std::string_view id;
  std::string_view english;
  std::string_view chinese;
};

inline constexpr std::array kSources = {
    SourceRow{Source::kCard, "card", "made inside the card", "卡内随机生成"},
    SourceRow{Source::kWords, "words", "typed as 20 words", "键入二十个单词"},
    SourceRow{Source::kDice, "dice", "from dice rolls", "掷骰子生成"},
    SourceRow{Source::kHex, "hex", "typed as 8 groups of hex", "键入八组十六进制数"},
    SourceRow{Source::kParts, "parts", "from the parts of the other three", "由其余三人的分片合成"},
};

constexpr const SourceRow& row_of(Source source) {
  return kSources.at(static_cast<std::size_t>(source));
}

struct PlannedCard {
  derivation::Serial8 serial;
  std::string bag;
};

// Who takes a seat when its person stays away, and the card that he brings.
struct Deputy {
  std::string name;
  PlannedCard card;
};

// Who kept a leader's component until now. The card gives it to his successor's, and then the card
// and the spare beside it are erased.
struct Predecessor {
  std::string name;
  PlannedCard card;
  std::optional<PlannedCard> spare;
};

struct Person {
  Role role;
  unsigned index;  // from 1, within the role
  std::string name;
  derivation::Serial8 card;
  std::string bag;
  Source source = Source::kCard;     // leaders only
  std::optional<PlannedCard> spare;  // leaders only: a second card for the same component
  std::optional<Deputy> deputy;      // leaders and officers only
  std::optional<Predecessor> predecessor = std::nullopt;  // leaders only
};

// "leader-1", "administrator-1"
std::string id_of(const Person& person);

HeldCard card_of(const Person& person);

// "leader-1-spare". Throws kNotFound when the plan names none.
HeldCard spare_of(const Person& person);

// "leader-1-predecessor" and "leader-1-predecessor-spare": the card that gives first. None when
// the plan names no predecessor.
std::vector<HeldCard> predecessor_cards(const Person& person);

// What becomes of a pair that a plan rebuilds.
enum class PairFate : std::uint8_t {
  kServes,  // [recovery]: it takes the place of the lost one
  kVoid,    // [drill], [replacement]: it has proved the components, and its cards take a void order
};

// A plan that makes no key but rebuilds one, from the leader cards or from what was typed into them.
struct Recovery {
  PairFate fate = PairFate::kServes;
  crypto::Hash32 born{};                 // plan id of the ceremony that made the key
  card::keycards::CheckValues values{};  // that it showed, in the order of the purposes
  std::uint16_t generation = 2;          // of the pair that this plan writes
};

struct SetMember {
  card::layout::Seat seat;
  HeldCard card;
};

struct Plan {
  std::string title;
  base::Mode mode = base::Mode::kRehearsal;
  crypto::SuiteId suite = crypto::SuiteId::kAes128;
  base::FixedBytes<16> set_id{};
  crypto::Hash32 profile_hash{};
  std::optional<crypto::Hash32> token_key_hash;
  card::layout::Threshold threshold = card::layout::Threshold::kFour;
  std::optional<Recovery> recovery;
  std::optional<base::UtcTime> next_drill;  // the day on which the components shall be proved again
  PlannedCard mother;
  PlannedCard control;
  std::vector<Person> people;  // in the order of the table of roles
  std::string text;            // the file, byte for byte

  // Throws kNotFound.
  const Person& seat(std::string_view id) const;

  const Person& leader(unsigned index) const;
  const Person& first(Role role) const;

  // Officer 1 keeps the mother card, officer 2 its control card.
  HeldCard mother_card() const;
  HeldCard control_card() const;

  // In the order of their seats; a seat that nobody takes is left out.
  std::vector<SetMember> set_members() const;

  // Every card, in the order in which its bag is opened and sealed.
  std::vector<HeldCard> all_cards() const;

  // From here on the deputy of this seat is its person; his name, card and bag go everywhere. Throws
  // kNotFound for a seat without a deputy. The plan's text and id stay.
  void seat_deputy(std::string_view id);

  // The leader whose component comes from a predecessor; nullptr when none does.
  const Person* successor() const;

  bool is_drill() const { return recovery && recovery->fate == PairFate::kVoid; }

  Course course() const;

  // The pair that this plan writes: 8 bytes of its id.
  card::layout::PairName pair_name() const;

  // 16 bytes of the id of the plan under which the key is or was made.
  base::FixedBytes<16> origin_id() const;

  card::layout::PlanParts parts() const;
  crypto::Hash32 id() const;

  // First 16 hex digits of the id: the name of the ceremony's folder.
  std::string short_id() const;
};

// Throws kMalformed naming file, line and field of every unknown, missing or misspelt value, and when
// there is none kRefused naming every role that is missing or doubled, forbidden pair of roles (deputies too), card
// or bag that stands twice, and leader without a spare while another has one.
Plan parse_plan(std::string_view text, std::string_view name);
Plan read_plan(const std::filesystem::path& path);

}  // namespace keyceremony

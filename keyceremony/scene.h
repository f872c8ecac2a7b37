// What every act of a ceremony works with: the plan, the people at the terminal, the cards on the
// reader, and the journal.
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/core/clock.h"
#include "base/station/station.h"
#include "base/terminal/terminal.h"
#include "cos-apdu/keycards/ceremony_cards.h"
#include "derivation/profile.h"
#include "keyceremony/card_table.h"
#include "keyceremony/components.h"
#include "keyceremony/environment.h"
#include "keyceremony/journal.h"
#include "keyceremony/log_book.h"
#include "keyceremony/plan.h"

namespace keyceremony {

// The world outside: bound to real devices in main, to emulated chips in tests.
struct Room {
  terminal::Terminal& terminal;
  CardFinder find_card;
  base::Clock clock;
  std::chrono::milliseconds patience;
  Machine machine;
};

class Scene {
 public:
  Scene(const station::Station& station, const Plan& plan, const derivation::Profile& profile,
        Room& room, Journal& journal, LogBook& log_book);

  const station::Station& station() const { return station_; }

  const Plan& plan() const { return plan_; }

  const derivation::Profile& profile() const { return profile_; }

  terminal::Terminal& terminal() { return room_.terminal; }

  const Machine& machine() const { return room_.machine; }

  const Journal& journal() const { return journal_; }

  base::UtcTime now() const { return room_.clock(); }

  LogBook& log_book() { return log_book_; }

  CardTable& cards() { return cards_; }

  EntryDesk& entry_desk() { return entry_desk_; }

  std::filesystem::path folder() const;

  // Journal first, then the audit log: only after both may the screen say so.
  void record(State state, std::string_view event, Facts facts);

  // A line beside an arrow: the state stays.
  void note(std::string_view event, Facts facts);

  // The words of the plan id, as they stand on every screen.
  std::string plan_words() const;

  // Asks for the exact word, by role and name.
  void confirm(const Person& person, std::string_view about, const terminal::Text& prompt,
               std::string_view word);

  // What the leaders revealed in this run, as ciphertext for the master card. In memory only: after
  // a cut they reveal again.
  using Revealed = std::array<std::optional<card::keycards::SealedComponent>, kLeaders>;

  Revealed& revealed() { return revealed_; }

 private:
  const station::Station& station_;
  const Plan& plan_;
  const derivation::Profile& profile_;
  Room& room_;
  Journal& journal_;
  LogBook& log_book_;
  CardTable cards_;
  EntryDesk entry_desk_;
  Revealed revealed_;
};

}  // namespace keyceremony

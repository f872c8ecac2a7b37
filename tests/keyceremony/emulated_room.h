// A room for one ceremony on emulated cards in this process: a station in a folder of its own, cards
// whose stock keys are in, a plan, and a terminal that reads scripted answers.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "audit/log.h"
#include "base/core/secret.h"
#include "base/station/station.h"
#include "cos-apdu/virtual/chip.h"
#include "derivation/profile.h"
#include "keyceremony/ceremony.h"
#include "keyceremony/plan.h"

namespace room {

// Removed with everything in it.
class TemporaryFolder {
 public:
  // In memory, so that thousands of synced writes cost a test nothing.
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// Emulated cards by serial.
class Drawer {
 public:
  using Media = std::map<derivation::Serial8, base::WipedBytes>;

  void add(const derivation::Serial8& serial);

  // The memories of all cards, and a drawer made of them.
  Media media() const;
  void restore(const Media& media);

  std::unique_ptr<card::Link> link(const derivation::Serial8& serial);

 private:
  struct Card {
    std::shared_ptr<base::WipedBytes> medium;
    std::unique_ptr<card::chip::Chip> chip;
  };

  std::map<derivation::Serial8, Card> cards_;
};

// How each leader's component comes about.
using Sources = std::array<keyceremony::Source, keyceremony::kLeaders>;

enum class Spares { kNone, kEach };

class EmulatedRoom {
 public:
  // A live room has live cards and a profile with factors of its own. Beside the cards of the plan
  // the drawer holds blanks for two more pairs and for two more leader cards.
  explicit EmulatedRoom(const Sources& sources, base::Mode mode = base::Mode::kRehearsal,
                        Spares spares = Spares::kNone);

  const station::Station& station() const { return station_; }

  const keyceremony::Plan& plan() const { return plan_; }

  // Before the first run: the plan says "3 of 4".
  void agree_on(std::string_view threshold);

  const derivation::Profile& profile() const { return profile_; }

  Drawer& drawer() { return drawer_; }

  const std::filesystem::path& folder() const { return folder_.path(); }

  // Replaces what the answers file says for this id; the file is read at the next run.
  void answer(const std::string& id, const std::string& text) { answers_[id] = text; }

  const std::string& answer_to(const std::string& id) const { return answers_.at(id); }

  audit::Log open_log();

  // PIN and bag of a card that the plan does not have.
  void answer_for_card(const std::string& id, const std::string& bag);

  // Runs or resumes; the state that is reached.
  keyceremony::State run(keyceremony::AppendLine append = keyceremony::append_line_durably);

  // The same for a station and a plan that may not fit together.
  keyceremony::State hold(const station::Station& station, const keyceremony::Plan& plan,
                          keyceremony::AppendLine append = keyceremony::append_line_durably);

  // What people decide beside run(): breaks, deputies, bags, exceptions, abort.
  using Attend = std::function<void(keyceremony::Ceremony& ceremony)>;
  void attend(const keyceremony::Plan& plan, const Attend& act,
              keyceremony::AppendLine append = keyceremony::append_line_durably);

  // The same at a terminal where somebody types.
  keyceremony::State hold_at(terminal::Terminal& terminal, const station::Station& station,
                             const keyceremony::Plan& plan, keyceremony::AppendLine append);

  // Everything of the ceremonies is forgotten: cards, log and journals are as after construction.
  void start_over();

  // The component of a leader who types, as its 16 bytes.
  static base::Bytes component_of(unsigned leader);

 private:
  keyceremony::Plan make_plan(const Sources& sources, Spares spares) const;
  keyceremony::Machine make_machine() const;
  void make_answers();
  std::filesystem::path write_answers() const;
  void attend_at(terminal::Terminal& terminal, const station::Station& station,
                 const keyceremony::Plan& plan, const Attend& act, keyceremony::AppendLine append);

  TemporaryFolder folder_;
  station::Station station_;
  derivation::Profile profile_;
  keyceremony::Machine machine_;
  keyceremony::Plan plan_;
  Drawer drawer_;
  Drawer::Media prepared_;
  std::map<std::string, std::string> answers_;
  base::SecretBytes log_seed_;
};

}  // namespace room

// One user card, two meters, a desk and an attacker, all real but for their will: dice and scripts say
// what they do next.
#pragma once

#include "meter-emu/meter/meter.h"
#include "meter-emu/swipe/swipe.h"
#include "tests/model/observed_links.h"

namespace model {

inline constexpr int kMeters = 2;

struct Station {
  std::unique_ptr<test::Card> esam;
  std::unique_ptr<ModuleLink> link;
  std::unique_ptr<card::Session> session;
  std::string durable;
  std::map<card::TerminalSn, int> sessions;  // the model's number of each draw
  int suspended = 0;
};

struct TopUp {
  int number = 0;
  base::Amount amount{};
  card::CardSn before = 0;
};

class World {
 public:
  World(std::string name, unsigned seed, Luck luck);

  void tap(int which);
  void flow(int which, unsigned pulses);
  void suspend(int which);
  void top_up(unsigned fen);
  void settle_by_record(int which);
  void release_by_record(int which);
  void attack();
  void anything();

  // The power fails before the n-th entry from now reaches its journal.
  void cut_at_entry(int nth) { entries_left_ = nth; }

  std::string text() const { return trace_.text(); }

 private:
  meter::Meter state(int which) const;

  Station& station(int which) { return stations_.at(static_cast<std::size_t>(which)); }

  meter::Surroundings around(int which);
  void journal(int which, const meter::Meter& next);
  void note(int which, const meter::Meter& before, const meter::Meter& after);
  void note_session(int which, const meter::Session& before,
                    const std::optional<meter::Session>& after);
  const meter::SuspendedRecord* held_record(const meter::Meter& meter);
  void ask_card();
  void credit(const card::InitLoadAnswer& init, base::Amount amount);

  // A lost answer or a cut ends what is under way, nothing else.
  template <typename Act>
  void attempt(Act act) {
    try {
      act();
    } catch (const PowerCut&) {
    } catch (const base::Error&) {
    }
  }

  Dice dice_;
  Trace trace_;
  Ledger ledger_;
  std::unique_ptr<test::Card> user_;
  std::unique_ptr<test::Card> psam_;
  UserLink link_;
  card::Session session_;
  ModuleLink psam_link_;
  card::Session psam_session_;
  std::array<Station, kMeters> stations_;
  std::optional<TopUp> open_;
  int loads_ = 0;
  int forged_ = 0;
  int entries_left_ = 0;
};

}  // namespace model

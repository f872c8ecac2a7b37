#include "tests/tear/explorer.h"

#include <algorithm>
#include <cstdlib>
#include <set>

#include <fmt/format.h>

#include "base/core/error.h"
#include "tests/tear/counters.h"

namespace tear {

namespace {

constexpr Depth kEveryDay{.inside = 3, .in_recovery = 1};
constexpr std::size_t kAll = 1U << 20U;
constexpr Depth kEverything{.inside = kAll, .in_recovery = kAll};

// Before, inside, and after: bytes of one write that still reach the medium.
std::set<std::size_t> offsets_in(std::size_t bytes, std::size_t inside) {
  std::set<std::size_t> offsets{0, bytes};
  for (std::size_t step = 1; step <= std::min(inside, bytes - 1); ++step)
    offsets.insert(std::max<std::size_t>(1, bytes * step / (std::min(inside, bytes - 1) + 1)));
  return offsets;
}

std::vector<Cut> cuts_of(const std::vector<WriteSeen>& writes, std::size_t inside,
                         std::size_t first_writes) {
  std::vector<Cut> cuts;
  for (const auto& write : writes) {
    if (write.number > first_writes) continue;
    const std::size_t deep = write.replaces ? std::min(inside, kEveryDay.inside) : inside;
    for (const std::size_t bytes : offsets_in(write.bytes, deep))
      cuts.push_back({write.card, write.number, bytes});
  }
  return cuts;
}

std::size_t bytes_of(const std::vector<WriteSeen>& writes, const Cut& cut) {
  const auto found = std::find_if(writes.begin(), writes.end(), [&](const WriteSeen& write) {
    return write.card == cut.card && write.number == cut.write;
  });
  return found->bytes;
}

// One sequence on fresh cards with one cut, and perhaps a second one while the terminal recovers.
class Attempt {
 public:
  Attempt(const Sequence& sequence, const Memory& memory, Report& report, Findings& findings)
      : table_(sequence.cards, memory),
        terminal_(sequence.terminal(table_)),
        report_(report),
        findings_(findings) {
    watch_counters();
  }

  std::vector<WriteSeen> uncut() {
    table_.arm(std::nullopt);
    terminal_->act();
    auto writes = table_.writes();
    settle();
    findings_.expect(report_.did_not_happen == 0, "nobody cut, and still it did not happen");
    return writes;
  }

  // The writes that the recovery after this cut makes.
  std::vector<WriteSeen> cut_once(const Cut& cut) {
    ++report_.cuts;
    cut_in_act(cut);
    return settle();
  }

  void cut_twice(const Cut& first, const Cut& second) {
    ++report_.cuts;
    cut_in_act(first);
    table_.arm(second);
    try {
      terminal_->recover();
    } catch (const base::Error&) {  // the card fell silent: power on, and recover again
    }
    look_at_memory();
    settle();
  }

 private:
  void cut_in_act(const Cut& cut) {
    table_.arm(cut);
    try {
      terminal_->act();
    } catch (const base::Error&) {
    }
    look_at_memory();
  }

  void look_at_memory() {
    findings_.expect(table_.was_cut(), "the cut was never reached");
    if (!table_.was_cut()) return;
    const bool same = table_.left_old_or_new();
    table_.power_cycle();
    findings_.expect(same, fmt::format("{}: the memory is neither old nor new",
                                       table_.card(table_.torn_card()).name()));
    watch_counters();
  }

  std::vector<WriteSeen> settle() {
    table_.arm(std::nullopt);
    Ending ending = terminal_->recover();
    auto writes = table_.writes();
    conclude(ending);
    if (ending == Ending::kHappened) {
      findings_.expect(terminal_->recover() == Ending::kHappened, "what happened was undone");
      return writes;
    }
    terminal_->act();
    ending = terminal_->recover();
    findings_.expect(ending == Ending::kHappened, "done again, it did not happen either");
    terminal_->judge(ending, findings_);
    watch_counters();
    return writes;
  }

  void conclude(Ending ending) {
    ++(ending == Ending::kHappened ? report_.happened : report_.did_not_happen);
    terminal_->judge(ending, findings_);
    watch_counters();
  }

  // Numbers that only ever rise.
  void watch_counters() {
    counters_.resize(table_.size());
    images_.resize(table_.size());
    for (std::size_t at = 0; at < table_.size(); ++at) {
      auto image = table_.card(at).image();
      if (image == images_.at(at)) continue;
      images_.at(at) = std::move(image);
      const auto now = counters_in(table_.card(at).dump());
      for (const auto& [counter, value] : counters_.at(at)) {
        const auto found = now.find(counter);
        findings_.expect(found == now.end() || found->second >= value,
                         fmt::format("{}: {} fell", table_.card(at).name(), counter));
      }
      counters_.at(at) = now;
    }
  }

  Table table_;
  std::unique_ptr<Terminal> terminal_;
  Report& report_;
  Findings& findings_;
  std::vector<Counters> counters_;
  std::vector<base::WipedBytes> images_;  // as counters_ were read from them
};

std::string text_of(const Sequence& sequence, const Cut& cut) {
  return fmt::format("{}: {} cut at byte {} of write {}", sequence.name,
                     sequence.cards.at(cut.card).name, cut.bytes, cut.write);
}

// An attempt that throws has found something, too.
template <typename Try>
auto attempt(const Sequence& sequence, const Memory& memory, Report& report, Findings& findings,
             Try call) -> decltype(call(std::declval<Attempt&>())) {
  try {
    Attempt one(sequence, memory, report, findings);
    return call(one);
  } catch (const std::exception& error) {
    findings.expect(false, error.what());
    return {};
  }
}

}  // namespace

void Findings::expect(bool holds, std::string_view what) {
  if (!holds) all_.push_back(where_ + ": " + std::string(what));
}

Depth usual_depth() {
  return std::getenv("WELLKEY_SOAK") == nullptr ? kEveryDay : kEverything;
}

Report explore(const Sequence& sequence, const Depth& depth, const Memory& memory) {
  Report report{.name = sequence.name};
  Findings findings;
  findings.at(sequence.name);
  const auto writes =
      attempt(sequence, memory, report, findings, [](Attempt& one) { return one.uncut(); });
  report.happened = report.did_not_happen = 0;
  report.writes = writes.size();
  for (const auto& write : writes) report.commands.insert(write.command);
  report.implied = writes.size() * kLeastCutsOfAWrite;
  for (const Cut& cut : cuts_of(writes, depth.inside, writes.size())) {
    findings.at(text_of(sequence, cut));
    const auto recovery = attempt(sequence, memory, report, findings,
                                  [&](Attempt& one) { return one.cut_once(cut); });
    // A write that was begun left what one that was not begun leaves: two recoveries to cut.
    if (cut.bytes != 0 && cut.bytes != bytes_of(writes, cut)) continue;
    for (const Cut& second : cuts_of(recovery, 1, depth.in_recovery)) {
      findings.at(text_of(sequence, cut) + ", then " + text_of(sequence, second));
      attempt(sequence, memory, report, findings, [&](Attempt& one) {
        one.cut_twice(cut, second);
        return 0;
      });
    }
  }
  report.findings = findings.all();
  return report;
}

std::string summary_of(const Report& report) {
  return fmt::format("{}: {} writes, {} cut points, {} happened, {} did not", report.name,
                     report.writes, report.cuts, report.happened, report.did_not_happen);
}

}  // namespace tear

// keyceremony drills: when the leaders' components were proved last, and until when that counts
#include "keyceremony/drills.h"

#include <memory>

#include <fmt/format.h>

#include "base/core/error.h"
#include "keyceremony/commands/tree.h"

namespace keyceremony::commands {

namespace {

constexpr std::size_t kDayCharacters = 10;

std::string day(base::UtcTime time) {
  return base::format(time).substr(0, kDayCharacters);
}

std::string_view kind_of(const Plan& plan) {
  if (plan.successor() != nullptr) return "replacement 更换";
  if (plan.is_drill()) return "drill 恢复演练";
  return plan.recovery ? "recovery 重建" : "birth 生成";
}

void show(const station::Station& station, base::UtcTime now) {
  const auto proof = last_proof(station);
  if (!proof) {
    fmt::print("no ceremony is closed, nothing to drill 尚无已结束的仪式\n");
    return;
  }
  fmt::print("components proved {} by ceremony {} ({})\n", day(proof->closed),
             proof->plan.short_id(), kind_of(proof->plan));
  if (proof->due < now) {
    base::fail(base::Fault::kRefused, "the recovery drill was due on {} 恢复演练已逾期",
               day(proof->due));
  }
  fmt::print("next recovery drill due on {} 下次恢复演练\n", day(proof->due));
}

}  // namespace

void add_drills(CLI::App& app, const World& world) {
  const auto options = std::make_shared<StationOptions>();
  CLI::App* const drills = app.add_subcommand(
      "drills", "when the components were proved, and until when that counts (恢复演练期限)");
  options->add_station_to(*drills);
  drills->callback([options, clock = world.clock] { show(options->open(), clock()); });
}

}  // namespace keyceremony::commands

// Each subcommand: open the devices, drive the meter, say what came of it.
#include "meter-emu/commands/commands.h"

#include <cstdio>
#include <limits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/core/durable_file.h"
#include "base/core/error.h"
#include "base/core/whole_number.h"
#include "cos-apdu/card_commands.h"
#include "cos-apdu/layout/card_status.h"
#include "cos-apdu/pcsc/find_card.h"
#include "meter-emu/commands/meter_file.h"
#include "meter-emu/esam/esam.h"
#include "meter-emu/swipe/swipe.h"

namespace meter {
namespace {

using base::Fault;
using nlohmann::json;

constexpr std::size_t kMeterDigits = 12;

std::uint32_t parse_number(const char* name, const std::string& text) {
  return static_cast<std::uint32_t>(
      base::parse_whole_number(text, name, 0, std::numeric_limits<std::uint32_t>::max()));
}

// "0.5529" yuan per kWh as 5529.
std::uint32_t parse_price(const std::string& text) {
  const auto dot = text.find('.');
  auto decimals = dot == std::string::npos ? "" : text.substr(dot + 1);
  if (decimals.size() > 4 || (dot != std::string::npos && decimals.empty()) ||
      decimals.find_first_not_of("0123456789") != std::string::npos) {
    base::fail(Fault::kMalformed, "price is '{}', expected yuan per kWh with 1 to 4 decimals",
               text);
  }
  decimals.resize(4, '0');
  const auto yuan = parse_number("price", text.substr(0, dot));
  if (yuan > 10) base::fail(Fault::kMalformed, "price is '{}', expected at most 10 yuan", text);
  // The one in front: decimals may begin with zeros, a whole number may not.
  return yuan * 10'000 + parse_number("price", "1" + decimals) - 10'000;
}

UtcTime time_of(const Options& options) {
  return options.time.empty() ? base::system_time() : base::parse_utc(options.time);
}

std::unique_ptr<card::pcsc::PcscLink> find_user_card(const Options& options) {
  const card::pcsc::WantedCard wanted{
      "a user card in use", [](card::Session& session) {
        const auto status = card::layout::decode_card_status(card::get_card_status(session));
        return status.kind() == derivation::CardKind::kUser &&
               status.life_cycle == card::layout::LifeCycle::kInUse;
      }};
  const std::chrono::seconds patience(parse_number("wait", options.wait));
  return card::pcsc::find_card(card::pcsc::Context(), wanted, patience);
}

std::string_view name_of(SwipeResult result) {
  constexpr std::string_view kNames[] = {"started", "settled", "released", "refused"};
  return kNames[static_cast<std::size_t>(result)];
}

void print(const SwipeReport& report, Output output) {
  if (output == Output::kText) {
    fmt::print("{}\n", report.text);
    return;
  }
  const json fields = {{"result", name_of(report.result)},
                       {"amount_fen", report.amount.fen()},
                       {"left_fen", report.left.fen()},
                       {"text", report.text}};
  fmt::print("{}\n", fields.dump());
}

// A display has room for the end of a number.
void print_session(const Meter& meter) {
  if (!meter.session) {
    fmt::print("session: none\n");
    return;
  }
  constexpr std::string_view kPhases[] = {"locking", "running", "tripped", "settling"};
  const auto& session = *meter.session;
  fmt::print("session: {}, card {}, since {}, {} pulses\n",
             kPhases[static_cast<std::size_t>(session.phase)], session.card.masked(),
             base::format(session.start), session.pulses);
}

}  // namespace

int make_meter(const Options& options) {
  Esam esam(options.esam);
  const auto number = base::bcd_of(options.meter);
  if (options.meter.size() != kMeterDigits) {
    base::fail(Fault::kMalformed, "meter number is '{}', expected {} digits", options.meter,
               kMeterDigits);
  }
  const auto terminal = esam.terminal();
  if (!base::equal(number, terminal)) {
    base::fail(Fault::kConflict, "the ESAM is of meter {}, not {}", base::to_hex(terminal),
               options.meter);
  }
  const Tariff tariff{parse_number("constant", options.constant),
                      parse_number("ratio", options.ratio), parse_price(options.price)};
  require_sane(tariff);
  MeterFile::create(options.image,
                    {Meter{options.meter, terminal, base::CountyCode::parse(options.area), tariff},
                     std::filesystem::absolute(options.esam).string()});
  fmt::print("meter {}: {}\n", options.meter, options.image);
  return 0;
}

int swipe_card(const Options& options) {
  MeterFile file(options.image);
  Esam esam(file.esam_path());
  const auto link = find_user_card(options);
  card::Session card(*link);
  const auto report = swipe(file.meter(), card, esam.session(),
                            {[&](const Meter& meter) { file.save(meter); }, time_of(options)});
  print(report, options.output);
  return report.result == SwipeResult::kRefused ? base::row_of(Fault::kRefused).exit_status : 0;
}

int run_pump(const Options& options) {
  MeterFile file(options.image);
  auto& meter = file.meter();
  const std::uint64_t wanted = parse_number("pulses", options.pulses);
  const auto relay_before = meter.relay;
  std::uint64_t flowed = 0;
  while (flowed < wanted && meter.relay == relay_before) {
    auto portion = std::min(pulses_between_saves(meter.tariff), wanted - flowed);
    if (const auto left = pulses_until_trip(meter)) portion = std::min(portion, *left);
    meter = apply(meter, PulsesCounted{portion});
    file.save(meter);
    flowed += portion;
  }
  const bool has_tripped = meter.relay != relay_before;
  fmt::print("{} pulses{}\n", flowed, has_tripped ? ", then the money was used up: pump off" : "");
  if (relay_before == Relay::kOpen) fmt::print("the relay was open: this energy is a fault\n");
  return 0;
}

int lose_mains(const Options& options) {
  MeterFile file(options.image);
  auto& meter = file.meter();
  meter = apply(meter, MainsLost{});
  file.save(meter);
  if (!meter.session) {
    fmt::print("mains lost and back, no session was open\n");
    return 0;
  }
  Esam esam(file.esam_path());
  suspend_session(meter, esam.session(),
                  {[&](const Meter& next) { file.save(next); }, time_of(options)});
  fmt::print("mains lost and back: the session is suspended, {} wait for their cards\n",
             meter.suspended.size());
  return 0;
}

int show_meter(const Options& options) {
  MeterFile file(options.image);
  const auto& meter = file.meter();
  if (options.output == Output::kJson) {
    auto fields = json::parse(encode_image({meter, file.esam_path()}));
    fmt::print("{}\n", fields.dump());
    return 0;
  }
  constexpr std::uint32_t kYuan = 10'000;
  fmt::print("meter {}, county {}, {} imp/kWh, ratio {}, {}.{:04} yuan/kWh\n", meter.number,
             meter.area.digits(), meter.tariff.constant, meter.tariff.ratio,
             meter.tariff.price / kYuan, meter.tariff.price % kYuan);
  fmt::print("relay {}, total {} pulses, of them fault {}\n",
             meter.relay == Relay::kClosed ? "closed" : "open", meter.total_pulses,
             meter.fault_pulses);
  print_session(meter);
  fmt::print("{} usage records, {} suspended, {} swipe faults\n", meter.usage.size(),
             meter.suspended.size(), meter.swipe_faults.size());
  return 0;
}

int write_records(const Options& options) {
  MeterFile file(options.image);
  base::write_durably(options.json_file, encode_harvest(file.meter()));
  const auto& meter = file.meter();
  fmt::print("{} records: {}\n",
             meter.usage.size() + meter.suspended.size() + meter.swipe_faults.size(),
             options.json_file);
  return 0;
}

}  // namespace meter

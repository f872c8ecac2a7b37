// What is done with a file of the county station: PSAM keys, tool cards, the release of a lock.
#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/core/durable_file.h"
#include "cos-apdu/layout/field_card.h"
#include "salesdesk/commands/commands.h"
#include "salesdesk/commands/counter.h"
#include "salesdesk/trade/packages.h"
#include "salesdesk/trade/shift.h"

namespace desk::commands {

namespace {

using nlohmann::json;

constexpr std::uint8_t kInUse = 5;

json object_of(const wellkey_reading& reading) {
  return {{"terminal", reading.terminal},   {"date", reading.date},
          {"time", reading.time},           {"energy", reading.energy},
          {"money_fen", reading.money_fen}, {"sessions", reading.sessions},
          {"suspended", reading.suspended}};
}

json object_of(const wellkey_tool_card& card) {
  json object = {{"serial", card.serial}, {"in_use", card.life_cycle == kInUse}};
  if (card.life_cycle != kInUse) return object;
  object.update({{"subtype", card.subtype},
                 {"county", card.county},
                 {"key_version", card.key_version},
                 {"valid_from", card.valid_from},
                 {"valid_until", card.valid_until},
                 {"well_group", card.well_group},
                 {"uses", card.uses},
                 {"uses_left", card.uses_left}});
  object["readings"] = json::array();
  for (std::uint32_t at = 0; at < card.readings_count; ++at)
    object["readings"].push_back(object_of(card.readings[at]));
  return object;
}

terminal::Text sentence_of(const wellkey_tool_card& card) {
  if (card.life_cycle != kInUse)
    return {fmt::format("tool card {} is not issued yet", card.serial),
            fmt::format("工具卡 {} 尚未发行", card.serial)};
  const auto& tool = card::layout::tool_of_byte(card.subtype);
  terminal::Text text{
      fmt::format("{} {}, county {}, {} to {}, {} of {} uses left, {} readings", tool.english,
                  card.serial, card.county, card.valid_from, card.valid_until, card.uses_left,
                  card.uses, card.readings_count),
      fmt::format("{} {}，县码 {}，有效期 {} 至 {}，可用 {}/{} 次，抄表记录 {} 条", tool.chinese,
                  card.serial, card.county, card.valid_from, card.valid_until, card.uses_left,
                  card.uses, card.readings_count)};
  for (std::uint32_t at = 0; at < card.readings_count; ++at) {
    const auto& reading = card.readings[at];
    const auto energy = fmt::format("{}.{:02}", reading.energy / 100, reading.energy % 100);
    const auto money = base::format(base::Amount::fen(reading.money_fen));
    text.english += fmt::format("\n  meter {} on {} {}: {} kWh, {} yuan, {} sessions, {} suspended",
                                reading.terminal, reading.date, reading.time, energy, money,
                                reading.sessions, reading.suspended);
    text.chinese += fmt::format("\n  表号 {}，{} {}：{} 千瓦时，{} 元，用电 {} 次，未结 {} 次",
                                reading.terminal, reading.date, reading.time, energy, money,
                                reading.sessions, reading.suspended);
  }
  return text;
}

void print(const Counter& counter, const wellkey_tool_card& card) {
  counter.print(object_of(card), sentence_of(card));
}

}  // namespace

int modify_psam(const Options& options, const std::string& file) {
  const base::Bytes package = base::read_file(file);
  Counter counter(options);
  modify_psam_keys(counter.desk(), counter.reader(), package);
  counter.print({{"file", file}},
                {"the PSAM stands at the package's key version", "PSAM卡密钥已更新到该版本"});
  return 0;
}

int issue_tool(const Options& options, const std::string& file) {
  const base::Bytes package = base::read_file(file);
  Counter counter(options);
  print(counter, issue_tool_card(counter.desk(), counter.reader(), package));
  return 0;
}

int read_tool(const Options& options) {
  Counter counter(options);
  print(counter, counter.reader().tool_card());
  return 0;
}

int release(const Options& options, const std::string& file) {
  const base::Bytes package = base::read_file(file);
  Counter counter(options);
  require_shift(counter.desk());
  const bool order = is_county_order(package);
  Reader& reader = order ? counter.reader_for_money() : counter.reader();
  const auto pin = order ? counter.holder_pin() : base::SecretBytes();
  const Released done = release_lock(counter.desk(), reader, package, pin);
  const auto consumed = base::format(done.consumed);
  const auto left = base::format(done.balance_after);
  counter.print(
      {{"card", done.card.digits()},
       {"consumed_fen", done.consumed.fen()},
       {"balance_fen", done.balance_after.fen()},
       {"by_order", done.by_order}},
      {fmt::format("card {} is released by the {}: {} yuan debited, balance {} yuan",
                   done.card.masked(), done.by_order ? "county's order" : "meter's settlement",
                   consumed, left),
       fmt::format("卡 {} 已按{}解除锁定：扣款 {} 元，卡内余额 {} 元", done.card.masked(),
                   done.by_order ? "县局指令" : "电表结算", consumed, left)});
  return 0;
}

}  // namespace desk::commands

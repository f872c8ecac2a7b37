// Setting up a desk, shifts, and what is shown or imported without selling.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/core/error.h"
#include "salesdesk/commands/commands.h"
#include "salesdesk/commands/counter.h"
#include "salesdesk/reading/harvest.h"
#include "salesdesk/trade/books.h"
#include "salesdesk/trade/shift.h"

namespace desk::commands {

namespace {

using nlohmann::json;

std::string yuan(std::int64_t fen) {
  const std::string text = base::format(base::Amount::fen(fen < 0 ? -fen : fen));
  return fen < 0 ? "-" + text : text;
}

json object_of(const CardBalance& card) {
  return {{"card", card.card},
          {"sold_fen", card.sold_fen},
          {"consumed_fen", card.consumed_fen},
          {"on_card_fen", card.on_card_fen},
          {"seen", card.seen},
          {"difference_fen", card.difference_fen()}};
}

}  // namespace

int init_desk(const Options& options, const InitOptions& fixed) {
  const Settings settings{base::CountyCode::parse(fixed.county),
                          base::parse_mode(fixed.mode),
                          fixed.origin,
                          fixed.signer,
                          fixed.profile,
                          {}};
  write_settings(options.desk, settings);
  Counter counter(options);
  counter.print(
      {{"desk", options.desk}, {"county", fixed.county}, {"mode", fixed.mode}},
      {fmt::format("desk {} of county {} is set up, mode {}", options.desk, fixed.county,
                   fixed.mode),
       fmt::format("售电台 {} 已建立，县码 {}，模式 {}", options.desk, fixed.county, fixed.mode)});
  return 0;
}

int open_shift(const Options& options, const std::string& clerk) {
  Counter counter(options);
  counter.reader_for_money();
  const Shift shift = begin_shift(counter.desk(), clerk);
  counter.print({{"shift", shift.id}, {"clerk", shift.clerk}},
                {fmt::format("shift {} of {} is open", shift.id, shift.clerk),
                 fmt::format("第 {} 班已开，售电员 {}", shift.id, shift.clerk)});
  return 0;
}

int close_shift(const Options& options) {
  Counter counter(options);
  const CashUp sum = end_shift(counter.desk());
  counter.print({{"top_ups", sum.top_ups},
                 {"cash_fen", sum.cash.fen()},
                 {"in_doubt_fen", sum.in_doubt.fen()}},
                {fmt::format("shift closed: {} top-ups, cash {} yuan, of it in doubt {} yuan",
                             sum.top_ups, base::format(sum.cash), base::format(sum.in_doubt)),
                 fmt::format("班次已结：购电 {} 笔，现金 {} 元，其中未决 {} 元", sum.top_ups,
                             base::format(sum.cash), base::format(sum.in_doubt))});
  return 0;
}

int harvest_file(const Options& options, const std::string& file) {
  Counter counter(options);
  const HarvestSum sum = harvest(counter.desk(), file);
  counter.print(
      {{"records", sum.records},
       {"imported", sum.imported},
       {"known", sum.known},
       {"alarms", sum.alarms},
       {"consumed_fen", sum.consumed_fen}},
      {fmt::format("{} records: {} imported, {} known, {} alarms; consumed {} yuan", sum.records,
                   sum.imported, sum.known, sum.alarms, yuan(sum.consumed_fen)),
       fmt::format("记录 {} 条：导入 {}，已有 {}，报警 {}；用电 {} 元", sum.records, sum.imported,
                   sum.known, sum.alarms, yuan(sum.consumed_fen))});
  return sum.alarms == 0 ? 0 : base::row_of(base::Fault::kConflict).exit_status;
}

int print_balance(const Options& options) {
  Counter counter(options);
  const Balance sum = balance(counter.desk());
  json cards = json::array();
  for (const CardBalance& card : sum.cards) cards.push_back(object_of(card));
  counter.print(
      {{"sold_fen", sum.sold_fen},
       {"consumed_fen", sum.consumed_fen},
       {"on_cards_fen", sum.on_cards_fen},
       {"difference_fen", sum.difference_fen()},
       {"in_doubt_fen", sum.in_doubt_fen},
       {"alarms", sum.alarms},
       {"cards", cards}},
      {fmt::format("sold {} = consumed {} + on cards {} + difference {} yuan; in doubt {}",
                   yuan(sum.sold_fen), yuan(sum.consumed_fen), yuan(sum.on_cards_fen),
                   yuan(sum.difference_fen()), yuan(sum.in_doubt_fen)),
       fmt::format("售电 {} = 用电 {} + 卡内 {} + 差额 {} 元；未决 {} 元", yuan(sum.sold_fen),
                   yuan(sum.consumed_fen), yuan(sum.on_cards_fen), yuan(sum.difference_fen()),
                   yuan(sum.in_doubt_fen))});
  return 0;
}

}  // namespace desk::commands

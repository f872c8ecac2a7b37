// What is done with the card on the reader: open an account, top up, recover, show.
#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/core/error.h"
#include "base/crypto/random.h"
#include "salesdesk/commands/commands.h"
#include "salesdesk/commands/counter.h"
#include "salesdesk/trade/account.h"
#include "salesdesk/trade/books.h"
#include "salesdesk/trade/settle.h"
#include "salesdesk/trade/top_up.h"

namespace desk::commands {

namespace {

using base::Fault;
using nlohmann::json;

constexpr std::size_t kRequestBytes = 16;

// What the clerk reads and does in each state.
struct StateText {
  TopUpState state;
  int exit_status;
  std::string_view chinese;
  std::string_view english;
};

constexpr int status_of(Fault fault) {
  return base::row_of(fault).exit_status;
}

// clang-format off
constexpr std::array kStateTexts = {
    StateText{TopUpState::kDone, 0,
              "购电成功", "the money is on the card"},
    StateText{TopUpState::kVoid, status_of(Fault::kWrongState),
              "未写卡，请退款", "nothing is on the card: give the money back"},
    StateText{TopUpState::kDoubt, status_of(Fault::kUncertain),
              "结果不明：请放回同一张卡，不要再收款",
              "not known yet: put the same card back, take no money again"},
    StateText{TopUpState::kReview, status_of(Fault::kTampered),
              "卡内记录与本笔不符，请报主管", "the card tells another story: call the supervisor"},
    StateText{TopUpState::kArmed, status_of(Fault::kUncertain),
              "结果不明：请放回同一张卡", "not known yet: put the same card back"},
    StateText{TopUpState::kIntent, status_of(Fault::kUncertain),
              "尚未写卡", "not written yet"},
};

// clang-format on

const StateText& text_of(TopUpState state) {
  return *std::find_if(kStateTexts.begin(), kStateTexts.end(),
                       [&](const StateText& row) { return row.state == state; });
}

int report(Counter& counter, const TopUp& top_up) {
  Journal journal(counter.desk());
  const auto receipt = journal.receipt_of(top_up);
  const StateText& text = text_of(top_up.state);
  const std::string amount = base::format(top_up.order.amount);
  const std::string reason = journal.reason_of(top_up);
  json object = {{"top_up", top_up.id},
                 {"request", top_up.request},
                 {"card", top_up.order.card.digits()},
                 {"fen", top_up.order.amount.fen()},
                 {"state", row_of(top_up.state).name},
                 {"reason", reason}};
  std::string chinese =
      fmt::format("{}：{} 元，卡 {}", text.chinese, amount, top_up.order.card.masked());
  std::string english =
      fmt::format("{}: {} yuan, card {}", text.english, amount, top_up.order.card.masked());
  if (receipt) {
    object["receipt"] = receipt->number;
    object["balance_fen"] = receipt->balance_after.fen();
    object["tac"] = receipt->tac;
    const std::string balance = base::format(receipt->balance_after);
    chinese += fmt::format("，卡内余额 {} 元，票号 {}", balance, receipt->number);
    english += fmt::format(", balance {} yuan, receipt {}", balance, receipt->number);
  } else if (!reason.empty()) {
    chinese += "（" + reason + "）";
  }
  counter.print(object, {english, chinese});
  return text.exit_status;
}

std::string drawn_request() {
  return base::to_hex(crypto::random_bytes(kRequestBytes), base::HexCase::kLower);
}

}  // namespace

int open_account(const Options& options, const ApplicantOptions& applicant) {
  Counter counter(options);
  const CardSeen card = desk::open_account(
      counter.desk(), counter.reader(),
      {applicant.name, applicant.identity_no, applicant.village, applicant.approved_by});
  counter.print({{"card", card.number.digits()}, {"county", card.county.digits()}},
                {fmt::format("account opened for card {}", card.number.masked()),
                 fmt::format("已开户，卡 {}", card.number.masked())});
  return 0;
}

int top_up(const Options& options, const TopUpOptions& order) {
  const base::Amount amount = base::Amount::parse_yuan(order.yuan);
  Counter counter(options);
  require_shift(counter.desk());
  Reader& reader = counter.reader_for_money();
  const TopUpRequest request{order.request.empty() ? drawn_request() : order.request, amount,
                             counter.holder_pin()};
  return report(counter, sell(counter.desk(), reader, request));
}

int recover(const Options& options) {
  Counter counter(options);
  Reader& reader = counter.reader_for_money();
  const auto found = recover_presented(counter.desk(), reader, counter.holder_pin());
  if (found) return report(counter, *found);
  counter.print({{"state", nullptr}}, {"this card has no open top-up", "该卡没有未决购电"});
  return 0;
}

int settle(const Options& options) {
  Counter counter(options);
  const Settled settled = settle_lock(counter.desk(), counter.reader());
  const std::string used = base::format(settled.consumed);
  const std::string left = base::format(settled.balance_after);
  counter.print(
      {{"meter", settled.meter},
       {"consumed_fen", settled.consumed.fen()},
       {"balance_fen", settled.balance_after.fen()}},
      {fmt::format("the lock of meter {} is settled: {} yuan consumed, balance {} yuan",
                   settled.meter, used, left),
       fmt::format("已解扣，表号 {}：用电 {} 元，卡内余额 {} 元", settled.meter, used, left)});
  return 0;
}

int show(const Options& options) {
  Counter counter(options);
  Reader& reader = counter.reader();
  const CardSeen card = reader.look();
  const wellkey_lock_state lock = reader.lock();
  const bool grey = lock.state == WELLKEY_LOCK_GREY;
  note_sight(counter.desk(), sight_on(reader, card, lock, counter.desk().now()));
  const std::string locked = grey ? lock_text(lock) : "";
  counter.print(
      {{"card", card.number.digits()},
       {"county", card.county.digits()},
       {"balance_fen", card.balance.fen()},
       {"locked", grey},
       {"lock", locked}},
      {fmt::format("card {}, balance {} yuan", card.number.masked(), base::format(card.balance)),
       fmt::format("卡 {}，余额 {} 元 {}", card.number.masked(), base::format(card.balance),
                   locked)});
  return 0;
}

}  // namespace desk::commands

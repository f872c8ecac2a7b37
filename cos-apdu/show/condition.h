// In which condition a card is, and what its holder or clerk does next, in plain words.
#pragma once

#include <array>
#include <string_view>

#include "cos-apdu/show/look.h"

namespace card::show {

// In the order in which they are looked for: the first that holds counts.
enum class Condition {
  kNotOfThisSystem,
  kVoid,
  kDead,
  kNotIssued,
  kBlocked,
  kGreyLocked,
  kTacUnread,
  kPinBlocked,
  kCeilingUsed,
  kUsesOver,
  kExpired,
  kWell,
};

struct ConditionRow {
  Condition condition;
  std::string_view id;
  std::string_view english;
  std::string_view chinese;
  std::string_view next;  // what to do
  std::string_view next_chinese;
};

// clang-format off
inline constexpr std::array kConditions = {
    ConditionRow{Condition::kNotOfThisSystem, "not-of-this-system", "not a card of this system", "非本系统卡",
                 "expected a card that answers GET CARD STATUS (80 CA 01 00): check that it lies right, or take another card",
                 "应能应答取卡状态命令（80 CA 01 00）：请检查放置，或换卡"},
    ConditionRow{Condition::kVoid, "void", "void", "已作废",
                 "keep it apart and destroy it before two witnesses; it never works again",
                 "单独保管，由两人见证销毁，不可再用"},
    ConditionRow{Condition::kDead, "dead", "blocked for ever", "永久锁定",
                 "take it in; its holder gets a replacement card, the books know the balance",
                 "收回本卡并补卡，余额以账簿为准"},
    ConditionRow{Condition::kNotIssued, "not-issued", "not issued yet", "尚未发行",
                 "nothing can be done with it outside the station; issue it there",
                 "不能使用，请在发卡站发行"},
    ConditionRow{Condition::kBlocked, "blocked", "application blocked", "应用锁定",
                 "bring it to the station: it works again after APPLICATION UNBLOCK; its money is not lost",
                 "请到发卡站解锁，解锁后可继续使用，余额不丢失"},
    ConditionRow{Condition::kGreyLocked, "grey-locked", "locked by a pump that has not settled", "灰锁，未结算",
                 "swipe it at the same meter to settle; if that meter is out of order, go to the desk",
                 "请到同一电表刷卡结算，电表故障时到售电处办理"},
    ConditionRow{Condition::kTacUnread, "tac-unread", "settled, certificate not read yet", "已结算，交易验证码未读",
                 "nothing is owed: the next swipe, or the desk, reads the certificate",
                 "已结清，下次刷卡或售电处会读取验证码"},
    ConditionRow{Condition::kPinBlocked, "pin-blocked", "PIN blocked", "密码锁定",
                 "nobody can use it until its issuer unblocks the PIN or replaces the card",
                 "须由发卡单位解锁密码或换卡后才能使用"},
    ConditionRow{Condition::kCeilingUsed, "ceiling-used", "load ceiling used up", "圈存限额已用完",
                 "ask the county station for a refresh order; it sells nothing until then",
                 "请向县发卡站申请限额更新，更新前不能售电"},
    ConditionRow{Condition::kUsesOver, "uses-over", "all its uses are over", "使用次数已满",
                 "bring it back to the county station, which reads it and issues another",
                 "请交回县发卡站，读取后另发新卡"},
    ConditionRow{Condition::kExpired, "expired", "outside its dates", "不在有效期内",
                 "ask the issuer for new dates or a new card",
                 "请发卡单位更新有效期或换卡"},
    ConditionRow{Condition::kWell, "well", "ready for use", "可正常使用",
                 "nothing to do", "无需处理"},
};
// clang-format on

static_assert([] {
  for (std::size_t at = 0; at < kConditions.size(); ++at)
    if (static_cast<std::size_t>(kConditions.at(at).condition) != at) return false;
  return true;
}());

constexpr const ConditionRow& row_of(Condition condition) {
  return kConditions.at(static_cast<std::size_t>(condition));
}

// `today` is CCYYMMDD in BCD. No facts: not a card of this system.
Condition condition_of(const std::optional<CardFacts>& facts, const FixedBytes<4>& today);

}  // namespace card::show

// What each result of the C interface is called in both languages, and which fault it is to our own
// programs.
#pragma once

#include <array>
#include <string_view>

#include "base/core/error.h"
#include "cos-apdu/reader/wellkey_reader.h"

namespace card::reader {

struct ResultRow {
  wellkey_result result;
  base::Fault fault;
  std::string_view chinese;
  std::string_view english;
};

using base::Fault;

// clang-format off
inline constexpr std::array kResults = {
    ResultRow{WELLKEY_OK, Fault::kRefused,
              "成功", "done"},
    ResultRow{WELLKEY_BAD_ARGUMENT, Fault::kMalformed,
              "参数错误", "malformed argument"},
    ResultRow{WELLKEY_INTERNAL, Fault::kUnavailable,
              "动态库内部错误", "internal fault of the reader library"},
    ResultRow{WELLKEY_SERVICE_GONE, Fault::kUnavailable,
              "读卡服务不可用，请重新打开端口", "no PC/SC service, open the port again"},
    ResultRow{WELLKEY_NO_CARD, Fault::kNotFound,
              "读写器上没有用户卡", "no user card on any reader"},
    ResultRow{WELLKEY_TWO_CARDS, Fault::kConflict,
              "读写器上有多张同类卡", "more than one card of this kind, leave one"},
    ResultRow{WELLKEY_NO_PSAM, Fault::kNotFound,
              "未找到PSAM卡", "no PSAM in any reader"},
    ResultRow{WELLKEY_CARD_REMOVED, Fault::kDeviceLost,
              "卡片已被取走，金额未变", "the card was taken away, its money is as it was"},
    ResultRow{WELLKEY_CARD_RESET, Fault::kDeviceLost,
              "卡片被其他程序复位，请重试", "another program reset the card, begin again"},
    ResultRow{WELLKEY_NOT_TRANSACTED, Fault::kDeviceLost,
              "卡片无应答，金额未变", "the card did not answer, its money is as it was"},
    ResultRow{WELLKEY_SHORT_ANSWER, Fault::kDeviceLost,
              "卡片应答过短，金额未变", "the answer was shorter than two bytes, nothing changed"},
    ResultRow{WELLKEY_OTHER_CARD, Fault::kConflict,
              "读写器上不是原来那张卡", "another card than the one named lies on the reader"},
    ResultRow{WELLKEY_NO_TOOL_CARD, Fault::kNotFound,
              "读写器上没有工具卡", "no tool card on any reader"},
    ResultRow{WELLKEY_PIN_WRONG, Fault::kRefused,
              "密码错误", "wrong PIN"},
    ResultRow{WELLKEY_PIN_BLOCKED, Fault::kRefused,
              "密码已锁死", "the PIN is blocked"},
    ResultRow{WELLKEY_PIN_NEEDED, Fault::kWrongState,
              "请先校验密码", "verify the PIN first"},
    ResultRow{WELLKEY_CARD_LOCKED, Fault::kWrongState,
              "卡片已加灰锁，有未结算的用电", "the card is locked by an open well session"},
    ResultRow{WELLKEY_OTHER_COUNTY, Fault::kRefused,
              "外县卡，本县不能使用", "the card belongs to another county"},
    ResultRow{WELLKEY_CEILING, Fault::kRefused,
              "PSAM卡售电额度已用完", "the PSAM's ceiling is reached, ask the county for a refresh"},
    ResultRow{WELLKEY_MAC_REFUSED, Fault::kTampered,
              "卡片间认证失败", "the cards do not accept each other's proof"},
    ResultRow{WELLKEY_NOT_ENOUGH, Fault::kRefused,
              "卡内余额不足", "the purse holds less than the amount"},
    ResultRow{WELLKEY_CARD_REFUSED, Fault::kRefused,
              "卡片拒绝操作", "the card refused"},
    ResultRow{WELLKEY_STOPPED, Fault::kRefused,
              "操作已停止，金额未变", "stopped before the card got MAC2"},
    ResultRow{WELLKEY_NOT_LOCKED, Fault::kWrongState,
              "卡片没有待结算的灰锁", "there is no lock to settle"},
    ResultRow{WELLKEY_NOT_OPEN_FOR_USE, Fault::kWrongState,
              "卡片未启用或已作废", "the card is blank, void or blocked"},
    ResultRow{WELLKEY_KEY_VERSION, Fault::kWrongState,
              "密钥版本不衔接", "the key version of the package does not follow the card's"},
    ResultRow{WELLKEY_TERMINAL_NEEDED, Fault::kWrongState,
              "PSAM卡已绑定售电终端，本机没有终端密钥", "the PSAM is bound to a desk, this one has no key for it"},
    ResultRow{WELLKEY_TERMINAL_WRONG, Fault::kRefused,
              "PSAM卡不认本机", "the PSAM is bound to another desk"},
    ResultRow{WELLKEY_UNCERTAIN, Fault::kUncertain,
              "结果不明，请放回同一张卡", "outcome unknown, put the same card back, take no money again"},
    ResultRow{WELLKEY_TAC_REFUSED, Fault::kTampered,
              "金额已写入但TAC验证失败，请查证", "the amount is on the card but its TAC does not verify"},
    ResultRow{WELLKEY_TAC_UNCHECKED, Fault::kUncertain,
              "已完成，但PSAM卡未能验证", "done, but the PSAM went away before it could verify"},
};

// clang-format on

// A number that the interface does not name counts as an internal fault.
constexpr const ResultRow& row_of(int result) {
  const ResultRow* found = kResults.data();
  for (const ResultRow& row : kResults) {
    if (row.result == WELLKEY_INTERNAL) found = &row;
  }
  for (const ResultRow& row : kResults) {
    if (row.result == result) found = &row;
  }
  return *found;
}

}  // namespace card::reader

// What a card answers in its last two bytes, as a type with a meaning in words.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/core/bytes.h"

namespace card {

using base::Byte;
using base::Bytes;
using base::ByteView;
using base::FixedBytes;

class StatusWord {
 public:
  constexpr explicit StatusWord(std::uint16_t value) : value_(value) {}

  static constexpr StatusWord of(Byte sw1, Byte sw2) {
    return StatusWord(static_cast<std::uint16_t>((sw1 << 8) | sw2));
  }

  constexpr std::uint16_t value() const { return value_; }

  constexpr Byte sw1() const { return static_cast<Byte>(value_ >> 8); }

  constexpr Byte sw2() const { return static_cast<Byte>(value_ & 0xFF); }

  constexpr bool is_ok() const { return value_ == 0x9000; }

  // T=0: sw2() bytes wait for GET RESPONSE.
  constexpr bool has_more() const { return sw1() == 0x61; }

  // The command did nothing; repeat it with Le = sw2().
  constexpr bool corrects_le() const { return sw1() == 0x6C; }

  // 63Cx: a wrong PIN or MAC, x tries left.
  constexpr bool counts_tries() const { return (value_ & 0xFFF0) == 0x63C0; }

  constexpr unsigned tries_left() const { return value_ & 0x0FU; }

  bool operator==(const StatusWord&) const = default;

 private:
  std::uint16_t value_;
};

namespace status {
inline constexpr StatusWord kOk{0x9000};
inline constexpr StatusWord kFileInvalid{0x6283};
inline constexpr StatusWord kVerificationFailed{0x6300};
inline constexpr StatusWord kMemoryFailure{0x6581};
inline constexpr StatusWord kWrongLength{0x6700};
inline constexpr StatusWord kNotInThisState{0x6901};
inline constexpr StatusWord kWrongFileType{0x6981};
inline constexpr StatusWord kSecurityNotSatisfied{0x6982};
inline constexpr StatusWord kAuthenticationBlocked{0x6983};
inline constexpr StatusWord kNoChallenge{0x6984};
inline constexpr StatusWord kConditionNotSatisfied{0x6985};
inline constexpr StatusWord kMacMissing{0x6987};
inline constexpr StatusWord kMacWrong{0x6988};
inline constexpr StatusWord kWrongData{0x6A80};
inline constexpr StatusWord kNotSupported{0x6A81};
inline constexpr StatusWord kFileNotFound{0x6A82};
inline constexpr StatusWord kRecordNotFound{0x6A83};
inline constexpr StatusWord kNoSpace{0x6A84};
inline constexpr StatusWord kWrongP1P2{0x6A86};
inline constexpr StatusWord kKeyNotFound{0x6A88};
inline constexpr StatusWord kOffsetOutOfRange{0x6B00};
inline constexpr StatusWord kUnknownInstruction{0x6D00};
inline constexpr StatusWord kUnknownClass{0x6E00};
inline constexpr StatusWord kUnknownFailure{0x6F00};
inline constexpr StatusWord kMacInvalid{0x9302};
inline constexpr StatusWord kApplicationDead{0x9303};
inline constexpr StatusWord kNotEnoughMoney{0x9401};
inline constexpr StatusWord kCounterAtMaximum{0x9402};
inline constexpr StatusWord kKeyVersionUnknown{0x9403};
inline constexpr StatusWord kProofNotAvailable{0x9406};

constexpr StatusWord tries_left(unsigned tries) {
  return StatusWord(static_cast<std::uint16_t>(0x63C0U | (tries & 0x0FU)));
}

constexpr StatusWord more(std::size_t bytes) {
  return StatusWord(static_cast<std::uint16_t>(0x6100U | (bytes & 0xFFU)));
}

constexpr StatusWord exact_le(std::size_t bytes) {
  return StatusWord(static_cast<std::uint16_t>(0x6C00U | (bytes & 0xFFU)));
}
}  // namespace status

// A terminal understands every word; some are said by cards of other makers only.
enum class SaidBy { kOurCards, kOtherMakers };

// A row holds for all words that agree with `value` in the bits of `mask`.
struct StatusRow {
  std::uint16_t value;
  std::uint16_t mask;
  std::string_view english;
  std::string_view chinese;
  SaidBy said_by = SaidBy::kOurCards;
};

inline constexpr std::array kStatusRows = {
    StatusRow{0x9000, 0xFFFF, "done", "成功"},
    StatusRow{0x6100, 0xFF00, "answer bytes wait", "有数据待取"},
    StatusRow{0x6281, 0xFFFF, "returned data may be wrong", "回送数据可能错误",
              SaidBy::kOtherMakers},
    StatusRow{0x6283, 0xFFFF, "selected file is invalid", "选择文件无效"},
    StatusRow{0x6300, 0xFFFF, "verification failed", "验证失败", SaidBy::kOtherMakers},
    StatusRow{0x63C0, 0xFFF0, "wrong value, one try less", "验证失败，剩余次数"},
    StatusRow{0x6400, 0xFFFF, "failed, nothing changed", "状态未改变", SaidBy::kOtherMakers},
    StatusRow{0x6581, 0xFFFF, "card memory could not be written", "写存储器失败"},
    StatusRow{0x6700, 0xFFFF, "wrong length", "长度错误"},
    StatusRow{0x6900, 0xFFFF, "command cannot be executed", "不能处理", SaidBy::kOtherMakers},
    StatusRow{0x6901, 0xFFFF, "not accepted in this state of the module", "命令不接受"},
    StatusRow{0x6981, 0xFFFF, "wrong file type", "文件类型不匹配"},
    StatusRow{0x6982, 0xFFFF, "security state is not satisfied", "安全状态不满足"},
    StatusRow{0x6983, 0xFFFF, "key or PIN is blocked", "认证方法锁定"},
    StatusRow{0x6984, 0xFFFF, "no fresh challenge", "随机数无效"},
    StatusRow{0x6985, 0xFFFF, "condition of use is not satisfied", "使用条件不满足"},
    StatusRow{0x6987, 0xFFFF, "secure messaging MAC is missing", "无安全报文"},
    StatusRow{0x6988, 0xFFFF, "secure messaging MAC is wrong", "安全报文数据错误"},
    StatusRow{0x6A80, 0xFFFF, "wrong data field", "数据域错误"},
    StatusRow{0x6A81, 0xFFFF, "not supported, or card or application blocked",
              "功能不支持或卡锁定"},
    StatusRow{0x6A82, 0xFFFF, "file not found", "文件未找到"},
    StatusRow{0x6A83, 0xFFFF, "record not found", "记录未找到"},
    StatusRow{0x6A84, 0xFFFF, "not enough space", "空间不足"},
    StatusRow{0x6A86, 0xFFFF, "wrong P1 or P2", "参数错误"},
    StatusRow{0x6A88, 0xFFFF, "key or data not found", "密钥未找到"},
    StatusRow{0x6B00, 0xFFFF, "offset out of range", "偏移量越界"},
    StatusRow{0x6C00, 0xFF00, "wrong Le", "Le错误"},
    StatusRow{0x6D00, 0xFFFF, "unknown instruction", "INS不支持"},
    StatusRow{0x6E00, 0xFFFF, "unknown class", "CLA不支持"},
    StatusRow{0x6F00, 0xFFFF, "unknown failure", "未知错误"},
    StatusRow{0x9302, 0xFFFF, "MAC is invalid", "MAC无效"},
    StatusRow{0x9303, 0xFFFF, "application is blocked for ever", "应用永久锁定"},
    StatusRow{0x9401, 0xFFFF, "not enough money", "金额不足"},
    StatusRow{0x9402, 0xFFFF, "transaction counter is at its maximum", "交易计数器达最大值"},
    StatusRow{0x9403, 0xFFFF, "key index or version is not held", "密钥索引不支持"},
    StatusRow{0x9406, 0xFFFF, "proof is not available, or number differs", "所需MAC不可用"},
};

// nullptr for a word that is not in the table.
const StatusRow* find_row(StatusWord word);

// "6985" (hexadecimal, four digits)
std::string format(StatusWord word);

// "6985, condition of use is not satisfied"; "63C2, wrong value, one try less (2 left)"
std::string describe(StatusWord word);
std::string describe_in_chinese(StatusWord word);

}  // namespace card

// Where the public sources of the card formats disagree, one row a question: what a card does is the
// row's first choice, unless its image says otherwise.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <tuple>

#include "base/core/bytes.h"

namespace card {

using base::Byte;
using base::Bytes;
using base::ByteView;

// The value of an enumerator is its column in the row of kCosRows.
enum class RecordSn : Byte { kAfter, kBefore };
enum class GreyMac2Sn : Byte { kTwoBytes, kOneByte };
enum class GtacInput : Byte { kBalanceAndSn, kAmountZero };
enum class NeverLocked : Byte { kZeros, kRefused };
enum class TacUnreadLock : Byte { kRefused, kAllowed };
enum class BlockedSelect : Byte { kNotSupported, kFileInvalid };
enum class CompositeSuffix : Byte { kSecurityCode, kNone };
enum class PinUnblockId : Byte { kEither, kP1, kP2, kNone };
enum class BalancePin : Byte { kDeposit, kNever };
enum class MacTries : Byte { kThree, kUnlimited };
enum class GreyDebitSn : Byte { kEither, kOfInitialize, kOfLockProof };
enum class SamTacInput : Byte { kWithTime, kWithoutTime };
enum class SamSnInstant : Byte { kAtMac1, kAtCredit };
enum class SamMac2Tries : Byte { kOfLock, kOfModule };
enum class CryptLimit : Byte { kWholeField, k120 };

// The order of the rows, and of the bytes in an image; rows are only ever appended.
using CosChoices = std::tuple<RecordSn, GreyMac2Sn, GtacInput, NeverLocked, TacUnreadLock,
                              BlockedSelect, CompositeSuffix, PinUnblockId, BalancePin, MacTries,
                              GreyDebitSn, SamTacInput, SamSnInstant, SamMac2Tries, CryptLimit>;

inline constexpr std::size_t kCosRowCount = std::tuple_size_v<CosChoices>;
inline constexpr std::size_t kMostCosChoices = 4;

struct CosRow {
  std::string_view name;
  std::string_view question;
  std::array<std::string_view, kMostCosChoices> choices;  // the first is the default
};

inline constexpr std::array<CosRow, kCosRowCount> kCosRows = {
    CosRow{"record-sn", "number in a transaction record", {"after", "before"}},
    CosRow{"grey-mac2-sn", "width of the number under MAC2 of a grey lock", {"2", "1"}},
    CosRow{"gtac", "what GTAC is computed over", {"balance-and-sn", "amount-zero"}},
    CosRow{"never-locked", "lock proof of a card never locked", {"zeros", "6985"}},
    CosRow{"tac-unread-lock", "new lock while a TAC is unread", {"refused", "allowed"}},
    CosRow{"blocked-select", "SELECT of a blocked application", {"6A81", "6283"}},
    CosRow{"composite-suffix", "suffix of a composite MAC1", {"security-code", "none"}},
    CosRow{"pin-unblock-id", "where PIN UNBLOCK names the PIN", {"either", "p1", "p2", "none"}},
    CosRow{"balance-pin", "PIN before GET BALANCE", {"deposit", "never"}},
    CosRow{"mac-tries", "wrong MAC2 before the application blocks", {"3", "unlimited"}},
    CosRow{"grey-debit-sn", "number in E0 44", {"either", "initialize", "lock-proof"}},
    CosRow{"sam-tac", "end of the input of a SAM-TAC", {"date-and-time", "none"}},
    CosRow{"sam-sn", "when a purchase uses a terminal number up", {"mac1", "credit"}},
    CosRow{"sam-mac2-tries", "what the ten tries of E0 42 are counted for", {"lock", "module"}},
    CosRow{"crypt-limit", "data bytes of DES CRYPT", {"255", "120"}},
};

template <typename Choice>
constexpr std::size_t cos_row_of() {
  return []<typename... All>(const std::tuple<All...>*) {
    std::size_t at = 0;
    static_cast<void>(((std::is_same_v<Choice, All> || (++at, false)) || ...));
    return at;
  }(static_cast<const CosChoices*>(nullptr));
}

// One choice in every row; the defaults when nothing was set.
class CosProfile {
 public:
  template <typename Choice>
  constexpr Choice get() const {
    return static_cast<Choice>(columns_[cos_row_of<Choice>()]);
  }

  template <typename Choice>
  constexpr CosProfile with(Choice choice) const {
    CosProfile out = *this;
    out.columns_[cos_row_of<Choice>()] = static_cast<Byte>(choice);
    return out;
  }

  // "record-sn=before"; throws kMalformed and names what was expected.
  void set(std::string_view text);

  // The name of this row's choice.
  std::string_view choice(std::size_t row) const {
    return kCosRows.at(row).choices.at(columns_.at(row));
  }

  bool operator==(const CosProfile&) const = default;

 private:
  friend Bytes encode(const CosProfile& profile);
  friend CosProfile decode_cos_profile(ByteView bytes);

  std::array<Byte, kCosRowCount> columns_{};
};

// One byte a row. An image with fewer rows takes the defaults for the rest; kMalformed for more
// rows and for a choice that its row does not have.
Bytes encode(const CosProfile& profile);
CosProfile decode_cos_profile(ByteView bytes);

}  // namespace card

// The schema of the scheme profile: each field with its form, its range and its meaning. The file is
// read, written, hashed, shown, compared and documented (docs/tables/scheme-profile.md) from these
// rows alone.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <variant>

#include "base/core/findings.h"
#include "derivation/profile.h"

namespace derivation {

enum class FieldForm : std::uint8_t {
  kText,        // one line; least to most bytes of UTF-8, and no field at all when least is 0
  kIdentifier,  // lower-case letters, digits and hyphens; least to most of them
  kDigits,      // exactly `most` decimal digits
  kSuite,       // the name of a suite
  kNumber,      // least to most
  kMarked,      // { value = hex of exactly `most` bytes, not all zeros, sample = true or false }
};

// Where a field stands in what was read.
using Slot =
    std::variant<std::string*, std::uint8_t*, std::uint16_t*, std::uint32_t*, base::Amount*,
                 crypto::SuiteId*, Marked<FactorValue>*, Marked<CountyTail>*>;

template <typename Owner>
struct Field {
  std::string_view path;  // as in TOML, with dots between tables
  FieldForm form;
  std::uint64_t least;
  std::uint64_t most;
  Slot (*slot)(Owner&);
  std::string_view english;
  std::string_view chinese;
};

// What the form and the range ask for, in words.
base::Expected expected_of(FieldForm form, std::uint64_t least, std::uint64_t most);

template <typename Owner>
base::Expected expected_of(const Field<Owner>& field) {
  return expected_of(field.form, field.least, field.most);
}

// The page docs/tables/scheme-profile.md.
std::string printed_profile_schema();

inline constexpr std::uint64_t kMostNameBytes = 96;
inline constexpr std::uint64_t kMostTextBytes = 256;
inline constexpr std::uint64_t kLeastPinDigits = 4;
inline constexpr std::uint64_t kMostPinDigits = 12;
inline constexpr std::uint64_t kMostTries = 15;
inline constexpr std::uint64_t kMostDays = 36'500;
inline constexpr std::uint64_t kMostFen = static_cast<std::uint64_t>(base::Amount::kMostOnCard);
inline constexpr std::uint64_t kMostPrice = 1'000'000;  // 100 yuan per kWh

using ProfileField = Field<Profile>;

template <Purpose purpose>
constexpr ProfileField purpose_field(std::string_view path) {
  return {path,
          FieldForm::kMarked,
          0,
          std::tuple_size_v<FactorValue>,
          [](Profile& p) -> Slot { return &p.purposes.at(std::size_t{byte_of(purpose)} - 1); },
          row_of(purpose).english,
          row_of(purpose).chinese};
}

constexpr ProfileField text_field(std::string_view path, std::uint64_t least, std::uint64_t most,
                                  Slot (*slot)(Profile&), std::string_view english,
                                  std::string_view chinese) {
  return {path, FieldForm::kText, least, most, slot, english, chinese};
}

constexpr ProfileField number_field(std::string_view path, std::uint64_t least, std::uint64_t most,
                                    Slot (*slot)(Profile&), std::string_view english,
                                    std::string_view chinese) {
  return {path, FieldForm::kNumber, least, most, slot, english, chinese};
}

// `format` comes before all of them: the reader refuses another one before it believes a field.
inline constexpr std::array kProfileFields = {
    text_field(
        "name", 1, kMostNameBytes, [](Profile& p) -> Slot { return &p.name; }, "name of the scheme",
        "方案名称"),
    ProfileField{"suite", FieldForm::kSuite, 0, 0, [](Profile& p) -> Slot { return &p.suite; },
                 "algorithms of all keys", "全部密钥的算法"},
    text_field(
        "tdes2_exception", 0, kMostTextBytes, [](Profile& p) -> Slot { return &p.tdes2_exception; },
        "reference of the signed exception for suite tdes2", "采用tdes2的书面批准文号"),
    number_field(
        "first_version", 1, 255, [](Profile& p) -> Slot { return &p.first_version; },
        "key version of a new scheme, part of each factor", "初始密钥版本，计入各分散因子"),
    purpose_field<Purpose::kLoad>("purpose.load"),
    purpose_field<Purpose::kPurchase>("purpose.purchase"),
    purpose_field<Purpose::kTac>("purpose.tac"),
    purpose_field<Purpose::kUnload>("purpose.unload"),
    purpose_field<Purpose::kPinUnblock>("purpose.pin-unblock"),
    purpose_field<Purpose::kPinReload>("purpose.pin-reload"),
    purpose_field<Purpose::kMaintenance>("purpose.maintenance"),
    purpose_field<Purpose::kCardControl>("purpose.card-control"),
    purpose_field<Purpose::kMeterParameters>("purpose.meter-parameters"),
    purpose_field<Purpose::kTool>("purpose.tool"),
    purpose_field<Purpose::kHandheld>("purpose.handheld"),
    purpose_field<Purpose::kPsamControl>("purpose.psam-control"),
    purpose_field<Purpose::kEsamControl>("purpose.esam-control"),
    purpose_field<Purpose::kTransport>("purpose.transport"),
    purpose_field<Purpose::kAuditTag>("purpose.audit-tag"),
    ProfileField{"province.code", FieldForm::kDigits, 0, 2,
                 [](Profile& p) -> Slot { return &p.province_code; },
                 "GB/T 2260 code of the province", "省级行政区划代码"},
    text_field(
        "province.name", 1, kMostNameBytes, [](Profile& p) -> Slot { return &p.province_name; },
        "name of the province", "省名"),
    ProfileField{"province.factor", FieldForm::kMarked, 0, std::tuple_size_v<FactorValue>,
                 [](Profile& p) -> Slot { return &p.province; }, "factor from master to province",
                 "总控至省级的分散因子"},
    number_field(
        "pin.leader.least", kLeastPinDigits, kMostPinDigits,
        [](Profile& p) -> Slot { return &p.pins.leader.least; },
        "fewest PIN digits of a leader card", "领导卡：PIN最少位数"),
    number_field(
        "pin.leader.most", kLeastPinDigits, kMostPinDigits,
        [](Profile& p) -> Slot { return &p.pins.leader.most; }, "most PIN digits of a leader card",
        "领导卡：PIN最多位数"),
    number_field(
        "pin.leader.tries", 1, kMostTries, [](Profile& p) -> Slot { return &p.pins.leader.tries; },
        "PIN tries of a leader card", "领导卡：PIN尝试次数"),
    number_field(
        "pin.role.least", kLeastPinDigits, kMostPinDigits,
        [](Profile& p) -> Slot { return &p.pins.role.least; }, "fewest PIN digits of a role card",
        "角色卡：PIN最少位数"),
    number_field(
        "pin.role.most", kLeastPinDigits, kMostPinDigits,
        [](Profile& p) -> Slot { return &p.pins.role.most; }, "most PIN digits of a role card",
        "角色卡：PIN最多位数"),
    number_field(
        "pin.role.tries", 1, kMostTries, [](Profile& p) -> Slot { return &p.pins.role.tries; },
        "PIN tries of a role card", "角色卡：PIN尝试次数"),
    number_field(
        "pin.pair.least", kLeastPinDigits, kMostPinDigits,
        [](Profile& p) -> Slot { return &p.pins.pair.least; },
        "fewest PIN digits of a mother and control card", "母卡及控制卡：PIN最少位数"),
    number_field(
        "pin.pair.most", kLeastPinDigits, kMostPinDigits,
        [](Profile& p) -> Slot { return &p.pins.pair.most; },
        "most PIN digits of a mother and control card", "母卡及控制卡：PIN最多位数"),
    number_field(
        "pin.pair.tries", 1, kMostTries, [](Profile& p) -> Slot { return &p.pins.pair.tries; },
        "PIN tries of a mother and control card", "母卡及控制卡：PIN尝试次数"),
    number_field(
        "pin.psam.least", kLeastPinDigits, kMostPinDigits,
        [](Profile& p) -> Slot { return &p.pins.psam.least; }, "fewest PIN digits of a PSAM",
        "PSAM卡：PIN最少位数"),
    number_field(
        "pin.psam.most", kLeastPinDigits, kMostPinDigits,
        [](Profile& p) -> Slot { return &p.pins.psam.most; }, "most PIN digits of a PSAM",
        "PSAM卡：PIN最多位数"),
    number_field(
        "pin.psam.tries", 1, kMostTries, [](Profile& p) -> Slot { return &p.pins.psam.tries; },
        "PIN tries of a PSAM", "PSAM卡：PIN尝试次数"),
    number_field(
        "pin.tool.least", 0, kMostPinDigits, [](Profile& p) -> Slot { return &p.pins.tool.least; },
        "fewest PIN digits of a tool card, zeros for none", "工具卡，全零为无PIN：PIN最少位数"),
    number_field(
        "pin.tool.most", 0, kMostPinDigits, [](Profile& p) -> Slot { return &p.pins.tool.most; },
        "most PIN digits of a tool card, zeros for none", "工具卡，全零为无PIN：PIN最多位数"),
    number_field(
        "pin.tool.tries", 0, kMostTries, [](Profile& p) -> Slot { return &p.pins.tool.tries; },
        "PIN tries of a tool card, zeros for none", "工具卡，全零为无PIN：PIN尝试次数"),
    number_field(
        "pin.user.least", 0, kMostPinDigits, [](Profile& p) -> Slot { return &p.pins.user.least; },
        "fewest PIN digits of a user card, zeros for none", "用户卡，全零为无PIN：PIN最少位数"),
    number_field(
        "pin.user.most", 0, kMostPinDigits, [](Profile& p) -> Slot { return &p.pins.user.most; },
        "most PIN digits of a user card, zeros for none", "用户卡，全零为无PIN：PIN最多位数"),
    number_field(
        "pin.user.tries", 0, kMostTries, [](Profile& p) -> Slot { return &p.pins.user.tries; },
        "PIN tries of a user card, zeros for none", "用户卡，全零为无PIN：PIN尝试次数"),
    number_field(
        "ceiling.psam_money_fen", 1, kMostFen,
        [](Profile& p) -> Slot { return &p.ceilings.psam_money; },
        "fen that one PSAM loads before a refresh order", "单张PSAM卡授权前可圈存金额（分）"),
    number_field(
        "ceiling.psam_count", 1, std::numeric_limits<std::uint32_t>::max(),
        [](Profile& p) -> Slot { return &p.ceilings.psam_count; },
        "loads of one PSAM before a refresh order", "单张PSAM卡授权前可圈存次数"),
    number_field(
        "ceiling.single_load_fen", 1, kMostFen,
        [](Profile& p) -> Slot { return &p.ceilings.single_load; }, "fen of one load",
        "单次圈存上限（分）"),
    number_field(
        "ceiling.purse_fen", 1, kMostFen, [](Profile& p) -> Slot { return &p.ceilings.purse; },
        "fen in one purse", "钱包余额上限（分）"),
    number_field(
        "ceiling.order_uses", 1, std::numeric_limits<std::uint16_t>::max(),
        [](Profile& p) -> Slot { return &p.ceilings.order_uses; },
        "uses of one modify, restore or tool card", "修改卡、还原卡、工具卡可用次数"),
    number_field(
        "validity.pair_days", 1, kMostDays,
        [](Profile& p) -> Slot { return &p.validity.pair_days; },
        "days from issue of a mother and control card", "母卡及控制卡有效天数"),
    number_field(
        "validity.psam_days", 1, kMostDays,
        [](Profile& p) -> Slot { return &p.validity.psam_days; }, "days from issue of a PSAM",
        "PSAM卡有效天数"),
    number_field(
        "validity.tool_days", 1, kMostDays,
        [](Profile& p) -> Slot { return &p.validity.tool_days; }, "days from issue of a tool card",
        "工具卡有效天数"),
    number_field(
        "validity.user_days", 1, kMostDays,
        [](Profile& p) -> Slot { return &p.validity.user_days; }, "days from issue of a user card",
        "用户卡有效天数"),
    ProfileField{"county.tail", FieldForm::kMarked, 0, std::tuple_size_v<CountyTail>,
                 [](Profile& p) -> Slot { return &p.county_tail; },
                 "last bytes of each county's factor, after its code",
                 "县级分散因子尾部，接县代码"},
    text_field(
        "county.source", 1, kMostTextBytes, [](Profile& p) -> Slot { return &p.county_source; },
        "where the list of counties comes from", "县(市)名单来源"),
};

static_assert([] {
  for (const auto& row : kPurposes) {
    int found = 0;
    for (const auto& field : kProfileFields)
      if (field.path.starts_with("purpose.") && field.path.substr(8) == row.id) ++found;
    if (found != 1) return false;
  }
  return true;
}());

// [[price]], one table each; ids stand once.
inline constexpr std::string_view kPriceList = "price";
inline constexpr std::array kPriceFields = {
    Field<PriceDefault>{"id", FieldForm::kIdentifier, 1, 32,
                        [](PriceDefault& p) -> Slot { return &p.id; }, "id of a price", "电价标识"},
    Field<PriceDefault>{"name", FieldForm::kText, 1, kMostNameBytes,
                        [](PriceDefault& p) -> Slot { return &p.name; }, "its name", "电价名称"},
    Field<PriceDefault>{"price", FieldForm::kNumber, 1, kMostPrice,
                        [](PriceDefault& p) -> Slot { return &p.price; }, "0.0001 yuan per kWh",
                        "每千瓦时万分之一元"},
};

// county.list: [code, name, city] each; codes stand once and begin with province.code.
inline constexpr std::string_view kCountyList = "county.list";

struct CountyCells {
  std::string code;
  std::string name;
  std::string city;
};

inline constexpr std::array kCountyFields = {
    Field<CountyCells>{
        "code", FieldForm::kDigits, 0, 6, [](CountyCells& c) -> Slot { return &c.code; },
        "GB/T 2260 code of the county, part of its factor", "县级行政区划代码，计入分散因子"},
    Field<CountyCells>{"name", FieldForm::kText, 1, kMostNameBytes,
                       [](CountyCells& c) -> Slot { return &c.name; }, "name of the county",
                       "县(市)名"},
    Field<CountyCells>{"city", FieldForm::kText, 1, kMostNameBytes,
                       [](CountyCells& c) -> Slot { return &c.city; }, "city that it belongs to",
                       "所属市"},
};

}  // namespace derivation

#include "issuance/engine/card_files.h"

#include "cos-apdu/layout/purse_files.h"
#include "cos-apdu/layout/sam_files.h"

namespace issuance {

namespace {

using card::layout::encode;

constexpr std::int64_t kSecondsOfDay = 86400;

struct Validity {
  base::FixedBytes<4> from;
  base::FixedBytes<4> until;
};

Validity validity(base::UtcTime now, std::uint32_t days) {
  return {base::card_time(now).date,
          base::card_time({now.seconds + kSecondsOfDay * std::int64_t{days}}).date};
}

std::vector<FileContent> psam_files(const Order& order, const derivation::Serial8& serial,
                                    const derivation::Profile& profile, base::UtcTime now) {
  const Validity valid = validity(now, profile.validity.psam_days);
  const card::layout::SamApplicationInfo application{
      .county = order.county.value(), .valid_from = valid.from, .valid_until = valid.until};
  const card::layout::LoadCeiling ceiling{
      .seq = 1,
      .money = order.ceiling.value_or(profile.ceilings.psam_money),
      .count = profile.ceilings.psam_count,
      .valid_from = valid.from,
      .valid_until = valid.until,
      .issued = valid.from};
  return {
      {0x15, encode(card::layout::ModuleInfo{.serial = serial})},
      {0x16, base::bcd_of(order.device)},
      {0x17, encode(application)},
      {0x19, encode(ceiling)},
  };
}

std::vector<FileContent> esam_files(const Order& order, const derivation::Serial8& serial) {
  return {
      {0x15, encode(card::layout::ModuleInfo{.serial = serial})},
      {0x16, base::bcd_of(order.device)},
  };
}

// Holder and irrigation data are the desk's to fill when the account is opened.
std::vector<FileContent> user_card_files(const Order& order, const derivation::Profile& profile,
                                         base::UtcTime now) {
  const Validity valid = validity(now, profile.validity.user_days);
  const card::layout::ApplicationInfo application{.county = order.county.value(),
                                                  .number = order.number.value(),
                                                  .valid_from = valid.from,
                                                  .valid_until = valid.until};
  return {
      {0x15, encode(application)},
      {0x16, encode(card::layout::Holder{})},
      {0x17, encode(card::layout::IrrigationData{})},
  };
}

}  // namespace

std::vector<FileContent> file_contents(const Order& order, const derivation::Serial8& serial,
                                       const derivation::Profile& profile, base::UtcTime now) {
  switch (order.kind.card) {
    case CardKind::kPsam:
      return psam_files(order, serial, profile, now);
    case CardKind::kEsam:
      return esam_files(order, serial);
    case CardKind::kUser:
      return user_card_files(order, profile, now);
    default:
      return {};
  }
}

}  // namespace issuance

// The files of the user card, as values: application information (15), holder (16), irrigation
// data (17). The transaction record (18) is in user_card.h.
#pragma once

#include <string>

#include "base/core/amount.h"
#include "base/core/card_number.h"
#include "base/core/county_code.h"

namespace card::layout {

using base::Byte;
using base::Bytes;
using base::ByteView;
using base::FixedBytes;

// File 15: issuer8 appType1 appVersion1 ASN10 start4 end4 own2, 30 bytes. The issuer is the county
// code's three BCD bytes and five zeros.
struct ApplicationInfo {
  base::CountyCode county;
  Byte application_type = 0x02;  // wallet only
  Byte application_version = 0x01;
  base::CardNumber number;
  FixedBytes<4> valid_from{};  // CCYYMMDD in BCD
  FixedBytes<4> valid_until{};
};

// File 16: cardType1 staff1 name20 idNumber16 idType1, 39 bytes. The name is UTF-8 of at most 20
// bytes, cut at a whole character; the identity number keeps its last 16 characters.
struct Holder {
  Byte card_type = 0x01;
  std::string name;
  std::string id_number;
  Byte id_type = 0x00;  // resident identity card
};

// File 17: wellGroup4 quota4 tariffClass1 reserved51, 60 bytes. Quota in 0.01 kWh a season, 0 means
// none.
struct IrrigationData {
  std::uint32_t well_group = 0;
  std::uint32_t quota = 0;
  Byte tariff_class = 0;
};

Bytes encode(const ApplicationInfo& info);
Bytes encode(const Holder& holder);
Bytes encode(const IrrigationData& data);

// Throw kMalformed.
ApplicationInfo decode_application_info(ByteView bytes);
Holder decode_holder(ByteView bytes);
IrrigationData decode_irrigation_data(ByteView bytes);

}  // namespace card::layout

// Every file layout, written out by hand byte for byte: what it means, and that it encodes again.
#include <functional>
#include <set>

#include <doctest/doctest.h>

#include "base/core/error.h"
#include "cos-apdu/layout/card_files.h"
#include "cos-apdu/layout/field_card.h"
#include "cos-apdu/layout/purse_files.h"
#include "cos-apdu/layout/sam_files.h"
#include "cos-apdu/user_card.h"
#include "tests/completeness/trial.h"

namespace {

using namespace completeness;
namespace layout = card::layout;

// Bytes of one file or record, and how they come back through their type; nullptr: plain bytes.
struct Layout {
  Kinds kinds;
  card::Byte file;
  std::string_view bytes;
  Bytes (*through)(ByteView bytes);
};

Bytes through_application(ByteView bytes) {
  const auto info = layout::decode_application_info(bytes);
  CHECK(info.county.digits() == "410122");
  CHECK(info.application_type == 2);
  CHECK(info.number.digits() == "01223000000000017019");
  CHECK(info.valid_until == card::FixedBytes<4>{0x20, 0x36, 0x12, 0x31});
  return encode(info);
}

Bytes through_holder(ByteView bytes) {
  const auto holder = layout::decode_holder(bytes);
  CHECK(holder.card_type == 1);
  CHECK(holder.name == "李");
  CHECK(holder.id_number == "0122198001011234");
  CHECK(holder.id_type == 0);
  return encode(holder);
}

Bytes through_irrigation(ByteView bytes) {
  const auto data = layout::decode_irrigation_data(bytes);
  CHECK(data.well_group == 258);
  CHECK(data.quota == 50000);
  CHECK(data.tariff_class == 3);
  return encode(data);
}

Bytes through_transaction(ByteView bytes) {
  const auto record = card::decode_transaction_record(bytes);
  CHECK(record.sn == 7);
  CHECK(record.overdraft == 0);
  CHECK(record.amount == base::Amount::fen(1500));
  CHECK(record.type == card::TransactionType::kUnlockWallet);
  CHECK(record.terminal == card::TerminalNumber{0, 0, 0, 0, 0x12, 0x34});
  CHECK(record.at.time == card::FixedBytes<3>{0x12, 0x00, 0x00});
  return encode(record);
}

Bytes through_module(ByteView bytes) {
  const auto info = layout::decode_module_info(bytes);
  CHECK(info.serial.number() == 3);
  CHECK(info.version == 1);
  CHECK(info.card_type == 0);
  CHECK(info.refresh_days == 30);
  return encode(info);
}

Bytes through_sam_application(ByteView bytes) {
  const auto info = layout::decode_sam_application_info(bytes);
  CHECK(info.key_index == 1);
  CHECK(info.county.digits() == "410122");
  CHECK(info.valid_from == card::FixedBytes<4>{0x20, 0x26, 0x01, 0x01});
  return encode(info);
}

Bytes through_counters(ByteView bytes) {
  const auto counters = layout::decode_sam_counters(bytes);
  CHECK(counters.terminal_sn == 9);
  CHECK(counters.loaded == base::Amount::fen(10000));
  CHECK(counters.loads == 2);
  return encode(counters);
}

Bytes through_ceiling(ByteView bytes) {
  const auto ceiling = layout::decode_load_ceiling(bytes);
  CHECK(ceiling.seq == 1);
  CHECK(ceiling.money == base::Amount::fen(100000));
  CHECK(ceiling.count == 100);
  CHECK(ceiling.issued == card::FixedBytes<4>{0x20, 0x26, 0x01, 0x02});
  return encode(ceiling);
}

Bytes through_settlement(ByteView bytes) {
  const auto settlement = layout::decode_settlement(bytes);
  CHECK(settlement.type == 0x94);
  CHECK(settlement.offline_sn == 7);
  CHECK(settlement.amount == base::Amount::fen(1500));
  CHECK(settlement.terminal_sn == 9);
  CHECK(settlement.locked_at.date == card::FixedBytes<4>{0x20, 0x26, 0x07, 0x15});
  CHECK(settlement.gmac.front() == 0xA1);
  CHECK(settlement.sam_tac.front() == 0xB1);
  return encode(settlement);
}

Bytes through_grant(ByteView bytes) {
  const auto grant = layout::decode_grant(bytes);
  CHECK(grant.subtype == layout::ToolSubtype::kReading);
  CHECK(grant.county == card::FixedBytes<3>{0x41, 0x01, 0x22});
  CHECK(grant.valid_until == card::FixedBytes<4>{0x20, 0x26, 0x12, 0x31});
  CHECK(grant.uses == 300);
  CHECK(grant.well_group == 7);
  return encode(grant);
}

Bytes through_use_counters(ByteView bytes) {
  const auto counters = layout::decode_use_counters(bytes);
  CHECK(counters.used == 2);
  CHECK(counters.latest_date == card::FixedBytes<4>{0x20, 0x26, 0x07, 0x15});
  CHECK(counters.last_target.front() == 0x2C);
  return encode(counters);
}

Bytes through_reading(ByteView bytes) {
  const auto reading = layout::decode_reading(bytes);
  CHECK(reading.energy == 123456);
  CHECK(reading.money == base::Amount::fen(7890));
  CHECK(reading.sessions == 12);
  CHECK(reading.suspended == 1);
  return encode(reading);
}

// clang-format off
constexpr std::array kLayouts = {
    Layout{kUser, 0x15,
           "410122 0000000000 02 01 01223000000000017019 20260101 20361231 0000", through_application},
    Layout{kUser, 0x16,
           "01 00 E69D8E 0000000000000000000000000000000000 30313232313938303031303131323334 00", through_holder},
    Layout{kUser, 0x17,
           "00000102 0000C350 03 0000000000000000000000000000000000 0000000000000000000000000000000000"
           "0000000000000000000000000000000000", through_irrigation},
    Layout{kUser, 0x18, "0007 000000 000005DC 94 000000001234 20260715 120000", through_transaction},
    // What a service writes with its composite purchase is that service's own.
    Layout{kUser, 0x19, "1111111111111111111111111111111111111111111111111111111111111111", nullptr},
    Layout{kPsam, 0x15, "0000 2B00000000000003 01 00 001E", through_module},
    Layout{kPsam, 0x16, "000000001001", nullptr},
    Layout{kPsam, 0x17, "01 4101220000000000 4101220000000000 20260101 20361231", through_sam_application},
    Layout{kPsam, 0x18, "00000009 00002710 00000002 20260715", through_counters},
    Layout{kPsam, 0x19, "00000001 000186A0 00000064 20260101 20261231 20260102", through_ceiling},
    Layout{kEsam, 0x15, "0000 2C00000000000003 01 00 001E", through_module},
    Layout{kEsam, 0x16, "000000001234", nullptr},
    Layout{kEsam, 0x18, "00000001", nullptr},
    Layout{kEsam, 0x02,
           "94 3000000000017019 0007 000005DC 00000009 20260715 120000 A1A2A3A4 B1B2B3B4", through_settlement},
    Layout{kField, 0x15, "0000 2D00000000000003 01 00 001E", through_module},
    Layout{kField, 0x16, "05 01 410122 20260101 20261231 012C 00000007", through_grant},
    Layout{kField, 0x17, "0002 20260715 2C00000000000005", through_use_counters},
    Layout{kTool, 0x18,
           "000000001234 20260715 120000 0001E240 00001ED2 000C 01 0000000000000000", through_reading},
    // As the ESAM's file 01, which it becomes.
    Layout{kTool, 0x01,
           "000102030405060708090A0B0C0D0E0F 000102030405060708090A0B0C0D0E0F"
           "000102030405060708090A0B0C0D0E0F 000102030405060708090A0B0C0D0E0F", nullptr},
    // The meter's own; meter-emu/parameters says what it means.
    Layout{kEsam, 0x01,
           "00000000000000000000000000000000 00000000000000000000000000000000"
           "00000000000000000000000000000000 00000000000000000000000000000000", nullptr},
};

// clang-format on

const Layout* find(CardKind kind, card::Byte file) {
  for (const auto& one : kLayouts)
    if ((one.kinds & of(kind)) != 0 && one.file == file) return &one;
  return nullptr;
}

}  // namespace

TEST_CASE("every file of every kind of card has its layout by hand, of the table's size") {
  std::set<const Layout*> used;
  for (const auto& kind : derivation::kCardKinds) {
    for (const auto& row : layout::files_of(kind.kind)) {
      CAPTURE(std::string(kind.english));
      CAPTURE(std::string(row.name));
      const auto* one = find(kind.kind, row.sfi);
      REQUIRE(one != nullptr);
      CHECK(bytes_of_hex(one->bytes).size() == row.size);
      used.insert(one);
    }
  }
  CHECK(used.size() == kLayouts.size());
}

TEST_CASE("every file layout decodes to what was written and encodes to the same bytes [R133]") {
  for (const auto& one : kLayouts) {
    if (one.through == nullptr) continue;
    CAPTURE(std::string(one.bytes));
    const Bytes bytes = bytes_of_hex(one.bytes);
    CHECK(base::to_hex(one.through(bytes)) == base::to_hex(bytes));
  }
}

TEST_CASE("a file that is a byte too short or too long is refused") {
  for (const auto& one : kLayouts) {
    if (one.through == nullptr) continue;
    CAPTURE(std::string(one.bytes));
    Bytes bytes = bytes_of_hex(one.bytes);
    bytes.push_back(0);
    CHECK_THROWS_AS(one.through(bytes), base::Error);
    bytes.resize(bytes.size() - 2);
    CHECK_THROWS_AS(one.through(bytes), base::Error);
  }
}

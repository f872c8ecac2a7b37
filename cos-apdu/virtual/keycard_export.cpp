// What an open mother does with its keys.
#include <algorithm>

#include "base/core/error.h"
#include "cos-apdu/layout/export_matrix.h"
#include "cos-apdu/virtual/keycard_acts.h"
#include "cos-apdu/virtual/keycard_memory.h"
#include "derivation/audit_tag.h"
#include "derivation/key_vault.h"
#include "derivation/tree.h"

namespace card::chip::keycard {
namespace {

using derivation::ExportHeader;
using derivation::Level;
using derivation::Purpose;

constexpr std::size_t kFactorBytes = 8;

// The asked-for header has no check value yet; the codec refuses that, so it gets one for the time
// of reading.
ExportHeader header_of(ByteView header32) {
  constexpr std::size_t kCheckValueAt = 13;
  Bytes block(header32.begin(), header32.end());
  block.at(kCheckValueAt) = 0x01;
  block.resize(derivation::kImportBlockBytes);
  return derivation::decode_import_block(block).header;
}

FixedBytes<3> county_of(const layout::CardStatus& identity, Level level, ByteView factor) {
  return level == Level::kCounty && identity.level == byte_of(Level::kProvince)
             ? base::fixed<3>(factor.subspan(2, 3))
             : identity.county;
}

// Everything the header says that the mother knows better. A version in a factor must be the
// header's; a copy or leaf has the version of the mother's own key.
StatusWord judge_header(const layout::CardStatus& identity, const ExportHeader& header,
                        const KeyInUse& key, ByteView factor) {
  const bool child = key.level == Level::kProvince || key.level == Level::kCounty;
  const bool copied = byte_of(key.level) == key.own.level;
  const Byte version = child && !copied ? factor[1] : key.own.version;
  const bool holds = header.level == key.level && header.version == version &&
                     header.suite == identity.suite && header.flag == mode_of(identity) &&
                     header.generation == identity.generation && header.origin == key.own.origin &&
                     header.county == county_of(identity, key.level, factor) &&
                     header.mode != derivation::ImportMode::kRelay;
  const bool leaf_of_target =
      key.level != Level::kDevice || base::equal(factor, header.target.bytes());
  return holds && leaf_of_target ? status::kOk : status::kWrongData;
}

bool is_in_matrix(const layout::CardStatus& identity, const ExportHeader& header) {
  const auto how = layout::how_of(derivation::level_of_byte(identity.level), header.level);
  if (!how) return false;
  const auto target = header.target.kind();
  const bool to_mother = layout::level_of_mother(target) == header.level;
  const bool exportable = header.exportable == derivation::Exportable::kYes;
  return layout::may_export(identity.kind(), target, *how, header.purpose) &&
         (to_mother || !exportable);
}

}  // namespace

Answer export_key(Context& card, const CommandApdu& command) {
  const ByteView body = take_act(card, command, ActHeader::kImportHeader);
  const auto header = header_of(body.first(derivation::kImportHeaderBytes));
  const auto factor = body.subspan(derivation::kImportHeaderBytes, kFactorBytes);
  const auto identity = card.identity();
  if (!is_in_matrix(identity, header)) return refused(status::kConditionNotSatisfied);
  const auto key = key_for(card, header.purpose, factor);
  const StatusWord word = judge_header(identity, header, key, factor);
  if (!word.is_ok()) return refused(word);
  if (identity.has(layout::kFlagLive) != ((key.own.flags & kSlotLive) != 0) ||
      (key.own.flags & kSlotExportable) == 0)
    return refused(status::kConditionNotSatisfied);
  const auto block = derivation::encode(
      derivation::seal_import_block(child_transport(card, header.target), header, key.key));
  return done({block.begin(), block.end()});
}

Answer check_value(Context& card, const CommandApdu& command) {
  const auto purpose = derivation::purpose_of_byte(command.p2);
  const auto key = key_for(card, purpose, command.data);
  const auto value =
      crypto::check_value(derivation::key_suite(key.own.suite, purpose), key.key).value;
  return done({value.begin(), value.end()});
}

Answer mac(Context& card, const CommandApdu& command) {
  const auto purpose = derivation::purpose_of_byte(command.p2);
  if (!derivation::authenticates_orders(purpose)) return refused(status::kConditionNotSatisfied);
  const ByteView body = take_act(card, command, ActHeader::kHash);
  const auto key = key_for(card, purpose, body.first(kFactorBytes));
  const auto value = crypto::cmac16(key.own.suite, key.key, body.subspan(kFactorBytes));
  return done({value.begin(), value.end()});
}

Answer verify_mac(Context& card, const CommandApdu& command) {
  constexpr std::size_t kMacBytes = 16;
  const auto purpose = derivation::purpose_of_byte(command.p2);
  if (!derivation::authenticates_orders(purpose)) return refused(status::kConditionNotSatisfied);
  const ByteView data = command.data;
  const auto key = key_for(card, purpose, data.first(kFactorBytes));
  const auto expected =
      crypto::cmac16(key.own.suite, key.key, data.subspan(kFactorBytes + kMacBytes));
  require_equal(expected, data.subspan(kFactorBytes, kMacBytes), "MAC");
  return done();
}

Answer tag_of_card(Context& card, const CommandApdu& command) {
  base::Reader in(command.data, "tag input");
  const auto factor = derivation::Factor::of_bytes(in.take(kFactorBytes));
  derivation::TagInput input{.card = factor, .level = derivation::level_of_byte(in.u8())};
  input.county = in.fixed<3>();
  input.version = in.u8();
  input.generation = in.u16();
  input.slots = in.fixed<32>();
  const auto key = key_for(card, Purpose::kAuditTag, factor.bytes());
  const auto tag = derivation::audit_tag(key.own.suite, key.key, input);
  return done({tag.begin(), tag.end()});
}

}  // namespace card::chip::keycard

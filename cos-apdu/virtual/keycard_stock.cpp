// The stock pair: where every blank gets its first key from, and how it passes a blank on.
#include "base/core/error.h"
#include "cos-apdu/layout/keycard_seal.h"
#include "cos-apdu/virtual/import_block.h"
#include "cos-apdu/virtual/keycard_acts.h"
#include "cos-apdu/virtual/keycard_memory.h"
#include "derivation/import_block.h"
#include "derivation/tree.h"

namespace card::chip::keycard {
namespace {

using derivation::ExportHeader;
using derivation::ImportMode;
using derivation::Level;
using derivation::Purpose;
using derivation::Serial8;

constexpr std::size_t kInstallHeadBytes = 2;
constexpr std::size_t kSerialBytes = 8;

derivation::Factor factor_of(const Serial8& serial) {
  return derivation::Factor::of_device(serial);
}

// KT0 = D(STM, serial8).
crypto::Key stock_transport(Context& card, const Serial8& serial) {
  return key_for(card, Purpose::kTransport, factor_of(serial).bytes()).key;
}

Serial8 blank_of_relay(const ExportHeader& header) {
  return Serial8::of_bytes(base::Writer().u32(header.seq).bytes(header.origin).view());
}

}  // namespace

Answer install_transport_key(Context& card, const CommandApdu& command) {
  auto identity = card.identity();
  const ByteView head = ByteView(command.data).first(kInstallHeadBytes);
  if (crypto::suite_of_byte(head[0]) != identity.suite || head[1] > layout::kFlagLive)
    return refused(status::kWrongData);
  auto key = layout::open_sealed_to(load_scalar(card), layout::seal_name::kInstall,
                                    identity.serial.bytes(), head,
                                    ByteView(command.data).subspan(kInstallHeadBytes));
  KeySlot slot;
  slot.version = 1;
  slot.generation = 1;
  slot.suite = identity.suite;
  slot.level = byte_of(Level::kDevice);
  slot.flags = head[1];
  slot.key = std::move(key);
  store_slot(card.nvm, record::kStockTransportKey, slot);
  identity.flags = static_cast<Byte>(identity.flags | head[1]);
  identity.life_cycle = layout::LifeCycle::kBlank;
  store_identity(card.nvm, identity);
  return done();
}

Answer generate_stock_key(Context& card, const CommandApdu&) {
  const auto record = slot_record(Purpose::kTransport, record::kHeldSlot);
  if (card.nvm.holds(record)) return refused(status::kConditionNotSatisfied);
  const auto identity = card.identity();
  KeySlot slot;
  slot.version = 1;
  slot.generation = 1;
  slot.suite = identity.suite;
  slot.level = byte_of(Level::kMaster);
  slot.flags = identity.has(layout::kFlagLive) ? kSlotLive : Byte{0};
  slot.key = random_key(card, crypto::kKeyBytes);
  store_slot(card.nvm, record, slot);
  const auto value = check_value_of(slot, Purpose::kTransport).value;
  return done({value.begin(), value.end()});
}

Answer export_transport_key(Context& card, const CommandApdu& command) {
  base::Reader in(take_act(card, command, ActHeader::kHash), "stock export");
  const auto serial = Serial8::of_bytes(in.take(kSerialBytes));
  const auto point = crypto::point_of_bytes(in.take(layout::kPointBytes));
  const auto identity = card.identity();
  const Bytes head{static_cast<Byte>(identity.suite),
                   static_cast<Byte>(identity.flags & layout::kFlagLive)};
  const auto sealed = layout::seal_to(point, layout::seal_name::kInstall, serial.bytes(), head,
                                      stock_transport(card, serial));
  return done(base::concat({head, sealed}));
}

Answer relay(Context& card, const CommandApdu& command) {
  base::Reader in(take_act(card, command, ActHeader::kHash), "relay");
  const auto mother = Serial8::of_bytes(in.take(kSerialBytes));
  const auto blank = in.take(kSerialBytes);
  const auto identity = card.identity();
  const auto kt0 = stock_transport(card, Serial8::of_bytes(blank));
  ExportHeader header{.suite = identity.suite,
                      .purpose = Purpose::kTransport,
                      .level = Level::kDevice,
                      .mode = ImportMode::kRelay,
                      .flag = mode_of(identity),
                      .generation = identity.generation,
                      .target = mother};
  header.seq = base::Reader(blank).u32();
  header.origin = base::fixed<4>(blank.last(4));
  const auto block =
      derivation::encode(derivation::seal_import_block(stock_transport(card, mother), header, kt0));
  return done({block.begin(), block.end()});
}

Answer rebase(Context& card, const CommandApdu& command) {
  base::Reader in(take_act(card, command, ActHeader::kHash), "rebase");
  const auto block = derivation::decode_import_block(in.take(derivation::kImportBlockBytes));
  const auto identity = card.identity();
  const StatusWord target = judge_target(identity, block.header);
  if (!target.is_ok()) return refused(target);
  if (block.header.mode != ImportMode::kRelay) return refused(status::kWrongData);
  const auto kt0 = open_block(card.nvm, record::kStockTransportKey, block);
  const auto blank = blank_of_relay(block.header);
  const auto own = load_own_key(card, Purpose::kTransport);
  const ExportHeader header{.suite = identity.suite,
                            .purpose = Purpose::kTransport,
                            .level = Level::kDevice,
                            .mode = ImportMode::kInstall,
                            .flag = mode_of(identity),
                            .version = identity.version,
                            .generation = identity.generation,
                            .county = identity.county,
                            .target = blank,
                            .seq = in.u32(),
                            .origin = own.origin};
  const auto out =
      derivation::encode(derivation::seal_import_block(kt0, header, child_transport(card, blank)));
  return done({out.begin(), out.end()});
}

}  // namespace card::chip::keycard

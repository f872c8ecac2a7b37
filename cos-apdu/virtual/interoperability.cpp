// The interoperability card's first image and its command table.
#include "cos-apdu/virtual/interoperability.h"

#include "base/core/error.h"
#include "cos-apdu/layout/card_files.h"
#include "cos-apdu/virtual/door.h"
#include "cos-apdu/virtual/file_system.h"
#include "cos-apdu/virtual/files.h"
#include "cos-apdu/virtual/key_file.h"
#include "cos-apdu/virtual/pin.h"
#include "cos-apdu/virtual/record_files.h"
#include "cos-apdu/virtual/records.h"

namespace card::chip {
namespace {

constexpr std::uint16_t kMemoryBytes = 0x2000;
constexpr std::uint16_t kFirstKeyFileBytes = 0x0040;
constexpr Byte kFirstKeyFile = 0x01;
constexpr Byte kInTransportState = (kTransportState << 4) | kTransportState;
constexpr Byte kDirectoryOfDirectories = 0x01;  // linked file without bit 80

FileHeader master_file() {
  const auto name = base::bytes_of(layout::kPaymentSystemName);
  return {.id = kMasterFileId,
          .type = FileType::kDirectory,
          .size = kMemoryBytes,
          .read_access = kInTransportState,
          .write_access = kInTransportState,
          .linked_file = kDirectoryOfDirectories,
          .name = {name.begin(), name.end()}};
}

FileHeader first_key_file() {
  return {.number = kFirstKeyFile,
          .type = FileType::kKeys,
          .size = kFirstKeyFileBytes,
          .write_access = kInTransportState,
          .linked_file = kDirectoryOfDirectories};
}

constexpr Command row(Byte cla, Byte ins, Params params, std::string_view name, LcRange lc,
                      Answer (*run)(Context&, const CommandApdu&)) {
  const bool secured = (cla & 0x04U) != 0;
  return {cla, ins, params, name, lc, kInUse, secured ? kChallengeGate : kNoGate, run};
}

// Card reference §3.1, §7.3, §7.4. D0 and D2 are other makers' numbers of D6 and DC.
constexpr std::array kCommands = {
    row(0x00, 0x20, any_p2(0x00), "VERIFY PIN", {2, 8}, verify_pin),
    Command{0x00,
            0x82,
            any_p2(0x00),
            "EXTERNAL AUTHENTICATE",
            {8, 8},
            kInUse,
            kChallengeGate,
            external_authenticate},
    row(0x00, 0x88, any_p2(0x00), "INTERNAL AUTHENTICATE", {8, 248}, internal_authenticate),
    row(0x00, 0x88, any_p2(0x01), "INTERNAL AUTHENTICATE", {8, 248}, internal_authenticate),
    row(0x00, 0x88, any_p2(0x02), "INTERNAL AUTHENTICATE", {1, 255}, internal_authenticate),
    row(0x00, 0xA4, exactly(0x04, 0x02), "SELECT next by name", {1, 16}, select_by_name),
    row(0x00, 0xD0, any_params(), "UPDATE BINARY", {1, 255}, update_binary),
    row(0x00, 0xD6, any_params(), "UPDATE BINARY", {1, 255}, update_binary),
    row(0x04, 0xD0, any_params(), "UPDATE BINARY protected", {5, 255}, update_binary),
    row(0x04, 0xD6, any_params(), "UPDATE BINARY protected", {5, 255}, update_binary),
    row(0x00, 0xD2, any_params(), "UPDATE RECORD", {1, 255}, update_record),
    row(0x00, 0xDC, any_params(), "UPDATE RECORD", {1, 255}, update_record),
    row(0x04, 0xD2, any_params(), "UPDATE RECORD protected", {5, 255}, update_record),
    row(0x04, 0xDC, any_params(), "UPDATE RECORD protected", {5, 255}, update_record),
    row(0x00, 0xE2, any_params(), "APPEND RECORD", {1, 255}, append_record_command),
    row(0x04, 0xE2, any_params(), "APPEND RECORD protected", {5, 255}, append_record_command),
    row(0x80, 0x0E, exactly(0x00, 0x00), "ERASE DF", {0, 0}, erase_directory),
    row(0x80, 0x5E, any_p2(0x01), "PIN CHANGE", {3, 17}, change_pin),
    row(0x80, 0xD4, any_params(), "WRITE KEY", {7, 21}, write_key),
    row(0x84, 0xD4, any_params(), "WRITE KEY protected", {11, 28}, write_key_protected),
    row(0x80, 0xE0, any_params(), "CREATE FILE", {7, 24}, create_file),
};

}  // namespace

Bytes interoperability_image(const derivation::Serial8& serial, const crypto::Key& transport,
                             const Making& making) {
  if (serial.kind() != derivation::CardKind::kUser)
    base::fail(base::Fault::kMalformed, "serial of kind {}, expected a user card",
               derivation::row_of(serial.kind()).english);
  const Bytes made = manufactured_image(serial, crypto::SuiteId::kTdes2, making);
  auto medium = std::make_shared<base::WipedBytes>(made.begin(), made.end());
  Nvm nvm(std::make_unique<MemoryStorage>(medium));
  auto identity = load_identity(nvm);
  identity.life_cycle = layout::LifeCycle::kInUse;
  store_identity(nvm, identity);
  nvm.put(record::kCardForm, Bytes{static_cast<Byte>(CardForm::kInteroperability)});
  Ram ram;
  const RandomSource none;
  Context card{nvm, ram, none};
  store_header(card, master_file());
  store_header(card, first_key_file());
  StoredKey control{
      .place = static_cast<RecordId>(record::kFileRecord + kFirstKeyFile * 0x0100),
      .header = {.updating = Protection::kEncipheredMac, .post_state = kTransportState}};
  control.value = base::SecretBytes::copy_of(transport.reveal(ChipMemoryDoor::open()));
  store_key(nvm, control);
  nvm.commit();
  return {medium->begin(), medium->end()};
}

crypto::Key usual_transport_key() {
  const Bytes all_ones(crypto::kKeyBytes, 0xFF);
  return base::SecretBytes::copy_of(all_ones);
}

CommandTable interoperability_commands() {
  return kCommands;
}

}  // namespace card::chip

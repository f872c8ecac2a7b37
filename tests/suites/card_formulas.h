// What cards compute with their own keys when a terminal asks them to: DES CRYPT of the modules,
// INTERNAL and EXTERNAL AUTHENTICATE.
#pragma once

#include <algorithm>
#include <array>

#include "base/crypto/cipher.h"
#include "cos-apdu/virtual/chip.h"
#include "cos-apdu/virtual/interoperability.h"
#include "cos-apdu/virtual/key_slot.h"
#include "derivation/level.h"
#include "tests/suites/case_fields.h"

namespace suites {

namespace chip = card::chip;
using base::Byte;
using crypto::SuiteId;
using derivation::CardKind;
using derivation::Level;
using derivation::Purpose;

// A card whose commands run without the gates before them.
class OpenCard {
 public:
  OpenCard(const Bytes& image, chip::CommandTable table)
      : nvm_(std::make_unique<chip::MemoryStorage>(
            std::make_shared<base::WipedBytes>(image.begin(), image.end()))),
        table_(table) {}

  chip::Nvm& memory() { return nvm_; }

  // As GET CHALLENGE of the previous command drew it.
  void draw(ByteView challenge) { ram_.challenge.assign(challenge.begin(), challenge.end()); }

  // Throws kRefused for every word but 9000.
  Bytes ask(const base::FixedBytes<4>& header, ByteView data) {
    const auto row = std::ranges::find_if(table_, [&](const chip::Command& one) {
      return one.cla == header[0] && one.ins == header[1] && one.params.hold(header[2], header[3]);
    });
    if (row == table_.end()) base::fail(base::Fault::kNotFound, "the card has no such command");
    card::CommandApdu command{
        .name = row->name, .cla = header[0], .ins = header[1], .p1 = header[2], .p2 = header[3]};
    command.with(data);
    chip::Context context{nvm_, ram_, random_};
    const auto answer = row->run(context, command);
    if (!answer.status.is_ok())
      base::fail(base::Fault::kRefused, "{}: {}", row->name, describe(answer.status));
    return {answer.data.begin(), answer.data.end()};
  }

 private:
  chip::Nvm nvm_;
  chip::Ram ram_;
  chip::RandomSource random_;
  chip::CommandTable table_;
};

// Which key of which module, and the usage byte of INIT FOR DESCRYPT.
struct ModuleKey {
  CardKind kind;
  Purpose purpose;
  Level level;
  Byte usage = 0;
};

inline constexpr Byte kVersion = 1;
inline constexpr ModuleKey kUnblocking{CardKind::kPsam, Purpose::kPinUnblock, Level::kCounty, 0x23};
inline constexpr ModuleKey kMaintaining{CardKind::kPsam, Purpose::kMaintenance, Level::kCounty,
                                        0x25};
inline constexpr ModuleKey kToolProof{CardKind::kEsam, Purpose::kTool, Level::kDevice, 0x06};
inline constexpr ModuleKey kHandheld{CardKind::kEsam, Purpose::kHandheld, Level::kDevice, 0x08};
inline constexpr ModuleKey kTerminal{CardKind::kPsam, Purpose::kHandheld, Level::kDevice};

inline OpenCard module_with(SuiteId suite, const ModuleKey& held, crypto::Key key) {
  const auto serial = derivation::Serial8::of(held.kind, 1);
  OpenCard module(chip::manufactured_image(serial, suite),
                  held.kind == CardKind::kPsam ? chip::psam_commands() : chip::esam_commands());
  chip::store_slot(module.memory(), chip::slot_record(held.purpose),
                   {.version = kVersion,
                    .suite = suite,
                    .level = derivation::byte_of(held.level),
                    .key = std::move(key)});
  return module;
}

// key16, and asn10 where the key is a county's: the temporary key is in place.
inline OpenCard take_descrypt(SuiteId suite, const ModuleKey& held, CaseFields& in) {
  auto module = module_with(suite, held, in.secret());
  Bytes factor;
  if (held.level == Level::kCounty) {
    const Bytes number = in.bytes();
    factor.assign(number.end() - 8, number.end());
  }
  module.ask({0x80, 0x1A, held.usage, kVersion}, factor);
  return module;
}

template <const ModuleKey& kHeld>
Bytes des_crypt_encipher(SuiteId suite, CaseFields& in) {
  auto module = take_descrypt(suite, kHeld, in);
  const Bytes challenge = in.bytes();
  const Bytes blocks = in.bytes();
  if (suite != SuiteId::kTdes2)
    return module.ask({0x80, 0xFA, 0x04, 0x00}, base::concat({challenge, blocks}));
  const ByteView all = blocks;
  const std::size_t first = crypto::suite(suite).block_bytes;
  if (all.size() == first) return module.ask({0x80, 0xFA, 0x00, 0x00}, all);
  const Bytes head = module.ask({0x80, 0xFA, 0x02, 0x00}, all.first(first));
  return base::concat({head, module.ask({0x80, 0xFA, 0x00, 0x00}, all.subspan(first))});
}

// In one part, or in three when there are more than two blocks of sixteen.
template <const ModuleKey& kHeld>
Bytes des_crypt_mac(SuiteId suite, CaseFields& in) {
  constexpr std::size_t kPart = 16;
  auto module = take_descrypt(suite, kHeld, in);
  Bytes initial = in.bytes();
  const std::size_t block = crypto::suite(suite).block_bytes;
  const Byte begins = initial.empty() ? 0x00 : 0x04;
  if (!initial.empty()) initial.resize(block);
  const Bytes data = in.bytes();
  const Bytes message = suite == SuiteId::kTdes2 ? crypto::pad80(data, block) : data;
  const ByteView all = message;
  if (all.size() <= 2 * kPart)
    return module.ask({0x80, 0xFA, static_cast<Byte>(0x01 | begins), 0x00},
                      base::concat({initial, all}));
  module.ask({0x80, 0xFA, static_cast<Byte>(0x03 | begins), 0x00},
             base::concat({initial, all.first(kPart)}));
  module.ask({0x80, 0xFA, 0x03, 0x00}, all.subspan(kPart, kPart));
  return module.ask({0x80, 0xFA, 0x01, 0x00}, all.subspan(2 * kPart));
}

// The cryptogram of a terminal, once the module has taken it for authentic.
template <const ModuleKey& kHeld>
Bytes module_external_authenticate(SuiteId suite, CaseFields& in) {
  const Bytes key = in.bytes();
  const Bytes challenge = in.bytes();
  const Bytes cryptogram =
      crypto::authentication_cryptogram(suite, base::SecretBytes::copy_of(key), challenge);
  auto module = module_with(suite, kHeld, base::SecretBytes::copy_of(key));
  module.draw(challenge);
  module.ask({0x00, 0x82, 0x00, derivation::byte_of(kHeld.purpose)}, cryptogram);
  return cryptogram;
}

inline Bytes esam_internal_authenticate(SuiteId suite, CaseFields& in) {
  auto module = module_with(suite, kHandheld, in.secret());
  return module.ask({0x00, 0x88, 0x00, derivation::byte_of(kHandheld.purpose)}, in.bytes());
}

// A card of another maker's kind with the case's key of this type under number 01, added in clear in
// the master state that its transport key reaches.
inline OpenCard interoperability_card(Byte type, ByteView key) {
  const auto transport = chip::usual_transport_key();
  const auto serial = derivation::Serial8::of(CardKind::kUser, 1);
  OpenCard made(chip::interoperability_image(serial, transport), chip::interoperability_commands());
  const Bytes challenge(8);
  made.draw(challenge);
  made.ask({0x00, 0x82, 0x00, 0x00},
           crypto::authentication_cryptogram(SuiteId::kTdes2, transport, challenge));
  constexpr Byte kEver = 0xF0;
  constexpr Byte kThreeTries = 0x33;
  made.ask({0x80, 0xD4, 0x01, 0x01},
           base::Writer().u8(type).u8(kEver).u8(kEver).u8(0x01).u8(kThreeTries).bytes(key).view());
  return made;
}

template <Byte kType, Byte kUse>
Bytes internal_authenticate(SuiteId, CaseFields& in) {
  const Bytes key = in.bytes();
  return interoperability_card(kType, key).ask({0x00, 0x88, kUse, 0x01}, in.bytes());
}

// A key of eight bytes stands twice in the cryptogram's 3DES.
inline Bytes external_authenticate(SuiteId suite, CaseFields& in) {
  const Bytes key = in.bytes();
  const Bytes twice = key.size() == crypto::kKeyBytes ? key : base::concat({key, key});
  const Bytes challenge = in.bytes();
  const Bytes cryptogram =
      crypto::authentication_cryptogram(suite, base::SecretBytes::copy_of(twice), challenge);
  auto card = interoperability_card(0x39, key);
  card.draw(challenge);
  card.ask({0x00, 0x82, 0x00, 0x01}, cryptogram);
  return cryptogram;
}

inline constexpr std::array kCardFormulas = {
    Formula{"psam-encipher", des_crypt_encipher<kUnblocking>},
    Formula{"psam-mac", des_crypt_mac<kMaintaining>},
    Formula{"psam-external-authenticate", module_external_authenticate<kTerminal>},
    Formula{"esam-encipher", des_crypt_encipher<kHandheld>},
    Formula{"esam-mac", des_crypt_mac<kToolProof>},
    Formula{"esam-internal-authenticate", esam_internal_authenticate},
    Formula{"esam-external-authenticate", module_external_authenticate<kHandheld>},
    Formula{"internal-authenticate-encrypt", internal_authenticate<0x30, 0x00>},
    Formula{"internal-authenticate-decrypt", internal_authenticate<0x31, 0x01>},
    Formula{"internal-authenticate-mac", internal_authenticate<0x32, 0x02>},
    Formula{"external-authenticate", external_authenticate},
};

}  // namespace suites

// What travels from a county station to the field as one piece: all that a blank field card is issued
// with, and all that moves a PSAM or an ESAM to its next key version. Every piece inside is
// authenticated for the one card it is for, so a package may travel on any medium, and be read by
// anybody.
#pragma once

#include <vector>

#include "cos-apdu/layout/field_card.h"
#include "derivation/import_block.h"

namespace card::layout {

// format1 = 01, serial8, version1, count1, count import blocks of 72 bytes, CMAC16 of SWITCH VERSION
// (card_commands.h).
struct KeyPackage {
  derivation::Serial8 target;
  Byte version = 0;
  std::vector<derivation::ImportBlockBytes> blocks{};
  FixedBytes<16> switch_mac{};
};

// format1 = 02, serial8, count1, count import blocks, count2, count parts of type1 and bytes, grant19,
// data64 of a tool card, CMAC16 of ISSUE CARD.
struct FieldPackage {
  derivation::Serial8 card;
  std::vector<derivation::ImportBlockBytes> blocks{};
  std::vector<Part> parts{};
  Grant grant{};
  ToolData data{};  // of a tool card
  FixedBytes<16> issue_mac{};
};

Bytes encode(const KeyPackage& package);
Bytes encode(const FieldPackage& package);

// Throw kMalformed for another format, a part that its carrier does not take, or bytes left over.
// They check no MAC: the card does.
KeyPackage decode_key_package(ByteView bytes);
FieldPackage decode_field_package(ByteView bytes);

// The parts by which a modify card serves one ESAM.
std::vector<Part> parts_of(const KeyPackage& package);

// What issue_mac is computed over.
Bytes issue_message(const FieldPackage& package);

}  // namespace card::layout

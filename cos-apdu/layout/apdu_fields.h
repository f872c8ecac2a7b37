// What the data bytes of every command and answer are called: one row per command, read by the trace.
//
// A field list is "name:bytes name:bytes …". One field of a list may have "*" for its length and takes
// what the others leave. "!" after a name marks a secret or a person's data: its bytes are never
// shown. An empty list is no data. Rows that fit more than one command, or a file that the command
// does not name, show only what none of them hides.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/core/bytes.h"

namespace card::layout {

using base::Byte;
using base::ByteView;

inline constexpr std::uint16_t kAnyByte = 0x100;
inline constexpr std::uint16_t kSelectedFile = 0x101;  // P1 without bit 8: no short id, an offset

struct ApduFields {
  Byte cla;  // without the chaining bit
  Byte ins;
  std::uint16_t p1;  // a fixed byte, kAnyByte or kSelectedFile
  std::uint16_t p2;
  std::string_view name;
  std::string_view command;
  std::string_view answer;

  constexpr bool is_of(Byte actual_cla, Byte actual_ins, Byte actual_p1, Byte actual_p2) const {
    const bool selected = p1 == kSelectedFile && actual_p1 < 0x80;
    return cla == actual_cla && ins == actual_ins &&
           (p1 == kAnyByte || p1 == actual_p1 || selected) && (p2 == kAnyByte || p2 == actual_p2);
  }
};

namespace fields {
inline constexpr std::string_view kImportBlock =
    "format:1 suite:1 purpose:1 level:1 mode:1 flags:1 version:1 targetKind:1 generation:2 "
    "county:3 "
    "checkValue:3 target:8 seq:4 origin:4 wrapped!:24 MAC:16";
inline constexpr std::string_view kTransportPackage = "suite:1 flags:1 eph:65 wrapped!:24 mac:16";
inline constexpr std::string_view kSealedComponent = "originId:16 wrapped!:56 mac:16";
inline constexpr std::string_view kSealedPart = "originId:16 dealing:8 wrapped!:56 mac:16";
inline constexpr std::string_view kInitDebit = "keyIndex:1 amount:4 terminal:6";
inline constexpr std::string_view kInitLoadAnswer =
    "balance:4 onlineSN:2 keyVersion:1 algorithm:1 random:4 MAC1:4";
inline constexpr std::string_view kInitDebitAnswer =
    "balance:4 offlineSN:2 overdraft:3 keyVersion:1 algorithm:1 random:4";
inline constexpr std::string_view kKeyInfo =
    "version:1 generation:2 suite:1 level:1 flags:1 triesLeft:1 seq:4 checkValue:3";
}  // namespace fields

// clang-format off
inline constexpr std::array kApduFields = {
    // Every card.
    ApduFields{0x00, 0x20, 0x00, 0x00, "VERIFY PIN", "PIN!:*", ""},
    ApduFields{0x00, 0x46, 0x00, 0x00, "GENERATE KEY PAIR", "", "point:65"},
    ApduFields{0x00, 0x46, 0x01, 0x00, "GET PUBLIC POINT", "", "point:65"},
    ApduFields{0x00, 0x84, 0x00, 0x00, "GET CHALLENGE", "", "challenge:*"},
    ApduFields{0x00, 0xA4, 0x04, 0x00, "SELECT by name", "name:*", "FCI:*"},
    ApduFields{0x00, 0xA4, 0x00, 0x00, "SELECT by file id", "fileId:2", "FCI:*"},
    ApduFields{0x00, 0xB0, 0x96, kAnyByte, "READ BINARY", "", "holder!:*"},
    ApduFields{0x00, 0xB0, kSelectedFile, kAnyByte, "READ BINARY", "", "content!:*"},
    ApduFields{0x00, 0xB0, kAnyByte, kAnyByte, "READ BINARY", "", "content:*"},
    ApduFields{0x00, 0xB2, kAnyByte, kAnyByte, "READ RECORD", "", "record:*"},
    ApduFields{0x04, 0xD6, kAnyByte, kAnyByte, "UPDATE BINARY", "content!:*", ""},
    ApduFields{0x80, 0x5E, 0x01, 0x00, "PIN CHANGE", "PINs!:*", ""},
    ApduFields{0x80, 0xCA, 0x01, 0x00, "GET CARD STATUS", "",
               "format:1 kind:1 serial:8 suite:1 lifeCycle:1 flags:1 level:1 county:3 version:1 generation:2 "
               "pairId:8 index:1 pinTries:1 planId:32"},
    ApduFields{0x80, 0xCA, 0x02, kAnyByte, "GET KEY INFO", "", fields::kKeyInfo},
    ApduFields{0x80, 0xCA, 0x03, kAnyByte, "GET STAGED KEY INFO", "", fields::kKeyInfo},
    ApduFields{0x84, 0xD8, 0x00, kAnyByte, "IMPORT BLOCK", fields::kImportBlock, ""},
    ApduFields{0x80, 0xA0, 0x00, 0x00, "INSTALL TRANSPORT KEY", fields::kTransportPackage, ""},
    ApduFields{0x80, 0xBB, 0x00, 0x00, "GET TAG", "", "slotsHash:32 tag:8"},
    ApduFields{0x84, 0xF1, 0x00, 0x00, "SWITCH TO USE", "CMAC:16", ""},
    ApduFields{0x84, 0xF1, 0x01, kAnyByte, "SWITCH VERSION", "CMAC:16", ""},

    // User card.
    ApduFields{0x80, 0x50, 0x00, kAnyByte, "INITIALIZE FOR LOAD", fields::kInitDebit, fields::kInitLoadAnswer},
    ApduFields{0x80, 0x52, 0x00, 0x00, "CREDIT FOR LOAD", "date:4 time:3 MAC2:4", "TAC:4"},
    ApduFields{0x80, 0x50, 0x01, kAnyByte, "INITIALIZE FOR PURCHASE", fields::kInitDebit, fields::kInitDebitAnswer},
    ApduFields{0x80, 0x54, 0x01, 0x00, "DEBIT FOR PURCHASE", "terminalSN:4 date:4 time:3 MAC1:4", "TAC:4 MAC2:4"},
    ApduFields{0x80, 0x50, 0x05, 0x01, "INITIALIZE FOR UNLOAD", fields::kInitDebit, fields::kInitLoadAnswer},
    ApduFields{0x80, 0x54, 0x03, 0x00, "DEBIT FOR UNLOAD", "date:4 time:3 MAC2:4", "MAC3:4"},
    ApduFields{0x80, 0x50, 0x04, 0x01, "INITIALIZE FOR UPDATE", "keyIndex:1 terminal:6",
               "balance:4 onlineSN:2 oldLimit:3 keyVersion:1 algorithm:1 random:4 MAC1:4"},
    ApduFields{0x80, 0x58, 0x00, 0x00, "UPDATE OVERDRAW LIMIT", "newLimit:3 date:4 time:3 MAC2:4", "TAC:4"},
    ApduFields{0x80, 0x50, 0x02, 0x01, "INITIALIZE FOR CASH WITHDRAW", fields::kInitDebit, fields::kInitDebitAnswer},
    ApduFields{0x80, 0x50, 0x03, 0x02, "INITIALIZE FOR COMPOSITE PURCHASE", fields::kInitDebit, fields::kInitDebitAnswer},
    ApduFields{0x80, 0xDC, kAnyByte, kAnyByte, "UPDATE RECORD with composite purchase", "record:*", ""},
    ApduFields{0x80, 0xCA, 0x00, 0x00, "GET DATA security code", "", "securityCode:9"},
    ApduFields{0x80, 0x5C, 0x00, kAnyByte, "GET BALANCE", "", "balance:4"},
    ApduFields{0x80, 0x5A, 0x00, kAnyByte, "GET TRANSACTION PROVE", "SN:2", "MAC:4 TAC:4"},
    ApduFields{0xE0, 0x7A, 0x08, kAnyByte, "INITIALIZE FOR GREY LOCK", "keyIndex:1 terminal:6", fields::kInitDebitAnswer},
    ApduFields{0xE0, 0x7C, 0x08, 0x00, "GREY LOCK", "terminalSN:4 terminalRandom:4 date:4 time:3 MAC1:4", "GTAC:4 MAC2:4"},
    ApduFields{0xE0, 0x7E, 0x08, kAnyByte, "DEBIT FOR UNLOCK",
               "amount:4 offlineSN:2 terminal:6 terminalSN:4 date:4 time:3 GMAC:4", "TAC:4"},
    ApduFields{0xE0, 0xCA, 0x00, 0x00, "GET LOCK PROOF", "",
               "state:1 type:1 purse:1 balance:4 offlineSN:2 terminal:6 date:4 time:3 amountOrMAC2:4 TAC:4"},
    ApduFields{0xE0, 0xCA, 0x01, 0x00, "CLEAR TAC FLAG", "", ""},
    ApduFields{0xE0, 0x7A, 0x09, kAnyByte, "INITIALIZE FOR GREY UNLOCK", "keyIndex:1 terminal:6",
               "balance:4 offlineSN:2 onlineSN:2 keyVersion:1 algorithm:1 random:4 MAC1:4"},
    ApduFields{0xE0, 0x7E, 0x09, 0x00, "GREY UNLOCK", "amount:4 date:4 time:3 MAC2:4", "MAC3:4"},
    ApduFields{0x84, 0x16, 0x00, 0x00, "CARD BLOCK", "MAC:*", ""},
    ApduFields{0x84, 0x18, 0x00, 0x00, "APPLICATION UNBLOCK", "MAC:*", ""},
    ApduFields{0x84, 0x1E, 0x00, 0x00, "APPLICATION BLOCK", "MAC:*", ""},
    ApduFields{0x84, 0x1E, 0x00, 0x01, "APPLICATION BLOCK for ever", "MAC:*", ""},
    ApduFields{0x84, 0x24, kAnyByte, kAnyByte, "PIN UNBLOCK", "encipheredPIN!:*", ""},
    ApduFields{0x80, 0x5E, 0x00, 0x00, "RELOAD PIN", "PIN!:* MAC:4", ""},
    ApduFields{0x04, 0xB0, 0x96, kAnyByte, "READ BINARY protected", "MAC:*", "holder!:*"},
    ApduFields{0x04, 0xB0, kSelectedFile, kAnyByte, "READ BINARY protected", "MAC:*", "content!:*"},
    ApduFields{0x04, 0xB0, kAnyByte, kAnyByte, "READ BINARY protected", "MAC:*", "content:*"},
    ApduFields{0x04, 0xB2, kAnyByte, kAnyByte, "READ RECORD protected", "MAC:*", "record:*"},

    // User card of the interoperability profile.
    ApduFields{0x00, 0x20, 0x00, kAnyByte, "VERIFY PIN", "PIN!:*", ""},
    ApduFields{0x00, 0xA4, 0x04, 0x02, "SELECT next by name", "name:*", "FCI:*"},
    ApduFields{0x00, 0xD0, kAnyByte, kAnyByte, "UPDATE BINARY", "content!:*", ""},
    ApduFields{0x00, 0xD6, kAnyByte, kAnyByte, "UPDATE BINARY", "content!:*", ""},
    ApduFields{0x04, 0xD0, kAnyByte, kAnyByte, "UPDATE BINARY protected", "content!:*", ""},
    ApduFields{0x00, 0xD2, kAnyByte, kAnyByte, "UPDATE RECORD", "record!:*", ""},
    ApduFields{0x00, 0xDC, kAnyByte, kAnyByte, "UPDATE RECORD", "record!:*", ""},
    ApduFields{0x04, 0xD2, kAnyByte, kAnyByte, "UPDATE RECORD protected", "record!:*", ""},
    ApduFields{0x04, 0xDC, kAnyByte, kAnyByte, "UPDATE RECORD protected", "record!:*", ""},
    ApduFields{0x04, 0xE2, kAnyByte, kAnyByte, "APPEND RECORD protected", "record!:*", ""},
    ApduFields{0x80, 0x0E, 0x00, 0x00, "ERASE DF", "", ""},
    ApduFields{0x80, 0x5E, 0x01, kAnyByte, "PIN CHANGE", "PINs!:*", ""},
    ApduFields{0x80, 0xD4, kAnyByte, kAnyByte, "WRITE KEY", "key!:*", ""},
    ApduFields{0x84, 0xD4, kAnyByte, kAnyByte, "WRITE KEY protected", "encipheredKey!:*", ""},
    ApduFields{0x80, 0xE0, kAnyByte, kAnyByte, "CREATE FILE", "header:*", ""},

    // PSAM.
    ApduFields{0x80, 0x74, 0x00, 0x00, "INIT SAM FOR LOAD",
               "cardRandom:4 onlineSN:2 balance:4 amount:4 type:1 date:4 time:3 keyVersion:1 algorithm:1 ASN:8 MAC1:4",
               "MAC2:4"},
    ApduFields{0x80, 0x76, 0x00, 0x00, "VERIFY TAC", "keyVersion:1 algorithm:1 ASN:8 TAC:4 input:*", ""},
    ApduFields{0x80, 0x70, 0x00, 0x00, "INIT SAM FOR PURCHASE",
               "cardRandom:4 offlineSN:2 amount:4 type:1 date:4 time:3 keyVersion:1 algorithm:1 ASN:8 securityCode:*",
               "terminalSN:4 MAC1:4"},
    ApduFields{0x80, 0x72, 0x00, 0x00, "CREDIT SAM FOR PURCHASE", "MAC2:4", ""},
    ApduFields{0x80, 0x78, 0x00, 0x00, "REFRESH CEILING",
               "serial:8 seq:4 money:4 count:4 start:4 end:4 issued:4 CMAC:16", ""},
    ApduFields{0x80, 0x1A, kAnyByte, kAnyByte, "INIT FOR DESCRYPT", "factor:*", ""},
    ApduFields{0x80, 0xFA, kAnyByte, kAnyByte, "DES CRYPT", "input!:*", "output:*"},
    ApduFields{0x80, 0x7A, 0x00, 0x00, "INIT SAM FOR GREY UNLOCK",
               "format:1 psam:8 ASN:10 onlineSN:2 offlineSN:2 amount:4 recordHash:32 header:32 wrapped!:24 MAC:16 "
               "CMAC:16 balance:4 keyVersion:1 algorithm:1 random:4 MAC1:4 date:4 time:3",
               "MAC2:4"},
    ApduFields{0x80, 0x7C, 0x00, 0x00, "CREDIT SAM FOR GREY UNLOCK", "MAC3:4", ""},

    // ESAM.
    ApduFields{0xE0, 0x40, 0x00, 0x00, "INIT SAM GREY LOCK",
               "cardRandom:4 offlineSN:2 balance:4 type:1 date:4 time:3 keyVersion:1 algorithm:1 ASN:8",
               "terminalSN:4 terminalRandom:4 MAC1:4"},
    ApduFields{0xE0, 0x42, 0x00, 0x00, "CERTIFICATE SAM GREY LOCK", "MAC2:4", ""},
    ApduFields{0xE0, 0x44, 0x00, 0x00, "CREDIT SAM FOR GREY DEBIT", "type:1 ASN:8 offlineSN:2 amount:4", "GMAC:4 samTAC:4"},
    ApduFields{0xE0, 0x46, 0x00, 0x00, "GET GMAC", "terminalSN:4", "GMAC:4 samTAC:4"},
    ApduFields{0x00, 0x82, kAnyByte, kAnyByte, "EXTERNAL AUTHENTICATE", "cryptogram:*", ""},
    ApduFields{0x00, 0x88, kAnyByte, kAnyByte, "INTERNAL AUTHENTICATE", "input:*", "cryptogram:*"},
    ApduFields{0x84, 0xF2, 0x00, kAnyByte, "RESTORE", "seq:4 settledSN:4 CMAC:16", ""},

    ApduFields{0x80, 0x88, kAnyByte, kAnyByte, "PROVE TO TOOL CARD",
               "toolSerial:8 date:4 contentHash:32 toolRandom:16", "esamRandom:16 CMAC:16"},
    ApduFields{0x80, 0x82, 0x00, 0x00, "CHECK TOOL CARD", "CMAC:16", ""},
    ApduFields{0x80, 0xDA, 0x00, 0x01, "PUT PARAMETERS", "grant:19 parameters:64", ""},

    // Tool, key modify and key restore card.
    ApduFields{0x84, 0xFE, 0x00, 0x00, "ISSUE CARD", "grant:19 toolData:* CMAC:16", ""},
    ApduFields{0x80, 0xF4, 0x00, 0x00, "BEGIN USE", "target:8 date:4", "subtype:1 usesLeft:2 parts:1 state:1"},
    ApduFields{0x00, 0xE2, 0x00, 0xC0, "APPEND RECORD", "reading:32", ""},
    ApduFields{0x00, 0xE2, kAnyByte, kAnyByte, "APPEND RECORD", "record!:*", ""},
    ApduFields{0x80, 0xE2, kAnyByte, 0x00, "APPEND PART", "part!:*", ""},
    ApduFields{0x80, 0xCA, 0x04, kAnyByte, "GET TARGET", "", "target:8 state:1 parts:1 version:1 tag:8"},
    ApduFields{0x80, 0xF6, 0x00, kAnyByte, "GET PART", "", "type:1 part!:*"},
    ApduFields{0x80, 0xF8, 0x00, 0x00, "CONFIRM USE", "version:1 tag:8", ""},

    // Key cards.
    ApduFields{0x80, 0xA1, 0x00, 0x00, "GENERATE STOCK KEY", "", "checkValue:3"},
    ApduFields{0x80, 0xA2, 0x00, 0x00, "EXPORT TRANSPORT KEY", "blankSerial:8 blankPoint:65 act:4 mac:16", fields::kTransportPackage},
    ApduFields{0x80, 0xA3, 0x00, 0x00, "RELAY", "motherSerial:8 blankSerial:8 act:4 mac:16", fields::kImportBlock},
    ApduFields{0x80, 0xA3, 0x01, 0x00, "REBASE", "header:32 wrapped!:24 MAC:16 seq:4 act:4 mac:16", fields::kImportBlock},
    ApduFields{0x80, 0xA4, 0x00, 0x00, "PUT PLAN",
               "flags:1 suite:1 setId:16 profileHash:32 tokenKeyHash:32 planTextHash:32", "planId:32"},
    ApduFields{0x80, 0xA5, 0x00, 0x00, "PUT SET", "points:*", "fingerprint:32"},
    ApduFields{0x80, 0xA6, 0x00, 0x00, "GET SET FINGERPRINT", "", "fingerprint:32"},
    ApduFields{0x80, 0xA7, 0x00, 0x00, "GENERATE COMPONENT", "", ""},
    ApduFields{0x80, 0xA7, 0x01, kAnyByte, "COPY COMPONENT", "", fields::kSealedComponent},
    ApduFields{0x80, 0xA7, 0x02, kAnyByte, "TAKE COPY", fields::kSealedComponent, ""},
    ApduFields{0x80, 0xA7, 0x03, 0x00, "ERASE COMPONENT", "", ""},
    ApduFields{0x80, 0xA7, 0x04, kAnyByte, "PART COMPONENT", "", fields::kSealedPart},
    ApduFields{0x80, 0xA7, 0x05, kAnyByte, "TAKE PART", fields::kSealedPart, ""},
    ApduFields{0x80, 0xA7, 0x06, kAnyByte, "GIVE PART", "", fields::kSealedPart},
    ApduFields{0x80, 0xA7, 0x07, kAnyByte, "GATHER PART", fields::kSealedPart, "parts:1"},
    ApduFields{0x80, 0xA8, 0x00, 0x00, "PUT COMPONENT",
               "flags:1 leader:1 suite:1 setTag:3 originId:16 eph:65 wrapped!:24 mac:16", "checkValue:5"},
    ApduFields{0x80, 0xA9, 0x00, 0x00, "COMMIT", "", "commitment:32"},
    ApduFields{0x80, 0xAA, 0x00, kAnyByte, "PUT COMMITMENT", "commitment:32", ""},
    ApduFields{0x80, 0xAB, 0x00, kAnyByte, "FREEZE", "", "commitments:128 mac:16"},
    ApduFields{0x80, 0xAC, 0x00, 0x00, "REVEAL", "commitments:128 mac:16", fields::kSealedComponent},
    ApduFields{0x80, 0xAD, 0x00, kAnyByte, "PUT REVEALED", fields::kSealedComponent, ""},
    ApduFields{0x80, 0xAE, 0x00, 0x00, "COMBINE", "version:1 factors:90", "checkValues:45"},
    ApduFields{0x80, 0xAF, 0x00, kAnyByte, "DELIVER", "tokenPoint:65", "header:44 eph:65 wrapped!:24 mac:16"},
    ApduFields{0x80, 0xAF, 0x01, 0x00, "SIGN CHECK VALUES", "", "checkValues:45 signature:64"},
    ApduFields{0x80, 0xB1, 0x00, 0x00, "MAKE PAIR", "pairId:8 generation:2", "wrapped!:40 mac:16"},
    ApduFields{0x80, 0xB1, 0x01, 0x00, "TAKE PAIRING", "pairId:8 generation:2 wrapped!:40 mac:16", ""},
    ApduFields{0x80, 0xB2, 0x00, 0x00, "ENDORSE", "target:8 fingerprint:32 pairId:8 generation:2 act:4 mac:16", "CMAC:16"},
    ApduFields{0x80, 0xB2, 0x01, 0x00, "TAKE ENDORSEMENT", "fingerprint:32 pairId:8 generation:2 CMAC:16", ""},
    ApduFields{0x80, 0xB3, 0x00, 0x00, "OPEN 1", "orderHash:32 count:2", "eph:65 random:16"},
    ApduFields{0x80, 0xB3, 0x01, 0x00, "OPEN 2", "pairId:8 generation:2 eph:65 random:16 orderHash:32 count:2",
               "eph:65 random:16 CMAC:16"},
    ApduFields{0x80, 0xB3, 0x02, 0x00, "OPEN 3", "eph:65 random:16 CMAC:16", "CMAC:16"},
    ApduFields{0x80, 0xB3, 0x03, 0x00, "OPEN 4", "CMAC:16", "wrapped!:24 mac:16"},
    ApduFields{0x80, 0xB3, 0x04, 0x00, "OPEN 5", "wrapped!:24 mac:16", "act:4 originIds:*"},
    ApduFields{0x80, 0xB4, 0x00, 0x00, "PUT OFFICERS", "points:*", ""},
    ApduFields{0x80, 0xB5, 0x00, 0x00, "AUTHORISE", "header:32 act:4", "CMAC:16"},
    ApduFields{0x80, 0xB6, 0x00, 0x00, "EXPORT", "header:32 factor:8 act:4 mac:16", fields::kImportBlock},
    ApduFields{0x80, 0xB7, 0x00, kAnyByte, "CHECK VALUE", "factor:8", "checkValue:3"},
    ApduFields{0x80, 0xB8, 0x00, kAnyByte, "MAC", "factor:8 message:* act:4 mac:16", "CMAC:16"},
    ApduFields{0x80, 0xB8, 0x01, kAnyByte, "VERIFY MAC", "factor:8 CMAC:16 message:*", ""},
    ApduFields{0x80, 0xB9, 0x00, 0x00, "MAKE VOID ORDER", "target:8 pairId:8 generation:2 logIndex:8 act:4 mac:16", "CMAC:16"},
    ApduFields{0x80, 0xB9, 0x01, 0x00, "VOID ORDER", "pairId:8 generation:2 logIndex:8 proof:*", ""},
    ApduFields{0x80, 0xBA, 0x00, 0x00, "PUT HEAD", "size:8 root:32 signature:64 origin:*", ""},
    ApduFields{0x80, 0xBA, 0x01, 0x00, "GET HEAD", "", "originHash:8 size:8 root:32"},
    ApduFields{0x80, 0xBA, 0x02, 0x00, "PUT LOG KEY", "key:32 origin:*", ""},
    ApduFields{0x80, 0xBC, 0x00, 0x00, "TAG OF CARD", "factor:8 level:1 county:3 version:1 generation:2 slotsHash:32", "tag:8"},
    ApduFields{0x80, 0xBD, 0x00, kAnyByte, "PUT SHARE", "eph:65 wrapped!:32 mac:16", ""},
    ApduFields{0x80, 0xBD, 0x01, kAnyByte, "RELEASE SHARE", "eph:65", "wrapped!:32 mac:16"},
    ApduFields{0x80, 0xBD, 0x02, kAnyByte, "ERASE SHARE", "", ""},
    ApduFields{0x00, 0x2A, 0x9E, 0x9A, "SIGN", "step:1 hash:32", "signature:64"},
};
// clang-format on

// The first row that fits; nullptr for a command that no card of ours knows.
const ApduFields* find_fields(Byte cla, Byte ins, Byte p1, Byte p2);

enum class Shown { kBytes, kNothing };

struct Field {
  std::string_view name;
  ByteView bytes;
  Shown shown = Shown::kBytes;
};

// Cuts data by its list; empty when the lengths do not agree.
std::vector<Field> cut_fields(std::string_view list, ByteView data);

// The bytes that a list needs, and whether it takes more.
struct ListLength {
  std::size_t least = 0;
  bool open_ended = false;
};

ListLength length_of(std::string_view list);

// docs/tables/apdu-fields.md
std::string printed_apdu_fields();

}  // namespace card::layout

// Which record of the memory holds what: one list for all kinds of card.
#pragma once

#include "cos-apdu/virtual/nvm.h"

namespace card::chip::record {

inline constexpr RecordId kIdentity = 0x0001;
inline constexpr RecordId kPin = 0x0002;
inline constexpr RecordId kP256Scalar = 0x0003;
inline constexpr RecordId kP256Point = 0x0004;
inline constexpr RecordId kTransportMode = 0x0005;
inline constexpr RecordId kStockTransportKey = 0x0006;  // KT0, in the form of a key slot
inline constexpr RecordId kBlocked = 0x0007;            // application or card blocked
inline constexpr RecordId kCosProfile = 0x0008;         // cos-apdu/cos_profile.h
inline constexpr RecordId kCardForm = 0x0009;           // absent: native

// + purpose byte
inline constexpr RecordId kSlot = 0x0100;
inline constexpr RecordId kStagedSlot = 0x0200;  // imported in use, waits for the version switch
inline constexpr RecordId kPreviousSlot =
    0x0300;  // version before the switch; older at + 10, 20, 30

// + file number (native: the short id): the content of a binary file
inline constexpr RecordId kFile = 0x0400;

// 0600…07FF: purse and security module
inline constexpr RecordId kPurse = 0x0600;
inline constexpr RecordId kProof = 0x0610;
inline constexpr RecordId kGreyLock = 0x0620;
inline constexpr RecordId kSam = 0x0700;

// 0800…0FFF: key cards
inline constexpr RecordId kKeycard = 0x0800;
inline constexpr RecordId kKeycardLast = 0x0FFF;

// 1000…1C7F: what modify and restore cards carry, 16 records for each target
inline constexpr RecordId kField = 0x1000;

// + file number: parent1 id2 and the data of CREATE FILE, of an interoperability card
inline constexpr RecordId kFileHeader = 0x2000;
inline constexpr RecordId kFileHeaderLast = 0x203F;

// + 0100 for each file number + place: one record of a file, or one key of a key file; the last place
// has the number of a cyclic file's newest record
inline constexpr RecordId kFileRecord = 0x4000;
inline constexpr RecordId kFileRecordHead = 0x00FF;

}  // namespace card::chip::record

#include "tests/tear/unchanging_rows.h"

#include <array>

#include "tests/tear/tally.h"

namespace tear {

namespace {

using namespace completeness;

constexpr Kinds kEvery = kAll | kInteroperability;
constexpr Kinds kPurses = kUser | kInteroperability;
constexpr Kinds kModules = kPsam | kEsam;

constexpr std::array kRows = {
    // Asked.
    Unchanging{"00 84 00 00 GET CHALLENGE", kEvery},
    Unchanging{"00 A4 00 00 SELECT by file id", kEvery},
    Unchanging{"00 A4 04 00 SELECT by name", kEvery},
    Unchanging{"00 A4 04 02 SELECT next by name", kInteroperability},
    Unchanging{"00 B0 xx xx READ BINARY", kEvery},
    Unchanging{"00 B2 xx xx READ RECORD", kEvery},
    Unchanging{"80 CA 01 00 GET CARD STATUS", kEvery},
    Unchanging{"00 46 01 00 GET PUBLIC POINT", kAll},
    Unchanging{"80 CA 02 xx GET KEY INFO", kAll},
    Unchanging{"80 CA 03 xx GET STAGED KEY INFO", kAll},
    Unchanging{"80 BB 00 00 GET TAG", kAll},
    Unchanging{"80 5A 00 xx GET TRANSACTION PROVE", kPurses},
    Unchanging{"80 5C 00 01 GET BALANCE", kPurses},
    Unchanging{"80 5C 00 02 GET BALANCE", kPurses},
    Unchanging{"80 CA 00 00 GET DATA security code", kPurses},
    Unchanging{"E0 CA 00 00 GET LOCK PROOF", kPurses},
    Unchanging{"E0 46 00 00 GET GMAC", kEsam},
    Unchanging{"80 CA 04 xx GET TARGET", kCarriers},
    Unchanging{"80 A6 00 00 GET SET FINGERPRINT", kPairs | kLeader},
    Unchanging{"80 BA 01 00 GET HEAD", kKeyCards},
    // Answered with a key.
    Unchanging{"00 88 00 xx INTERNAL AUTHENTICATE", kInteroperability | kEsam | kTool},
    Unchanging{"00 88 01 xx INTERNAL AUTHENTICATE", kInteroperability},
    Unchanging{"00 88 02 xx INTERNAL AUTHENTICATE", kInteroperability},
    Unchanging{"80 1A xx xx INIT FOR DESCRYPT", kModules},
    Unchanging{"80 FA xx 00 DES CRYPT", kModules},
    Unchanging{"80 88 xx xx PROVE TO TOOL CARD", kEsam},
    Unchanging{"00 2A 9E 9A SIGN", kKeyCards},
    Unchanging{"80 A7 01 xx COPY COMPONENT", kLeader},
    Unchanging{"80 A7 06 xx GIVE PART", kLeader},
    Unchanging{"80 A9 00 00 COMMIT", kLeader},
    Unchanging{"80 AF 00 xx DELIVER", kMasterMother},
    Unchanging{"80 AF 01 00 SIGN CHECK VALUES", kMasterMother},
    Unchanging{"80 B7 00 xx CHECK VALUE", kMothers},
    Unchanging{"80 B8 01 xx VERIFY MAC", kMothers},
    Unchanging{"80 BC 00 00 TAG OF CARD", kMothers},
    Unchanging{"80 BD 01 xx RELEASE SHARE", kRole},
    // Kept in volatile memory for a later command.
    Unchanging{"80 50 00 01 INITIALIZE FOR LOAD", kPurses},
    Unchanging{"80 50 00 02 INITIALIZE FOR LOAD", kPurses},
    Unchanging{"80 50 01 01 INITIALIZE FOR PURCHASE", kPurses},
    Unchanging{"80 50 01 02 INITIALIZE FOR PURCHASE", kPurses},
    Unchanging{"80 50 02 01 INITIALIZE FOR CASH WITHDRAW", kPurses},
    Unchanging{"80 50 03 02 INITIALIZE FOR COMPOSITE PURCHASE", kPurses},
    Unchanging{"80 50 04 01 INITIALIZE FOR UPDATE", kPurses},
    Unchanging{"80 50 05 01 INITIALIZE FOR UNLOAD", kPurses},
    Unchanging{"80 DC xx xx UPDATE RECORD with composite purchase", kPurses},
    Unchanging{"E0 7A 08 01 INITIALIZE FOR GREY LOCK", kPurses},
    Unchanging{"E0 7A 08 02 INITIALIZE FOR GREY LOCK", kPurses},
    Unchanging{"E0 7A 09 01 INITIALIZE FOR GREY UNLOCK", kPurses},
    Unchanging{"E0 7A 09 02 INITIALIZE FOR GREY UNLOCK", kPurses},
    Unchanging{"80 F4 00 00 BEGIN USE", kField},
    Unchanging{"80 AD 00 xx PUT REVEALED", kMasterMother},
    Unchanging{"80 B3 00 00 OPEN 1", kStock | kMothers},
    Unchanging{"80 B3 01 00 OPEN 2", kStock | kControls},
    Unchanging{"80 B3 03 00 OPEN 4", kStock | kControls},
    Unchanging{"80 B5 00 00 AUTHORISE", kStock | kControls},
    // Refused: no overdraft key, no key for free use, no file that an order may write.
    Unchanging{"80 58 00 00 UPDATE OVERDRAW LIMIT", kUser},
    Unchanging{"00 88 xx xx INTERNAL AUTHENTICATE", kPsam},
    Unchanging{"04 D6 xx xx UPDATE BINARY", kKeyCards | kCarriers},
};

}  // namespace

std::span<const Unchanging> unchanging_rows() {
  return kRows;
}

}  // namespace tear

// The command table of the desk's PSAM.
#include "cos-apdu/virtual/psam_acts.h"
#include "cos-apdu/virtual/sam_binding.h"
#include "cos-apdu/virtual/sam_crypt.h"

namespace card::chip {
namespace {

// No key of this module answers a challenge of the caller's choice.
Answer refuse_free_use(Context&, const CommandApdu&) {
  return refused(status::kConditionNotSatisfied);
}

constexpr std::array kCommands = {
    // Key-protocol §8.
    in_use(0x80, 0x74, exactly(0x00, 0x00), "INIT SAM FOR LOAD", {36, 36}, kPinGate,
           init_sam_for_load),
    in_use(0x80, 0x76, exactly(0x00, 0x00), "VERIFY TAC", {36, 38}, kPinGate, verify_tac),
    in_use(0x80, 0x78, exactly(0x00, 0x00), "REFRESH CEILING", {48, 48}, kNoGate, refresh_ceiling),
    in_use(0x00, 0x82, exactly(0x00, 0x0B), "EXTERNAL AUTHENTICATE", {8, 16}, kChallengeGate,
           authenticate_terminal),
    // Card reference §4.3, §4.5. One diversification level only: the module holds county keys.
    in_use(0x80, 0x70, exactly(0x00, 0x00), "INIT SAM FOR PURCHASE", {28, 37}, kPinGate,
           init_sam_for_purchase),
    in_use(0x80, 0x72, exactly(0x00, 0x00), "CREDIT SAM FOR PURCHASE", {4, 4}, kPinGate,
           credit_sam_for_purchase),
    in_use(0x80, 0x1A, any_params(), "INIT FOR DESCRYPT", {0, 255}, kPinGate, init_for_descrypt),
    in_use(0x80, 0xFA, any_p1(0x00), "DES CRYPT", {1, 255}, kPinGate, des_crypt),
    in_use(0x00, 0x88, any_params(), "INTERNAL AUTHENTICATE", {0, 255}, kNoGate, refuse_free_use),
};

}  // namespace

CommandTable psam_commands() {
  return kCommands;
}

}  // namespace card::chip

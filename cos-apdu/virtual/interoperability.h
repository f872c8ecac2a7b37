// The user card of the tdes2 interoperability profile: it is made with a master file and the
// transport key 39/00 alone, and personalised with CREATE FILE and WRITE KEY the way cards on sale
// are (card reference §7). Its purse commands are those of every user card.
#pragma once

#include "cos-apdu/virtual/chip.h"

namespace card::chip {

// What the transport key reaches, and what creating and erasing in the master file demands.
inline constexpr Byte kTransportState = 0x0A;

// As its maker delivers it: master file 1PAY.SYS.DDF01, 16 bytes under 39/00 with three tries.
// Throws kMalformed for another kind of serial.
Bytes interoperability_image(const derivation::Serial8& serial, const crypto::Key& transport,
                             const Making& making = {});

// The transport key of a card off the shelf: FF sixteen times.
crypto::Key usual_transport_key();

Answer create_file(Context& card, const CommandApdu& command);
Answer erase_directory(Context& card, const CommandApdu& command);

// 80 D4 in clear; 84 D4 under the control key of the directory or of the nearest above. P1 = 01 adds,
// else P1 P2 is the key that is updated; a protected command adds what is not there.
Answer write_key(Context& card, const CommandApdu& command);
Answer write_key_protected(Context& card, const CommandApdu& command);

Answer internal_authenticate(Context& card, const CommandApdu& command);
Answer external_authenticate(Context& card, const CommandApdu& command);

}  // namespace card::chip

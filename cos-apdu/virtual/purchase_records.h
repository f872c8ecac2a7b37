// The records that a composite purchase writes (80 DC): judged when they are sent, stored with the
// debit.
#pragma once

#include "cos-apdu/virtual/command.h"

namespace card::chip {

// P1 record number, P2 short file id x 8 + 4: 6A86, 6A82, 6982 for a file that is not written this
// way, 6A83, 6700 for another length than the file's.
StatusWord judge_purchase_record(Context& card, Byte p1, Byte p2, ByteView content);

// Of what was judged before.
void store_purchase_record(Context& card, Byte p1, Byte p2, ByteView content);

}  // namespace card::chip

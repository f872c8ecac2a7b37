// IMPORT BLOCK (84 D8): how a key enters any card (key-protocol §5). The parts are shared with the
// key cards, whose keys go into a store of their own.
#pragma once

#include "cos-apdu/virtual/command.h"
#include "cos-apdu/virtual/key_slot.h"
#include "derivation/import_block.h"

namespace card::chip {

// The block's fields against this card: 6A80 for another suite, serial or rehearsal flag.
StatusWord judge_target(const layout::CardStatus& identity, const derivation::ExportHeader& header);

// 9403 unless the version follows the slot's by the block's mode; 6985 unless seq is new. An empty
// slot takes any version by kInstall only.
StatusWord judge_succession(const std::optional<KeySlot>& current,
                            const derivation::ExportHeader& header);

// Opens the block under the transport key in `transport`; throws kTampered (6988), kNotFound (6A88)
// when the card has no such key.
crypto::Key open_block(const Nvm& nvm, RecordId transport, const derivation::ImportBlock& block);

// A slot filled from the block.
KeySlot slot_of(const derivation::ExportHeader& header, crypto::Key key);

// 84 D8 00 0E: the issuer's transport key under the stock transport key; a blank becomes allotted.
Answer import_transport_key(Context& card, const derivation::ImportBlock& block);

// User card, PSAM, ESAM: into the slot while personalised, into the staged slot in use. Key cards
// take the transport key only; their own table has the row for the rest.
Answer import_block(Context& card, const CommandApdu& command);

}  // namespace card::chip

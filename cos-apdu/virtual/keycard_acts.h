// One function per row of layout/keycard_commands.h.
#pragma once

#include "cos-apdu/virtual/command.h"

namespace card::chip::keycard {

// Blanks and the stock pair.
Answer install_transport_key(Context& card, const CommandApdu& command);
Answer generate_stock_key(Context& card, const CommandApdu& command);
Answer export_transport_key(Context& card, const CommandApdu& command);
Answer relay(Context& card, const CommandApdu& command);
Answer rebase(Context& card, const CommandApdu& command);

// The set.
Answer put_plan(Context& card, const CommandApdu& command);
Answer put_set(Context& card, const CommandApdu& command);
Answer get_set_fingerprint(Context& card, const CommandApdu& command);

// Leader cards.
Answer generate_component(Context& card, const CommandApdu& command);
Answer copy_component(Context& card, const CommandApdu& command);
Answer take_copy(Context& card, const CommandApdu& command);
Answer erase_component(Context& card, const CommandApdu& command);
Answer part_component(Context& card, const CommandApdu& command);
Answer take_part(Context& card, const CommandApdu& command);
Answer give_part(Context& card, const CommandApdu& command);
Answer gather_part(Context& card, const CommandApdu& command);
Answer put_component(Context& card, const CommandApdu& command);
Answer commit(Context& card, const CommandApdu& command);
Answer reveal(Context& card, const CommandApdu& command);

// The master control card.
Answer put_commitment(Context& card, const CommandApdu& command);
Answer freeze(Context& card, const CommandApdu& command);
Answer put_revealed(Context& card, const CommandApdu& command);
Answer combine(Context& card, const CommandApdu& command);
Answer deliver(Context& card, const CommandApdu& command);
Answer sign_check_values(Context& card, const CommandApdu& command);

// Pairs.
Answer make_pair(Context& card, const CommandApdu& command);
Answer take_pairing(Context& card, const CommandApdu& command);
Answer endorse(Context& card, const CommandApdu& command);
Answer take_endorsement(Context& card, const CommandApdu& command);
Answer open_begin(Context& card, const CommandApdu& command);
Answer open_answer(Context& card, const CommandApdu& command);
Answer open_check(Context& card, const CommandApdu& command);
Answer open_share(Context& card, const CommandApdu& command);
Answer open_finish(Context& card, const CommandApdu& command);
Answer authorise(Context& card, const CommandApdu& command);
Answer import_key(Context& card, const CommandApdu& command);

// What an open mother does.
Answer export_key(Context& card, const CommandApdu& command);
Answer check_value(Context& card, const CommandApdu& command);
Answer mac(Context& card, const CommandApdu& command);
Answer verify_mac(Context& card, const CommandApdu& command);
Answer tag_of_card(Context& card, const CommandApdu& command);

// Void orders, the head of the log, tags.
Answer put_officers(Context& card, const CommandApdu& command);
Answer make_void_order(Context& card, const CommandApdu& command);
Answer apply_void_order(Context& card, const CommandApdu& command);
Answer put_head(Context& card, const CommandApdu& command);
Answer get_head(Context& card, const CommandApdu& command);
Answer put_log_key(Context& card, const CommandApdu& command);
Answer get_tag(Context& card, const CommandApdu& command);

// Role cards.
Answer put_share(Context& card, const CommandApdu& command);
Answer release_share(Context& card, const CommandApdu& command);
Answer erase_share(Context& card, const CommandApdu& command);
Answer sign(Context& card, const CommandApdu& command);

}  // namespace card::chip::keycard

/* The layout of every structure of the reader library on 64-bit Linux (pointers and long of eight bytes, enums of
 * four): callers in other languages have these numbers built in. Compiled by the tests, never run.
 */
#include "cos-apdu/reader/wellkey_reader.h"

#define SIZE(type, bytes) _Static_assert(sizeof(type) == (bytes), #type)
#define AT(type, member, offset) \
  _Static_assert(offsetof(type, member) == (offset), #type "." #member)

SIZE(wellkey_login, 40);
AT(wellkey_login, pin, 0);
AT(wellkey_login, prove, 16);
AT(wellkey_login, context, 24);
AT(wellkey_login, tries_left, 32);

SIZE(wellkey_topup, 128);
AT(wellkey_topup, card_number, 0);
AT(wellkey_topup, amount_fen, 24);
AT(wellkey_topup, date, 32);
AT(wellkey_topup, time, 41);
AT(wellkey_topup, user_pin, 48);
AT(wellkey_topup, armed, 64);
AT(wellkey_topup, context, 72);
AT(wellkey_topup, balance_before_fen, 80);
AT(wellkey_topup, online_counter, 88);
AT(wellkey_topup, offline_counter, 92);
AT(wellkey_topup, terminal, 96);
AT(wellkey_topup, key_version, 109);
AT(wellkey_topup, algorithm, 110);
AT(wellkey_topup, balance_after_fen, 112);
AT(wellkey_topup, tac, 120);
AT(wellkey_topup, outcome, 124);

SIZE(wellkey_deduction, 96);
AT(wellkey_deduction, card_number, 0);
AT(wellkey_deduction, amount_fen, 24);
AT(wellkey_deduction, date, 32);
AT(wellkey_deduction, time, 41);
AT(wellkey_deduction, balance_before_fen, 48);
AT(wellkey_deduction, offline_counter, 56);
AT(wellkey_deduction, terminal, 60);
AT(wellkey_deduction, terminal_counter, 76);
AT(wellkey_deduction, balance_after_fen, 80);
AT(wellkey_deduction, tac, 88);

SIZE(wellkey_settlement, 96);
AT(wellkey_settlement, card_number, 0);
AT(wellkey_settlement, amount_fen, 24);
AT(wellkey_settlement, offline_counter, 32);
AT(wellkey_settlement, terminal, 36);
AT(wellkey_settlement, terminal_counter, 52);
AT(wellkey_settlement, date, 56);
AT(wellkey_settlement, time, 65);
AT(wellkey_settlement, gmac, 72);
AT(wellkey_settlement, balance_after_fen, 80);
AT(wellkey_settlement, tac, 88);

SIZE(wellkey_lock_state, 72);
AT(wellkey_lock_state, state, 0);
AT(wellkey_lock_state, transaction_type, 4);
AT(wellkey_lock_state, balance_fen, 8);
AT(wellkey_lock_state, offline_counter, 16);
AT(wellkey_lock_state, terminal, 20);
AT(wellkey_lock_state, date, 33);
AT(wellkey_lock_state, time, 42);
AT(wellkey_lock_state, amount_fen, 56);
AT(wellkey_lock_state, proof, 64);

SIZE(wellkey_card_state, 72);
AT(wellkey_card_state, kind, 0);
AT(wellkey_card_state, serial, 1);
AT(wellkey_card_state, suite, 18);
AT(wellkey_card_state, life_cycle, 19);
AT(wellkey_card_state, county, 20);
AT(wellkey_card_state, key_version, 27);
AT(wellkey_card_state, pin_tries, 28);
AT(wellkey_card_state, lock, 32);
AT(wellkey_card_state, balance_fen, 40);
AT(wellkey_card_state, card_number, 48);

SIZE(wellkey_card_information, 87);
AT(wellkey_card_information, card_number, 0);
AT(wellkey_card_information, county, 21);
AT(wellkey_card_information, application_version, 28);
AT(wellkey_card_information, valid_from, 29);
AT(wellkey_card_information, valid_until, 38);
AT(wellkey_card_information, card_type, 47);
AT(wellkey_card_information, holder, 48);
AT(wellkey_card_information, identity_no, 69);
AT(wellkey_card_information, identity_type, 86);

SIZE(wellkey_release, 80);
AT(wellkey_release, date, 0);
AT(wellkey_release, time, 9);
AT(wellkey_release, user_pin, 16);
AT(wellkey_release, card_number, 29);
AT(wellkey_release, amount_fen, 56);
AT(wellkey_release, balance_after_fen, 64);
AT(wellkey_release, by_order, 72);
AT(wellkey_release, proof, 73);

SIZE(wellkey_reading, 56);
AT(wellkey_reading, terminal, 0);
AT(wellkey_reading, date, 13);
AT(wellkey_reading, time, 22);
AT(wellkey_reading, energy, 32);
AT(wellkey_reading, money_fen, 40);
AT(wellkey_reading, sessions, 48);
AT(wellkey_reading, suspended, 52);

SIZE(wellkey_tool_card, 1248);
AT(wellkey_tool_card, serial, 0);
AT(wellkey_tool_card, life_cycle, 17);
AT(wellkey_tool_card, subtype, 18);
AT(wellkey_tool_card, key_version, 19);
AT(wellkey_tool_card, county, 20);
AT(wellkey_tool_card, valid_from, 27);
AT(wellkey_tool_card, valid_until, 36);
AT(wellkey_tool_card, well_group, 48);
AT(wellkey_tool_card, uses, 52);
AT(wellkey_tool_card, uses_left, 56);
AT(wellkey_tool_card, data, 60);
AT(wellkey_tool_card, readings_count, 124);
AT(wellkey_tool_card, readings, 128);

SIZE(wellkey_record, 48);
AT(wellkey_record, counter, 0);
AT(wellkey_record, amount_fen, 8);
AT(wellkey_record, type, 16);
AT(wellkey_record, terminal, 17);
AT(wellkey_record, date, 30);
AT(wellkey_record, time, 39);

_Static_assert(WELLKEY_MOST_RECORDS == 20, "records");
_Static_assert(WELLKEY_TOOL_DATA == 64, "tool data");
_Static_assert(WELLKEY_MOST_READINGS == 20, "readings");

/* Declared as other languages call them. */
int (*const open_port)(wellkey_port**) = wellkey_open_port;
int (*const close_port)(wellkey_port*) = wellkey_close_port;
int (*const verify)(wellkey_port*, wellkey_login*) = wellkey_psam_verify_pin;
int (*const modify)(wellkey_port*, const uint8_t*, size_t) = wellkey_psam_modify_key;
int (*const purchase)(wellkey_port*, wellkey_topup*) = wellkey_purchase;
int (*const deduct)(wellkey_port*, wellkey_deduction*) = wellkey_deduct;
int (*const settle)(wellkey_port*, wellkey_settlement*) = wellkey_settle_lock;
int (*const issue)(wellkey_port*, const uint8_t*, size_t) = wellkey_issue_tool_card;
int (*const read_tool)(wellkey_port*, wellkey_tool_card*) = wellkey_read_tool_card;
int (*const state)(wellkey_port*, wellkey_card_state*) = wellkey_get_card_state;
int (*const records)(wellkey_port*, wellkey_record*, size_t*, wellkey_topup*) = wellkey_get_records;
int (*const lock)(wellkey_port*, wellkey_lock_state*) = wellkey_get_lock_state;
int (*const release)(wellkey_port*, const uint8_t*, size_t,
                     wellkey_release*) = wellkey_release_lock;
int (*const number)(wellkey_port*, char[21]) = wellkey_read_card_number;
int (*const information)(wellkey_port*, wellkey_card_information*) = wellkey_read_card_information;

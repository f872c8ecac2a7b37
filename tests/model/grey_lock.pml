// The grey lock and the load: one user card, two meters with their ESAMs, a desk with its PSAM, the
// books, and an attacker who resets the card, reads it and replays what was ever sent.
//
// A MAC is what it was made over: a lock session stands for the session key of one E0 40 draw, a load
// for the session key of one INITIALIZE FOR LOAD. A command is one atomic step, as the chip commits all
// of a command or none; between commands anything may happen. LOST: the terminal heard no answer.

// rule                       what breaks without it  | clause | where it is implemented
#define GREY_BARS_LOCK     1  // no_start_on_locked   | cards §5.1 | cos-apdu/virtual/grey_lock.cpp init_grey_lock
#define GREY_BARS_LOAD     2  // grey_keeps_balance   | cards §5.6 | cos-apdu/virtual/purse_commands.cpp init_load
#define SETTLED_IS_OVER    3  // no_double_debit      | cards §5.3 | cos-apdu/virtual/grey_lock.cpp judge_unlock, debit_for_unlock
#define UNLOCK_LOCK_KEY    4  // cleared_by_its_proof | cards §5.3 | cos-apdu/virtual/grey_lock.cpp judge_unlock
#define UNLOCK_AMOUNT      5  // debit_is_usage       | cards §5.3 | cos-apdu/purse.cpp gmac_input
#define ONE_COMMIT         6  // no_double_debit      | cards §12 1 | cos-apdu/virtual/nvm.cpp commit
#define FRESH_LOCK         7  // lock_has_a_home      | cards §5.1 | cos-apdu/virtual/purse_memory.cpp draw_random
#define FRESH_LOAD         8  // exactly_once_load    | cards §3.3 | cos-apdu/virtual/purse_memory.cpp draw_random
#define FRESH_RELEASE      9  // cleared_by_its_proof | cards §5.5 | cos-apdu/virtual/purse_memory.cpp draw_random
#define NEXT_COMMAND      10  // lock_has_a_home      | cards §3.3 | cos-apdu/virtual/purse_memory.h PurseState
#define CERTIFY_MAC2      11  // runs_only_locked     | cards §4.6 | cos-apdu/virtual/sam_lock.cpp certify_sam_grey_lock
#define KEEP_LAST_GMAC    12  // lock_has_a_home      | cards §4.6 | cos-apdu/virtual/sam_lock.cpp get_gmac
#define LOCK_JOURNALLED   13  // lock_has_a_home      | cards §5.7 | meter-emu/swipe/swipe.cpp start
#define DROP_UNLOCKED     14  // lock_has_a_home      | cards §5.7 | meter-emu/meter/swipe_decision.cpp decide_open
#define AMOUNT_JOURNALLED 15  // lock_has_a_home      | cards §5.7 | meter-emu/swipe/swipe.cpp fix_settlement
#define CLOSE_WHEN_SEEN   16  // lock_has_a_home      | cards §5.7 | meter-emu/meter/swipe_decision.cpp decide_open
#define SUSPENDED_FIRST   17  // record_is_kept       | cards §5.7 | meter-emu/meter/swipe_decision.cpp decide
#define RELEASE_BY_RECORD 18  // debit_is_usage       | key-protocol §8 | cos-apdu/virtual/grey_lock.cpp grey_unlock
#define BOOK_ONCE         19  // booked_once          | cards §5.7 | salesdesk/trade/settle.cpp book
#define PAY_FIRST         20  // money_conserved      | cards §3.3 | salesdesk/trade/top_up.cpp sell
#define ASK_THE_CARD      21  // exactly_once_load    | cards §3.7 | cos-apdu/reader/load.cpp outcome_of
#define CHARGE_FIRST      22  // ceiling_is_exact     | key-protocol §8 | cos-apdu/virtual/psam_commands.cpp init_sam_for_load
#define CHARGE_ONCE       23  // ceiling_is_exact     | key-protocol §8 | cos-apdu/virtual/psam_commands.cpp answered_before
#define PROVED_IS_OVER    24  // lock_has_a_home      | cards §4.7 | meter-emu/swipe/swipe.cpp certify

#include "rules.pml"
#include "replay.pml"

#ifdef REPLAY
#define SESSIONS 12   // answered draws of E0 40
#define LOADS 12
#define MONEY 250     // the farmer's, at the start
#define MOST_LOAD 20
#define MOST_ON_CARD 250
#define ON_CARD 0
#else
#ifndef SESSIONS
#define SESSIONS 2
#define LOADS 1
#endif
#ifndef MONEY
#define MONEY 4
#define ON_CARD 1     // of it, at the start
#endif
#define MOST_LOAD 2
#define MOST_ON_CARD MONEY
#endif
#define METERS 2
#define CHOOSE_METER select(picked : 0 .. METERS - 1);
#define NONE 0

#define OK 1          // 9000
#define NO 2          // refused
#define LOST 3
#define DONE_BEFORE 4 // 6901

// The card: non-volatile.
#define CLEAR 0
#define GREY 1
#define UNREAD 2
byte balance = ON_CARD, lock, session, sn, online, proof_of_load;
// Volatile: what INITIALIZE left for the very next command, and whose MAC would fit its random number.
#define FOR_LOAD 1
#define FOR_LOCK 2
#define FOR_RELEASE 3
byte pending, pending_load;
unsigned fresh : 13;

#define IDLE 0
#define PENDING 1
#define CERTIFIED 2
typedef Esam { byte stage, session, last }
Esam esam[METERS];

#define LOCKING 1
#define RUNNING 2
#define SETTLING 3
typedef Journal { byte phase, session, used, released; byte kept, kept_used, kept_released }
Journal meter[METERS];

byte drawn;                            // lock sessions so far
typedef Session { byte owner, sn, room; // meter, offline number, balance at INITIALIZE
                  byte gmac;           // amount + 1 of the one GMAC made for it
                  byte release;        // amount + 1 of the desk's GREY UNLOCK
                  bit sent, shown;     // GREY LOCK, its GMAC: was on the air
                  byte final;          // amount + 1 that the meter will stand by
                  byte usage, debits, booked }
Session at[SESSIONS + 1];

byte account = MONEY - ON_CARD, loads, open_load, open_amount, open_before, charged, given;
byte sam_last;                         // the load whose MAC2 the PSAM keeps
typedef Load { bit sent; bit paid; byte amount, credits }
Load load[LOADS + 1];
byte debits;                           // for the properties alone
byte picked, chosen;

// The properties; a violated assertion is named by its last word.
hidden byte money_conserved, no_double_debit, debit_is_usage, no_start_on_locked, cleared_by_its_proof,
    grey_keeps_balance, lock_has_a_home, runs_only_locked, record_is_kept, booked_once, exactly_once_load,
    ceiling_is_exact;

#define IS_HELD(m, id) (lock == GREY && id != NONE && at[session].owner == m && sn == at[id].sn + 1)
// Meter 0 draws first: the two are alike.
#define CAN_START(m) (meter[m].phase == IDLE && RULE(SUSPENDED_FIRST, meter[m].kept == NONE) && \
    esam[m].stage != CERTIFIED && (m == 0 || drawn > 0 || REPLAYS))
#define ROOM_FOR(amount) (balance + (amount) <= MOST_ON_CARD)
#define PAID_NOT_CREDITED (open_load != NONE && load[open_load].paid && load[open_load].credits == 0 -> open_amount : 0)
// Whoever can end the lock that the card shows: its meter's journal, or a suspended record.
#define CAN_PROVE(m) (esam[m].stage == CERTIFIED && esam[m].session == session)
#define HAS_PROOF(m) ((meter[m].released || esam[m].last == session) && at[session].gmac == meter[m].used + 1)
#define HAS_JOURNAL(m) (meter[m].session == session && (meter[m].phase == LOCKING || CAN_PROVE(m) || \
    (meter[m].phase == SETTLING && HAS_PROOF(m))))
#define HAS_RECORD(m) (meter[m].kept == session)
#define HAS_HOME (HAS_JOURNAL(0) || HAS_JOURNAL(1) || HAS_RECORD(0) || HAS_RECORD(1))
#define RUNS_LOCKED(m) (meter[m].phase != RUNNING || (lock == GREY && session == meter[m].session))

#include "grey_card.pml"
#include "grey_meter.pml"
#include "grey_desk.pml"
#include "grey_attacker.pml"

#define MONEY_ADDS_UP (account + PAID_NOT_CREDITED + balance + debits == MONEY)

proctype Properties() {
  atomic { !(MONEY_ADDS_UP && RUNS_LOCKED(0) && RUNS_LOCKED(1) && (lock != GREY || HAS_HOME) &&
             charged == given) ->
    assert(MONEY_ADDS_UP || money_conserved);
    assert((RUNS_LOCKED(0) && RUNS_LOCKED(1)) || runs_only_locked);
    assert(lock != GREY || HAS_HOME || lock_has_a_home);
    assert(charged == given || ceiling_is_exact) }
}

init { atomic { TAKE_RULE_AWAY run Meter(0); run Meter(1); run Desk(); run Attacker(); run Properties() }
#ifdef REPLAY
  run Unchanged()
#endif
}

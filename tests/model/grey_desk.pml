// The desk of grey_lock.pml: top-ups behind the PSAM's ceiling, locks settled by record, the books.

// INIT SAM FOR LOAD: charged before the answer leaves; the same request is answered again, uncharged.
inline sam_load(id) {
  if
  :: RULE(CHARGE_ONCE, sam_last != id) -> charged = charged + load[id].amount
  :: sam_last == id
#ifdef MUTANTS
  :: WITHOUT(CHARGE_FIRST)
#endif
  fi;
  if
  :: sam_last != id -> given = given + load[id].amount; sam_last = id
  :: else
  fi
}

inline close_top_up() { EVENT(TOP_UP_DONE, open_load, 0, OK) open_load = NONE; open_amount = 0; open_before = 0 }

inline refund() {
  EVENT(TOP_UP_REFUNDED, open_load, 0, OK)
  assert(load[open_load].credits == 0 || exactly_once_load);
  account = account + open_amount;
  load[open_load].paid = 0;
  open_load = NONE; open_amount = 0; open_before = 0
}

inline send_credit(id) {
  load[id].sent = 1;
  if
  :: EVENT(CREDIT_FOR_LOAD, id, 0, LOST) skip
  :: FITS_LOAD(id) -> EVENT(CREDIT_FOR_LOAD, id, 0, LOST) credit_for_load(id)
  :: FITS_LOAD(id) -> EVENT(CREDIT_FOR_LOAD, id, 0, OK) credit_for_load(id); close_top_up()
  :: FITS_LOAD(id) -> EVENT(CREDIT_FOR_LOAD, id, 0, OK) credit_for_load(id)
  fi
}

// The journal is armed, and the money taken, before MAC2 exists.
inline top_up(sum) {
  EVENT(INIT_FOR_LOAD, 0, sum, OK)
  init_load();
  loads++;
  pending_load = loads; open_load = loads; open_amount = sum; open_before = online;
  load[loads].amount = sum;
  KEEPING(PAY_FIRST, load[loads].paid = 1; account = account - sum);
  EVENT(TOP_UP_ARMED, loads, sum, OK)
  if
  :: skip
  :: sam_load(loads);
     if
     :: EVENT(INIT_SAM_FOR_LOAD, loads, 0, OK) send_credit(loads)
     :: EVENT(INIT_SAM_FOR_LOAD, loads, 0, LOST) skip
     :: EVENT(INIT_SAM_FOR_LOAD, loads, 0, LOST) sam_load(loads);
        EVENT(INIT_SAM_FOR_LOAD, loads, 0, OK) send_credit(loads)
     fi
  fi
}

// A top-up in doubt: the proof, else the counter, else the card's own record.
inline ask_card() {
  if
  :: proof_of_load == open_load -> EVENT(GET_TRANSACTION_PROVE, open_load, 0, OK) pass_by(); close_top_up()
  :: proof_of_load != open_load -> EVENT(GET_TRANSACTION_PROVE, open_load, 0, NO) pass_by();
     if
     :: lock == GREY -> EVENT(INIT_FOR_LOAD, 0, open_amount, NO) skip
     :: lock != GREY && ROOM_FOR(open_amount) -> EVENT(INIT_FOR_LOAD, 0, open_amount, OK) init_load()
     :: lock != GREY && !ROOM_FOR(open_amount)
     fi;
     if
     :: pending == FOR_LOAD && online == open_before -> refund()
     :: online != open_before && load[open_load].credits > 0 -> close_top_up()
     :: else
     fi
  fi
}

// Meter, card and start name a session in the books.
inline book(id) {
  assert((at[id].booked == 0 && (at[id].debits == 1 || at[id].final == 1)) || booked_once);
  at[id].booked++
}

inline grey_unlock(id, sum) {
  EVENT(INIT_FOR_GREY_UNLOCK, 0, 0, OK)
  init_grey_unlock();
  at[id].release = sum + 1;
  if
  :: EVENT(GREY_UNLOCK, id, sum, OK) end_lock(id, sum, CLEAR); online++; book(id)
  :: EVENT(GREY_UNLOCK, id, sum, LOST) end_lock(id, sum, CLEAR); online++
  :: EVENT(GREY_UNLOCK, id, sum, LOST) skip
  fi
}

proctype Desk() ON_TRACE {
  byte heard;
  do
  :: atomic { open_load == NONE && loads < LOADS && RULE(GREY_BARS_LOAD, lock != GREY) && account > 0 ->
       CHOOSE_VALUE(1, MOST_LOAD)
       if
       :: chosen <= account && ROOM_FOR(chosen) -> top_up(chosen)
       :: else
       fi;
       chosen = 0 }
  :: atomic { open_load != NONE -> ask_card() }
#ifdef MUTANTS
  :: atomic { WITHOUT(ASK_THE_CARD) && open_load != NONE -> refund() }
#endif
  // With the record of meter 0 or 1; another meter that has the record does the same (escape).
  :: atomic { CHOOSE_METER
       if
       :: meter[picked].kept_released && IS_HELD(picked, meter[picked].kept) ->
          debit_for_unlock(meter[picked].kept, meter[picked].kept_used, heard);
          if
          :: heard == OK -> book(meter[picked].kept)
          :: else
          fi
       :: meter[picked].kept != NONE && IS_HELD(picked, meter[picked].kept) ->
          grey_unlock(meter[picked].kept, meter[picked].kept_used)
#ifdef MUTANTS
       :: WITHOUT(RELEASE_BY_RECORD) && lock == GREY -> grey_unlock(session, 0)
#endif
       :: else
       fi;
       picked = 0; heard = 0 }
  :: atomic { !REPLAYS -> CHOOSE_WHO(1, SESSIONS)
       if
       :: at[picked].usage && RULE(BOOK_ONCE, at[picked].booked == 0) -> book(picked)
       :: else
       fi;
       picked = 0 }
  od
}

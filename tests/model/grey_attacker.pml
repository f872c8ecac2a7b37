// Whoever holds the card of grey_lock.pml in a reader of his own.

proctype Attacker() ON_TRACE {
  do
  :: atomic { MATTERS -> EVENT(RESET, 0, 0, OK) forget() }
  :: atomic { MATTERS -> EVENT(READ, 0, 0, OK) pass_by() }
  :: atomic { lock != GREY -> EVENT(INIT_FOR_LOAD, 0, ANY, OK) init_load() }
  :: atomic { RULE(GREY_BARS_LOCK, lock == CLEAR) -> EVENT(INIT_FOR_GREY_LOCK, 0, 0, OK) init_grey_lock() }
  :: atomic { lock == GREY -> EVENT(INIT_FOR_GREY_UNLOCK, 0, 0, OK) init_grey_unlock() }
  // What was on the air, again.
  :: atomic { pending == FOR_LOCK -> CHOOSE_WHO(1, SESSIONS)
       if
       :: at[picked].sent && FITS_LOCK(picked) -> EVENT(GREY_LOCK, picked, 0, OK) grey_lock(picked)
       :: else
       fi;
       picked = 0 }
  :: atomic { RULE(SETTLED_IS_OVER, lock == GREY) -> CHOOSE_WHO(1, SESSIONS) CHOOSE_VALUE(0, MOST_ON_CARD)
       if
       :: at[picked].shown && FITS_UNLOCK(picked, chosen) ->
          EVENT(DEBIT_FOR_UNLOCK, picked, chosen, OK) end_lock(picked, chosen, UNREAD)
       :: else
       fi;
       picked = 0; chosen = 0 }
  :: atomic { pending == FOR_LOAD -> CHOOSE_WHO(1, LOADS)
       if
       :: load[picked].sent && FITS_LOAD(picked) ->
          EVENT(CREDIT_FOR_LOAD, picked, 0, OK) credit_for_load(picked)
       :: else
       fi;
       picked = 0 }
#ifdef MUTANTS
  :: atomic { WITHOUT(FRESH_RELEASE) && pending == FOR_RELEASE -> CHOOSE_WHO(1, SESSIONS)
       if
       :: at[picked].release > 0 && at[picked].release - 1 <= balance ->
          end_lock(picked, (at[picked].release - 1), CLEAR)
       :: else
       fi;
       picked = 0 }
#endif
  od
}

#ifdef REPLAY
// A refused or a reading command changes nothing but what was pending, as READ does: only a trace
// tells them apart.
proctype Unchanged() ON_TRACE {
  do
  :: atomic { EVENT(GET_LOCK_PROOF, lock, 0, OK) pass_by() }
  :: atomic { EVENT(GET_BALANCE, 0, balance, OK) pass_by() }
  :: atomic { lock == GREY -> EVENT(INIT_FOR_LOAD, 0, ANY, NO) pass_by() }
  :: atomic { lock != CLEAR -> EVENT(INIT_FOR_GREY_LOCK, 0, 0, NO) pass_by() }
  :: atomic { lock != GREY -> EVENT(INIT_FOR_GREY_UNLOCK, 0, 0, NO) pass_by() }
  :: atomic { lock == GREY -> EVENT(CLEAR_TAC_FLAG, 0, 0, NO) pass_by() }
  :: atomic { lock == CLEAR -> EVENT(CLEAR_TAC_FLAG, 0, 0, OK) pass_by() }
  :: atomic { CHOOSE_WHO(NONE, SESSIONS) !FITS_LOCK(picked) || !at[picked].sent ->
       EVENT(GREY_LOCK, picked, 0, NO) pass_by(); picked = 0 }
  :: atomic { CHOOSE_WHO(NONE, SESSIONS) CHOOSE_VALUE(0, MOST_ON_CARD)
       !FITS_UNLOCK(picked, chosen) || picked == NONE ->
       EVENT(DEBIT_FOR_UNLOCK, picked, chosen, NO) pass_by(); picked = 0; chosen = 0 }
  :: atomic { CHOOSE_WHO(NONE, LOADS) !FITS_LOAD(picked) || !load[picked].sent ->
       EVENT(CREDIT_FOR_LOAD, picked, 0, NO) pass_by(); picked = 0 }
  :: atomic { EVENT(GET_GMAC, ANY, ANY, NO) }
  :: atomic { CHOOSE_WHO(NONE, SESSIONS) EVENT(GREY_UNLOCK, picked, 0, NO) pass_by(); picked = 0 }
  od
}
#endif

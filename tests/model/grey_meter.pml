// The meters of grey_lock.pml, each with its security module (ESAM) and its journal.

// E0 40 of the card: the session key fits the random number that the card has just given.
inline draw(m) {
  drawn++;
  esam[m].stage = PENDING;
  esam[m].session = drawn;
  at[drawn].owner = m;
  at[drawn].sn = sn;
  at[drawn].room = balance;
  fresh = fresh | (1 << drawn);
  EVENT(INIT_SAM_GREY_LOCK, m, drawn, OK) skip
}

// E0 44: one GMAC for one lock, kept for E0 46.
inline make_gmac(m, sum) {
  at[esam[m].session].gmac = sum + 1;
  KEEPING(KEEP_LAST_GMAC, esam[m].last = esam[m].session);
  esam[m].stage = IDLE;
  esam[m].session = NONE
}

// Each step is what the meter sends, then what it writes into its journal; `skip` is a cut.

inline run_from(m, id) { meter[m].phase = RUNNING; EVENT(LOCK_CERTIFIED, m, id, OK) }

inline leave(m) { meter[m].phase = IDLE; meter[m].session = NONE; meter[m].used = 0; meter[m].released = 0 }

inline drop_lock(m) { EVENT(LOCK_DROPPED, m, meter[m].session, OK) leave(m) }

// The module has made the GMAC of this lock, for nothing used, when the meter gave the lock up.
inline give_up(m) {
  meter[m].phase = SETTLING;
  EVENT(START_GIVEN_UP, m, meter[m].session, OK)
  at[meter[m].session].final = 1
}

// E0 42 with the MAC2 of lock s; `certified` is lost in a cut.
inline certify(m, id) {
  if
  :: esam[m].stage != IDLE && RULE(CERTIFY_MAC2, id != NONE && esam[m].session == id) ->
     esam[m].stage = CERTIFIED;
     if
     :: EVENT(CERTIFY_SAM_GREY_LOCK, m, id, OK) run_from(m, id)
     :: EVENT(CERTIFY_SAM_GREY_LOCK, m, id, OK) skip
     :: EVENT(CERTIFY_SAM_GREY_LOCK, m, id, LOST) skip
     fi
  :: esam[m].stage != IDLE && (id == NONE || esam[m].session != id) ->
     EVENT(CERTIFY_SAM_GREY_LOCK, m, id, NO) drop_lock(m)
  :: esam[m].stage == IDLE -> EVENT(CERTIFY_SAM_GREY_LOCK, m, id, DONE_BEFORE)
     KEEPING(PROVED_IS_OVER, give_up(m))
     IF_WITHOUT(PROVED_IS_OVER, run_from(m, id))
  fi
}

inline send_grey_lock(m, id) {
  at[id].sent = 1;
  if
  :: EVENT(GREY_LOCK, id, 0, LOST) skip
  :: FITS_LOCK(id) -> EVENT(GREY_LOCK, id, 0, LOST) grey_lock(id)
  :: FITS_LOCK(id) -> EVENT(GREY_LOCK, id, 0, OK) grey_lock(id); certify(m, id)
  :: FITS_LOCK(id) -> EVENT(GREY_LOCK, id, 0, OK) grey_lock(id)
  fi
}

// Without its journal entry a lock may reach the card and no meter knows of it.
inline start(m) {
  EVENT(INIT_FOR_GREY_LOCK, 0, 0, OK)
  init_grey_lock();
  if
  :: esam[m].stage = PENDING; esam[m].session = NONE; EVENT(INIT_SAM_GREY_LOCK, m, NONE, LOST) skip
  :: draw(m)
  :: draw(m);
     meter[m].phase = LOCKING; meter[m].session = drawn;
     EVENT(LOCK_DRAWN, m, drawn, OK)
     if
     :: skip
     :: send_grey_lock(m, drawn)
     fi
#ifdef MUTANTS
  :: WITHOUT(LOCK_JOURNALLED) -> draw(m); send_grey_lock(m, drawn)
#endif
  fi
}

// Somebody else's card: E0 40 for a random number of no card of ours, and a made-up MAC2.
inline meter_is_deceived(m) {
  esam[m].stage = PENDING;
  esam[m].session = NONE;
  meter[m].phase = LOCKING;
  certify(m, NONE)
}

// The amount stands in the journal before its GMAC exists.
inline fix(m) {
  EVENT(SETTLEMENT_FIXED, m, meter[m].used, OK)
  meter[m].phase = SETTLING;
  at[meter[m].session].final = meter[m].used + 1
}

inline journal_proof(m) {
  if
  :: meter[m].released = 1; EVENT(RELEASE_MADE, m, meter[m].session, OK)
  :: skip
  fi
}

inline prove(m) {
  if
  :: esam[m].last == meter[m].session -> EVENT(GET_GMAC, m, meter[m].session, OK) journal_proof(m)
  :: esam[m].stage == CERTIFIED ->
     make_gmac(m, meter[m].used);
     if
     :: EVENT(CREDIT_SAM_FOR_GREY_DEBIT, m, meter[m].used, OK) journal_proof(m)
     :: EVENT(CREDIT_SAM_FOR_GREY_DEBIT, m, meter[m].used, LOST) skip
     fi
  fi
}

inline close(m) {
  EVENT(SESSION_CLOSED, m, meter[m].session, OK)
  at[meter[m].session].usage = 1;
  leave(m)
}

inline close_kept(m) {
  EVENT(SESSION_CLOSED, m, meter[m].kept, OK)
  at[meter[m].kept].usage = 1;
  meter[m].kept = NONE; meter[m].kept_used = 0; meter[m].kept_released = 0
}

inline suspend(m) {
  EVENT(SESSION_SUSPENDED, m, meter[m].session, OK)
  assert(meter[m].kept == NONE || record_is_kept);
  meter[m].kept = meter[m].session;
  meter[m].kept_used = meter[m].used;
  meter[m].kept_released = meter[m].released;
  at[meter[m].session].final = meter[m].used + 1;
  at[meter[m].session].shown = meter[m].released;
  leave(m)
}

// A lock that came to nothing is taken out of the module.
inline free_of_lock(m) {
  if
  :: esam[m].stage == CERTIFIED -> make_gmac(m, 0); EVENT(CREDIT_SAM_FOR_GREY_DEBIT, m, 0, OK)
  :: else -> EVENT(CREDIT_SAM_FOR_GREY_DEBIT, m, 0, NO) skip
  fi
}

proctype Meter(byte m) ON_TRACE {
  byte heard;
  do
  :: atomic { CAN_START(m) && drawn < SESSIONS && RULE(GREY_BARS_LOCK, lock == CLEAR) && balance > 0 -> start(m) }
  :: atomic { CAN_START(m) && !REPLAYS -> meter_is_deceived(m) }
  :: atomic { meter[m].phase == LOCKING && IS_HELD(m, meter[m].session) -> pass_by(); certify(m, session) }
  :: atomic { meter[m].phase == LOCKING && RULE(DROP_UNLOCKED, !IS_HELD(m, meter[m].session)) ->
       pass_by(); free_of_lock(m);
       if
       :: drop_lock(m)
       :: skip
       fi }
  :: atomic { meter[m].phase == RUNNING && meter[m].used < at[meter[m].session].room ->
       EVENT(PULSES, m, 1, OK) meter[m].used++ }
  :: atomic { meter[m].phase == RUNNING -> fix(m) }
#ifdef MUTANTS
  :: atomic { WITHOUT(AMOUNT_JOURNALLED) && meter[m].phase == RUNNING && esam[m].stage == CERTIFIED -> make_gmac(m, meter[m].used) }
#endif
  :: atomic { meter[m].phase == SETTLING && !meter[m].released -> prove(m) }
  :: atomic { meter[m].phase == SETTLING && meter[m].released && IS_HELD(m, meter[m].session) ->
       debit_for_unlock(meter[m].session, meter[m].used, heard);
       if
       :: RULE(CLOSE_WHEN_SEEN, heard == OK) -> close(m)
       :: skip
       fi;
       heard = 0 }
  :: atomic { meter[m].phase == SETTLING && meter[m].released && !IS_HELD(m, meter[m].session) ->
       pass_by(); close(m) }
  :: atomic { meter[m].kept != NONE && meter[m].kept_released && IS_HELD(m, meter[m].kept) ->
       debit_for_unlock(meter[m].kept, meter[m].kept_used, heard);
       if
       :: heard == OK -> close_kept(m)
       :: skip
       fi;
       heard = 0 }
  :: atomic { meter[m].kept != NONE && !IS_HELD(m, meter[m].kept) -> pass_by(); close_kept(m) }
  :: atomic { meter[m].phase == LOCKING -> free_of_lock(m);
       if
       :: suspend(m)
       :: skip
       fi }
  :: atomic { meter[m].phase == SETTLING && meter[m].released -> suspend(m) }
  :: atomic { lock == UNREAD -> EVENT(CLEAR_TAC_FLAG, 0, 0, OK) pass_by(); lock = CLEAR }
  od
}

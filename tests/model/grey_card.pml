// The user card of grey_lock.pml: what its commands change.

inline forget() { pending = NONE; pending_load = NONE; fresh = 0 }

// Any command but the awaited one.
inline pass_by() { KEEPING(NEXT_COMMAND, forget()) }

inline init_load() { forget(); pending = FOR_LOAD }
inline init_grey_lock() { forget(); pending = FOR_LOCK }
inline init_grey_unlock() { forget(); pending = FOR_RELEASE }

#define FITS_LOAD(id) (pending == FOR_LOAD && RULE(FRESH_LOAD, pending_load == id))
#define FITS_LOCK(id) (pending == FOR_LOCK && RULE(FRESH_LOCK, fresh & (1 << (id))))
#define FITS_UNLOCK(id, sum) (RULE(SETTLED_IS_OVER, lock == GREY) && sum <= balance && \
    RULE(UNLOCK_LOCK_KEY, id == session) && RULE(UNLOCK_AMOUNT, at[id].gmac == sum + 1))

inline credit_for_load(id) {
  forget();
  assert(lock != GREY || grey_keeps_balance);
  assert((load[id].credits == 0 && open_load == id && load[id].paid) || exactly_once_load);
  balance = balance + load[id].amount;
  online++;
  proof_of_load = id;
  load[id].credits++
}

inline grey_lock(id) {
  forget();
  assert(lock == CLEAR || no_start_on_locked);
  lock = GREY;
  session = id;
  sn++
}

inline count_debit(id, sum) {
  assert(at[id].debits == 0 || no_double_debit);
  at[id].debits++;
  debits = debits + sum;
  balance = balance - sum
}

// Settled: state and session key of the lock are gone.
inline end_lock(id, sum, then) {
  forget();
  assert(lock != GREY || session == id || cleared_by_its_proof);
  assert(at[id].final == sum + 1 || debit_is_usage);
  count_debit(id, sum);
  lock = then;
  KEEPING(SETTLED_IS_OVER, session = NONE);
  proof_of_load = NONE
}

// The debit reaches the card; `heard`: OK, or LOST when its answer does not come back.
inline debit_for_unlock(id, sum, heard) {
  at[id].shown = 1;
  if
  :: EVENT(DEBIT_FOR_UNLOCK, id, sum, OK) end_lock(id, sum, UNREAD); heard = OK
  :: EVENT(DEBIT_FOR_UNLOCK, id, sum, LOST) end_lock(id, sum, UNREAD); heard = LOST
  :: EVENT(DEBIT_FOR_UNLOCK, id, sum, LOST) heard = LOST
#ifdef MUTANTS
  :: WITHOUT(ONE_COMMIT) -> count_debit(id, sum); heard = LOST
#endif
  fi
}

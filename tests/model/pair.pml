// The pair rule: a mother card, its control card, the station that holds them, the level above that
// makes void orders, and a thief who steals one card while the pair counts, and the other once it is
// void. He knows the PINs, has a control card of another pair, and keeps all that was ever said.
//
// A proof, a sealed share and an authorisation are the exchange they were made for: an answer of the
// control card to one ephemeral key of the mother card.

// rule                       what breaks without it       | clause | where it is implemented
#define OWN_CONTROL        1  // opened_by_its_control     | key-protocol §7 | cos-apdu/virtual/keycard_opening.cpp open_check
#define FRESH_EXCHANGE     2  // opened_by_its_control     | key-protocol §7 | cos-apdu/virtual/keycard_opening.cpp proof
#define SEALED_SHARE       3  // opened_by_its_control     | key-protocol §7 | cos-apdu/virtual/keycard_opening.cpp open_finish
#define MOTHER_PROOF       4  // share_for_its_mother      | key-protocol §7 | cos-apdu/virtual/keycard_opening.cpp open_share
#define POWER_OFF_CLOSES   5  // open_since_power_on       | key-protocol §7 | cos-apdu/virtual/chip.cpp power_off
#define AUTHORISED         6  // act_as_authorised         | key-protocol §7 | cos-apdu/virtual/keycard_memory.cpp take_act
#define SAME_HEADER        7  // act_as_authorised         | key-protocol §7 | cos-apdu/virtual/keycard_memory.cpp take_act
#define SESSION_KEY        8  // act_as_authorised         | key-protocol §7 | cos-apdu/virtual/keycard_memory.cpp take_act
#define NEXT_ACT           9  // act_once                  | decision 0007 | cos-apdu/virtual/keycard_memory.cpp take_act
#define QUOTA_KEPT        10  // within_quota              | key-protocol §7 | cos-apdu/virtual/keycard_opening.cpp authorise
#define ORDER_PROVED      11  // void_by_entry             | key-protocol §7 | cos-apdu/virtual/keycard_void.cpp apply_void_order
#define ORDER_FOR_CARD    12  // void_by_entry             | key-protocol §7 | cos-apdu/virtual/keycard_void.cpp apply_void_order
#define ENTRY_FIRST       13  // void_by_entry             | keys §6 | issuance/pairs/void_pair.cpp void_pair
#define VOID_REFUSES      14  // void_is_unusable          | key-protocol §7 | cos-apdu/virtual/keycard_void.cpp apply_void_order
#define REGISTER_ASKED    15  // void_is_unusable          | keys §6 | issuance/register/states.cpp next
#define CHILD_BEFORE_VOID 16  // no_child_of_a_void_pair   | keys §6 | issuance/register/states.cpp next

#include "rules.pml"
#include "replay.pml"

#ifdef REPLAY
#define BEGINS 40
#define ANSWERS 40
#define ACTS 30        // numbers of acts
#define QUOTA 2        // acts of one opening
#else
#ifndef ACTS
#define ACTS 2
#define OPENINGS 2
#endif
#define BEGINS OPENINGS
#define ANSWERS OPENINGS
#define QUOTA 1
#endif
#define HEADERS 2
#ifdef REPLAY          // an act's number and header are one field of its event
#define CHOOSE_ACT CHOOSE_VALUE(0, 0) act = chosen / 4; chosen = chosen % 4;
#else
#define CHOOSE_ACT select(act : 1 .. ACTS); CHOOSE_VALUE(1, HEADERS)
#endif
#define NONE 0
#define OK 1
#define NO 2

#define MOTHER 0
#define CONTROL 1
#define OTHER_CARD 2   // of which the thief has a true void order
#define STATION 0
#define THIEF 1
byte holder[2];
bit is_void[2];
bit void_entry, ordered[3], child_unlogged, child;

// The mother card, while it has power: its ephemeral key, the answer that it has proved, the exchange
// that opened it.
byte begun, ephemeral, proved, open;
bit opened_now;                   // since the last power-on; for the properties alone
byte next_act = 1;                // this one in its memory
// The control card, while it has power.
byte answering, authorising, left, last_act;

typedef Answer { byte to; bit ours, proof, share; byte header[ACTS + 1]; byte acts, done }
Answer answer_of[ANSWERS + 1];
byte answered;
byte acts_done[ACTS + 1];
byte picked, chosen;

hidden byte opened_by_its_control, share_for_its_mother, open_since_power_on, act_as_authorised, act_once,
    within_quota, void_by_entry, void_is_unusable, no_child_of_a_void_pair;

#define WORKS(card) RULE(VOID_REFUSES, !is_void[card])
#define FITS_CHECK(id) (id != NONE && RULE(OWN_CONTROL, answer_of[id].ours) && \
    RULE(FRESH_EXCHANGE, answer_of[id].to == ephemeral))
#define FITS_SHARE(id) (id != NONE && answering == id && RULE(MOTHER_PROOF, answer_of[id].proof))
#define FITS_FINISH(id) (proved != NONE && answer_of[id].share && RULE(SEALED_SHARE, proved == id))
#define FITS_AUTHORISE(act) (authorising != NONE && act > last_act && RULE(QUOTA_KEPT, left > 0))
// The authorisation of exchange `id` for this act and header.
#define FITS_ACT(id, act, what) (open != NONE && RULE(NEXT_ACT, act == next_act) && \
    RULE(SESSION_KEY, id == open) && RULE(AUTHORISED, answer_of[id].header[act] != NONE) && \
    RULE(SAME_HEADER, answer_of[id].header[act] == NONE || answer_of[id].header[act] == what))

// -- the cards -------------------------------------------------------------------------------------

inline power_mother() { ephemeral = NONE; proved = NONE; KEEPING(POWER_OFF_CLOSES, open = NONE); opened_now = 0 }
inline power_control() { answering = NONE; authorising = NONE; left = 0; last_act = 0 }

inline open_begin() {
  begun++;
  ephemeral = begun;
  proved = NONE; open = NONE; opened_now = 0
}

inline open_answer(key, is_ours) {
  answered++;
  answer_of[answered].to = key;
  answer_of[answered].ours = is_ours;
  answer_of[answered].share = !is_ours;   // the foreign card keeps nothing back
  answering = (is_ours -> answered : answering);
  authorising = (is_ours -> NONE : authorising)
}

inline open_check(id) { proved = id; answer_of[id].proof = (answer_of[id].to == ephemeral) }

inline open_share(id) {
  assert(answer_of[id].proof || share_for_its_mother);
  assert(!is_void[CONTROL] || void_is_unusable);
  answer_of[id].share = 1;
  answering = NONE;
  authorising = id;
  left = QUOTA;
  last_act = 0
}

inline open_finish(id) {
  assert((answer_of[proved].ours && answer_of[proved].to == ephemeral && answer_of[proved].share) ||
         opened_by_its_control);
  assert(!is_void[MOTHER] || void_is_unusable);
  open = proved;
  opened_now = 1;
  ephemeral = NONE; proved = NONE
}

inline authorise(act, what) {
  assert(answer_of[authorising].acts < QUOTA || within_quota);
  assert(!is_void[CONTROL] || void_is_unusable);
  answer_of[authorising].header[act] = what;
  answer_of[authorising].acts++;
  left = (left > 0 -> left - 1 : 0);
  last_act = act
}

// An export, an endorsement, a MAC, a void order: counted in the memory before the answer.
inline do_act(act, what) {
  assert(answer_of[open].header[act] == what || act_as_authorised);
  assert(acts_done[act] == 0 || act_once);
  assert(!is_void[MOTHER] || void_is_unusable);
  acts_done[act]++;
  next_act++;
  child_unlogged = 1
}

inline apply_void_order(card) {
  assert(void_entry || void_by_entry);
  is_void[card] = 1;
  if
  :: card == MOTHER -> ephemeral = NONE; proved = NONE; open = NONE; opened_now = 0
  :: else -> power_control()
  fi
}

// -- whoever holds a card sends it what he likes, of all that was ever answered ---------------------

#define HOLDS(card) (holder[card] == who)
#define OPENS (who == THIEF || REPLAYS || RULE(REGISTER_ASKED, !void_entry))   // cards know no register

proctype Holder(byte who) ON_TRACE {
  byte act;
end:
  do
  :: atomic { HOLDS(MOTHER) && (ephemeral || open || REPLAYS) -> EVENT(RESET_MOTHER, 0, 0, OK) power_mother() }
  :: atomic { HOLDS(CONTROL) && (answering || authorising || REPLAYS) -> EVENT(RESET_CONTROL, 0, 0, OK) power_control() }
  :: atomic { HOLDS(MOTHER) && WORKS(MOTHER) && OPENS && begun < BEGINS ->
       assert(!void_entry || who == THIEF || REPLAYS || void_is_unusable);
       EVENT(OPEN_BEGIN, 0, begun + 1, OK) open_begin() }
  :: atomic { HOLDS(CONTROL) && WORKS(CONTROL) && answered < ANSWERS -> CHOOSE_WHO(NONE, BEGINS)
       if
       :: picked <= begun -> EVENT(OPEN_ANSWER, picked, answered + 1, OK) open_answer(picked, 1)
       :: else
       fi;
       picked = 0 }
  :: atomic { who == THIEF && answered < ANSWERS && (ephemeral != NONE || REPLAYS) ->
       EVENT(FOREIGN_ANSWER, ANY, answered + 1, OK) open_answer(ephemeral, 0) }
  :: atomic { HOLDS(MOTHER) && WORKS(MOTHER) && ephemeral != NONE -> CHOOSE_WHO(NONE, ANSWERS)
       if
       :: FITS_CHECK(picked) -> EVENT(OPEN_CHECK, picked, 0, OK) open_check(picked)
       :: else -> EVENT(OPEN_CHECK, picked, 0, NO) ephemeral = NONE; proved = NONE
       fi;
       picked = 0 }
  :: atomic { HOLDS(CONTROL) && WORKS(CONTROL) -> CHOOSE_WHO(NONE, ANSWERS)
       if
       :: FITS_SHARE(picked) -> EVENT(OPEN_SHARE, picked, 0, OK) open_share(picked)
       :: else -> EVENT(OPEN_SHARE, picked, 0, NO) skip
       fi;
       picked = 0 }
  :: atomic { HOLDS(MOTHER) && WORKS(MOTHER) -> CHOOSE_WHO(NONE, ANSWERS)
       if
       :: FITS_FINISH(picked) -> EVENT(OPEN_FINISH, picked, 0, OK) open_finish(picked)
       :: else -> EVENT(OPEN_FINISH, picked, 0, NO) skip
       fi;
       picked = 0 }
  :: atomic { HOLDS(CONTROL) && WORKS(CONTROL) -> CHOOSE_WHO(1, ACTS) CHOOSE_VALUE(1, HEADERS)
       if
       :: FITS_AUTHORISE(picked) -> EVENT(AUTHORISE, picked, chosen, OK) authorise(picked, chosen)
       :: else -> EVENT(AUTHORISE, picked, chosen, NO) skip
       fi;
       picked = 0; chosen = 0 }
  // With any authorisation that was ever given, or none.
  :: atomic { HOLDS(MOTHER) && WORKS(MOTHER) && open != NONE && next_act <= ACTS -> CHOOSE_WHO(1, ANSWERS)
       CHOOSE_ACT
       if
       :: FITS_ACT(picked, act, chosen) -> EVENT(ACT, picked, act * 4 + chosen, OK) do_act(act, chosen)
       :: else -> EVENT(ACT, picked, act * 4 + chosen, NO) skip
       fi;
       picked = 0; chosen = 0; act = 0 }
  :: atomic { HOLDS(MOTHER) && WORKS(MOTHER) && open != NONE -> EVENT(CHECK_VALUE, 0, 0, OK)
       assert(opened_now || open_since_power_on) }
  :: atomic { ordered[MOTHER] && HOLDS(MOTHER) && !is_void[MOTHER] ->
       EVENT(APPLY_VOID_ORDER, MOTHER, MOTHER, OK) apply_void_order(MOTHER) }
  :: atomic { ordered[CONTROL] && HOLDS(CONTROL) && !is_void[CONTROL] ->
       EVENT(APPLY_VOID_ORDER, CONTROL, CONTROL, OK) apply_void_order(CONTROL) }
#ifdef MUTANTS
  :: atomic { WITHOUT(ORDER_PROVED) && HOLDS(MOTHER) && !is_void[MOTHER] -> apply_void_order(MOTHER) }
  :: atomic { WITHOUT(ORDER_FOR_CARD) && ordered[OTHER_CARD] && HOLDS(MOTHER) && !is_void[MOTHER] -> apply_void_order(MOTHER) }
#endif
  od
}

// -- what people do: a loss is entered, then ordered; a child counts once it is in the register --------

proctype People() ON_TRACE {
end:
  do
  :: atomic { holder[MOTHER] == STATION && holder[CONTROL] == STATION && !REPLAYS -> holder[CONTROL] = THIEF }
  :: atomic { holder[MOTHER] == STATION && holder[CONTROL] == STATION && !REPLAYS -> holder[MOTHER] = THIEF }
  :: atomic { !void_entry -> EVENT(VOID_ENTRY, 0, 0, OK) void_entry = 1 }
  :: atomic { RULE(ENTRY_FIRST, void_entry) && !ordered[MOTHER] -> ordered[MOTHER] = 1; ordered[CONTROL] = 1 }
  // A void card is thrown away and found; a lost one is brought back.
  :: atomic { holder[MOTHER] == STATION && is_void[MOTHER] && !REPLAYS -> holder[MOTHER] = THIEF }
  :: atomic { holder[CONTROL] == STATION && is_void[CONTROL] && !REPLAYS -> holder[CONTROL] = THIEF }
  :: atomic { holder[CONTROL] == THIEF && holder[MOTHER] == STATION && !REPLAYS -> holder[CONTROL] = STATION }
  :: atomic { child_unlogged && RULE(CHILD_BEFORE_VOID, !void_entry) && !REPLAYS ->
       assert(!void_entry || no_child_of_a_void_pair);
       child_unlogged = 0; child = 1 }
  od
}

#ifdef REPLAY
// Refusals that change nothing.
proctype Unchanged() ON_TRACE {
  do
  :: atomic { is_void[MOTHER] -> EVENT(REFUSED_MOTHER, 0, 0, NO) }
  :: atomic { is_void[CONTROL] -> EVENT(REFUSED_CONTROL, 0, 0, NO) }
  :: atomic { open == NONE -> EVENT(ACT, ANY, ANY, NO) }
  :: atomic { open == NONE -> EVENT(CHECK_VALUE, 0, 0, NO) }
  :: atomic { ephemeral == NONE -> EVENT(OPEN_CHECK, ANY, 0, NO) }
  :: atomic { EVENT(APPLY_VOID_ORDER, MOTHER, CONTROL, NO) }
  :: atomic { EVENT(APPLY_VOID_ORDER, CONTROL, MOTHER, NO) }
  :: atomic { EVENT(APPLY_VOID_ORDER, OTHER_CARD, ANY, NO) }
  od
}
#endif

init {
  atomic { TAKE_RULE_AWAY ordered[OTHER_CARD] = 1; run Holder(STATION); run Holder(THIEF); run People() }
#ifdef REPLAY
  run Unchanged()
#endif
}

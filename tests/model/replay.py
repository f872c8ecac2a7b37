"""Traces of the implementation: their text, the C table that a model replays, and damaged copies.

A trace is "trace MODEL NAME", one event a line, "end". An event is "WHAT who value answer" as in the
EVENT statements of the models.
"""
from dataclasses import dataclass

OK, NO, LOST = 1, 2, 3


@dataclass(frozen=True)
class Event:
    what: str
    who: int
    value: int
    answer: int

    def text(self):
        return f'{self.what} {self.who} {self.value} {self.answer}'


@dataclass(frozen=True)
class Trace:
    name: str
    events: tuple

    def text(self):
        return '\n'.join([f'trace {self.name}'] + [f'  {event.text()}' for event in self.events])


def parse(text):
    """The traces of each model, in order."""
    traces, events, head = {}, [], None
    for line in text.splitlines():
        words = line.split()
        if words[0] == 'trace':
            head, events = words[1:], []
        elif words[0] == 'end':
            traces.setdefault(head[0], []).append(Trace(head[1], tuple(events)))
        else:
            events.append(Event(words[0], *map(int, words[1:])))
    return traces


# What each model calls its events, in the order of their numbers.
NAMES = {
    'grey_lock': ['RESET', 'READ', 'GET_LOCK_PROOF', 'GET_BALANCE', 'INIT_FOR_LOAD', 'CREDIT_FOR_LOAD',
                  'GET_TRANSACTION_PROVE', 'INIT_FOR_GREY_LOCK', 'GREY_LOCK', 'DEBIT_FOR_UNLOCK', 'CLEAR_TAC_FLAG',
                  'INIT_FOR_GREY_UNLOCK', 'GREY_UNLOCK', 'INIT_SAM_GREY_LOCK', 'CERTIFY_SAM_GREY_LOCK',
                  'CREDIT_SAM_FOR_GREY_DEBIT', 'GET_GMAC', 'INIT_SAM_FOR_LOAD', 'LOCK_DRAWN', 'LOCK_CERTIFIED',
                  'LOCK_DROPPED', 'START_GIVEN_UP', 'PULSES', 'SETTLEMENT_FIXED', 'RELEASE_MADE', 'SESSION_SUSPENDED',
                  'SESSION_CLOSED', 'TOP_UP_ARMED', 'TOP_UP_DONE', 'TOP_UP_REFUNDED'],
    'pair': ['RESET_MOTHER', 'RESET_CONTROL', 'OPEN_BEGIN', 'OPEN_ANSWER', 'FOREIGN_ANSWER', 'OPEN_CHECK', 'OPEN_SHARE',
             'OPEN_FINISH', 'AUTHORISE', 'ACT', 'CHECK_VALUE', 'VOID_ENTRY', 'APPLY_VOID_ORDER', 'REFUSED_MOTHER',
             'REFUSED_CONTROL'],
}
ALL_NAMES = [name for names in NAMES.values() for name in names]


def header(traces):
    events = [event for trace in traces for event in trace.events]
    firsts, at = [], 0
    for trace in traces:
        firsts.append(at)
        at += len(trace.events)
    rows = ',\n'.join(f'  {{E_{event.what}, {event.who}, {event.value}, {event.answer}}}' for event in events)
    return f'''enum {{ {', '.join('E_' + name for name in ALL_NAMES)} }};
static const struct {{ unsigned char what, who, value, answer; }} events[] = {{
{rows}
}};
static const int first_event[] = {{ {', '.join(map(str, firsts + [at]))} }};
#define TRACES {len(traces)}
#define NEXT events[first_event[now.trace_nr] + now.position]
#define ENDED (first_event[now.trace_nr] + now.position == first_event[now.trace_nr + 1])
static int followed[TRACES];  // how many events of each trace some way through the model has
static void print_followed(void) {{
  for (int at = 0; at < TRACES; ++at) printf("followed %d\\n", followed[at]);
}}
static int fits(int expected, int found) {{ return expected == 255 || expected == found; }}
#define FOLLOWS(event, w, v, a) \\
  (!ENDED && NEXT.what == event && fits(w, NEXT.who) && fits(v, NEXT.value) && fits(a, NEXT.answer) && \\
   note_followed(now.trace_nr, now.position + 1))
static int note_followed(int trace, int count) {{
  static int registered = 0;
  if (!registered) registered = !atexit(print_followed);
  if (followed[trace] < count) followed[trace] = count;
  return 1;
}}
#define NEXT_WHO (ENDED ? 0 : NEXT.who)
#define NEXT_VALUE (ENDED ? 0 : NEXT.value)
'''


# An event of this kind, heard with OK, done twice must be refused.
ONCE = {'grey_lock': ['DEBIT_FOR_UNLOCK', 'CREDIT_FOR_LOAD', 'GREY_LOCK', 'GREY_UNLOCK', 'LOCK_CERTIFIED'],
        'pair': ['ACT', 'OPEN_FINISH', 'OPEN_SHARE', 'AUTHORISE', 'APPLY_VOID_ORDER']}
# A balance or a lock state other than the card's must be refused.
EXACT = {'grey_lock': {'GET_BALANCE': 'value', 'GET_LOCK_PROOF': 'who', 'DEBIT_FOR_UNLOCK': 'value'},
         'pair': {'ACT': 'value', 'OPEN_SHARE': 'who', 'OPEN_FINISH': 'who'}}


def damaged(model, trace):
    """Copies with one event doubled, one changed and one answer turned round: the last of its kind."""
    copies = []

    def copy(at, events, what):
        changed = trace.events[:at] + tuple(events) + trace.events[at + 1:]
        copies.append(Trace(f'{trace.name}:{what}-{trace.events[at].what}', changed))

    last = {event.what: at for at, event in enumerate(trace.events) if event.answer == OK}
    for what in ONCE[model]:
        if what in last:
            copy(last[what], [trace.events[last[what]]] * 2, 'twice')
    sure = all(event.answer != LOST for event in trace.events)  # a lost answer leaves room
    for what, field in EXACT[model].items():
        if sure and what in last:
            event = trace.events[last[what]]
            raised = getattr(event, field) + 1
            copy(last[what], [Event(**{**event.__dict__, field: raised})], 'changed')
    for what in ONCE[model]:
        if what in last:
            event = trace.events[last[what]]
            copy(last[what], [Event(event.what, event.who, event.value, NO)], 'refused')
    return copies

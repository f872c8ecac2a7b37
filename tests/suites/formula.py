"""A formula as a row, and the families of rows that differ in their layout alone.

A layout names fields in the order in which they stand under a MAC; two hex digits are themselves.
"""

import functools
import hashlib
import re
from typing import Callable, NamedTuple

DRAWS = {
    "online": ("card_random4", "online_sn2"),
    "offline": ("card_random4", "offline_sn2", "terminal_sn4"),
    "grey lock": ("card_random4", "offline_sn2", "terminal_sn4", "terminal_random4"),
}

WITHOUT_SUITE = "without a suite"
INTEROPERABILITY = "interoperability card"
WRITTEN_KEY = "cipher24 MAC4"  # then what the card reads, the key last
SUITE_NAMES = ("tdes2", "sm4", "aes128")
NO_SUITE = "none"  # instead of a suite's name, where rows have none


class Formula(NamedTuple):
    name: str
    group: str
    fields: tuple
    compute: Callable  # (suite, *fields) -> bytes
    key: str  # for people, like the four that follow: whose key
    rule: str  # of the suite
    layout: str  # what the rule is applied to
    answer: str  # bytes
    clause: str
    steady: tuple  # fields that keep their value for a batch of cases, so that keys are set up once

    @property
    def suite_names(self):
        return {WITHOUT_SUITE: (NO_SUITE,), INTEROPERABILITY: ("tdes2",)}.get(self.group, SUITE_NAMES)

    def shown(self, suite, case):
        """The answer as the product gives it: no key leaves it, so a key is shown by its SHA-256."""
        found = self.compute(suite, *case)
        if self.answer == "KTenc KTmac":
            return hashed(found[:16]) + hashed(found[16:])
        if self.answer in ("key16", "session key"):
            return hashed(found)
        return found[:-16].hex() + hashed(found[-16:]) if self.answer == WRITTEN_KEY else found.hex()


def hashed(key):
    return hashlib.sha256(key).hexdigest()


ROWS = []
KEYS = ("key16", "tac_key16", "transport16", "des_key", "scalar32", "peer65")


def add(name, group, fields, compute, key, rule, layout, answer, clause, steady=None):
    if steady is None:
        keys = tuple(field for field in fields if field in KEYS)
        steady = keys if len(keys) < len(fields) else ()
    ROWS.append(Formula(name, group, tuple(fields), compute, key, rule, layout, answer, clause, steady))


def row(name, group, key, rule, layout, answer, clause):
    """Registers a function whose parameter names are its fields."""

    def register(function):
        fields = function.__code__.co_varnames[1 : function.__code__.co_argcount]
        add(name, group, fields, function, key, rule, layout, answer, clause)
        return function

    return register


@functools.lru_cache(maxsize=4096)
def session_key(suite, draw, key, *values):
    if draw == "online":
        return suite.online_session(key, *values)
    first = suite.offline_session(key, *values[:3])
    return first if draw == "offline" else suite.grey_session(first, values[3])


LITERAL = re.compile(r"[0-9A-F]{2}")


def joiner(layout, fields):
    """A function from field values to the bytes of a layout."""
    parts = layout.split()
    at = [bytes.fromhex(part) if LITERAL.fullmatch(part) else fields.index(part) for part in parts]
    return lambda values: b"".join([values[i] if isinstance(i, int) else i for i in at])


def names_in(layout, known):
    return tuple(part for part in layout.split() if part not in known and not LITERAL.fullmatch(part))


def session_mac(name, clause, key, draw, layout):
    draw_fields = ("key16", *DRAWS[draw])
    fields = (*draw_fields, *names_in(layout, draw_fields))
    message, ends = joiner(layout, fields), len(draw_fields)

    def compute(suite, *values):
        return suite.mac4(session_key(suite, draw, *values[:ends]), message(values))

    add(name, "transactions", fields, compute, key, f"MAC, {draw} session", layout, "4", clause, draw_fields)


def certificate(name, clause, layout, key="TAC (03)"):
    fields = ("tac_key16", *names_in(layout, ()))
    message = joiner(layout, fields)

    def compute(suite, *values):
        return suite.tac4(values[0], message(values))

    add(name, "transactions", fields, compute, key, "TAC", layout, "4", clause)


def order(name, clause, key, text, layout):
    fields = ("key16", *names_in(layout, ()))
    message, label = joiner(layout, fields), text.encode()

    def compute(suite, *values):
        return suite.cmac16(values[0], label + message(values))

    layout = f'"{text}" {layout}' if text else layout
    add(name, "blocks and orders", fields, compute, key, "CMAC", layout, "16", clause)


def digest(name, clause, text, layout):
    fields = names_in(layout, ())
    message, label = joiner(layout, fields), text.encode()

    def compute(suite, *values):
        return hashlib.sha256(label + message(values)).digest()

    layout = f'"{text}" {layout}' if text else layout
    add(name, WITHOUT_SUITE, fields, compute, "-", "SHA-256", layout, "32", clause)
